"""Requirements of the live protocol on each template, and a check that the templates in use meet them.

The comment at the top of a template states them, for people and for this module: see docs/designers.md. They are read
from the templates that come with Commentary. The check covers the templates that the loader finds, including a theme's.
So a theme can change everything but the required parts. Each template is rendered in the gallery's states.
"""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core import checks
from django.http import HttpRequest, QueryDict
from django.template import Context, Engine, Template, TemplateDoesNotExist, TemplateSyntaxError, engines
from django.template.base import FilterExpression, Node, NodeList, TokenType, Variable
from django.template.defaulttags import CsrfTokenNode
from django.template.loader_tags import IncludeNode
from django.template.smartif import TokenBase

from feeds import gallery
from feeds.gallery.elements import Elements

VIEWER = {"request", "user", "perms", "messages", "visitor", "hosting", "csrf_token", "remembered"}
"""Names in a template's context that identify the viewer."""

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
        if self.when and not _rendered(f"{{% if {self.when} %}}yes{{% endif %}}", context):
            return ""
        if self.where[0] not in "#o":
            return self._unmet_by_all(page, context)
        if self.where == "outer":
            carrier, given = "the outer element", page.outer
        else:
            identity = _rendered(self.where.removeprefix("#"), context)
            carrier = f"the element with {_written('id', self.where.removeprefix('#'))}"
            carriers = [attrs for _, attrs in page.found if attrs.get("id") == identity]
            if not carriers:
                return f"an element must carry {_written('id', self.where.removeprefix('#'))}"
            given = carriers[0]
        lacking = self._lacking(given, context)
        return f"{carrier} must carry {_written(*lacking)}" if lacking else ""

    def _unmet_by_all(self, page: Elements, context: Context) -> str:
        tag, css_class = self.where.strip("<>"), self.where[1:] if self.where[0] == "." else ""
        for name, given in page.found:
            fits = css_class in given.get("class", "").split() if css_class else tag in {name, "any"}
            if fits and not self._lacking(given, context):
                return ""
        written = [_written(*each) for each in (*((("class", css_class),) if css_class else ()), *self.attributes)]
        return (
            f"there must be {'an element with' if css_class or tag == 'any' else f'<{tag}> with'} {' '.join(written)}"
        )

    def _lacking(self, given: dict[str, str], context: Context) -> tuple[str, str | None] | None:
        for name, pattern in self.attributes:
            wanted = None if pattern is None else _rendered(pattern, context)
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


def _pairs(text: str) -> Iterator[tuple[str, str | None]]:
    for match in _ATTRIBUTE.finditer(text):
        yield match[1], match[2]


def about(template: str) -> str:
    """The comment at the top of a template, for people."""
    return _contract(template).about


def problems(template: str, *, everywhere: bool = True) -> list[str]:
    """Problems of a template, as sentences. `everywhere`: also in states that differ from another only in words."""
    contract = _contract(template)
    said: dict[str, str] = {}
    if "Context:" not in contract.about:
        said["it must begin with a comment that says “Context: …”, the names it uses"] = ""
    try:
        compiled = _engine().get_template(template)
        if contract.for_everybody:
            said |= dict.fromkeys(_seen_by_one(compiled, contract.but), "")
        other = _another() if contract.for_everybody else {}
        for state in gallery.states_of(template):
            if everywhere or not state.is_ordinary:
                said = dict.fromkeys(_wrong_in(state, contract, other), f" (in the state “{state.name}”)") | said
    except Exception as error:
        return [in_words(template, error)]
    return [f"{named(template)}: {each}{where}" for each, where in said.items()]


def named(template: str) -> str:
    """A template's name; its path if it is a theme's, since Commentary has one of the same name."""
    path = _found(template)
    ours = Path(settings.ROOT, "templates")
    return template if path == template or Path(path).is_relative_to(ours) else path


def _wrong_in(state: gallery.State, contract: Contract, other: dict[str, Any]) -> Iterator[str]:
    """Problems in one state. `other` is the context of another viewer, if the result must not depend on the viewer."""
    text = state.render()
    page, context = Elements(text), Context(state.context)
    for need in contract.needs:
        if unmet := need.unmet(page, context):
            yield unmet
    twice = {identity for part, identity in page.ids if page.ids.count((part, identity)) > 1}
    names = {_rendered(value, context): value for value in _ids_in(contract)} if twice else {}
    for identity in sorted(twice):
        yield f"only one element may carry {_written('id', names.get(identity, identity))}"
    if other and state.render(**other) != text:
        yield "it is not the same for two viewers"


def _ids_in(contract: Contract) -> Iterator[str]:
    for need in contract.needs:
        if need.where.startswith("#"):
            yield need.where.removeprefix("#")
        yield from (value for name, value in need.attributes if name == "id" and value)


def _another() -> dict[str, Any]:
    """A context for a different viewer, without the names that some partial may use."""
    request = HttpRequest()
    request.method, request.path, request.GET = "GET", "/viewer/", QueryDict("viewer=1")
    request.META["QUERY_STRING"] = "viewer=1"
    return dict.fromkeys(VIEWER - _but(gallery.templates()), "viewer") | {"request": request}


def _but(names: list[str]) -> frozenset[str]:
    return frozenset().union(*(_contract(name).but for name in names))


def _seen_by_one(compiled: Template, but: frozenset[str], seen: frozenset[str] = frozenset()) -> Iterator[str]:
    """Names that identify the viewer, used in a template or in included ones without a contract of their own."""
    for name in _names(compiled.nodelist):
        if name in VIEWER - but:
            yield f"everybody gets the same of it, so it cannot use {name}"
    for include in _nodes(compiled.nodelist, IncludeNode):
        named = include.template.var
        if isinstance(named, str) and named not in seen and not _contract(named).about:
            yield from _seen_by_one(_engine().get_template(named), but, seen | {named})


def _parts(thing: object) -> Iterator[Any]:
    """A node and everything that hangs on it."""
    waiting, done = [thing], set()
    while waiting:
        part = waiting.pop()
        if id(part) in done:
            continue
        done.add(id(part))
        if isinstance(part, dict):
            waiting += part.values()
        elif isinstance(part, list | tuple):
            waiting += part
        elif isinstance(part, Node | FilterExpression | Variable | TokenBase | NodeList):
            yield part
            slots = (
                getattr(part, name, None) for kind in type(part).__mro__ for name in getattr(kind, "__slots__", ())
            )
            waiting += [*getattr(part, "__dict__", {}).values(), *slots]


def _nodes(thing: object, kind: type) -> Iterator[Any]:
    return (part for part in _parts(thing) if isinstance(part, kind))


def _names(thing: object) -> list[str]:
    """First parts of all names that are looked up, sorted."""
    found = {variable.lookups[0] for variable in _nodes(thing, Variable) if variable.lookups}
    return sorted(found | ({"csrf_token"} if any(_nodes(thing, CsrfTokenNode)) else set()))


def in_words(template: str, error: Exception) -> str:
    """The error of a template as a sentence, with the line if it is known."""
    token, debug = getattr(error, "token", None), getattr(error, "template_debug", None) or {}
    line = token.lineno if token is not None and token.token_type != TokenType.TEXT else debug.get("line")
    inner, where = debug.get("name", ""), f", line {line}" if line else ""
    if inner and inner != _found(template):
        where += f" of {inner}"
    kind = "" if isinstance(error, TemplateSyntaxError | TemplateDoesNotExist) else f"{type(error).__name__}: "
    return f"{named(template)}{where}: {kind}{error}"


def _contract(template: str) -> Contract:
    path = Path(settings.ROOT, "templates", template)
    return _read(path, path.stat().st_mtime_ns) if path.is_file() else Contract.of("")


@cache
def _read(path: Path, _changed: int) -> Contract:
    return Contract.of(path.read_text())


def _engine() -> Engine:
    return engines["django"].engine  # type: ignore[attr-defined]


@cache
def _compiled(text: str) -> Template:
    return _engine().from_string(text)


def _rendered(text: str, context: Context) -> str:
    return html.unescape(_compiled(text).render(context)) if "{" in text else text


def _written(name: str, value: str | None) -> str:
    return name if value is None else f'{name}="{value}"'


def check() -> list[checks.CheckMessage]:
    """The problems of all templates, for `manage.py check`: see apps.py."""
    return [
        checks.Error(problem, hint=f"It is in {_found(name)}.", id="commentary.E001")
        for name in gallery.templates()
        for problem in problems(name, everywhere=False)
    ]


def _found(template: str) -> str:
    try:
        return str(_engine().find_template(template)[1])
    except Exception:
        there = (Path(folder, template) for folder in _engine().dirs)
        return next((str(path) for path in there if path.is_file()), template)
