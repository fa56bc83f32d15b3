"""A document with its index of ids: finding elements by selector, placing and removing them."""

from collections.abc import Iterator
from copy import copy
from typing import Self

from e2e.protocol.selectors import Compound, Steps, selector
from e2e.protocol.tree import Node, parse_frame

TYPED = "textarea:not(:placeholder-shown)"
"""A field with text typed into it, which stays whatever happens around it."""


class Document:
    """A tree of elements in which each id is found at once."""

    def __init__(self, html: str) -> None:
        self.root = parse_frame(html).clone()
        self.ids: dict[str, list[Node]] = {}
        self._index(self.root)

    def copy(self) -> Self:
        """The same document as a tree of its own."""
        other = copy(self)
        other.root, other.ids = self.root.clone(), {}
        other._index(other.root)
        return other

    def element(self, identity: str) -> Node:
        """The first element with this id. Fails where there is none."""
        assert identity in self.ids, f"#{identity} is not on the page"
        return self.ids[identity][0]

    def place(self, parent: Node, index: int, children: "list[Node | str]") -> None:
        """Insert `children` before the child at `index` of `parent`."""
        parent.children[index:index] = children
        attached = self._attached(parent)
        for child in children:
            if isinstance(child, Node):
                child.parent = parent
                if attached:
                    self._index(child)

    def remove(self, node: Node) -> None:
        """Take an element out of its parent, and the ids in it out of the index."""
        assert node.parent
        if self._attached(node):
            for each in node.all():
                if each.id:
                    self.ids[each.id].remove(each)
                    if not self.ids[each.id]:
                        del self.ids[each.id]
        node.parent.children.remove(node)
        node.parent = None

    def _index(self, node: Node) -> None:
        for each in node.all():
            if each.id:
                self.ids.setdefault(each.id, []).append(each)

    def _attached(self, node: Node) -> bool:
        while node.parent is not None:
            node = node.parent
        return node is self.root

    def select(self, text: str) -> list[Node]:
        """`document.querySelectorAll`, for selectors that end in an id or a class."""
        if TYPED in (text := text.replace(f":not(:has({TYPED}))", "").replace(f":not(:has(.reply {TYPED}))", "")):
            return []  # nobody types in this document
        if ":not(:empty, " in text:
            return []  # and no post fails
        found = []
        for steps in selector(text):
            last, before = steps[-1], steps[-2] if len(steps) > 1 else None
            if before and before.id and last.combinator == ">":
                nodes = [node for parent in self.ids.get(before.id, []) for node in parent.elements]
            else:
                assert last.id or last.classes or last.one_of, f"neither id nor class at the end of {text}"
                nodes = self.ids.get(last.id, []) if last.id else list(self.root.all())
            found += [node for node in nodes if self._matches(node, steps)]
        return found

    def _matches(self, node: Node, steps: Steps) -> bool:
        step = steps[-1]
        if not self._fits(node, step):
            return False
        if len(steps) == 1:
            return True
        return any(self._matches(other, steps[:-1]) for other in self._before(node, step.combinator))

    def _before(self, node: Node, combinator: str) -> Iterator[Node]:
        parent = node.parent
        if parent is None:
            return
        if combinator == "~":
            siblings = parent.elements
            yield from siblings[: siblings.index(node)]
            return
        assert combinator in {" ", ">"}, combinator
        yield parent
        while combinator == " " and parent.parent is not None:
            parent = parent.parent
            yield parent

    def _fits(self, node: Node, step: Compound) -> bool:
        attributes = node.attributes
        return (
            step.tag in {"", "*", node.tag}
            and step.id in {"", node.id}
            and step.classes <= set(attributes.get("class", "").split())
            and all(attributes.get(name) == value for name, value in step.attributes)
            and all(self._has(node, inner) for inner in step.has)
            and not any(self._matches(node, other) for other in step.unless)
            and all(any(self._matches(node, other) for other in others) for others in step.one_of)
            and not (step.empty and node.children)
            and not step.focused  # nothing has the focus
        )

    def _has(self, node: Node, inner: Steps) -> bool:
        last, beside = inner[-1], any(step.combinator == "~" for step in inner)
        others = self.root if beside else node
        candidates = self.ids.get(last.id, []) if last.id else list(others.all())
        return any(self._hangs_on(other, inner, node) for other in candidates)

    def _hangs_on(self, node: Node, steps: Steps, scope: Node) -> bool:
        """Whether `steps` lead from `scope` to this element."""
        if not self._fits(node, steps[-1]):
            return False
        before = self._before(node, steps[-1].combinator)
        return any(other is scope if len(steps) == 1 else self._hangs_on(other, steps[:-1], scope) for other in before)
