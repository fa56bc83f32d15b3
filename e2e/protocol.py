"""A reader who speaks the live protocol: an event's page as htmx would keep it, without a browser.

`Page` is a document and what htmx 4 does to it; `Visitor` a browser's cookies and its requests;
`ProtocolReader` a page with its socket. Nothing of the product is imported here. The parsers are strict:
badly nested HTML or a selector that a browser would refuse fails the test that meets it.
"""

import http.client
import json
import re
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from copy import copy
from dataclasses import dataclass
from difflib import unified_diff
from functools import lru_cache
from html.parser import HTMLParser
from typing import NamedTuple, Self
from urllib.parse import urlencode, urlsplit

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin

from e2e.patience import HANGING

VOID = {"br", "hr", "img", "input", "link", "meta", "wbr"}
TYPED = "textarea:not(:placeholder-shown)"
"""A field that somebody has typed something in, which stays whatever happens around it."""
"""Seconds a test waits for what it expects; far more than it takes."""


class Node:
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
        return next((node for node in self.all() if css_class in node.attributes.get("class", "").split()), None)

    def clone(self) -> "Node":
        copy = Node(self.tag, self.attributes)
        for child in self.children:
            if isinstance(child, Node):
                child = child.clone()  # noqa: PLW2901
                child.parent = copy
            copy.children.append(child)
        return copy


class _Parser(HTMLParser):
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
    parser = _Parser()
    parser.feed(html)
    parser.close()
    assert parser.open is parser.root, f"<{parser.open.tag}> is never closed"
    return parser.root


_parsed: OrderedDict[str, Node] = OrderedDict()
_parsing = threading.Lock()


def parse_frame(html: str) -> Node:
    """`parse`, once for all readers who got the same bytes. Clone what you take from it."""
    with _parsing:
        if html not in _parsed:
            _parsed[html] = parse(html)
            if len(_parsed) > 256:
                _parsed.popitem(last=False)
        return _parsed[html]


class Compound(NamedTuple):
    """One step of a selector, with how it hangs together with the step before it."""

    combinator: str
    tag: str
    id: str
    classes: tuple[str, ...]
    attributes: tuple[tuple[str, str], ...]
    has: "tuple[tuple[Compound, ...], ...]"
    unless: "tuple[tuple[Compound, ...], ...]"
    one_of: "tuple[tuple[tuple[Compound, ...], ...], ...]"
    empty: bool
    focused: bool


_NAME = r"-?[A-Za-z_][\w-]*"


@lru_cache(maxsize=4096)
def selector(text: str) -> tuple[tuple[Compound, ...], ...]:
    """The alternatives of a selector. Knows what our frames use and refuses everything else."""
    alternatives, rest = _alternatives(text.strip())
    assert not rest, f"no selector: {text}"
    return alternatives


def _alternatives(text: str) -> tuple[tuple[tuple[Compound, ...], ...], str]:
    """A list of selectors, and what follows: the bracket that it is in, where it is in one."""
    alternatives, rest = [], text
    while rest and not rest.startswith(")"):
        steps: list[Compound] = []
        while rest and not rest.startswith((",", ")")):
            step, rest = _compound(rest)
            steps.append(step)
        alternatives.append(tuple(steps))
        rest = rest[1:].strip() if rest.startswith(",") else rest
    assert alternatives, f"no selector: {text}"
    assert all(alternatives), f"no selector: {text}"
    return tuple(alternatives), rest


def _in_brackets(text: str) -> tuple[tuple[tuple[Compound, ...], ...], str]:
    """What is in the brackets that this text begins with, and what follows them."""
    alternatives, rest = _alternatives(text.partition("(")[2])
    assert rest.startswith(")"), f"no selector: {text}"
    return alternatives, rest[1:]


def _compound(text: str) -> tuple[Compound, str]:
    combinator, tag, identity = " ", "", ""
    classes: list[str] = []
    attributes: list[tuple[str, str]] = []
    has: list[tuple[Compound, ...]] = []
    unless: list[tuple[Compound, ...]] = []
    one_of: list[tuple[tuple[Compound, ...], ...]] = []
    flags = {":empty": False, ":focus-within": False}
    if found := re.match(r"\s*([>~+])\s*|\s+", text):
        combinator, text = found[1] or " ", text[found.end() :]
    start = text
    while text:
        if pseudo := re.match(r":(has|not|is)(?=\()", text):
            inner, text = _in_brackets(text)
            if pseudo[1] == "is":
                one_of.append(inner)
            else:
                assert pseudo[1] == "not" or len(inner) == 1, f"no selector: {start}"
                (unless if pseudo[1] == "not" else has).extend(inner)
            continue
        if flag := next((each for each in flags if text.startswith(each)), ""):
            flags[flag], text = True, text.removeprefix(flag)
            continue
        found = re.match(rf"(\*|{_NAME})|#({_NAME})|\.({_NAME})|\[({_NAME})=(?:({_NAME})|\"([^\"]*)\")\]", text)
        if not found:
            break
        text = text[found.end() :]
        tag, identity = found[1] or tag, found[2] or identity
        classes += [found[3]] if found[3] else []
        attributes += [(found[4], found[5] or found[6] or "")] if found[4] else []
    assert text != start, f"no selector: {start}"
    parts = tuple(classes), tuple(attributes), tuple(has), tuple(unless), tuple(one_of)
    return Compound(combinator, tag, identity, *parts, *flags.values()), text.rstrip()


class Comment(NamedTuple):
    id: str
    author: str
    text: str
    edited: bool


class Entry(NamedTuple):
    id: str
    position: int
    author: str
    text: str
    edited: bool
    comments: tuple[Comment, ...]
    """The newest, or all from some place on where the reader has asked for earlier ones."""
    total: str = ""
    """What the page says of how many there are, where it does."""

    @property
    def pk(self) -> int:
        return int(self.id.removeprefix("entry-"))


class About(NamedTuple):
    """What the page says of the event itself."""

    state: str
    posting: str
    title: str
    notice: str


class View(NamedTuple):
    """What somebody sees on an event's page."""

    cursor: str
    about: About
    entries: tuple[Entry, ...]
    duplicate_ids: tuple[str, ...]

    def down_to(self, position: int) -> "View":
        return self._replace(entries=tuple(entry for entry in self.entries if entry.position >= position))

    def up_to(self, position: int) -> "View":
        return self._replace(entries=tuple(entry for entry in self.entries if entry.position <= position))


# What differs between two viewers, or two moments, of the same page; links are to style sheets that reveal what
# this viewer may edit.
_PASSING_IDS = {"cursor", "socket", "heartbeat", "announcer", "done", "reading", "places", "moving", "asks", "fragment"}
_PASSING_CLASSES = {"typing", "line", "mark", "seen", "posted"}  # where one reader's place is held, and what one posted
_PASSING_FIELDS = {"csrfmiddlewaretoken", "key", "sender"}
_PASSING_ATTRIBUTES = {"autofocus"}


def normalised(node: Node, floor: int = 0, depth: int = 0) -> Iterator[str]:
    """An element as indented lines, one for each tag and each text in it; see `Page.normalised`."""
    attributes = {name: value for name, value in node.attributes.items() if name not in _PASSING_ATTRIBUTES}
    if node.id in _PASSING_IDS or attributes.get("class") in _PASSING_CLASSES or node.tag == "link":
        return
    if attributes.get("name") in _PASSING_FIELDS:
        return
    above = "earlier" in attributes.get("class", "").split()  # all comments, wherever those are
    if (float(attributes.get("data-position", floor)) < floor and not above) or (floor and node.id == "older"):
        return  # below what is compared; and where that ends
    if node.tag == "input" and attributes.get("name") == "name":
        attributes.pop("value", None)
    if "class" in attributes:
        kept = [each for each in attributes["class"].split() if not each.startswith("htmx-")]
        attributes["class"] = " ".join(kept)
    written = "".join(f' {name}="{value}"' for name, value in sorted(attributes.items()) if value or name != "class")
    yield f"{' ' * depth}<{node.tag}{written}>"
    if "change" in node.attributes.get("class", "").split():
        return  # where this viewer edits
    for child in node.children:
        if isinstance(child, Node):
            yield from normalised(child, floor, depth + 1)
        elif words := " ".join(child.split()):
            yield " " * (depth + 1) + words


def _is_post(node: Node) -> bool:
    """Not what tells hosts that there was one."""
    return node.tag == "article" and "gap" not in node.attributes.get("class", "").split()


@dataclass
class Task:
    style: str
    content: Node
    targets: list[Node]
    selector: str = ""
    """Of an upsert, which looks for its target only when it is its turn."""
    key: str = ""
    descending: bool = False


class Page:
    """A document, and `swap()`: what htmx makes of an answer or a frame."""

    def __init__(self, html: str) -> None:
        self.document = parse_frame(html).clone()
        self.ids: dict[str, list[Node]] = {}
        self.applied: list[tuple[str, str]] = []
        """What frames did, in order: (swap style, id of the element), heartbeats and announcements left out."""
        self._index(self.document)
        self.is_oldest_first = "order=oldest" in self.socket_path
        """As it was made: the page of an event that is over has no socket any longer."""

    def copy(self) -> "Page":
        other = copy(self)
        other.document, other.ids = self.document.clone(), {}
        other._index(other.document)
        return other

    # What it shows

    def element(self, identity: str) -> Node:
        assert identity in self.ids, f"#{identity} is not on the page"
        return self.ids[identity][0]

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
        """State of the connection, and the words about the number of readers."""
        node = self.element("heartbeat")
        readers = node.first("readers")
        return node.attributes["data-state"], readers.text if readers else ""

    @property
    def older(self) -> int:
        """Position that “Show earlier entries”, or later ones, pages on from; 0 where there are none."""
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
        """Ids of entries with a header above their comments: there are more, or a reader has asked for a part."""
        return [identity.removesuffix("-earlier") for identity in self.ids if identity.endswith("-earlier")]

    @property
    def about(self) -> About:
        node = self.element("event")
        title = next(child.text for child in node.elements if child.tag == "h1")
        notice = node.first("notice")
        attributes = node.attributes
        return About(attributes["data-state"], attributes["data-posting"], title, notice.text if notice else "")

    @property
    def entries(self) -> tuple[Entry, ...]:
        """In the order of the page."""
        shown = self.ids.get("entries") or self.ids["excerpt"]
        # On the page of one entry each has a place of its own.
        nodes = [each for node in shown[0].elements for each in (node.elements if node.first("place") else [node])]
        return tuple(self._entry(node) for node in nodes if _is_post(node))

    def entry(self, text: str) -> Entry:
        found = [entry for entry in self.entries if entry.text == text]
        assert len(found) == 1, f"{len(found)} entries “{text}” on the page"
        return found[0]

    @property
    def texts(self) -> list[str]:
        return [entry.text for entry in self.entries]

    def view(self) -> View:
        duplicates = tuple(identity for identity, nodes in self.ids.items() if len(nodes) > 1)
        return View(self.cursor, self.about, self.entries, duplicates)

    def normalised(self, floor: int = 0) -> str:
        """All that is live on the page, byte for byte what every other page at this cursor has, too.

        Down to the entry at position `floor`, since pages reach back differently far. Left out is what differs
        by viewer or moment: the cursor, the connection, announcements, tokens, senders, names remembered in forms, and
        what somebody edits just now.
        """
        return "\n".join(normalised(self.element("live"), floor))

    def _entry(self, node: Node) -> Entry:
        author, text, edited = self._words(node)
        ids = {f"{node.id}-comments", f"{node.id}-excerpt"}
        comments = next(child for child in node.elements if child.id in ids).elements
        said = tuple(Comment(comment.id, *self._words(comment)) for comment in comments if _is_post(comment))
        total = self.ids.get(f"{node.id}-total")
        position = int(node.attributes["data-position"])
        return Entry(node.id, position, author, text, edited, said, total[0].text if total else "")

    def _words(self, post: Node) -> tuple[str, str, bool]:
        body = next(child for child in post.elements if child.id == f"{post.id}-body")
        name, text = body.first("name"), body.first("text")
        assert name, f"{post.id} has no name"
        assert text, f"{post.id} has no text"
        return name.text, text.text.strip(), body.first("edited") is not None

    # What htmx does to it

    def swap(self, html: str, target: Node | None = None) -> None:
        """Take in a frame, or an answer whose main part takes the place of `target`."""
        tasks = []
        main = Node("#fragment", {})
        for child in parse_frame(html).children:
            if isinstance(child, Node) and child.tag.startswith("hx-"):
                tasks.append(self._task(child))
            elif target is not None:
                main.children.append(child.clone() if isinstance(child, Node) else child)
            else:
                assert not isinstance(child, Node), f"<{child.tag}> beside the partials is swapped nowhere"
        if target is not None:
            tasks.insert(0, Task("outerHTML", main, [target]))
        for task in tasks:
            if task.selector:
                self._upsert(task)
            for node in task.targets:
                self._insert(task, node)

    def _task(self, node: Node) -> Task:
        where = node.attributes["hx-target"]
        if node.tag == "hx-upsert":
            return Task("upsert", node, [], where, node.attributes["key"], node.attributes.get("sort") == "desc")
        assert node.tag == "hx-partial", node.tag
        # Targets of partials are looked up before anything is swapped.
        return Task(node.attributes["hx-swap"], node, self.select(where))

    def _insert(self, task: Task, target: Node) -> None:
        parent = target.parent
        if target.id not in {"heartbeat", "announcer", "offline"}:
            self.applied.append((task.style, target.id))
        if parent is None:
            return
        if task.style == "delete":
            self._remove(target)
            return
        content = task.content.clone()
        kept = self._preserved(content)
        if task.style == "outerHTML":
            self._place(parent, parent.children.index(target), content.children)
            self._remove(target)
        elif task.style == "beforebegin":
            self._place(parent, parent.children.index(target), content.children)
        elif task.style == "beforeend":
            self._place(target, len(target.children), content.children)
        elif task.style in {"innerHTML", "innerMorph"}:  # morphing ends in the same content
            for child in list(target.children):
                self._remove(child) if isinstance(child, Node) else target.children.remove(child)
            self._place(target, 0, content.children)
        else:
            raise AssertionError(f"unknown swap style {task.style}")
        self._restore(kept)

    def _upsert(self, task: Task) -> None:
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
                self._place(parent, parent.children.index(existing[0]), [node])
                self._remove(existing[0])
                continue
            new, place = float(node.attributes[task.key]), len(target.children)
            for index, child in enumerate(target.children):
                if isinstance(child, Node) and task.key in child.attributes:
                    old = float(child.attributes[task.key])
                    if (new > old) if task.descending else (new < old):
                        place = index
                        break
            self._place(target, place, [node])
        self._restore(kept)

    def _preserved(self, content: Node) -> list[Node]:
        """Elements of the page that stay as they are although the new content has them too."""
        ids = [node.id for node in content.all() if "hx-preserve" in node.attributes]
        kept = [self.ids[identity][0] for identity in ids if identity in self.ids]
        for node in kept:
            self._remove(node)
        return kept

    def _restore(self, kept: list[Node]) -> None:
        for node in kept:
            if node.id in self.ids:
                new = self.ids[node.id][0]
                assert new.parent
                self._place(new.parent, new.parent.children.index(new), [node])
                self._remove(new)

    def _place(self, parent: Node, index: int, children: "list[Node | str]") -> None:
        parent.children[index:index] = children
        attached = self._attached(parent)
        for child in children:
            if isinstance(child, Node):
                child.parent = parent
                if attached:
                    self._index(child)

    def _remove(self, node: Node) -> None:
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
        return node is self.document

    def select(self, text: str) -> list[Node]:
        """`document.querySelectorAll`, for selectors that end in an id or a class."""
        if TYPED in (text := text.replace(f":not(:has({TYPED}))", "").replace(f":not(:has(.reply {TYPED}))", "")):
            return []  # nobody types here
        if ":not(:empty, " in text:
            return []  # and nobody's post fails
        found = []
        for steps in selector(text):
            last, before = steps[-1], steps[-2] if len(steps) > 1 else None
            if before and before.id and last.combinator == ">":
                nodes = [node for parent in self.ids.get(before.id, []) for node in parent.elements]
            else:
                assert last.id or last.classes, f"neither id nor class at the end of {text}"
                nodes = self.ids.get(last.id, []) if last.id else list(self.document.all())
            found += [node for node in nodes if self._matches(node, steps)]
        return found

    def _matches(self, node: Node, steps: tuple[Compound, ...]) -> bool:
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
            and set(step.classes) <= set(attributes.get("class", "").split())
            and all(attributes.get(name) == value for name, value in step.attributes)
            and all(self._has(node, inner) for inner in step.has)
            and not any(self._matches(node, other) for other in step.unless)
            and all(any(self._matches(node, other) for other in others) for others in step.one_of)
            and not (step.empty and node.children)
            and not step.focused  # nobody is anywhere
        )

    def _has(self, node: Node, inner: tuple[Compound, ...]) -> bool:
        last, beside = inner[-1], any(step.combinator == "~" for step in inner)
        others = self.document if beside else node
        candidates = self.ids.get(last.id, []) if last.id else list(others.all())
        return any(self._hangs_on(other, inner, node) for other in candidates)

    def _hangs_on(self, node: Node, steps: tuple[Compound, ...], scope: Node) -> bool:
        """Whether this element is what `steps` lead to from another one."""
        if not self._fits(node, steps[-1]):
            return False
        before = self._before(node, steps[-1].combinator)
        return any(other is scope if len(steps) == 1 else self._hangs_on(other, steps[:-1], scope) for other in before)


class Thread:
    """What a page shows of the comments on an entry."""

    def __init__(self, page: Page, entry: str) -> None:
        self.page, self.entry = page, entry
        self.list = next(page.ids[each][0] for each in (f"{entry}-comments", f"{entry}-excerpt") if each in page.ids)
        self.header = self.list.first("earlier")
        self.is_opened = self.list.first("opened") is not None
        self.link = page.element(f"{entry}-earlier-link").attributes.get("hx-get", "") if self.header else ""
        """What brings earlier ones; "" where all are there."""
        shown = [float(node.attributes["data-position"]) for node in self.list.elements if _is_post(node)]
        self.floor = min(shown, default=float("inf")) if self.link else 0
        """Position down to which it shows every comment, and up to which."""
        self.ceiling = max(shown, default=0) if self.list.first("later") else float("inf")

    def cut(self, floor: float, ceiling: float) -> None:
        """Leave what is between these positions, and nothing that tells how much somebody has opened."""
        for node in self.list.elements:
            out_of_range = node.tag == "article" and not floor <= float(node.attributes["data-position"]) <= ceiling
            if out_of_range or "later" in node.attributes["class"].split():
                self.page._remove(node)
        self.list.attributes = {**self.list.attributes, "id": f"{self.entry}-comments"}
        if self.header:
            total = self.page.element(f"{self.entry}-total")
            self.page._remove(total)
            for node in self.header.elements:
                self.page._remove(node)
            self.header.attributes, self.header.children = {**self.header.attributes, "class": "earlier"}, []
            self.page._place(self.header, 0, [total])
            if not total.text.strip():
                self.page._remove(self.header)


def alike(shown: Page, fresh: Page) -> tuple[Page, Page]:
    """Copies of two pages with as much of each thread as both show, where one shows more than the newest."""
    shown, fresh = shown.copy(), fresh.copy()
    for entry in {entry for page in (shown, fresh) for entry in page.headed if Thread(page, entry).is_opened}:
        if all(entry in page.ids for page in (shown, fresh)):
            threads = Thread(shown, entry), Thread(fresh, entry)
            floor, ceiling = max(each.floor for each in threads), min(each.ceiling for each in threads)
            for thread in threads:
                thread.cut(floor, ceiling)
    return shown, fresh


def unlike(shown: Page, fresh: Page) -> list[str]:
    """What differs between a page and a fresh one that reaches as far back: a diff, the fresh page's lines with +."""
    before, after = (page.normalised(shown.floor).splitlines() for page in (shown, fresh))
    return [] if before == after else list(unified_diff(before, after, "shown", "fresh", lineterm="", n=2))


def inserted(page: Page) -> list[str]:
    """Ids of the entries and comments that frames brought, as often as they brought them."""
    return [identity for style, identity in page.applied if style == "upsert"]


class Answer(NamedTuple):
    status: int
    headers: http.client.HTTPMessage
    text: str

    @property
    def seq(self) -> int:
        """Number of the change that this request made."""
        assert "Commentary-Seq" in self.headers, f"nothing was changed: {self.status}\n{self.text}"
        return int(self.headers["Commentary-Seq"])


class Visitor:
    """A browser: its cookies, and what somebody does with it over HTTP."""

    def __init__(self, url: str, name: str = "Ann") -> None:
        self.url = url
        self.netloc = urlsplit(url).netloc
        self.name = name
        self.cookies: dict[str, str] = {}
        self.token = ""
        self.patience = HANGING
        """Seconds to wait for an answer."""

    @property
    def cookie(self) -> str:
        return "; ".join(f"{name}={value}" for name, value in self.cookies.items())

    def request(self, method: str, path: str, body: object = None, headers: dict[str, str] | None = None) -> Answer:
        connection = http.client.HTTPConnection(self.netloc, timeout=self.patience)
        try:
            connection.request(method, path, body, {"Cookie": self.cookie} | (headers or {}))  # type: ignore[arg-type]
            response = connection.getresponse()
            text = response.read().decode()
            for value in response.headers.get_all("Set-Cookie", []):
                name, _, rest = value.partition("=")
                self.cookies[name] = rest.partition(";")[0]
            return Answer(response.status, response.headers, text)
        finally:
            connection.close()

    def get(self, path: str, *, htmx: bool = False) -> Answer:
        return self.request("GET", path, headers={"HX-Request": "true"} if htmx else None)

    def post(self, path: str, *, htmx: bool = True, **fields: str) -> Answer:
        if not self.token:
            self.fetch_token()
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "Origin": self.url,
            "X-CSRFToken": self.token,
        } | ({"HX-Request": "true"} if htmx else {})
        return self.request("POST", path, urlencode(fields), headers)

    def fetch_token(self) -> None:
        found = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', self.get("/sign-in/").text)
        assert found
        self.token = found[1]

    def sign_in(self, username: str = "olga", password: str = "correct horse battery") -> Self:
        answer = self.post("/sign-in/", htmx=False, username=username, password=password)
        assert answer.status == 302, answer.text
        self.fetch_token()
        return self

    def publish(self, slug: str, text: str) -> int:
        """Post an entry; returns the number of the change."""
        return self.post(f"/events/{slug}/entries/", name=self.name, text=text).seq

    def comment(self, slug: str, entry: Entry, text: str) -> int:
        return self.post(f"/events/{slug}/entries/{entry.pk}/comments/", name=self.name, text=text).seq

    def edit(self, slug: str, post: Entry | Comment, text: str) -> int:
        return self.post(f"{_path(slug, post)}/edit/", text=text).seq

    def remove(self, slug: str, post: Entry | Comment) -> int:
        return self.post(f"{_path(slug, post)}/remove/").seq


def _path(slug: str, post: Entry | Comment) -> str:
    kind, _, pk = post.id.partition("-")
    return f"/events/{slug}/{'entries' if kind == 'entry' else 'comments'}/{pk}"


def handshake(url: str, path: str, headers: dict[str, str]) -> Answer:
    """Ask for a WebSocket with these headers (Host is ours unless given) and return the answer, 101 or not."""
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=HANGING)
    try:
        upgrade = {
            "Connection": "Upgrade",
            "Upgrade": "websocket",
            "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
            "Sec-WebSocket-Version": "13",
        }
        connection.request("GET", path, headers=upgrade | headers)
        response = connection.getresponse()
        return Answer(response.status, response.headers, response.read().decode())
    finally:
        connection.close()


class ProtocolReader:
    """Somebody's open page of an event, or of one of its entries, and its socket once `connect()` is called."""

    def __init__(
        self, url: str, slug: str, visitor: Visitor | None = None, entry: Entry | None = None, *, query: str = ""
    ) -> None:
        self.slug = slug
        self.visitor = visitor or Visitor(url)
        self.query = query
        """What the address says of order and view."""
        self.path = f"/events/{slug}/" + (f"entries/{entry.pk}/" if entry else "") + (f"?{query}" if query else "")
        answer = self.visitor.get(self.path)
        assert answer.status == 200, answer.text
        self.html = answer.text
        self.page = Page(answer.text)
        self.frames: list[str] = []
        self.socket: ClientConnection | None = None
        self._connection = ExitStack()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *problem: object) -> None:
        self.disconnect()

    @classmethod
    def live(
        cls, url: str, slug: str, visitor: Visitor | None = None, entry: Entry | None = None, *, query: str = ""
    ) -> Self:
        """A page that is open, connected and level with the server."""
        reader = cls(url, slug, visitor, entry, query=query)
        try:
            reader.connect()
            reader.resume()
            reader.until(lambda page: page.heartbeat[0] == "live", "the first heartbeat")
        except BaseException:
            reader.disconnect()
            raise
        return reader

    def connect(self, unread: int | None = None) -> None:
        """Open the socket. With `unread`, nothing is read from it while so many frames wait to be received."""
        self.disconnect()
        connection = connect(
            f"ws://{self.visitor.netloc}{self.page.socket_path}",
            origin=Origin(self.visitor.url),
            additional_headers={"Cookie": self.visitor.cookie},
            open_timeout=HANGING,
            close_timeout=1,
            ping_interval=None,
            max_size=None,
            max_queue=unread,
            # Who does not read shall soon have much to read; deflated, the kernel would hold minutes of it.
            compression=None if unread else "deflate",
            proxy=None,
        )
        self.socket = self._connection.enter_context(connection)

    def disconnect(self) -> None:
        self._connection.close()
        self.socket = None

    def send(self, message: str | bytes) -> None:
        assert self.socket
        self.socket.send(message)

    def is_at(self, cursor: str) -> None:
        """As if this page were at another place than it is."""
        element = self.page.element("cursor")
        element.attributes = {**element.attributes, "value": cursor}

    def resume(self, cursor: str | None = None, *, beta: bool = True) -> None:
        """Say where the page is, as htmx 4 beta 6 does or as 4.0.1 does."""
        headers, body = {"HX-Request": "true", "HX-Request-ID": "5a"}, {"after": cursor or self.page.cursor}
        self.send(json.dumps({"headers": headers, "body": body} if beta else {**body, "headers": headers}))

    def receive(self, seconds: float = HANGING) -> str | None:
        """Take in the next frame and return it, or None if none comes in time."""
        assert self.socket
        try:
            frame = self.socket.recv(timeout=max(0.0, seconds))
        except TimeoutError:
            return None
        assert isinstance(frame, str)
        self.frames.append(frame)
        self._take(frame)
        return frame

    def until(self, check: Callable[[Page], object], what: str, seconds: float = HANGING) -> None:
        """Take in frames until the page is as `check` wants it."""
        end = time.monotonic() + seconds
        while not check(self.page):
            assert self.receive(end - time.monotonic()) is not None, (
                f"{what} did not come within {seconds:g} s; the page is at {self.page.cursor}"
            )

    def reaches(self, seq: int, seconds: float = HANGING) -> Page:
        """Take in frames until the page knows of this change."""
        self.until(lambda page: page.seq >= seq, f"change {seq}", seconds)
        return self.page

    def sees(self, text: str, seconds: float = HANGING) -> Page:
        self.until(lambda page: text in page.texts, f"“{text}”", seconds)
        return self.page

    def is_closed(self, seconds: float = HANGING) -> int:
        """Take in frames until the server closes the connection; returns the code."""
        end = time.monotonic() + seconds
        try:
            while self.receive(end - time.monotonic()) is not None:
                pass
        except ConnectionClosed as closed:
            return closed.rcvd.code if closed.rcvd else 1006
        raise AssertionError(f"The server did not close the connection within {seconds:g} s")

    def poll(self, cursor: str | None = None, status: int = 200) -> str:
        """The answer of the polling fallback, not yet applied."""
        path = f"/events/{self.slug}/changes/?{self.query}&after={cursor or self.page.cursor}"
        answer = self.visitor.get(path, htmx=True)
        assert answer.status == status, answer.text
        return answer.text

    def older_answer(self) -> str:
        """What “Show earlier entries” is answered with, not yet applied."""
        link = self.page.element("older-link").attributes["hx-get"]
        answer = self.visitor.get(f"{link}&after={self.page.cursor}", htmx=True)
        assert answer.status == 200, answer.text
        return answer.text

    def take_older(self, answer: str) -> None:
        """Apply such an answer; where it brings a resume form that sends itself, say so on the socket."""
        self._take(answer, self.page.element("older"))

    def opens_comments(self, entry: str) -> None:
        """Follow “Show earlier comments” on an entry, by its id."""
        answer = self.visitor.get(f"{Thread(self.page, entry).link}&after={self.page.cursor}", htmx=True)
        assert answer.status == 200, answer.text
        self._take(answer.text, self.page.element(f"{entry}-earlier"))

    def _take(self, html: str, target: Node | None = None) -> None:
        before = list(self.page.ids.get("resume", []))
        self.page.swap(html, target)
        form = self.page.ids.get("resume")
        if self.socket and form and before and form[0] not in before:
            assert form[0].attributes["hx-trigger"].startswith("load")
            self.resume()

    def fresh(self) -> View:
        """What somebody sees who opens the page now and asks for earlier entries until as many are shown."""
        return self._as_far(self._fresh())

    def _as_far(self, page: Page) -> View:
        """What a page shows of what this one does."""
        return page.view().up_to(self.page.ceiling) if page.is_oldest_first else page.view().down_to(self.page.floor)

    def _fresh(self) -> Page:
        other = copy(self)
        answer = self.visitor.get(self.path)
        assert answer.status == 200, answer.text
        other.page, other.socket = Page(answer.text), None
        cursor = other.page.cursor
        if self.page.is_oldest_first:
            while other.page.ceiling < self.page.ceiling:
                other.take_older(other.older_answer())
        else:
            while other.page.floor > self.page.floor:
                other.take_older(other.older_answer())
        for thread in [Thread(self.page, entry) for entry in self.page.headed if entry in other.page.headed]:
            while thread.is_opened and Thread(other.page, thread.entry).floor > thread.floor:
                other.opens_comments(thread.entry)
        assert other.page.cursor == cursor, "the event changed while it was read"
        return other.page

    def agrees(self) -> None:
        """Is this page what a fresh one is, to the last comment?"""
        mine, fresh = alike(self.page, self._fresh())
        assert mine.view() == self._as_far(fresh)


def agree(readers: list[ProtocolReader]) -> None:
    """Are all these pages what a fresh one is? Who had its list replaced may show less of it than others."""
    fresh = min(readers, key=lambda reader: reader.page.floor).fresh()
    assert [reader.page.view() for reader in readers] == [fresh.down_to(reader.page.floor) for reader in readers]
