"""Data of an event in its owner's hands: import, erasing one visitor's posts, deleting the event."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_safe

from feeds.access import rules
from feeds.access.visitors import Person
from feeds.forms import DeleteForm, EraseForm, FindForm
from feeds.models import Event, TooOften, Traces
from feeds.models.limits.rates import require_few_events
from feeds.models.post.kinds import PostKey
from feeds.transfer.imports import DOCUMENT_MAX_MB, ImportForm
from feeds.views import login_required, made, making_page
from feeds.views.body_limits import MEGABYTE, takes_files
from feeds.views.caching import never_kept

TOO_LARGE = format_lazy(
    gettext_lazy(
        "A file can be at most {limit} MB, and you must be signed in to send one. Sign in and try again, or ask the "
        "administrator of this server to import it with “manage.py import_event”."
    ),
    limit=DOCUMENT_MAX_MB,
)


@require_safe
@login_required
def data(request: HttpRequest, slug: str) -> HttpResponse:
    """GET shows the owner's page; `?q=` finds posts."""
    event = rules.owned_event(Person.of(request), slug)
    return _page(request, event, FindForm(event, request.GET if "q" in request.GET else None))


def _page(request: HttpRequest, event: Event, find: FindForm, deleting: DeleteForm | None = None) -> HttpResponse:
    wrong = find.is_bound and not find.is_valid()
    context: dict[str, Any] = {"event": event, "find": find, "deleting": deleting or DeleteForm(event)}
    response = render(request, "desk/owner.html", context, status=422 if wrong or deleting else 200)
    return never_kept(response)  # it may show removed posts


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def delete(request: HttpRequest, slug: str) -> HttpResponse:
    """POST deletes the event with everything in it. GET redirects to the form for that."""
    event = rules.owned_event(Person.of(request), slug)
    if request.method != "POST":
        return redirect("owner", event.slug)
    form = DeleteForm(event, request.POST)
    if not form.is_valid():
        return _page(request, event, FindForm(event), form)
    event.destroy()
    messages.success(request, _("The event is deleted, with everything in it."))
    return redirect("home")


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def erase(request: HttpRequest, slug: str, post: PostKey) -> HttpResponse:
    """GET shows the traces of a post's author. POST erases everything they wrote."""
    found = rules.owned_post(Person.of(request), slug, post)
    event, traces = found.event, Traces.behind(found)
    form = EraseForm(request.POST if request.method == "POST" else None, banned=traces.bans.exists())
    if form.is_valid():
        number = event.erase(traces, by=request.user, lift_bans=form.cleaned_data.get("lift_bans", False))
        said = ngettext(
            "%(n)s post is erased, for everybody and for good.",
            "%(n)s posts are erased, for everybody and for good.",
            number,
        )
        messages.success(request, said % {"n": number})
        return redirect("owner", event.slug)
    context = {"event": event, "post": found, "traces": traces, "form": form}
    return never_kept(render(request, "desk/erase.html", context, status=422 if form.is_bound else 200))


@takes_files(DOCUMENT_MAX_MB * MEGABYTE, TOO_LARGE)
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def take_in(request: HttpRequest) -> HttpResponse:
    """GET shows the form to import an event. POST creates it from an exported file."""
    posted = request.method == "POST"
    form = ImportForm(request.POST if posted else None, request.FILES if posted else None)
    event = Event.objects.made_by(form.submission(request.user)) if posted else None
    if posted and not event and (refusal := _too_many_events(request)):  # before the file is read
        form = ImportForm(request.POST, request.FILES, unread=str(refusal))
        return making_page(request, "desk/import.html", form, refusal)
    if not event and form.is_valid():
        try:
            event = form.save(request.user, with_hosts=request.user.has_perm("feeds.change_event"))
        except TooOften as refusal:
            form.add_error("file", str(refusal))
            return making_page(request, "desk/import.html", form, refusal)
    if event:
        return made(request, event, _("Event imported as a draft. Choose who sees it under Settings."))
    return making_page(request, "desk/import.html", form)


def _too_many_events(request: HttpRequest) -> TooOften | None:
    """The refusal that one more event of this person would get, or None. Nothing is counted."""
    try:
        with transaction.atomic():
            require_few_events(request.user)
            transaction.set_rollback(True)
    except TooOften as refusal:
        return refusal
    return None
