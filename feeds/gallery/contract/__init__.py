"""Requirements of the live protocol on each template, and a check that the templates in use meet them.

The comment at the top of a template states them, for people and for this module: see docs/designers.md. They are read
from the templates that come with Commentary. The check covers the templates that the loader finds, including a theme's.
So a theme can change everything but the required parts. Each template is rendered in the gallery's states.
"""

import logging
from collections.abc import Container, Iterator
from functools import partial

from django.core import checks
from django.template import Context
from django.utils import translation

from feeds import gallery
from feeds.gallery.contract import attributes, includes, kept, names, refreshing, sheets, texts, theme_file, wording
from feeds.gallery.contract.elements import Elements
from feeds.gallery.contract.needs import Contract, contract_of, engine, rendered, written
from feeds.gallery.contract.sources import Rendered, Sources, sources_of
from feeds.gallery.contract.viewers import another_viewer, seen_by_one
from feeds.gallery.contract.wording import is_ours

logger = logging.getLogger(__name__)


def about(template: str) -> str:
    """The comment at the top of a template, for people."""
    return contract_of(template).about


def problems(template: str, *, everywhere: bool = True) -> list[str]:
    """Problems of a template, as sentences. `everywhere`: also in states that differ from another only in words."""
    sources = sources_of(engine())
    key = ("problems", template, everywhere, translation.get_language(), frozenset(_another(sources)))
    try:
        return list(dict.fromkeys(sources.look(key, partial(_problems, template, sources, everywhere))))
    except Exception as error:
        return [wording.in_words(template, error, sources)]


def in_words(template: str, error: Exception) -> str:
    """The error of a template as a sentence, with the line if it is known."""
    return wording.in_words(template, error, sources_of(engine()))


def uncompiled(template: str) -> str:
    """Why a template does not compile, as a sentence with its line; "" if it does."""
    sources = sources_of(engine())
    try:
        sources.get_template(template)
    except Exception as error:
        return wording.in_words(template, error, sources)
    return ""


def check() -> list[checks.CheckMessage]:
    """The problems of all templates and style sheets, for `manage.py check`: see apps.py."""
    key = kept.key_of_files()
    found = kept.recall(key)
    if found is None:
        found = kept.Findings({name: problems(name, everywhere=False) for name in gallery.templates()})
        look_beside(found)
        kept.keep(key, found)
    sources = sources_of(engine())
    told = {problem: name for name, said in found.problems.items() for problem in said}
    return [
        *(
            checks.Error(said, hint=f"It is in {sources.path(name)}.", id="commentary.E001")
            for said, name in told.items()
        ),
        *(checks.Error(said, id="commentary.E002") for said in found.wrong or ()),
        *(checks.Warning(said, id="commentary.W002") for said in found.hints or ()),
    ]


def look_beside(found: kept.Findings) -> None:
    """Adds what belongs to no template: what goes stale, the problems of style sheets, and what is odd."""
    found.wrong, found.hints = [*unrefreshed(), *sheets.problems()], hints()


def unrefreshed() -> list[str]:
    """Parts of templates that go stale on open pages, as sentences."""
    sources = sources_of(engine())
    if sources.stale is None:
        try:
            sources.stale = list(dict.fromkeys(refreshing.unrefreshed(sources)))
        except Exception as error:  # it stands under the name of its template
            logger.debug("No change could be tried: %s", error)
            sources.stale = []
    return sources.stale


def hints() -> list[str]:
    """Oddities of a theme that break nothing, as sentences."""
    sources = sources_of(engine())
    if sources.hints is None:
        sources.hints = list(
            dict.fromkeys((*includes.strays(sources), *_in_one_language(sources), *theme_file.uncompiled()))
        )
    return sources.hints


def _in_one_language(sources: Sources) -> Iterator[str]:
    """Texts of a theme that are not translated: it may be for one language on purpose."""
    for template in gallery.templates():
        if not wording.is_ours(sources.path(template)):
            for state in gallery.states_of(template):
                result = Rendered(state.render(sources), sources)
                for fault in texts.untranslated(result, Elements(result.html)):
                    path, line = result.place(fault.offset)
                    if not wording.is_ours(path):
                        yield wording.at(path, line, fault.said)


def _another(sources: Sources) -> dict[str, object]:
    """The context of another viewer, which all contracts together make."""
    if not sources.another:
        sources.another = another_viewer()
    return sources.another


def _problems(template: str, sources: Sources, everywhere: bool) -> Iterator[str]:
    contract = contract_of(template)
    name = wording.named(sources.path(template))
    if "Context:" not in contract.about:
        yield f"{name}: it must begin with a comment that says “Context: …”, the names it uses"
    compiled = sources.get_template(template)
    other = _another(sources) if contract.for_everybody else {}
    own = includes.own_files(compiled, sources)
    if missing := list(includes.missing(own, sources)):
        yield from missing
        return
    if contract.for_everybody:
        yield from (f"{name}: {said}" for said in seen_by_one(compiled, sources, contract.but))
    said: dict[str, str] = {}
    given: set[str] = set()
    for state in gallery.states_of(template):
        if everywhere or not state.is_ordinary:
            result = Rendered(state.render(sources), sources)
            page = Elements(result.html)
            yield from _located(result, page, own)
            given |= state.context.keys()
            found = [] if page.is_cut else _wrong_in(state, page, contract)
            if other and state.render(sources, **other) != result.marked:
                found = [*found, "it is not the same for two viewers"]
            said = dict.fromkeys(found, f" (in the state “{state.name}”)") | said
    yield from (f"{name}: {each}{where}" for each, where in said.items())
    for path, part in own.items():
        if path == str(compiled.origin.name) or not is_ours(path):
            yield from names.unknown(template, part, given, sources)


def _located(result: Rendered, page: Elements, own: Container[str]) -> Iterator[str]:
    """Mistakes in one state that are in these files, with their lines."""
    if page.faults:
        page = Elements(result.html, lambda offset: result.place(offset)[0])
    found = [*page.faults, *(each for element in page.all for each in attributes.faults(element))]
    plain = texts.untranslated(result, page)
    for fault, is_wrong in (*((each, True) for each in found), *((each, False) for each in plain)):
        path, line = result.place(fault.offset)
        if path in own and (is_wrong or wording.is_ours(path)):
            yield wording.at(path, line, fault.said)


def _wrong_in(state: gallery.State, page: Elements, contract: Contract) -> list[str]:
    """Parts that the live path lacks in one state."""
    context = Context(state.context)
    found = [unmet for need in contract.needs if (unmet := need.unmet(page, context))]
    twice = {identity for part, identity in page.ids if page.ids.count((part, identity)) > 1}
    ids = {rendered(value, context): value for value in contract.ids} if twice else {}
    found += [f"only one element may carry {written('id', ids.get(each, each))}" for each in sorted(twice)]
    return found
