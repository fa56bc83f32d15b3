"""A person of a story."""

from e2e.people.reviewing import Reviewing
from e2e.people.whole_page import WholePage
from e2e.people.window import Window


class Person(Reviewing, Window, WholePage):
    """A person with a browser of their own, and everything that they can do and see in it."""
