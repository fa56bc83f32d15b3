"""What the live protocol needs of each template, and whether the one that is in use has it.

The comment at the top of a template says so, for people and for this module alike: see docs/designers.md. It is read
from the templates that come with Commentary; checked is whatever the template loader finds, a theme's included. So a
theme can change all but what the comment asks for. Each template is rendered in the states of the gallery.
"""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from html.parser import HTMLParser
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

VIEWER = {"request", "user", "perms", "messages", "visitor", "hosting", "csrf_token", "remembered"}
"""Names in a template's context that tell who is looking."""

_TOP = re.compile(r"\s*(?:(?:\{#.*?#\}\s*)+|\{% comment %\}.*?\{% endcomment %\})", re.DOTALL)
_MARKS = re.compile(r"\{#|#\}|\{% (?:end)?comment %\}")
_NEEDS = re.compile(
    r"Needs(?: when (?P<when>[^:]+))?: (?P<where>outer|any|<[\w-]+>|\.[\w-]+|#(?:\{\{.*?\}\}|[^\s{])+) ?(?P<what>.*)"
)
_ATTRIBUTE = re.compile(r'([^\s="]+)(?:="([^"]*)")?')


@dataclass(frozen=True)
class Need:
    """Attributes that an element must carry: the outer one, the one with this id, or any one with this tag."""

    where: str
    attributes: tuple[tuple[str, str | None], ...]
    when: str = ""

    def unmet(self, page: "Elements", context: Context) -> str:
        """What is missing, in words; "" if nothing is."""
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

    def _unmet_by_all(self, page: "Elements", context: Context) -> str:
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
    """What the comment at the top of a template says."""

    about: str
    needs: tuple[Need, ...]
    for_everybody: bool
    """Whether it is broadcast or kept, and so the same for every viewer."""
    but: frozenset[str]
    """Names it uses nevertheless: where it is broadcast they are not there, and what is kept has stand-ins for them."""

    @classmethod
    def of(cls, text: str) -> "Contract":
        top = _TOP.match(text)
        lines = [line.strip() for line in _MARKS.sub("", top[0] if top else "").strip().splitlines()]
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


class Elements(HTMLParser):
    """All elements of some HTML with their attributes; `outer` has those of the first."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str]]] = []
        self.ids: list[tuple[int, str]] = []
        """Of all elements that have one, each with the number of the <hx-partial> or <hx-upsert> that it is in."""
        self.part = 0
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.found.append((tag, given))
        self.part += tag in {"hx-partial", "hx-upsert"}
        if "id" in given:
            self.ids.append((self.part, given["id"]))

    @property
    def outer(self) -> dict[str, str]:
        return self.found[0][1] if self.found else {}


def about(template: str) -> str:
    """What the comment at the top of a template says, for people."""
    return _contract(template).about


def problems(template: str, *, everywhere: bool = True) -> list[str]:
    """What is wrong with a template, in sentences. `everywhere`: also where only words differ from another state."""
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
    """A template's name; of one that is not ours the path, since another of that name comes with Commentary."""
    path = _found(template)
    ours = Path(settings.ROOT, "templates")
    return template if path == template or Path(path).is_relative_to(ours) else path


def _wrong_in(state: gallery.State, contract: Contract, other: dict[str, Any]) -> Iterator[str]:
    """`other`: what is different for another viewer, where that must not matter."""
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
    """Somebody who looks at it, unlike whom the state has, or anybody; without what some partial may use."""
    request = HttpRequest()
    request.method, request.path, request.GET = "GET", "/viewer/", QueryDict("viewer=1")
    request.META["QUERY_STRING"] = "viewer=1"
    return dict.fromkeys(VIEWER - _but(gallery.templates()), "viewer") | {"request": request}


def _but(names: list[str]) -> frozenset[str]:
    return frozenset().union(*(_contract(name).but for name in names))


def _seen_by_one(compiled: Template, but: frozenset[str], seen: frozenset[str] = frozenset()) -> Iterator[str]:
    """Names it uses that tell who is looking, also in what it includes, unless that says itself whom it is for."""
    for name in _names(compiled.nodelist):
        if name in VIEWER - but:
            yield f"everybody gets the same of it, so it cannot use {name}"
    for include in _nodes(compiled.nodelist, IncludeNode):
        named = include.template.var
        if isinstance(named, str) and named not in seen and not _contract(named).about:
            yield from _seen_by_one(_engine().get_template(named), but, seen | {named})


def _parts(thing: Any) -> Iterator[Any]:
    """A node, and whatever hangs on it."""
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


def _nodes(thing: Any, kind: type) -> Iterator[Any]:
    return (part for part in _parts(thing) if isinstance(part, kind))


def _names(thing: Any) -> list[str]:
    """First parts of all names that are looked up, sorted."""
    found = {variable.lookups[0] for variable in _nodes(thing, Variable) if variable.lookups}
    return sorted(found | ({"csrf_token"} if any(_nodes(thing, CsrfTokenNode)) else set()))


def in_words(template: str, error: Exception) -> str:
    """What a template does wrong, with the line where that is known."""
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
def _read(path: Any, _changed: int) -> Contract:
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
    """For `manage.py check`: see apps.py."""
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
