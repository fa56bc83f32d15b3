"""What hosts do about single posts and those who wrote them: pin an entry, ban a visitor."""

from collections.abc import Callable

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods, require_POST

from feeds import access
from feeds.access import Person
from feeds.forms import BanForm
from feeds.models import Comment, Entry
from feeds.views import HtmxRequest
from feeds.views.posts import change, done


@require_http_methods(["GET", "HEAD", "POST"])
def pin(request: HtmxRequest, slug: str, pk: int) -> HttpResponse:
    return _pinning(request, _hosted(request, slug, pk), Entry.pin, "Pinned.")


@require_http_methods(["GET", "HEAD", "POST"])
def unpin(request: HtmxRequest, slug: str, pk: int) -> HttpResponse:
    return _pinning(request, _hosted(request, slug, pk), Entry.unpin, "Not pinned any more.")


def _hosted(request: HtmxRequest, slug: str, pk: int) -> Entry:
    person = Person.of(request)
    access.hosted_event(person, slug)
    return access.entry_for(person, slug, pk)


def _pinning(request: HtmxRequest, entry: Entry, verb: Callable[[Entry], int], said: str) -> HttpResponse:
    if request.method == "POST":
        return done(request, entry, verb(entry), said)
    return change(request, "partials/pin_form.html", entry, pinning=verb is Entry.pin)


def ban_by_entry(request: HtmxRequest, slug: str, pk: int) -> HttpResponse:
    return _ban(request, _hosted(request, slug, pk))


def ban_by_comment(request: HtmxRequest, slug: str, pk: int) -> HttpResponse:
    person = Person.of(request)
    access.hosted_event(person, slug)
    return _ban(request, access.comment_for(person, slug, pk))


@require_http_methods(["GET", "HEAD", "POST"])
def _ban(request: HtmxRequest, post: Entry | Comment) -> HttpResponse:
    """Keep whoever wrote this post out of its event."""
    if post.by_host or not post.visitor:
        raise PermissionDenied("This was not posted by a visitor, so there is nobody to ban. Change who hosts instead.")
    form = BanForm(request.POST if request.method == "POST" else None, auto_id=f"{post.element_id}-ban-%s")
    if form.is_valid():
        terms = {"by": request.user, "until": form.until(), "note": form.cleaned_data["note"]}
        return done(request, post, post.event.ban(post, **terms), f"{post.name} is banned.")
    return change(request, "partials/ban_form.html", post, status=422 if form.is_bound else 200, form=form)


@require_POST
def lift_ban(request: HtmxRequest, slug: str, pk: int) -> HttpResponse:
    event = access.hosted_event(Person.of(request), slug)
    get_object_or_404(event.bans, pk=pk).lift()
    return redirect("settings", event.slug)
