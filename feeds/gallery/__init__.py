"""The designers' gallery: every partial in every state that matters, without a database.

`samples` makes real events, entries and comments that are never saved; `posts`, `forms`, `live`, `pages` and `people`
say which states there are of which template. The gallery shows them (views/design.py), and the contract is checked on
them (contract.py), so a template without a state is neither seen nor checked: a test finds it.
"""

from feeds.gallery import forms, live, pages, people, posts
from feeds.gallery.states import State, states_of, templates

__all__ = ["State", "forms", "live", "pages", "people", "posts", "states_of", "templates"]
