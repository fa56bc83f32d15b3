"""Reviews on the host desk: decisions about several waiting posts at once."""

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from feeds.access import rules
from feeds.access.visitors import Person
from feeds.forms import BanForm, seen_in
from feeds.models import Claim, Event, Reviewed, Verb
from feeds.models.post.kinds import PostKey
from feeds.models.post.together import find_together
from feeds.views import HtmxRequest
from feeds.views.caching import never_kept
from feeds.views.desk import desk_answer, is_from_desk
from feeds.views.moderation import from_desk

REASONS = 3
"""Reasons for leaving posts alone that one message has."""


@require_POST
def review(request: HtmxRequest, slug: str, verb: Verb) -> HttpResponse:
    """POST approves or rejects several waiting posts."""
    event = rules.hosted_event(Person.of(request), slug)
    seen = _chosen(request)
    if not seen:
        return _answer(request, event, _("Select posts first."), 422)
    outcome = event.review(verb, seen, by=request.user)
    return _answer(
        request, event, _said(verb, outcome), 409 if outcome.left and not outcome.posts else 200, bool(outcome.left)
    )


def _chosen(request: HtmxRequest) -> dict[str, int]:
    """The posts of the pressed button, or else the ticked ones, each with the change that the host saw."""
    return seen_in(request.POST.getlist("posts") or request.POST.getlist("post"))


def _said(verb: Verb, outcome: Reviewed) -> str:
    """The outcome in words: how many posts were decided on, how many were not, and why."""
    done, left = len(outcome.posts), len(outcome.left)
    said = ""
    if done and verb == Verb.APPROVED:
        said = ngettext("%(n)s post approved.", "%(n)s posts approved.", done) % {"n": done}
    elif done:
        said = ngettext(
            "%(n)s post rejected. The author has been told.", "%(n)s posts rejected. The authors have been told.", done
        ) % {"n": done}
    if left:
        why = " ".join(list(dict.fromkeys(outcome.left))[:REASONS])
        words = ngettext("%(n)s post was left alone: %(why)s", "%(n)s posts were left alone: %(why)s", left)
        said = f"{said} {words % {'n': left, 'why': why}}"
    return said.strip() or _("That was already done. Nothing was changed.")


@require_POST
def ban(request: HtmxRequest, slug: str) -> HttpResponse:
    """POST asks whether to ban the authors of the chosen posts; with `period`, bans them. In both ways on the desk."""
    event = rules.hosted_event(Person.of(request), slug)
    authors = {
        post.visitor: post for post in find_together(event, list(_chosen(request))) if post.visitor and not post.by_host
    }
    if not authors:
        return _answer(request, event, _("Select posts of visitors first."), 422)
    waiting = event.number_waiting_by(authors)
    form = BanForm(request.POST if "period" in request.POST else None, waiting=waiting, several=True, auto_id="ban-%s")
    if not form.is_valid():
        names = list(dict.fromkeys(post.name for post in authors.values()))
        posts = " ".join(f"{post.element_id}:{post.seq}" for post in authors.values())
        question = {"form": form, "names": names, "posts": posts, "number": len(authors)}
        return _ask(request, event, question, 422 if form.is_bound else 200)
    what = {"note": form.cleaned_data["note"], "waiting": form.takes_waiting}
    outcome = event.ban_all(authors.values(), by=request.user, until=form.until(), **what)
    said = ngettext("%(n)s person is banned.", "%(n)s people are banned.", len(outcome.names))
    words = [said % {"n": len(outcome.names)}] if outcome.names else []
    return _answer(request, event, " ".join([*words, *outcome.left]), 200 if outcome.names else 409, bool(outcome.left))


def _ask(request: HtmxRequest, event: Event, question: dict[str, Any], status: int) -> HttpResponse:
    """The question before authors are banned: on the desk for HTMX, else on a page."""
    if is_from_desk(request):
        return desk_answer(request, event, status, "", question=question)
    back = reverse("desk", args=[event.slug])
    context = question | {"event": event, "form_template": "partials/desk/ban_all_form.html", "back": back}
    context["title"] = _("Ban authors")
    return never_kept(render(request, "post/change.html", context, status=status))


def _answer(request: HtmxRequest, event: Event, said: str, status: int, aloud: bool = False) -> HttpResponse:
    """The desk as it is after an act on several posts, with a message that offers to undo it."""
    if is_from_desk(request):
        fresh = rules.hosted_event(Person.of(request), event.slug)
        act = fresh.acts.lately(by=request.user) if status == HTTPStatus.OK else None
        return desk_answer(request, fresh, status, said, act=act, aloud=aloud)
    messages.info(request, said)
    return redirect("desk", event.slug)


@require_POST
def claim(request: HtmxRequest, slug: str, post: PostKey) -> HttpResponse:
    """POST tells the other hosts for a minute that this host looks at a waiting post."""
    found = rules.hosted_post(Person.of(request), slug, post)
    Claim.make(found, by=request.user)
    return HttpResponse(status=204) if request.htmx else redirect("desk", found.event.slug)


@require_POST
def close(request: HtmxRequest, slug: str) -> HttpResponse:
    """POST closes posting for everybody, from the head of the queue."""
    event = rules.hosted_event(Person.of(request), slug)
    said = _("Posting is closed. Open it again under “Who may post”.")
    return from_desk(request, slug, lambda: event.configure(by=request.user, posting=Event.Posting.CLOSED), said)
