"""The pages that readers open: an event, and a single entry."""

from http import HTTPStatus
from typing import Any, TypeVar

from django.conf import settings
from django.http import Http404, HttpResponse, HttpResponseBase
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from feeds.access import rules
from feeds.access.senders import Sender
from feeds.access.visitors import Person
from feeds.forms import AT, Cursor, JumpForm, Place, new_form_key, parse_number, parse_opened
from feeds.memo import for_everybody
from feeds.models import Act, Entry, Event
from feeds.models.accounts.account import name_of
from feeds.templatetags.commentary import this_hour
from feeds.timeline import cache, order
from feeds.timeline.listing import AROUND, around
from feeds.timeline.threads import open_at
from feeds.timeline.variants import NEWEST, ORDERS, Variant
from feeds.views import HtmxRequest, origin_of
from feeds.views.caching import PRIVATE, never_kept, weak
from feeds.views.own_posts import waiting_of
from feeds.views.reading import at_the_end, held
from feeds.views.sharing import card_of_entry, card_of_event

Response = TypeVar("Response", bound=HttpResponseBase)

ORDER_COOKIE = f"{settings.COOKIE_PREFIX}commentary_order"
KEPT_BY_CACHES = 30
"""Seconds for which caches in front may answer with a page of an event that is over."""


@require_safe
def event(request: HtmxRequest, slug: str) -> HttpResponse:
    """GET shows the page of an event."""
    return event_page(request, rules.event_for(Person.of(request), slug))


@require_safe
def entry(request: HtmxRequest, slug: str, pk: int) -> HttpResponse:
    """GET shows an entry with its comments; 410 if it was removed after readers saw it."""
    entry = rules.entry_for(Person.of(request), slug, pk, removed_too=True)
    if not entry.is_shown and not (_asks_again(request) and entry.shown):
        return _removed(request, entry)
    return entry_page(request, entry)


def _removed(request: HtmxRequest, entry: Entry) -> HttpResponse:
    """Page 410 for a removed entry that readers have seen. Raises 404 if none ever saw it."""
    if not entry.shown:
        raise Http404
    return render(request, "post/removed.html", {"event": entry.event}, status=HTTPStatus.GONE)


def event_page(request: HtmxRequest, event: Event, status: int = 200, **composer: object) -> HttpResponse:
    """Page of an event in the order and view of the address, at its top or the place asked for; or 304.

    `composer` is context for the entry form.
    """
    context = live_context(request, event)
    variant = variant_of(request).for_hosts(context["hosting"])
    jump = JumpForm(event, request.GET if "at" in request.GET else None)
    place = _place(event, variant, jump) if jump.is_valid() else Place.parse(request.GET)
    if jump.errors:
        status = 422
    context |= {"variant": variant, "place": place, "jump": jump} | composer
    if jump.is_valid():
        context["moment"] = jump.cleaned_data["at"]
    etag = _etag(request, context)
    plain = status == HTTPStatus.OK and settings.MESSAGES_COOKIE_NAME not in request.COOKIES
    plain = plain and not _asks_again(request)
    if plain and (unchanged := get_conditional_response(request, etag=etag)):
        unchanged["ETag"] = etag
        return _remember_order(request, context, _kept_by(unchanged, shared=_is_shared(request, context)))
    token = "" if context["resting"] else get_token(request)  # entries of a past event have no form
    viewer = context | {"csrf_token": token}
    if token:
        context = viewer  # the same one everywhere: it hardly compresses
    reach = reach_of(request, variant)
    entries, more, back = cache.entries(event, variant, place, viewer, reach=reach)
    context |= {"entries": entries, "older": more, "back": back}
    if _asks_again(request):
        return _again(request, context)
    context["waiting"] = waiting_of(request, context)
    context["card"] = card_of_event(request, event, whole=variant == Variant.plain(variant.language) and not place)
    if not context["resting"] and not place:
        context |= at_the_end(event.head) if variant.is_oldest_first else {"mode": "following"}
        context |= {} if reach is None else held(request.GET)
    response = live_page(request, "event/event.html", context, status)
    if plain:
        response["ETag"] = etag
    return _remember_order(request, context, response)


def _place(event: Event, variant: Variant, jump: JumpForm) -> Place | None:
    """Place that “jump to a time” leads to: the last entry published by then, else the first. None without entries."""
    entries = variant.among(event.entries.visible()).only("position", "published_at")
    at = jump.cleaned_data["at"]
    until = entries.filter(published_at__lte=at).order_by("-published_at", "-position").first()
    entry = until or entries.order_by("position").first()
    return Place(AT, entry.place) if entry else None


def variant_of(request: HtmxRequest) -> Variant:
    """Variant that the address asks for. An order that it leaves out is the one this browser chose last."""
    order, language = request.COOKIES.get(ORDER_COOKIE), get_language()
    asked = {name: request.GET[name] for name in ("order", "view") if name in request.GET}
    return Variant.parse(asked, language, order if order in ORDERS else NEWEST)


def reach_of(request: HtmxRequest, variant: Variant) -> int | None:
    """Position to which a page that reloads itself shows entries (partials/live/reload_frame.html); None on others."""
    if not (settings.WATCH_TEMPLATES and "reload" in request.GET):
        return None
    return order.end(variant) if (reach := parse_number(request.GET.get("reach"))) is None else reach


def _remember_order(request: HtmxRequest, context: dict[str, Any], response: Response) -> Response:
    """Keep the order that an address chooses. Pages of an event that is over are kept by caches, without cookies."""
    order = request.GET.get("order", "")
    if order in ORDERS and order != request.COOKIES.get(ORDER_COOKIE, NEWEST) and not context["resting"]:
        response.set_cookie(
            ORDER_COOKIE,
            order,
            max_age=365 * 24 * 3600,
            httponly=True,
            samesite="Lax",
            secure=settings.SESSION_COOKIE_SECURE,
        )
    return response


def _etag(request: HtmxRequest, context: dict[str, Any]) -> str:
    """Weak ETag of everything that an event's page depends on."""
    person: tuple[Any, ...] = ()
    if not _is_shared(request, context):
        token = request.COOKIES.get(settings.CSRF_COOKIE_NAME)
        person = (context["visitor"], context["hosting"], request.user.pk, token)
    shown = (str(context["variant"]), str(context["place"]), str(context.get("moment")))
    hour = this_hour() if context["resting"] else None  # the page sends it when it asks whether the event goes on
    parts = (settings.BUILD, origin_of(request), context["event"].pk, str(context["cursor"]), shown, person, hour)
    return weak(parts)


def entry_page(request: HtmxRequest, entry: Entry, status: int = 200, **composer: object) -> HttpResponse:
    """Page of an entry among a few around it, with its newest comments or those at the place asked for.

    `composer` is context for the comment form.
    """
    context = live_context(request, entry.event) | composer
    variant = context["variant"]
    entries, _, _ = around(entry.event, variant, entry.place)
    above = [each for each in entries if order.is_before(each.place, entry.place, variant)]
    has_room = not variant.is_oldest_first and len(above) < AROUND
    context["newest"] = (above or [entry])[0] if has_room else None
    opened = parse_opened(request.GET.getlist("opened")) if _asks_again(request) else {}
    for each in entries:
        place = Place.parse(request.GET) if each.pk == entry.pk else None
        if place or each.pk in opened:
            open_at(each, place, opened.get(each.pk))
    if _asks_again(request):
        if not entry.is_shown:  # its place stays, and says so
            entries = order.arranged([*entries, entry], variant)
        return _again(request, context | {"entry": entry, "around": entries})
    context |= {"entry": entry, "around": entries, "waiting": waiting_of(request, context)}
    here = next((each for each in entries if each.pk == entry.pk), None)
    context["card"] = card_of_entry(request, here) if here else None
    return live_page(request, "post/entry.html", context, status)


def _asks_again(request: HtmxRequest) -> bool:
    return bool(request.htmx) and "again" in request.GET


def _again(request: HtmxRequest, context: dict[str, Any]) -> HttpResponse:
    """Present content for an open page without the newest entries: see partials/live/ask_again.html."""
    context["cursor"] = back_to(request, context["event"])
    return never_kept(render(request, "partials/live/again.html", context))


def back_to(request: HtmxRequest, event: Event) -> Cursor:
    """Cursor that a page goes back to after it asked for more entries, or for itself.

    It may or may not have applied newer changes to these posts. So it resumes from the cursor it asked with, and later
    changes are sent again; everything is, if that cursor is of another history.
    """
    return Cursor.parse(request.GET.get("after")) or Cursor(event.epoch, event.head)


def live_context(request: HtmxRequest, event: Event) -> dict[str, Any]:
    """Context that every live page needs, and every form on one.

    The event must be read before its entries: a change that commits in between is then sent again, not lost.
    """
    person = Person.of(request)
    visitor, hosting = person.visitor, person.hosts(event)
    return {
        "event": event,
        "resting": event.is_over and not hosting,
        "cursor": Cursor(event.epoch, event.head),
        "hosting": hosting,
        "sender": str(Sender.of(request.user, hosting)),
        "visitor": visitor,
        "remembered": visitor.name or (name_of(request.user) if hosting else ""),
        "form_key": new_form_key(),
        "variant": Variant.plain(get_language()).for_hosts(hosting),
        "undoable": _undoable(request, event) if hosting else None,
    }


def _undoable(request: HtmxRequest, event: Event) -> Act | None:
    """The act that this host may undo, if they have just done it without HTMX; a message tells of it."""
    last = event.acts.lately(by=request.user) if settings.MESSAGES_COOKIE_NAME in request.COOKIES else None
    return last if last and last.may_be_undone else None


def live_page(
    request: HtmxRequest, template: str, context: dict[str, Any], status: int, *, may_be_shared: bool = True
) -> HttpResponse:
    """Render a page of an event, with its caching headers.

    `may_be_shared`: the page depends on nothing in the request but its address and language.
    """
    shared = may_be_shared and status == HTTPStatus.OK and _is_shared(request, context)
    with for_everybody(get_language() or settings.LANGUAGE_CODE):
        response = render(request, template, context | {"shared": shared}, status=status)
    if not shared:
        context["visitor"].remember(response)
    if context.get("desk") or context["event"].visibility == Event.Visibility.DRAFT:
        patch_vary_headers(response, ["Accept-Language", "Cookie"])
        return never_kept(response)  # going back after signing out shows none of it
    return _kept_by(response, shared=shared)


def _kept_by(response: Response, *, shared: bool) -> Response:
    """Let caches in between keep the response for a moment if it is shared, else only this browser."""
    everybody = f"public, max-age=0, s-maxage={KEPT_BY_CACHES}"
    response["Cache-Control"] = everybody if shared else PRIVATE
    # Without PUBLIC_URL the addresses for others are those of the request.
    patch_vary_headers(response, ["Accept-Language", "Cookie", *([] if settings.PUBLIC_URL else ["Host"])])
    return response


def _is_shared(request: HtmxRequest, context: dict[str, Any]) -> bool:
    """Whether the page is the same for everybody without a session, so that caches may keep it: the event is over."""
    return (
        context["resting"]
        and not {settings.SESSION_COOKIE_NAME, settings.MESSAGES_COOKIE_NAME} & request.COOKIES.keys()
    )
