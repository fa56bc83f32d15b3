"""Needs of the live protocol, as the comment at the top of a template states them, for people and for the check."""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.conf import settings
from django.template import Context, Engine, Template, engines

from feeds.gallery.contract.elements import Elements

_TOP = re.compile(
    r"\s*(?:\{% extends [^%]*%\}\s*)?(?P<about>(?:\{#.*?#\}\s*)+|\{% comment %\}.*?\{% endcomment %\})", re.DOTALL
)
_DELIMITERS = re.compile(r"\{#|#\}|\{% (?:end)?comment %\}")
_NEEDS = re.compile(
    r"Needs(?: when (?P<when>[^:]+))?: (?P<where>outer|any|<[\w-]+>|\.[\w-]+|#(?:\{\{.*?\}\}|[^\s{])+) ?(?P<what>.*)"
)
_ATTRIBUTE = re.compile(r'([^\s="]+)(?:="([^"]*)")?')


@dataclass(frozen=True)
class Need:
    """Attributes that an element must carry: the outer one, the one with this id, or any one with this tag or class."""

    where: str
    attributes: tuple[tuple[str, str | None], ...]
    when: str = ""

    def unmet(self, page: Elements, context: Context) -> str:
        """The missing part, in words; "" if nothing is missing."""
        if self.when and not rendered(f"{{% if {self.when} %}}yes{{% endif %}}", context):
            return ""
        if self.where[0] not in "#o":
            return self._unmet_by_all(page, context)
        if self.where == "outer":
            carrier, given = "the outer element", page.outer
        else:
            identity = rendered(self.where.removeprefix("#"), context)
            carrier = f"the element with {written('id', self.where.removeprefix('#'))}"
            carriers = [each.attributes for each in page.all if each.attributes.get("id") == identity]
            if not carriers:
                return f"an element must carry {written('id', self.where.removeprefix('#'))}"
            given = carriers[0]
        lacking = self._lacking(given, context)
        return f"{carrier} must carry {written(*lacking)}" if lacking else ""

    def _unmet_by_all(self, page: Elements, context: Context) -> str:
        tag, css_class = self.where.strip("<>"), self.where[1:] if self.where[0] == "." else ""
        for each in page.all:
            fits = css_class in each.classes() if css_class else tag in {each.tag, "any"}
            if fits and not self._lacking(each.attributes, context):
                return ""
        all_written = [written(*each) for each in (*((("class", css_class),) if css_class else ()), *self.attributes)]
        kind = "an element with" if css_class or tag == "any" else f"<{tag}> with"
        return f"there must be {kind} {' '.join(all_written)}"

    def _lacking(self, given: dict[str, str], context: Context) -> tuple[str, str | None] | None:
        for name, pattern in self.attributes:
            wanted = None if pattern is None else rendered(pattern, context)
            has = given.get(name)
            if has is None or (
                wanted is not None and not (wanted in has.split() if name == "class" else wanted == has)
            ):
                return name, pattern
        return None


@dataclass(frozen=True)
class Contract:
    """The comment at the top of a template."""

    about: str
    needs: tuple[Need, ...]
    for_everybody: bool
    """Whether it is broadcast or cached, and so the same for every viewer."""
    but: frozenset[str]
    """Names that it may use nevertheless. Broadcasts lack them, and cached pages have placeholders for them."""

    @classmethod
    def of(cls, text: str) -> "Contract":
        """The contract in a template's text."""
        top = _TOP.match(text)
        lines = [line.strip() for line in _DELIMITERS.sub("", top["about"] if top else "").strip().splitlines()]
        needs = []
        everybody, but = False, ""
        for line in lines:
            if found := _NEEDS.fullmatch(line):
                what = tuple((name, value) for name, value in _pairs(found["what"]))
                needs.append(Need(found["where"], what, found["when"] or ""))
            elif line.startswith("For: everybody"):
                everybody, but = True, line.partition(", but ")[2]
        return cls("\n".join(lines), tuple(needs), everybody, frozenset(re.findall(r"\w+", but)))

    @property
    def ids(self) -> Iterator[str]:
        """The ids that it asks for, as they are written in templates."""
        for need in self.needs:
            if need.where.startswith("#"):
                yield need.where.removeprefix("#")
            yield from (value for name, value in need.attributes if name == "id" and value)


def _pairs(text: str) -> Iterator[tuple[str, str | None]]:
    for match in _ATTRIBUTE.finditer(text):
        yield match[1], match[2]


def contract_of(template: str) -> Contract:
    """The contract of a template: that of ours, whoever's is in use."""
    path = Path(settings.ROOT, "templates", template)
    return _read(path, path.stat().st_mtime_ns) if path.is_file() else Contract.of("")


@cache
def _read(path: Path, _changed: int) -> Contract:
    return Contract.of(path.read_text())


def engine() -> Engine:
    """The engine that renders pages here and now."""
    return engines["django"].engine  # type: ignore[attr-defined]


@cache
def _compiled(text: str) -> Template:
    return engine().from_string(text)


def rendered(text: str, context: Context) -> str:
    """A piece of a contract in a context, such as an id."""
    return html.unescape(_compiled(text).render(context)) if "{" in text else text


def written(name: str, value: str | None) -> str:
    """An attribute as it is written in a template."""
    return name if value is None else f'{name}="{value}"'
