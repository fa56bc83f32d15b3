"""HTML as a tree of elements."""

import threading
from collections import OrderedDict
from collections.abc import Iterator
from html.parser import HTMLParser

VOID = {"br", "hr", "img", "input", "link", "meta", "source", "wbr"}


class Node:
    """An element, its text and the elements in it."""

    __slots__ = ("attributes", "children", "parent", "tag")

    def __init__(self, tag: str, attributes: dict[str, str]) -> None:
        self.tag = tag
        self.attributes = attributes
        self.children: list[Node | str] = []
        self.parent: Node | None = None

    @property
    def id(self) -> str:
        return self.attributes.get("id", "")

    @property
    def elements(self) -> "list[Node]":
        return [child for child in self.children if isinstance(child, Node)]

    @property
    def text(self) -> str:
        return "".join(child if isinstance(child, str) else child.text for child in self.children)

    def all(self) -> "Iterator[Node]":
        """This element and those in it, in document order."""
        yield self
        for child in self.children:
            if isinstance(child, Node):
                yield from child.all()

    def first(self, css_class: str) -> "Node | None":
        """The first element with this class, in document order."""
        return next((node for node in self.all() if css_class in node.attributes.get("class", "").split()), None)

    def clone(self) -> "Node":
        """A copy of this element and all in it, without a parent; the attributes are shared."""
        copy = Node(self.tag, self.attributes)
        for child in self.children:
            if isinstance(child, Node):
                child = child.clone()  # noqa: PLW2901
                child.parent = copy
            copy.children.append(child)
        return copy


class _Parser(HTMLParser):
    """Builds the tree, and fails where a tag is closed that is not open."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = self.open = Node("#document", {})

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        node = Node(tag, {name: value or "" for name, value in attrs})
        node.parent = self.open
        self.open.children.append(node)
        if tag not in VOID:
            self.open = node

    def handle_endtag(self, tag: str) -> None:
        assert self.open.parent is not None, f"</{tag}> closes nothing"
        assert self.open.tag == tag, f"</{tag}> closes <{self.open.tag}>"
        self.open = self.open.parent

    def handle_data(self, data: str) -> None:
        self.open.children.append(data)


def parse(html: str) -> Node:
    """The root of this HTML's tree."""
    parser = _Parser()
    parser.feed(html)
    parser.close()
    assert parser.open is parser.root, f"<{parser.open.tag}> is never closed"
    return parser.root


_parsed: OrderedDict[str, Node] = OrderedDict()
_parsing = threading.Lock()


def parse_frame(html: str) -> Node:
    """Parse once for all readers of the same bytes. Clone every element that you take from the result."""
    with _parsing:
        if html not in _parsed:
            _parsed[html] = parse(html)
            if len(_parsed) > 256:
                _parsed.popitem(last=False)
        return _parsed[html]
