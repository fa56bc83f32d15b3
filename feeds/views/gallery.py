"""`/design/`: every partial in every state, for designers."""

import re
from dataclasses import dataclass, replace
from functools import cache
from itertools import product
from typing import Any

from csp.constants import NONE, SELF
from csp.decorators import csp_replace, csp_update
from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_safe

from feeds import gallery
from feeds.access import rules
from feeds.gallery import contract
from feeds.gallery.inert import inert
from feeds.gallery.known import is_complete
from feeds.gallery.live_reload import watch
from feeds.gallery.tried_templates import TAG
from feeds.views import HtmxRequest
from feeds.views.caching import PRIVATE

WIDTHS = {"phone": 360, "desktop": 1280}
SCHEMES = ("light", "dark")
_TAG = re.compile(rf"""<(?!div id="watching"|span id="reload"){TAG}""")
"""A tag in a state, whose attributes htmx must not act on."""


@dataclass(frozen=True)
class Shown:
    """A template as the gallery lists it."""

    template: str
    about: str
    problems: list[str]
    states: list[gallery.State]


@require_safe
@csp_update({"frame-src": [SELF]})  # type: ignore[arg-type]  # its types know of no arguments but the request
def overview(request: HtmxRequest) -> HttpResponse:
    """GET shows all templates in all states; `?only=`, `?state=`, `?width=` and `?scheme=` choose one of each."""
    rules.require_designer(request.user)
    only, one, width, scheme = (request.GET.get(name, "") for name in ("only", "state", "width", "scheme"))
    widths = {width: WIDTHS[width]} if width in WIDTHS else WIDTHS
    schemes = (scheme,) if scheme in SCHEMES else SCHEMES
    names = gallery.templates()
    # All of them take too long for a request: they are checked in the background.
    found = watch.findings()
    problems = {only: watch.known.problems_of(only)} if only in names else dict(found.problems)
    shown = [_shown(name, one, problems.get(name, [])) for name in names if only in {"", name}]
    context = {"names": names, "shown": shown, "only": only, "width": width, "colours": scheme, "build": settings.BUILD}
    context |= {"one": one, "broken": watch.broken, "complete": is_complete(found)}
    context |= {"wrong": found.wrong, "hints": found.hints}
    context["frames"] = [(name, pixels, scheme) for (name, pixels), scheme in product(widths.items(), schemes)]
    return _for_designers(render(request, "design/gallery.html", context))


@require_safe
@csp_replace({"form-action": [NONE], "connect-src": [SELF if settings.WATCH_TEMPLATES else NONE]})  # type: ignore[arg-type]
def state(request: HtmxRequest, template: str, state: str) -> HttpResponse:
    """GET shows one template in one state. Nothing in it works: there are no scripts, and links and forms lead nowhere.

    A page that watches templates has htmx, except in a frame (`?v=`). The attributes of the state are hidden from it.
    """
    rules.require_designer(request.user)
    found = next((each for each in _states(template) if each.slug == state), None)
    if found is None:
        raise Http404
    scheme = request.GET.get("scheme", "")
    how: dict[str, Any] = {"scheme": scheme if scheme in SCHEMES else "", "still": found.around}
    how["watching"] = settings.WATCH_TEMPLATES and "v" not in request.GET
    how |= {"build": settings.BUILD, "broken": watch.broken} if how["watching"] else {}
    try:
        # The overview frames dozens of these, and each would scroll to the field with the focus.
        html, problem = found.render(**how).replace(" autofocus", ""), ""
    except Exception as error:
        html, problem = "", contract.in_words(template, error)
    sent, html = html if "<hx-" in html else "", inert(html)
    if how["watching"]:
        html = _TAG.sub(
            lambda tag: tag[0].replace(" hx-", " data-still-hx-"),
            html.replace("<hx-", "<still-").replace("</hx-", "</still-"),
        )
    if found.is_page and html:
        return _for_designers(HttpResponse(html))
    shown = {"state": found, "html": mark_safe(html), "problem": problem, "sent": sent}  # noqa: S308  (ours)
    if template != "partials/event/event.html":
        shown["event"] = found.context.get("event")
    return _for_designers(render(request, "design/state.html", how | shown))


def _states(template: str) -> list[gallery.State]:
    return list(gallery.states_of(template)) if template in gallery.templates() else []


@cache
def _listed(template: str) -> list[gallery.State]:
    """States of a template as the gallery lists them. They do not depend on the content of the template."""
    return [replace(state, context={}) for state in _states(template)]


def _shown(template: str, one: str, problems: list[str]) -> Shown:
    states = [state for state in _listed(template) if one in {"", state.slug}]
    return Shown(template, contract.about(template), problems, states)


def _for_designers(response: HttpResponse) -> HttpResponse:
    response["X-Robots-Tag"], response["Cache-Control"] = "noindex", PRIVATE
    return response
