"""The content of an event's page as values."""

from typing import NamedTuple


class Comment(NamedTuple):
    """A comment as it is shown."""

    id: str
    author: str
    text: str
    edited: bool


class Entry(NamedTuple):
    """An entry as it is shown, with its comments."""

    id: str
    position: int
    author: str
    text: str
    edited: bool
    comments: tuple[Comment, ...]
    """The newest; where the reader has asked for earlier ones, all from some place on."""
    total: str = ""
    """The words for the number of comments, or ""."""

    @property
    def pk(self) -> int:
        return int(self.id.removeprefix("entry-"))


class About(NamedTuple):
    """The event's own state, as the page shows it."""

    state: str
    posting: str
    title: str
    notice: str


class View(NamedTuple):
    """Everything that an event's page shows."""

    cursor: str
    about: About
    entries: tuple[Entry, ...]
    duplicate_ids: tuple[str, ...]

    def down_to(self, position: int) -> "View":
        """The same without entries before this position."""
        return self._replace(entries=tuple(entry for entry in self.entries if entry.position >= position))

    def up_to(self, position: int) -> "View":
        """The same without entries after this position."""
        return self._replace(entries=tuple(entry for entry in self.entries if entry.position <= position))
