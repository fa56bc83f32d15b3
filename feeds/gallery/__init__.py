"""The designers' gallery: every template in every state that matters, without a database.

`samples` makes real events, entries and comments that are never saved. `posts`, `desk`, `tools`, `composing`, `cards`,
`forms`, `live`, `frames`, `pages`, `people`, `site` and `strangers` list the states of each template. The gallery shows
them (views/gallery.py), and the contract is checked on them (contract.py). A template without states would be neither
seen nor checked, so a test finds it.
"""

from feeds.gallery import cards, composing, desk, forms, frames, live, pages, people, posts, site, strangers, tools
from feeds.gallery.states import State, states_of, templates

__all__ = ["State", "cards", "composing", "desk", "forms", "frames", "live", "pages"]
__all__ += ["people", "posts", "site", "states_of", "strangers", "templates", "tools"]
