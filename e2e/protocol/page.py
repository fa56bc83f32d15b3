"""An event's page: its cursor, its entries and comments, and how far it reaches."""

from e2e.protocol.content import About, Comment, Entry, View
from e2e.protocol.normalising import normalised
from e2e.protocol.swapping import HtmxDocument
from e2e.protocol.tree import Node


def is_post(node: Node) -> bool:
    """Whether this is an entry or a comment, and not the gap that tells hosts of a removed one."""
    return node.tag == "article" and "gap" not in node.attributes.get("class", "").split()


class Page(HtmxDocument):
    """An open page of an event, or of one entry."""

    def __init__(self, html: str) -> None:
        super().__init__(html)
        self.is_oldest_first = "order=oldest" in self.socket_path
        """Fixed when the page is opened: once the event is over, the page has no socket."""

    @property
    def cursor(self) -> str:
        return self.element("cursor").attributes["value"]

    @property
    def seq(self) -> int:
        return int(self.cursor.rpartition("-")[2])

    @property
    def epoch(self) -> str:
        return self.cursor.rpartition("-")[0]

    @property
    def socket_path(self) -> str:
        return self.element("socket").attributes["hx-ws:connect"] if "socket" in self.ids else ""

    @property
    def heartbeat(self) -> tuple[str, str]:
        """State of the connection, and the words for the number of readers."""
        node = self.element("heartbeat")
        readers = node.first("readers")
        return node.attributes["data-state"], readers.text if readers else ""

    @property
    def older(self) -> int:
        """Position from which “Show earlier entries” (or later) continues; 0 without such a link."""
        if "older" not in self.ids or "complete" in self.element("older").attributes["class"].split():
            return 0
        return int(self.element("older-link").attributes["href"].rpartition("=")[2])

    @property
    def ceiling(self) -> int:
        """Position up to which a page with the oldest entries first shows every entry."""
        return max([self.older, *(entry.position for entry in self.entries[-1:])]) if self.older else 10**18

    @property
    def floor(self) -> int:
        """Position down to which the page shows every entry."""
        positions = [entry.position for entry in self.entries] if self.older else []
        return min([self.older, *positions[-1:]])

    @property
    def headed(self) -> list[str]:
        """Ids of the entries with a header above their comments: more exist, or a reader has asked for some."""
        return [identity.removesuffix("-earlier") for identity in self.ids if identity.endswith("-earlier")]

    @property
    def about(self) -> About:
        """The state of the event itself."""
        node = self.element("event")
        title = next(child.text for child in node.elements if child.tag == "h1")
        notice = self.element("notices").first("notice") if "notices" in self.ids else None
        attributes = node.attributes
        return About(attributes["data-state"], attributes["data-posting"], title, notice.text if notice else "")

    @property
    def entries(self) -> tuple[Entry, ...]:
        """The entries in the order of the page."""
        shown = self.ids.get("entries") or self.ids["excerpt"]
        # On the page of one entry each has a place of its own.
        nodes = [each for node in shown[0].elements for each in (node.elements if node.first("place") else [node])]
        return tuple(self._entry(node) for node in nodes if is_post(node))

    def entry(self, text: str) -> Entry:
        """The one entry with this text. Fails where there is another number of them."""
        found = [entry for entry in self.entries if entry.text == text]
        assert len(found) == 1, f"{len(found)} entries “{text}” on the page"
        return found[0]

    @property
    def texts(self) -> list[str]:
        return [entry.text for entry in self.entries]

    def view(self) -> View:
        """Everything that the page shows, as one value."""
        duplicates = tuple(identity for identity, nodes in self.ids.items() if len(nodes) > 1)
        return View(self.cursor, self.about, self.entries, duplicates)

    def normalised(self, floor: int = 0) -> str:
        """The live part of the page as text: the same bytes on every page at this cursor.

        It ends with the entry at position `floor`, since pages reach back differently far. Parts that differ by viewer
        or moment are left out: the cursor, the connection, announcements, tokens, senders, names remembered in forms,
        and open edit forms.
        """
        return "\n".join(normalised(self.element("live"), floor))

    def _entry(self, node: Node) -> Entry:
        author, text, edited = self._words(node)
        ids = {f"{node.id}-comments", f"{node.id}-excerpt"}
        comments = next(child for child in node.elements if child.id in ids).elements
        said = tuple(Comment(comment.id, *self._words(comment)) for comment in comments if is_post(comment))
        total = self.ids.get(f"{node.id}-total")
        position = int(node.attributes["data-position"])
        return Entry(node.id, position, author, text, edited, said, total[0].text if total else "")

    def _words(self, post: Node) -> tuple[str, str, bool]:
        """Author, text, and whether the post says that it was edited."""
        body = next(child for child in post.elements if child.id == f"{post.id}-body")
        name, text = body.first("name"), body.first("text")
        assert name, f"{post.id} has no name"
        assert text, f"{post.id} has no text"
        return name.text, text.text.strip(), body.first("edited") is not None
