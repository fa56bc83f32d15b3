"""Adding, editing and removing entries and comments.

The answer to a post carries the form only. The post itself arrives by the live path alone, like
everybody else's: an answer that comes late could bring back what was removed meanwhile.
"""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from feeds.access import rules, visitors
from feeds.access.visitors import COOKIE, Person, Visitor
from feeds.forms import CommentForm, EntryForm, Place, PostForm, ReviseForm, is_not_utf8, parse_number
from feeds.live.process import process
from feeds.models import (
    Closed,
    Entry,
    Event,
    Gone,
    Held,
    NetworkKey,
    Overtaken,
    Post,
    TooOften,
    Verb,
    require_few_changes,
    submission_digest,
)
from feeds.models.post.kinds import PostKey
from feeds.timeline.listing import run
from feeds.timeline.threads import before
from feeds.timeline.variants import Variant
from feeds.values.addresses import client_address
from feeds.views import HtmxRequest
from feeds.views.caching import never_kept
from feeds.views.desk import desk_page
from feeds.views.errors import SeeOther, at_desk, back_from, status_of, with_wait
from feeds.views.pages import back_to, entry_page, event_page, live_context, variant_of


@require_http_methods(["GET", "HEAD", "POST"])
def entries(request: HtmxRequest, slug: str) -> HttpResponse:
    """POST publishes an entry; GET with `?before=<position>` or `?since=…` answers HTMX with more of them."""
    event = rules.event_for(Person.of(request), slug)
    if request.method == "POST":
        form = EntryForm(request.POST, **_naming(request, event))
        page = desk_page if "markdown" in request.POST and Person.of(request).hosts(event) else event_page
        return _publish(request, event, form, template="partials/entry_form.html", verb=event.publish, page=page)
    place, variant = Place.parse(request.GET), Variant.parse(request.GET, get_language())
    if not request.htmx or place is None:
        return redirect(event)
    found = run(event, variant, place)
    more = {"entries": found.entries, "older": found.more, "cursor": back_to(request, event), "variant": variant}
    with translation.override(variant.language):
        return render(request, "partials/older_entries.html", live_context(request, event) | more)


@require_http_methods(["GET", "HEAD", "POST"])
def comments(request: HtmxRequest, slug: str, pk: int) -> HttpResponse:
    """POST adds a comment to an entry; GET with `?before=<position>` or nothing answers HTMX with earlier ones."""
    if request.method != "POST":
        entry = rules.entry_for(Person.of(request), slug, pk)
        return _earlier(request, entry) if request.htmx else redirect(entry)
    entry = rules.entry_for(Person.of(request), slug, pk, removed_too=True)  # whose comment must not be lost

    def page(request: HtmxRequest, event: Event, form: PostForm, focus: str, status: int) -> HttpResponse:
        if not entry.removed_at:
            return entry_page(request, entry, status, reply=form, reply_focus=focus)
        context = live_context(request, event) | {"form_template": "partials/comment_form.html", "entry": entry}
        return render(request, "change.html", context | {"form": form, "focus": focus}, status=status)

    form = CommentForm(request.POST, **_naming(request, entry.event))
    template = "partials/comment_form.html"
    return _publish(request, entry.event, form, template=template, verb=entry.comment, page=page, entry=entry)


def _earlier(request: HtmxRequest, entry: Entry) -> HttpResponse:
    """Earlier comments for an open page."""
    found = before(entry, parse_number(request.GET.get("before")))
    context = {"event": entry.event, "entry": entry, "comments": found.comments, "earlier": found.earlier}
    context["cursor"] = back_to(request, entry.event)
    with translation.override(Variant.parse(request.GET, get_language()).language):
        return render(request, "partials/earlier_comments.html", context)


def _naming(request: HtmxRequest, event: Event) -> dict[str, Any]:
    """What a form has to know of who posts, to check their name."""
    person = Person.of(request)
    return {
        "remembered": person.visitor.name,
        "event": event,
        "host": person.user if person.hosts(event) else None,
        "visitor": person.visitor.id,
        "broken": is_not_utf8(request),
    }


def _publish(
    request: HtmxRequest,
    event: Event,
    form: PostForm,
    *,
    template: str,
    verb: Callable[..., Post],
    page: Callable[..., HttpResponse],
    entry: Entry | None = None,
) -> HttpResponse:
    """Let `verb` publish what the form says; without HTMX, `page` shows the form again if it cannot."""
    person, status, post = Person.of(request), 422, None
    error: Exception | None = None
    visitor = person.visitor
    if form.is_valid():
        name, text, key = (form.cleaned_data[field] for field in ("name", "text", "key"))
        kind, target = ("comment", entry.pk) if entry else ("entry", event.pk)
        address, user = client_address(request), person.user if person.hosts(event) else None
        try:
            post = verb(
                name,
                text,
                visitor=visitor.id,
                user=user,
                markdown=bool(user and form.cleaned_data.get("markdown")),
                submission=submission_digest(visitor.id, key, kind, target, text) if key else None,
                hold=form.reason_to_hold,
                hurried=form.is_hurried,
                address=address,
                network="" if user else NetworkKey.objects.disguise(address),
            )
            visitor = Visitor(visitor.id, name)
        except (Closed, TooOften, Gone) as refused:
            status, error = status_of(refused), refused
            form.add_error(None, _why_gone_meanwhile(entry) if isinstance(refused, Gone) else str(refused))

    response = _answer(request, event, form, post, status, template=template, page=page, entry=entry, visitor=visitor)
    if post:
        response["Commentary-Seq"] = str(post.position)
        if browser := visitors.browser_of(request.COOKIES):
            process.wakeups.tell_tabs(event.pk, browser, str(post.position))
    if visitor != person.visitor or COOKIE not in request.COOKIES:
        visitor.remember(response)
    return with_wait(response, error)


def _why_gone_meanwhile(entry: Entry | None) -> str:
    if entry:
        return _("The entry was removed, so it takes no comments. Your text is kept here.")
    return _("This event does not exist any more. Your text is kept here.")


def _answer(
    request: HtmxRequest,
    event: Event,
    form: PostForm,
    post: Post | None,
    status: int,
    *,
    template: str,
    page: Callable[..., HttpResponse],
    entry: Entry | None,
    visitor: Visitor,
) -> HttpResponse:
    """An empty form after a post, and otherwise what was typed with what is wrong with it."""
    on_desk = page is desk_page
    if not request.htmx:
        if not post:
            return page(request, event, form=form, status=status, focus=form.first_invalid)
        in_place = event.get_absolute_url() if post.held else post.get_absolute_url()
        if isinstance(post, Entry) and not post.held and variant_of(request).is_oldest_first:
            in_place = post.permalink  # it is the last of all, on a page that may be far
        return SeeOther(reverse("desk", args=[event.slug]) if on_desk else in_place)
    context = live_context(request, event) | {"entry": entry, "desk": on_desk, "form_template": template}
    context |= {"form_id": f"{entry.element_id}-comment-form" if entry else "entry-form", "token": "key"}
    if not post:
        context |= {"form": form, "focus": form.first_invalid, "value": form.own_key or context["form_key"]}
        return render(request, "partials/post_answer.html", context, status=status)
    said = _("It waits for a host.") if post.held else _("Posted.")
    context |= {"remembered": visitor.name, "focus": "text", "value": context["form_key"]}
    context |= {"said": said, "own_key": post.position}
    if post.held:
        context["waiting"] = event.held_from(visitor.id)
    elif not entry:
        context["posted"] = post
    return render(request, "partials/post_answer.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HtmxRequest, slug: str, post: PostKey) -> HttpResponse:
    """Form to change a post: in place for HTMX, else a page. POST saves it."""
    return _edit(request, rules.post_for(Person.of(request), slug, post, removed_too=request.method == "POST"))


def _edit(request: HtmxRequest, post: Post) -> HttpResponse:
    as_author = rules.require_change(Person.of(request), post)
    status = 422
    error: Exception | None = None
    form = ReviseForm(post, request.POST if request.method == "POST" else None, broken=is_not_utf8(request))
    hosting = Person.of(request).hosts(post.event)
    if form.is_valid():
        try:
            if not hosting:
                _require_few_changes(request)
            number = post.revise(
                form.cleaned_data["text"],
                by=request.user if hosting else None,
                seen=form.cleaned_data["seen"],
                as_author=as_author and not hosting,
            )
            waits = type(post)._default_manager.filter(pk=post.pk, held=Held.WAITING).exists()
            said = _("Saved. A host looks at it before others see it again.") if waits else _("Saved.")
            if request.htmx and not waits:
                return _edited(request, post, number, said)
            return done(request, post, number, said, waits=waits)
        except Overtaken as late:
            post.refresh_from_db(fields=["text", "seq"])
            form.data = {"text": form.cleaned_data["text"], "seen": post.seq}
            said = _("%(late)s “%(text)s” Save again to replace it.")
            form.add_error("text", said % {"late": late, "text": post.text})
        except (TooOften, Gone) as refused:
            status, error = status_of(refused), refused
            form.add_error("text", _why_gone(post, hosting) if isinstance(refused, Gone) else str(refused))
    if request.htmx and form.is_bound:
        response = _edited(request, post, form.data.get("seen", ""), form=form, status=status)
    else:
        response = change(request, "partials/edit_form.html", post, status=status if form.is_bound else 200, form=form)
    return with_wait(response, error)


def _edited(
    request: HtmxRequest,
    post: Post,
    seen: int | str,
    said: str = "",
    *,
    form: ReviseForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """Answer to an edit, for HTMX: what came of it, or the form with what is wrong, which keeps what is typed since."""
    context: dict[str, Any] = {
        "post": post,
        "event": post.event,
        "form_id": f"{post.element_id}-edit-form",
        "token": "seen",
        "value": seen,
    }
    if form:
        context |= {"form": form, "form_template": "partials/edit_form.html"}
    else:
        act = post.event.acts.filter(by=request.user.pk).first() if request.user.is_authenticated else None
        context |= {"said": said, "act": act, "form_template": "partials/said.html"}
    response: HttpResponse = render(request, "partials/answer.html", context, status=status)
    if not form:
        response["Commentary-Seq"] = str(seen)
    return response


def _require_few_changes(request: HtmxRequest) -> None:
    network = NetworkKey.objects.disguise(client_address(request))
    require_few_changes(Person.of(request).visitor.id, network)


def _why_gone(post: Post, hosting: bool) -> str:
    """What to tell whoever has edited what is not on the page any more. Its words are for hosts, who may restore it."""
    post.refresh_from_db(fields=["text", "held", "removed_at"])
    if post.held:
        return _("This waits for a host, so it cannot be changed now. Your text is kept here.")
    if not post.removed_at:
        return _("The entry that this was written under is removed. Your text is kept here.")
    if not post.text:
        return _("Its author removed this in the meantime. Your text is kept here.")
    if not hosting:
        return _("A host removed this in the meantime. Your text is kept here.")
    last = post.event.acts.filter(post=post.element_id, verb=Verb.REMOVED).first()
    said = _("%(host)s removed this in the meantime. It said: “%(text)s” Your text is kept here.")
    return said % {"host": last.by_name if last else _("A host"), "text": post.text}


@require_http_methods(["GET", "HEAD", "POST"])
def remove(request: HtmxRequest, slug: str, post: PostKey) -> HttpResponse:
    """Question whether to remove a post: in place for HTMX, else a page. POST removes it."""
    return _remove(request, rules.post_for(Person.of(request), slug, post, removed_too=request.method == "POST"))


def _remove(request: HtmxRequest, post: Post) -> HttpResponse:
    as_author = rules.require_change(Person.of(request), post)
    if request.method == "POST":
        by = None if as_author else request.user
        if not Person.of(request).hosts(post.event):
            _require_few_changes(request)
        return done(request, post, post.retract(by=by, erase=as_author), _("Removed."), removed=True)
    return change(request, "partials/remove_form.html", post, as_author=as_author)


def change(request: HtmxRequest, form_template: str, post: Post, status: int = 200, **context: Any) -> HttpResponse:
    """The form to edit or remove a post: in place for HTMX, else as a page. `?cancel` takes it away again."""
    if request.htmx and "cancel" in request.GET:
        return render(request, "partials/changed.html", {"said": _("Nothing was changed.")})
    back = "" if request.htmx or not at_desk(request) else reverse("desk", args=[post.event.slug])
    hosting = Person.of(request).hosts(post.event)
    context |= {"post": post, "event": post.event, "form_template": form_template, "back": back, "hosting": hosting}
    return never_kept(
        render(request, form_template if request.htmx else "change.html", context, status=status)
    )  # One address, two answers: going back must not show the wrong one.


def done(
    request: HtmxRequest, post: Post, seq: int, said: str, *, removed: bool = False, waits: bool = False
) -> HttpResponse:
    """Say what became of a form. Where the post `waits` now, its author's page shows it among those that do."""
    if request.htmx:
        act = post.event.acts.lately(by=request.user) if request.user.is_authenticated else None
        context = {"said": said, "removed": removed or waits, "event": post.event, "act": act}
        if waits:
            context |= {"held": post, "waiting": post.event.held_from(Person.of(request).visitor.id)}
        response: HttpResponse = render(request, "partials/changed.html", context)
    else:
        messages.success(request, said)
        response = SeeOther(back_from(request))
    response["Commentary-Seq"] = str(seq)
    return response
