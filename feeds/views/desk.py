"""The host desk: everything a host needs during an event, live like the event's page.

The desk gets the same frames as every reader. It fetches the rest itself, every two seconds: waiting posts, removed
posts and the log are for hosts only.
"""

from copy import copy
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.db.models import Count, F, Q
from django.http import HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from feeds.access import rules
from feeds.access.visitors import Person
from feeds.forms import EntryForm, RulesForm, SignsForm, parse_number
from feeds.models import TOGETHER, Act, Draft, Event, Presence
from feeds.models.accounts.account import signed_in
from feeds.timeline import cache, desk_places
from feeds.timeline.desk_places import CLAIMS, Group
from feeds.timeline.gaps import latest_gaps, latest_removed, removed_before
from feeds.timeline.variants import Variant
from feeds.views import HtmxRequest, login_required
from feeds.views.caching import never_kept, unless_current, weak
from feeds.views.composing import takes_pictures
from feeds.views.pages import live_context, live_page, reach_of

SHOWN = 20
"""Removed posts, and acts, on the desk. Their own pages list all."""
PAGE = 50
"""Removed posts on a page of them."""
ACTS = 100
"""Acts on a page of the log."""


@require_safe
@login_required
def desk(request: HtmxRequest, slug: str) -> HttpResponse:
    """GET shows the desk to a host."""
    return desk_page(request, rules.hosted_event(Person.of(request), slug))


def desk_page(request: HtmxRequest, event: Event, status: int = 200, **composer: object) -> HttpResponse:
    """Page of the desk. `composer` is context for the entry form and its preview."""
    context = live_context(request, event) | {"desk": True} | _switches(event) | composer
    viewer = context | {"csrf_token": get_token(request)}
    reach = reach_of(request, context["variant"])
    entries, older, _ = cache.entries(event, context["variant"], None, viewer, reach=reach)
    context |= {"entries": entries, "older": older} | _state(request, event)
    return live_page(request, "desk/desk.html", context, status)


@require_safe
def state(request: HtmxRequest, slug: str) -> HttpResponse:
    """GET answers an open desk with its state, or 304. Posts are looked up only if something has changed."""
    event = rules.hosted_event(Person.of(request), slug)
    if not request.htmx:
        return redirect("desk", event.slug)
    if "cancel" in request.GET:
        return render(request, "partials/post/changed.html", {"said": _("Nothing was changed.")})
    context: dict[str, Any] = _numbers(event) | {"acts": list(event.acts.listed()[:SHOWN]), "drafts": _drafts(event)}
    undoable = [act.pk for act in context["acts"] if act.may_be_undone]
    latest = context["acts"][0].pk if context["acts"] else 0
    numbers = [context[name] for name in ("readers", "pace", "in_5", "in_15")]
    numbers += [(draft.pk, draft.version) for draft in context["drafts"]]
    claims = list(event.claims.of_others(request.user).values_list("post", "by")[:CLAIMS])
    numbers += event.reports.latest_open()
    shown = [desk_places.groups_in(request.GET.getlist(name)) for name in ("queue", "gone", "reported")]

    def _changed() -> HttpResponse:
        more = {"event": event, "hosting": True, "answering": True} | _posts(request, event) | _switches(event)
        return render(request, "partials/desk/desk_state.html", context | more)

    return unless_current(request, weak((event.pk, event.head, numbers, latest, undoable, claims, shown)), _changed)


@require_safe
def removed(request: HtmxRequest, slug: str) -> HttpResponse:
    """GET lists the posts that hosts removed. HTMX gets a frame that shows the latest in their places, or 304."""
    event = rules.hosted_event(Person.of(request), slug)
    if not request.htmx:
        return _all_removed(request, event)
    variant = Variant.parse(request.GET)

    def _changed() -> HttpResponse:
        entry_gaps, comment_gaps = latest_gaps(event, variant)
        context = {"event": event, "variant": variant, "entry_gaps": entry_gaps, "comment_gaps": comment_gaps}
        return render(request, "partials/live/removed_frame.html", context)

    parts = (settings.BUILD, event.pk, event.epoch, event.head, str(variant), request.user.pk)
    return unless_current(request, weak(parts), _changed)


def _all_removed(request: HtmxRequest, event: Event) -> HttpResponse:
    posts = removed_before(event, parse_number(request.GET.get("before")), PAGE + 1)
    for post in posts:
        post.event = event
    context = {"event": event, "posts": posts[:PAGE], "older": posts[PAGE - 1].position if len(posts) > PAGE else None}
    return never_kept(render(request, "desk/removed_posts.html", context))


def is_from_desk(request: HtmxRequest) -> bool:
    """Whether the desk itself sent this, and takes its own state as the answer."""
    return "desk" in request.headers.get("HX-Target", "")


def desk_answer(
    request: HtmxRequest,
    event: Event,
    status: int,
    said: str,
    undone: int | None = None,
    act: Act | None = None,
    question: dict[str, Any] | None = None,
    aloud: bool = False,
) -> HttpResponse:
    """Answer to an action on the desk: its state, the message `said`, and the focus where the button was.

    The request has the id of that place as `place`. `undone` is the key of an act whose “Undo” goes; `act` is one that
    the message offers to undo. `question`: context of the question about the authors of the chosen posts.
    `aloud`: whether to show the message beside the desk even if a place tells the outcome.
    """
    context: dict[str, Any] = {"event": event, "hosting": True, "answering": True, "said": said}
    context |= {"undone": undone, "act": act, "question": question}
    context |= _state(request, event)
    pressed = request.GET.get("place") or request.POST.get("place", "")
    groups: list[Group] = context["queue"]
    places = [*(each for group in groups for each in group.places), *context["reported"], *context["removed"]]
    told = {each.element_id: not each.is_open for each in places}
    told |= {group.element_id: bool(group.act) for group in groups}
    if pressed in told or any(each.element_id == pressed for each in [*context["acts"], *context["drafts"]]):
        context["focus"] = pressed
    context["told_in_place"] = not aloud and told.get(pressed, False)
    return render(request, "partials/desk/desk.html", context, status=status)


def _switches(event: Event) -> dict[str, Any]:
    return {"rules": RulesForm(instance=copy(event)), "signs": SignsForm(instance=copy(event))}


def _state(request: HtmxRequest, event: Event) -> dict[str, Any]:
    return (
        {"acts": list(event.acts.listed()[:SHOWN]), "drafts": _drafts(event)} | _posts(request, event) | _numbers(event)
    )


def _posts(request: HtmxRequest, event: Event) -> dict[str, Any]:
    """The first waiting and the last removed posts, together with those that the desk shows already."""
    sent = request.POST if request.method == "POST" else request.GET
    groups = desk_places.queue(event, desk_places.groups_in(sent.getlist("queue")), request.user)
    listed = [place for group in groups for place in group.waiting]
    gone = desk_places.names_in(sent.getlist("gone"))
    reported = desk_places.reported(event, desk_places.names_in(sent.getlist("reported")), request.user)
    number = event.number_waiting()
    return {
        "queue": groups,
        "listed": listed,
        "all_seen": " ".join(place.seen for place in listed[:TOGETHER]),
        "more_wait": number > len(listed),
        "number_waiting": number,
        "reported": reported,
        "number_reported": sum(place.is_open for place in reported),
        "removed": desk_places.removed(event, latest_removed(event, SHOWN), gone, request.user),
    }


def _drafts(event: Event) -> list[Draft]:
    """The drafts, those first that are published at a set time, in this order."""
    drafts = list(event.drafts.open().order_by(F("publish_at").asc(nulls_last=True), "pk"))
    for draft in drafts:
        draft.event = event
    return drafts


def _numbers(event: Event) -> dict[str, int]:
    return {"readers": Presence.objects.readers_of([event.pk]).get(event.pk, 0)} | _pace(event)


def _pace(event: Event) -> dict[str, int]:
    """Numbers of posts in the last minute, five and fifteen minutes, from two queries."""
    now = timezone.now()
    names = {
        "pace": now - timedelta(minutes=1),
        "in_5": now - timedelta(minutes=5),
        "in_15": now - timedelta(minutes=15),
    }
    counts = {name: Count("pk", filter=Q(published_at__gt=since)) for name, since in names.items()}
    kinds = event.posts()
    found = [posts.filter(published_at__gt=names["in_15"]).order_by().aggregate(**counts) for posts in kinds]
    return {name: sum(each[name] for each in found) for name in names}


@require_POST
@login_required
def change_rules(request: HtmxRequest, slug: str) -> HttpResponse:
    """POST saves who may post, or with `signs` the reader presence, during the event."""
    event = rules.hosted_event(Person.of(request), slug)
    kind: type[SignsForm | RulesForm] = SignsForm if "signs" in request.POST else RulesForm
    form = kind(request.POST, instance=copy(event))  # a form writes what was sent into its instance
    if not form.is_valid():
        return desk_page(request, event, 422, **{"signs" if kind is SignsForm else "rules": form})
    event.configure(by=request.user, **form.cleaned_data)
    said = _("Saved. Everybody sees it now.")
    if request.htmx:
        return render(request, "partials/post/changed.html", {"said": said})
    messages.success(request, said)
    return redirect("desk", slug)


@takes_pictures
@require_POST
@login_required
def preview(request: HtmxRequest, slug: str) -> HttpResponse:
    """POST renders the text of an entry that is still being written, without publishing it."""
    event = rules.hosted_event(Person.of(request), slug)
    person = Person.of(request)
    form = EntryForm(request.POST, remembered=person.visitor.name, event=event, host=signed_in(request.user))
    form.full_clean()
    text = form.cleaned_data.get("text", "")
    if request.htmx:
        return render(request, "partials/desk/preview.html", {"text": text})
    return desk_page(request, event, form=form, preview=text)


@require_safe
@login_required
def log(request: HtmxRequest, slug: str) -> HttpResponse:
    """GET lists all acts of hosts, the latest first, page by page: `?before=` is the key of the last act seen."""
    event = rules.hosted_event(Person.of(request), slug)
    acts = event.acts.listed()
    last = acts.filter(pk=parse_number(request.GET.get("before")) or 0).first()
    if last:
        acts = acts.filter(at__lte=last.at).exclude(at=last.at, pk__gte=last.pk)
    page = list(acts[: ACTS + 1])
    older = page[ACTS - 1].pk if len(page) > ACTS else None
    return render(
        request, "desk/log.html", {"event": event, "acts": page[:ACTS], "older": older, "latest": last is None}
    )
