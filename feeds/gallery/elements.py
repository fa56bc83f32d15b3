"""Elements of rendered HTML, as the contract looks at them."""

from html.parser import HTMLParser


class Elements(HTMLParser):
    """All elements of some HTML with their attributes; `outer` has those of the first."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str]]] = []
        self.ids: list[tuple[int, str]] = []
        """Ids of all elements, each with the number of the <hx-partial> or <hx-upsert> around it."""
        self.part = 0
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Notes an element."""
        given = {name: value or "" for name, value in attrs}
        self.found.append((tag, given))
        self.part += tag in {"hx-partial", "hx-upsert"}
        if "id" in given:
            self.ids.append((self.part, given["id"]))

    @property
    def outer(self) -> dict[str, str]:
        """Attributes of the first element."""
        return self.found[0][1] if self.found else {}
