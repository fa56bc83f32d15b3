"""Frames and answers, applied to a document as htmx 4 applies them."""

from dataclasses import dataclass

from e2e.protocol.document import Document
from e2e.protocol.tree import Node, parse_frame


@dataclass
class Task:
    """One swap: which content goes where, and in which style."""

    style: str
    content: Node
    targets: list[Node]
    selector: str = ""
    """Set for an upsert, which looks for its target only when its turn comes."""
    key: str = ""
    descending: bool = False


class HtmxDocument(Document):
    """A document, and `swap()`: the effect of an answer or a frame on it."""

    def __init__(self, html: str) -> None:
        super().__init__(html)
        self.applied: list[tuple[str, str]] = []
        """Effects of frames, in order: (swap style, id of the element), heartbeats and announcements left out."""

    def swap(self, html: str) -> None:
        """Apply a frame, or an answer that consists of partials."""
        children = [child for child in parse_frame(html).children if isinstance(child, Node)]
        for child in children:
            assert child.tag.startswith("hx-"), f"<{child.tag}> beside the partials is swapped nowhere"
        for task in [self._task(child) for child in children]:
            if task.selector:
                self._upsert(task)
            for node in task.targets:
                self._insert(task, node)

    def _task(self, node: Node) -> Task:
        """The swap that an element of a frame asks for."""
        where = node.attributes["hx-target"]
        if node.tag == "hx-upsert":
            return Task("upsert", node, [], where, node.attributes["key"], node.attributes.get("sort") == "desc")
        assert node.tag == "hx-partial", node.tag
        # Targets of partials are looked up before anything is swapped.
        return Task(node.attributes["hx-swap"], node, self.select(where))

    def _insert(self, task: Task, target: Node) -> None:
        """Carry out a swap at one of its targets."""
        parent = target.parent
        if target.id not in {"heartbeat", "announcer", "offline"}:
            self.applied.append((task.style, target.id))
        if parent is None:
            return
        if task.style == "delete":
            self.remove(target)
            return
        content = task.content.clone()
        kept = self._preserved(content)
        if task.style in {"outerHTML", "outerMorph"}:  # morphing ends in the same content
            self.place(parent, parent.children.index(target), content.children)
            self.remove(target)
        elif task.style == "beforebegin":
            self.place(parent, parent.children.index(target), content.children)
        elif task.style == "beforeend":
            self.place(target, len(target.children), content.children)
        elif task.style == "afterend":
            self.place(parent, parent.children.index(target) + 1, content.children)
        elif task.style in {"innerHTML", "innerMorph"}:
            for child in list(target.children):
                self.remove(child) if isinstance(child, Node) else target.children.remove(child)
            self.place(target, 0, content.children)
        else:
            raise AssertionError(f"unknown swap style {task.style}")
        self._restore(kept)

    def _upsert(self, task: Task) -> None:
        """Replace the elements that are there by id; sort the others in among the children of the target."""
        found = self.select(task.selector)
        if not found:
            return
        target, content = found[0], task.content.clone()
        kept = self._preserved(content)
        for node in content.elements:
            self.applied.append(("upsert", node.id))
            if existing := self.ids.get(node.id):
                parent = existing[0].parent
                assert parent
                self.place(parent, parent.children.index(existing[0]), [node])
                self.remove(existing[0])
                continue
            self.place(target, _place_in(target, task, float(node.attributes[task.key])), [node])
        self._restore(kept)

    def _preserved(self, content: Node) -> list[Node]:
        """Take out and return the elements that must stay as they are although the new content has them too."""
        ids = [node.id for node in content.all() if "hx-preserve" in node.attributes]
        kept = [self.ids[identity][0] for identity in ids if identity in self.ids]
        for node in kept:
            self.remove(node)
        return kept

    def _restore(self, kept: list[Node]) -> None:
        """Put kept elements back in place of their copies in the new content."""
        for node in kept:
            if node.id in self.ids:
                new = self.ids[node.id][0]
                assert new.parent
                self.place(new.parent, new.parent.children.index(new), [node])
                self.remove(new)


def _place_in(target: Node, task: Task, key: float) -> int:
    """Index of the first child of `target` that sorts behind this key."""
    for index, child in enumerate(target.children):
        if isinstance(child, Node) and task.key in child.attributes:
            other = float(child.attributes[task.key])
            if (key > other) if task.descending else (key < other):
                return index
    return len(target.children)
