"""The fullest state of each template, which its picture shows."""

import re

from feeds.gallery.states import State, states_of

_ELEMENT, _TAG = re.compile(r"<(?!option)[a-z]"), re.compile(r"<[^>]*>")


def fullest(template: str) -> State:
    """The state with the most elements, and of those the longest text. Options of a choice do not count."""
    return max(states_of(template), key=_fullness)


def _fullness(state: State) -> tuple[int, int]:
    html = state.render()
    return len(_ELEMENT.findall(html)), len(_TAG.sub("", html))
