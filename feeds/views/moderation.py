"""Moderation by hosts: pins, key moments, polls, bans, decisions about posts, and undoing them."""

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from feeds.access import rules
from feeds.access.visitors import Person
from feeds.forms import BanForm, MomentForm, parse_number
from feeds.models import Entry, Event, Overtaken, Poll, Post
from feeds.models.moderation.lockdown import number_posted_lately
from feeds.models.post.kinds import PostKey
from feeds.views import HtmxRequest, came_from, login_required
from feeds.views.caching import never_kept
from feeds.views.desk import desk_answer, is_from_desk
from feeds.views.errors import SeeOther
from feeds.views.revisions import change, done


@require_http_methods(["GET", "HEAD", "POST"])
def pin(request: HtmxRequest, slug: str, pk: int) -> HttpResponse:
    """GET asks whether to pin an entry. POST pins it."""
    return _pinning(request, rules.hosted_entry(Person.of(request), slug, pk), Entry.pin, _("Pinned."))


@require_http_methods(["GET", "HEAD", "POST"])
def unpin(request: HtmxRequest, slug: str, pk: int) -> HttpResponse:
    """GET asks whether to unpin an entry. POST unpins it."""
    return _pinning(request, rules.hosted_entry(Person.of(request), slug, pk), Entry.unpin, _("Unpinned."))


def _pinning(request: HtmxRequest, entry: Entry, verb: Callable[..., int], said: str) -> HttpResponse:
    if request.method == "POST":
        return done(request, entry, verb(entry, by=request.user), said)
    return change(request, "partials/entry/pin_form.html", entry, pinning=verb is Entry.pin)


@require_http_methods(["GET", "HEAD", "POST"])
def moment(request: HtmxRequest, slug: str, pk: int) -> HttpResponse:
    """GET shows the form for a key moment. POST lists the entry under its label; without one, takes it off the list."""
    entry = rules.hosted_entry(Person.of(request), slug, pk)
    form = MomentForm(
        request.POST if request.method == "POST" else None,
        initial={"label": entry.moment or entry.usual_label, "before": entry.moment},
        auto_id=f"{entry.element_id}-moment-%s",
    )
    if form.is_valid():
        label = form.cleaned_data["label"]
        said = _("Marked as a key moment.") if label else _("No longer a key moment.")
        before = form.cleaned_data["before"] if "before" in form.data else None
        return done(request, entry, entry.mark(label, by=request.user, before=before), said)
    return change(request, "partials/entry/moment_form.html", entry, status=422 if form.is_bound else 200, form=form)


@require_http_methods(["GET", "HEAD", "POST"])
def poll(request: HtmxRequest, slug: str, pk: int, verb: str) -> HttpResponse:
    """GET asks whether to close or reopen the poll of an entry, as the verb says. POST does it."""
    entry = rules.hosted_entry(Person.of(request), slug, pk)
    if not isinstance(entry.card, Poll):
        raise Http404
    if request.method == "POST":
        act, said = {"close": (entry.card.close, _("Closed.")), "reopen": (entry.card.reopen, _("Reopened."))}[verb]
        return done(request, entry, act(by=request.user), said)
    return change(request, "partials/cards/poll_form.html", entry, closing=verb == "close")


@require_http_methods(["GET", "HEAD", "POST"])
def ban(request: HtmxRequest, slug: str, post: PostKey) -> HttpResponse:
    """GET shows the form to ban the author of a post. POST bans them, removes all their posts, or both."""
    return _banning(request, rules.hosted_post(Person.of(request), slug, post))


def _banning(request: HtmxRequest, post: Post) -> HttpResponse:
    if post.by_host or not post.visitor:
        raise PermissionDenied(_("No visitor posted this, so nobody can be banned. You can remove a host under Hosts."))
    form = BanForm(
        request.POST if request.method == "POST" else None,
        waiting=post.event.number_waiting_by([post.visitor]),
        auto_id=f"{post.element_id}-ban-%s",
    )
    if form.is_valid():
        return done(request, post, _ban(request, post, form), _said(post, form), removed=form.removes)
    return change(request, "partials/post/ban_form.html", post, status=422 if form.is_bound else 200, form=form)


def _ban(request: HtmxRequest, post: Post, form: BanForm) -> int:
    if not form.bans:
        return post.event.remove_all_by(post, by=request.user)
    what = {"note": form.cleaned_data["note"], "remove": form.removes, "waiting": form.takes_waiting}
    return post.event.ban(post, by=request.user, until=form.until(), **what)


def _said(post: Post, form: BanForm) -> str:
    banned = _("%(name)s is banned.") % {"name": post.name} if form.bans else ""
    removed = _("Everything they posted is removed.") if form.removes else ""
    return f"{banned} {removed}".strip()


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def lock_down(request: HtmxRequest, slug: str) -> HttpResponse:
    """GET asks whether to lock the event down, in place for HTMX, else on a page. POST does it."""
    event = rules.hosted_event(Person.of(request), slug)
    if request.method == "POST":
        return _locked_down(request, event, event.lock_down(by=request.user))
    if request.htmx and "cancel" in request.GET:
        return render(request, "partials/post/changed.html", {"said": _("Nothing was changed.")})
    context = {
        "event": event,
        "number": number_posted_lately(event),
        "form_template": "partials/desk/lock_down_form.html",
    }
    response = render(request, "partials/desk/lock_down_form.html" if request.htmx else "post/change.html", context)
    return never_kept(response)  # one address, two answers


def _locked_down(request: HtmxRequest, event: Event, number: int) -> HttpResponse:
    said = _("Locked down. Only hosts can post.")
    if number:
        said = ngettext(
            "Locked down. Only hosts can post, and %(n)s post waits for review.",
            "Locked down. Only hosts can post, and %(n)s posts wait for review.",
            number,
        ) % {"n": number}
    if request.htmx:
        context = {"said": said, "event": event, "act": event.acts.lately(by=request.user)}
        return render(request, "partials/post/changed.html", context)
    messages.success(request, said)
    return SeeOther(reverse("desk", args=[event.slug]))


@require_POST
def lift_ban(request: HtmxRequest, slug: str, pk: int) -> HttpResponse:
    """POST lifts a ban and redirects to the settings of the event."""
    event = rules.hosted_event(Person.of(request), slug)
    get_object_or_404(event.bans.select_related("event"), pk=pk).lift(by=request.user)
    messages.success(request, _("The ban is lifted."))
    return redirect("settings", event.slug)


@require_POST
def decide(request: HtmxRequest, slug: str, post: PostKey, verb: str) -> HttpResponse:
    """POST decides on a post from the host desk as the verb says; `top` in the body approves it as the newest."""
    found = rules.hosted_post(Person.of(request), slug, post)
    seen = parse_number(request.POST.get("top") or request.POST.get("seen"))
    ways: dict[str, tuple[Callable[[], object], str]] = {
        "approve": (lambda: found.approve(by=request.user, top="top" in request.POST, seen=seen), _("Approved.")),
        "reject": (lambda: found.reject(by=request.user), _("Rejected. The author has been told.")),
        "restore": (lambda: found.restore(by=request.user), _("Restored.")),
        "keep": (lambda: found.event.keep(found, by=request.user), _("Kept.")),
        "take-down": (lambda: found.retract(by=request.user), _("Removed.")),
    }
    act, said = ways[verb]
    return from_desk(request, found.event.slug, act, said)


@require_POST
def undo(request: HtmxRequest, slug: str, pk: int) -> HttpResponse:
    """POST undoes an act of the last half minute."""
    event = rules.hosted_event(Person.of(request), slug)
    act = get_object_or_404(event.acts.select_related("event"), pk=pk)
    return from_desk(request, event.slug, lambda: _undone(act.undo(by=request.user)), "", undone=act.pk)


def _undone(left: int) -> str:
    """Message after an undo that has left this number of posts alone."""
    if not left:
        return _("Undone.")
    said = ngettext(
        "Undone, except for %(n)s post that was changed since.",
        "Undone, except for %(n)s posts that were changed since.",
        left,
    )
    return said % {"n": left}


def from_desk(
    request: HtmxRequest, slug: str, act: Callable[[], object], said: str, undone: int | None = None
) -> HttpResponse:
    """Call `act`, and confirm it with `said`, or with what it returns: on the host desk, in a post's place for forms,
    or after a redirect.

    409 with the message of `Overtaken` if another host was faster.
    """
    status = 200
    try:
        outcome = act()
        said = said or str(outcome)
    except Overtaken as late:
        said, status = str(late), 409
    if is_from_desk(request):
        return desk_answer(request, rules.hosted_event(Person.of(request), slug), status, said, undone)
    if request.htmx:
        return render(request, "partials/post/changed.html", {"said": said}, status=status)
    messages.info(request, said)
    pages = (reverse(name, args=[slug]) for name in ("event", "removed"))
    return redirect(next((page for page in pages if came_from(request, page)), reverse("desk", args=[slug])))
