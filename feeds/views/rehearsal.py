"""`/design/rehearsal/`: a sample event in memory beside buttons that change it, and a log of what its page is sent."""

from copy import copy
from http import HTTPStatus
from typing import Any

from csp.constants import SELF
from csp.decorators import csp_update
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.urls import Resolver404, ResolverMatch, resolve
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from feeds.access import rules
from feeds.access.visitors import browser_of
from feeds.gallery.rehearsal.look import Look
from feeds.gallery.rehearsal.rehearsals import FORGOTTEN, Rehearsal, is_of_this_process, rehearsals
from feeds.gallery.rehearsal.sample import ACTS
from feeds.live.process import process
from feeds.views import HtmxRequest
from feeds.views.caching import never_kept
from feeds.views.errors import SeeOther, problem

PAGES = {"event", "entry", "wall", "changes", "rest", "fragment", "reading", "own-posts", "waiting", "reply"}
"""Names of the routes that a page of a rehearsal may ask for, beside those below."""
PARTS = {"logo", "accent", "unreachable"}
"""The same for what pages load beside HTML of the event."""
USUAL = {"width": "phone", "scheme": "light"}
"""Choices that nobody made: one frame is enough to begin with."""
NETWORK = {"lose": "lost", "block": "blocked"}


@require_http_methods(["GET", "HEAD", "POST"])
def begin(request: HtmxRequest) -> HttpResponse:
    """GET says what a rehearsal is; POST begins one in the look that was chosen, and leads to it."""
    rules.require_designer(request.user)
    if request.method == "POST":
        if not process.alone:
            return problem(request, HTTPStatus.FORBIDDEN, _several())
        return SeeOther(rehearsals.begin(request.POST, browser_of(request.COOKIES)).path)
    asked = request.GET.copy()
    for name, usual in USUAL.items():
        asked.setdefault(name, usual)
    context = {"choices": Look(asked).choices, "minutes": int(FORGOTTEN // 60)}
    context["several"] = "" if process.alone else _several()
    return _for_designers(render(request, "design/rehearse.html", context))


def _several() -> str:
    return _("This server runs several processes, and a rehearsal is in the memory of one. Start it with one process.")


@require_safe
@csp_update({"frame-src": [SELF]})  # type: ignore[arg-type]  # its types know of no arguments but the request
def rehearsal(request: HtmxRequest, key: str) -> HttpResponse:
    """GET shows the event's page in frames, beside the buttons and the log."""
    found = _found(request, key)
    if found is None:
        return _over(request, key)
    context = _controls(found) | {"choices": found.look.choices, "switches": found.look.switches}
    context |= {"frames": found.look.frames, "rows": list(found.log.rows)}
    return _for_designers(render(request, "design/rehearsal.html", context))


@require_POST
def act(request: HtmxRequest, key: str) -> HttpResponse:
    """POST does what the pressed button says, and answers with the buttons."""
    found = _found(request, key)
    if found is None:
        return _over(request, key)
    name = request.POST.get("act", "")
    if name in ACTS:
        found.act(name)
    elif name in NETWORK:
        found.lose(NETWORK[name])
    elif name == "come-back":
        found.come_back()
    else:
        return problem(request, HTTPStatus.UNPROCESSABLE_ENTITY)
    if request.htmx:
        return _for_designers(render(request, "design/rehearsal_controls.html", _controls(found)))
    return SeeOther(found.path)


@require_POST
def look(request: HtmxRequest, key: str) -> HttpResponse:
    """POST shows the rehearsal in the look that was chosen."""
    found = _found(request, key)
    if found is None:
        return _over(request, key)
    found.show(request.POST)
    return SeeOther(found.path)


def inside(request: HtmxRequest, key: str, rest: str) -> HttpResponse:
    """GET shows a page of the event in a rehearsal, by the view that readers get, in the rehearsal's database.

    Forms in it are refused: the buttons beside it stand for everybody who posts. While the connection is lost nothing
    is answered but 503.
    """
    found = _found(request, key)
    if found is None:
        return _over(request, key)
    if found.network == "lost":
        lost = problem(request, HTTPStatus.SERVICE_UNAVAILABLE, _("The connection is lost. Press “Come back”."))
        vars(lost)["_has_been_logged"] = True  # by Django as an error, which it is not
        return lost
    if request.method not in {"GET", "HEAD"}:
        return problem(request, HTTPStatus.FORBIDDEN, _("This is a rehearsal. Press a button beside it instead."))
    try:
        match = resolve(f"/{rest}")
    except Resolver404:
        match = None
    if match is None or match.url_name not in PAGES | PARTS:
        said = _("This page is not part of the rehearsal. Go back to the event.")
        return problem(request, HTTPStatus.NOT_FOUND, said)
    get_token(request)  # before it is copied, so that its cookie is set
    with translation.override(found.look.language), found.opened():
        response = match.func(_as_reader(request, match), *match.args, **match.kwargs)
        response = _dressed(request, found, response)
    if match.url_name == "changes" and response.status_code == HTTPStatus.OK:
        found.run(found.log.take(response.content.decode(), _("A page asked for changes:")))
    if match.url_name in PARTS:
        return response
    del response["ETag"]
    return _for_designers(response)


def _as_reader(request: HtmxRequest, match: ResolverMatch) -> HtmxRequest:
    """The request as a reader without account would send it for this route."""
    asked = copy(request)
    for name in ("_person", "headers"):
        vars(asked).pop(name, None)
    own = {settings.SESSION_COOKIE_NAME, settings.MESSAGES_COOKIE_NAME}
    conditions = {"HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE"}
    vars(asked).update(
        user=AnonymousUser(),
        session=SessionBase(),
        resolver_match=match,
        _messages=[],
        COOKIES={name: value for name, value in request.COOKIES.items() if name not in own},
        META={name: value for name, value in request.META.items() if name not in conditions},
    )
    return asked


def _dressed(request: HtmxRequest, found: Rehearsal, response: HttpResponse) -> HttpResponse:
    if response.get("Content-Type", "").startswith("text/html"):
        page = found.look.dress(response.content.decode(), request.GET.get("scheme", ""))
        response.content = page.encode()
    return response


def _controls(found: Rehearsal) -> dict[str, Any]:
    return {"rehearsal": found, "labels": found.labels()}


def _found(request: HtmxRequest, key: str) -> Rehearsal | None:
    """The rehearsal with this key; None if it is over. Raises `Http404` for everybody but designers."""
    rules.require_designer(request.user)
    return rehearsals.find(key)


def _over(request: HtmxRequest, key: str) -> HttpResponse:
    """Page 404 for a rehearsal that is not here, with a way to begin another."""
    said = _("It was not used for an hour, or others have begun since. Begin another one.")
    if not is_of_this_process(key):
        said = _("The server has restarted, or it runs several processes and another one has it. Begin another one.")
    if request.htmx:
        return problem(request, HTTPStatus.NOT_FOUND, said)
    response = render(request, "design/rehearsal_over.html", {"said": said}, status=HTTPStatus.NOT_FOUND)
    return _for_designers(response)


def _for_designers(response: HttpResponse) -> HttpResponse:
    response["X-Robots-Tag"] = "noindex"
    return never_kept(response)
