"""`/design/`: every partial in every state, for designers."""

import re
from dataclasses import dataclass
from typing import Any

from csp.constants import NONE, SELF
from csp.decorators import csp_replace, csp_update
from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.template import Context, Engine
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_safe

from feeds import gallery
from feeds.access import rules
from feeds.gallery import contract, evidence, swatches, tree
from feeds.gallery.evidence import Audited, Picture
from feeds.gallery.inert import inert
from feeds.gallery.known import is_complete
from feeds.gallery.live_reload import watch
from feeds.gallery.switches import MEDIA, SCHEMES, Switches, choices, frames_of
from feeds.gallery.switches import sheet as switched_sheet
from feeds.gallery.tried_templates import TAG
from feeds.values.colours import READABLE
from feeds.views import HtmxRequest
from feeds.views.caching import PRIVATE

_TAG = re.compile(rf"""<(?!div id="watching"|span id="reload"){TAG}""")
"""A tag in a state, whose attributes htmx must not act on."""


@dataclass(frozen=True)
class Looked:
    """A state as the gallery lists it: with what axe found in it, if it looked, and its last pictures."""

    state: gallery.State
    audited: Audited | None
    pictures: list[Picture]


@dataclass(frozen=True)
class Shown:
    """A template as the gallery lists it."""

    template: str
    about: str
    problems: list[str]
    states: list[Looked]
    used_by: list[str]


@require_safe
@csp_update({"frame-src": [SELF]})  # type: ignore[arg-type]  # its types know of no arguments but the request
def overview(request: HtmxRequest) -> HttpResponse:
    """GET shows the tree of all templates, or of those with the words in `?q=`, and the states of `?only=`.

    `?only=` is a template, or a folder with a slash at its end. `?state=` chooses one of its states; `?width=`,
    `?scheme=` and the switches say how they are shown.
    """
    rules.require_designer(request.user)
    only, one, search = (request.GET.get(name, "") for name in ("only", "state", "q"))
    # All of them take too long for a request: they are checked in the background.
    found = watch.findings()
    names = [name for name in gallery.templates() if only and (name == only or (only[-1] == "/" and _in(name, only)))]
    users = tree.used_by() if names else {}
    problems = {only: watch.known.problems_of(only)} if only in names else dict(found.problems)
    context: dict[str, Any] = {
        "shown": [_shown(name, one, problems.get(name, []), users.get(name, [])) for name in names],
        "one": one,
        "only": only,
    }
    context |= {"folders": tree.tree(search), "search": search, "build": settings.BUILD, "broken": watch.broken}
    context |= {"complete": is_complete(found), "wrong": found.wrong, "hints": found.hints}
    context["current"] = only.rpartition("/")[0] + "/" if "/" in only else ""
    context["faulty"] = [(name, said) for name, each in sorted(problems.items()) for said in each]
    return _for_designers(render(request, "design/gallery.html", context | _choices(request)))


def _in(name: str, folder: str) -> bool:
    """Whether a template is in a folder, and in none of its folders."""
    return name.rpartition("/")[0] + "/" == folder


def _choices(request: HtmxRequest) -> dict[str, Any]:
    """The choices there are, those made, and the frames that they make of a state."""
    switches, chosen = Switches.parse(request.GET), request.GET.copy()
    for name in ("only", "state", "q", "reload"):
        chosen.pop(name, None)
    context = {"choices": choices(request.GET), "switches": switches, "frames": frames_of(request.GET)}
    return context | {"chosen": chosen.urlencode()}


@require_safe
def colours(request: HtmxRequest) -> HttpResponse:
    """GET shows the colours of the style sheets in use on each paper, with their contrast."""
    rules.require_designer(request.user)
    context: dict[str, Any] = {"schemes": swatches.schemes(), "papers": swatches.PAPERS, "broken": watch.broken}
    context |= {"readable": READABLE, "visible": swatches.VISIBLE, "build": settings.BUILD}
    return _for_designers(render(request, "design/colours.html", context))


@require_safe
def sheet(request: HtmxRequest, medium: str, name: str) -> HttpResponse:
    """GET returns a style sheet as it is in a medium that the browser does not have, such as print."""
    rules.require_designer(request.user)
    text = switched_sheet(medium, name) if medium in MEDIA else None
    if text is None:
        raise Http404
    return _for_designers(HttpResponse(text, content_type="text/css"))


@require_safe
@csp_replace({"form-action": [NONE], "connect-src": [SELF if settings.WATCH_TEMPLATES else NONE]})  # type: ignore[arg-type]
def state(request: HtmxRequest, template: str, state: str) -> HttpResponse:
    """GET shows one template in one state. Nothing in it works: there are no scripts, and links and forms lead nowhere.

    A page that watches templates has htmx, except in a frame (`?v=`). The attributes of the state are hidden from it.
    """
    rules.require_designer(request.user)
    switches = Switches.parse(request.GET)
    with translation.override(switches.language or translation.get_language()):
        found = next((each for each in _states(template) if each.slug == state), None)
        if found is None:
            raise Http404
        return _for_designers(HttpResponse(switches.dress(_page(request, found, switches.engine()))))


@require_safe
def picture(request: HtmxRequest, template: str, state: str, width: int, scheme: str) -> HttpResponse:
    """GET returns the last picture of a state that `make gallery` took."""
    rules.require_designer(request.user)
    is_known = scheme in SCHEMES and any(each.slug == state for each in tree.listed(template))
    file = evidence.picture(template, state, width, scheme) if is_known else None
    if file is None:
        raise Http404
    return _for_designers(HttpResponse(file.read_bytes(), content_type="image/png"))


def _page(request: HtmxRequest, found: gallery.State, engine: Engine | None) -> str:
    """The page of one state, with the templates of an engine if it is not the one in use."""
    scheme = request.GET.get("scheme", "")
    how: dict[str, Any] = {"scheme": scheme if scheme in SCHEMES else "", "still": found.around}
    how["watching"] = settings.WATCH_TEMPLATES and "v" not in request.GET and not engine
    how |= {"build": settings.BUILD, "broken": watch.broken} if how["watching"] else {}
    try:
        # The overview frames dozens of these, and each would scroll to the field with the focus.
        html, problem = found.render(engine, **how).replace(" autofocus", ""), ""
    except Exception as error:
        html, problem = "", contract.in_words(found.template, error)
    sent = html if "<hx-" in html else ""
    html = format_html('<pre class="source">{}</pre>', html) if found.is_mail else inert(html)
    if how["watching"]:
        html = _TAG.sub(
            lambda tag: tag[0].replace(" hx-", " data-still-hx-"),
            html.replace("<hx-", "<still-").replace("</hx-", "</still-"),
        )
    if found.is_page and html:
        return html
    shown = {"state": found, "html": mark_safe(html), "problem": problem, "sent": sent}  # noqa: S308  (ours)
    if found.template != "partials/event/event.html":
        shown["event"] = found.context.get("event")
    if engine:
        return engine.get_template("design/state.html").render(Context(how | shown))
    return render_to_string("design/state.html", how | shown, request)


def _states(template: str) -> list[gallery.State]:
    return list(gallery.states_of(template)) if template in gallery.templates() else []


def _shown(template: str, one: str, problems: list[str], used_by: list[str]) -> Shown:
    audits = evidence.audits(template)
    states = [
        Looked(state, audits.get(state.slug), evidence.pictures(template, state.slug))
        for state in tree.listed(template)
        if one in {"", state.slug}
    ]
    return Shown(template, contract.about(template), problems, states, used_by)


def _for_designers(response: HttpResponse) -> HttpResponse:
    response["X-Robots-Tag"], response["Cache-Control"] = "noindex", PRIVATE
    return response
