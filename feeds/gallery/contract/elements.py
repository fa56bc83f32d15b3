"""Elements of rendered HTML, as the contract looks at them, and the mistakes that browsers make something else of."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from html import unescape

VOID = {
    *("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"),
}
"""Elements without an end tag."""
_RAW = {"script", "style", "textarea", "title"}
"""Elements whose contents are text."""
_PARTS = {"hx-partial", "hx-upsert"}
_ENDS_P = {
    *("address", "article", "aside", "blockquote", "details", "div", "dl", "fieldset", "figure", "footer", "form"),
    *("h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "main", "menu", "nav", "ol", "p", "pre", "section"),
    *("table", "ul"),
}
"""Elements at whose beginning browsers end a paragraph (HTML, 13.2.6.4.7)."""
_ALONE = {"a", "button", "form"}
"""Elements that cannot be within one of their kind."""
_BOUNDS = {"td", "th", "table", "caption", "object", "template", *_PARTS}

_NAME = r"""[^\s"'<>/=]++"""
_VALUE = r""""[^"]*"|'[^']*'|[^\s"'=<>`]+"""
_OPENED = re.compile(rf"<([a-zA-Z][^\s/>]*)((?:\s+{_NAME}(?:\s*=\s*(?:{_VALUE}))?)*)\s*(/?)>")
_CLOSED = re.compile(r"</([a-zA-Z][^\s/>]*)\s*>")
_ATTRIBUTE = re.compile(rf"\s+({_NAME})(?:\s*=\s*({_VALUE})|(?!\s*=))")
_BROKEN = re.compile(r"<([a-zA-Z][^\s/>]*)")


@dataclass(eq=False)
class Element:
    """An element: where it stands in the text, and where its contents do."""

    tag: str
    attributes: dict[str, str]
    start: int
    inside: int
    end_inside: int = -1
    end: int = -1
    around: "Element | None" = None
    within: str | None = None
    """The file its start tag is in, where that is known."""

    def classes(self) -> list[str]:
        """The names in its class attribute."""
        return self.attributes.get("class", "").split()


@dataclass(frozen=True)
class Fault:
    """A mistake in HTML, and where it is."""

    offset: int
    said: str


@dataclass
class Elements:
    """All elements of some HTML, and what is wrong with it.

    `file_of` tells the file of an offset. With it, end tags end elements of their own file, so that a mistake is found
    in the file in which it was made.
    """

    text: str
    file_of: Callable[[int], str] | None = None
    all: list[Element] = field(default_factory=list)
    ids: list[tuple[int, str]] = field(default_factory=list)
    """Ids of all elements, each with the number of the <hx-partial> or <hx-upsert> around it."""
    texts: list[tuple[int, int]] = field(default_factory=list)
    """Beginnings and ends of the texts between tags."""
    faults: list[Fault] = field(default_factory=list)
    is_cut: bool = False
    """Whether nothing after the last fault makes sense."""
    _open: list[Element] = field(default_factory=list)
    _part: int = 0

    def __post_init__(self) -> None:
        at: int | None = 0
        while at is not None and at < len(self.text):
            found = self.text.find("<", at)
            end = found if found >= 0 else len(self.text)
            self.texts.append((at, end))
            at = self._read(end) if found >= 0 else end
        self.is_cut = at is None
        for element in reversed([] if self.is_cut else self._open):
            self._left_open(element, len(self.text), "")

    @property
    def outer(self) -> dict[str, str]:
        """Attributes of the first element."""
        return self.all[0].attributes if self.all else {}

    def _read(self, at: int) -> int | None:
        """Reads what begins with this “<”; returns where to go on, or None where nothing after it makes sense."""
        if opened := _OPENED.match(self.text, at):
            return self._start(opened)
        if closed := _CLOSED.match(self.text, at):
            self._end(closed[1].lower(), at, closed.end())
            return closed.end()
        if self.text.startswith("<!", at):
            end = self.text.find("-->" if self.text.startswith("<!--", at) else ">", at)
            if end < 0:
                self.faults.append(Fault(at, "the comment is not closed. Add -->."))
            return end if end >= 0 else None
        if _BROKEN.match(self.text, at):
            self.faults.append(self._broken(at))
            return None
        if re.match(r"</[a-zA-Z]", self.text[at : at + 3]):
            self.faults.append(Fault(at, f"{_short(self.text[at:])} is not closed. Add >."))
            return None
        return at + 1

    def _start(self, match: re.Match[str]) -> int:
        tag, at = match[1].lower(), match.start()
        given: dict[str, str] = {}
        for name, value in _ATTRIBUTE.findall(match[2]):
            if name.lower() in given:
                self.faults.append(
                    Fault(at, f"<{tag}> has {name} twice, and browsers ignore the second. Remove one of them.")
                )
            else:
                given[name.lower()] = unescape(value[1:-1] if value[:1] in {'"', "'"} else value)
        element = Element(tag, given, at, match.end(), around=self._open[-1] if self._open else None)
        element.within = self.file_of(at) if self.file_of else None
        self.all.append(element)
        self._part += tag in _PARTS
        if "id" in given:
            self.ids.append((self._part, given["id"]))
        self._misplaced(element)
        is_drawn = tag == "svg" or any(each.tag in {"svg", "math"} for each in self._open)
        if tag in VOID or (match[3] and is_drawn):
            element.end_inside = element.end = match.end()
        elif match[3]:
            self.faults.append(
                Fault(at, f"browsers ignore the / of <{tag} />, so it is not closed. Write <{tag}></{tag}>.")
            )
        else:
            self._open.append(element)
        if tag in _RAW and not is_drawn:
            end = re.compile(f"</{tag}", re.IGNORECASE).search(self.text, match.end())
            until = end.start() if end else len(self.text)
            if tag not in {"script", "style"}:
                self.texts.append((match.end(), until))
            return until
        return match.end()

    def _misplaced(self, element: Element) -> None:
        for outer in reversed(self._open):
            if outer.tag in _BOUNDS:
                return
            if (outer.tag == "p" and element.tag in _ENDS_P) or (outer.tag == element.tag and element.tag in _ALONE):
                said = f"<{element.tag}> cannot be in <{outer.tag}>: browsers end the <{outer.tag}> before it."
                cure = "Use <div> around it instead." if outer.tag == "p" else "Put it after the other one."
                self.faults.append(Fault(element.start, f"{said} {cure}"))
                return

    def _end(self, tag: str, at: int, end: int) -> None:
        file = self.file_of(at) if self.file_of else None
        fitting = [each for each in self._open if each.tag == tag and each.within in {file, None}]
        if not fitting:
            void = tag in VOID and f"<{tag}> has no end tag."
            self.faults.append(Fault(at, f"</{tag}> closes nothing. {void or ''}".strip() + " Remove it."))
            return
        while (element := self._open.pop()) is not fitting[-1]:
            self._left_open(element, at, f" before </{tag}>")
        element.end_inside, element.end = at, end

    def _left_open(self, element: Element, at: int, where: str) -> None:
        element.end_inside = element.end = at
        self.faults.append(Fault(element.start, f"<{element.tag}> is not closed. Add </{element.tag}>{where}."))

    def _broken(self, at: int) -> Fault:
        """The fault of a start tag that cannot be read."""
        tag = _BROKEN.match(self.text, at)
        place, last = tag.end() if tag else at, None
        while attribute := _ATTRIBUTE.match(self.text, place):
            place, last = attribute.end(), attribute
        rest, is_apart = self.text[place:].lstrip(), self.text[place : place + 1].isspace()
        if last and re.search(r"[<>\n]|[\w-]=.$", last[2] or ""):
            opened = f"{last[1]}={_short(last[2])}"
        elif last and last[2] and not is_apart and re.match(_NAME, rest):
            return Fault(at, f"a space is missing after {last[1]}={last[2]} in <{tag[1] if tag else ''}>. Add it.")
        elif unclosed := re.match(rf"({_NAME})\s*=\s*([\"'][^<>\n]*)", rest):
            opened = f"{unclosed[1]}={unclosed[2][:60]}"
        else:
            return Fault(at, f"<{tag[1] if tag else ''} is not a complete tag. Check its quotes, and end it with >.")
        return Fault(at, f"the quote in {opened} is not closed. Add a {opened.partition('=')[2][:1]} where it ends.")


def _short(text: str) -> str:
    """The beginning of a text, up to the next “<”, “>” or line."""
    return text[:1] + re.split(r"[<>\n]", text[1:60], maxsplit=1)[0]
