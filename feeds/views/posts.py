"""Publishing entries and comments.

The answer to a post carries the form only. The post itself arrives by the live path alone, like
everybody else's: a late answer could bring back a post that was removed meanwhile.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from feeds.access import rules, visitors
from feeds.access.visitors import COOKIE, Person, Visitor
from feeds.forms import EntryForm, PostForm, is_not_utf8
from feeds.forms.composing import renew_draft
from feeds.live.process import process
from feeds.models import Closed, Comment, Entry, Event, Gone, NetworkKey, Overtaken, Post, TooOften, submission_digest
from feeds.models.post.kinds import kind_of
from feeds.values.addresses import client_address
from feeds.views import HtmxRequest, wait_of, with_wait
from feeds.views.caching import never_kept
from feeds.views.composing import takes_pictures
from feeds.views.desk import desk_page
from feeds.views.errors import SeeOther, status_of
from feeds.views.pages import entry_page, event_page, live_context, variant_of
from feeds.views.paging import earlier_comments, more_entries


@dataclass(frozen=True)
class Composer:
    """A form for a new post, as it was sent: where it belongs, the verb that publishes it and the page it is on."""

    event: Event
    form: PostForm
    template: str
    """Partial of the form."""
    verb: Callable[..., Post]
    """`Event.publish` or `Entry.comment`."""
    page: Callable[..., HttpResponse]
    """View that shows the form again without HTMX, given `form`, `status` and `focus`."""
    entry: Entry | None = None
    """The entry commented on."""

    @property
    def form_id(self) -> str:
        """Id of the form's element."""
        form = f"{kind_of(self.form.model)}-form"
        return f"{self.entry.element_id}-{form}" if self.entry else form

    @property
    def on_desk(self) -> bool:
        """Whether the form is on the host desk."""
        return self.page is desk_page


@takes_pictures
@require_http_methods(["GET", "HEAD", "POST"])
def entries(request: HtmxRequest, slug: str) -> HttpResponse:
    """POST publishes an entry and answers with the form; GET is `paging.more_entries`."""
    event = rules.event_for(Person.of(request), slug)
    return _publish_entry(request, event) if request.method == "POST" else more_entries(request, event)


@require_http_methods(["GET", "HEAD", "POST"])
def comments(request: HtmxRequest, slug: str, pk: int) -> HttpResponse:
    """POST adds a comment to an entry and answers with the form; GET is `paging.earlier_comments`."""
    posted = request.method == "POST"
    # A comment on an entry that was removed meanwhile must not be lost.
    entry = rules.entry_for(Person.of(request), slug, pk, removed_too=posted)
    return _publish_comment(request, entry) if posted else earlier_comments(request, entry)


@require_safe
def reply(request: HtmxRequest, slug: str, pk: int) -> HttpResponse:
    """GET shows HTMX the comment form of an entry, or with `?cancel` that it is closed.

    Without HTMX it redirects to the entry's page, which has the form.
    """
    entry = rules.entry_for(Person.of(request), slug, pk, removed_too=True)
    if not entry.is_shown:
        raise Gone if entry.shown else Http404
    if not request.htmx:
        return redirect(f"{entry.permalink}#{entry.element_id}-reply")
    if "cancel" in request.GET:
        return render(request, "partials/post/changed.html", {"said": _("Nothing was posted.")})
    context = live_context(request, entry.event) | {"entry": entry, "focus": "text"}
    entry.event.require_comments(by_host=context["hosting"])
    context["form_template"] = "partials/comment/comment_form.html"
    return never_kept(render(request, "partials/post/form_answer.html", context))


def _publish_entry(request: HtmxRequest, event: Event) -> HttpResponse:
    form = EntryForm(request.POST, request.FILES, **naming(request, event))
    on_desk = "markdown" in request.POST and Person.of(request).hosts(event)
    return publish(request, composer_of(event, form, on_desk=on_desk))


def composer_of(event: Event, form: EntryForm, *, on_desk: bool) -> Composer:
    """The form for an entry, on the host desk or on the event's page."""
    if on_desk:
        return Composer(event, form, "partials/desk/composer.html", event.publish, desk_page)
    return Composer(event, form, "partials/entry/entry_form.html", event.publish, event_page)


def _publish_comment(request: HtmxRequest, entry: Entry) -> HttpResponse:
    form = PostForm(request.POST, model=Comment, **naming(request, entry.event))
    page = partial(_comment_page, entry)
    return publish(
        request, Composer(entry.event, form, "partials/comment/comment_form.html", entry.comment, page, entry)
    )


def _comment_page(
    entry: Entry, request: HtmxRequest, event: Event, *, form: PostForm, focus: str, status: int
) -> HttpResponse:
    """Page of an entry with the comment form filled in; the form alone if the entry is removed."""
    if entry.is_shown:
        return entry_page(request, entry, status, reply=form, reply_focus=focus)
    context = live_context(request, event) | {"form_template": "partials/comment/comment_form.html", "entry": entry}
    return render(request, "post/change.html", context | {"form": form, "focus": focus}, status=status)


def naming(request: HtmxRequest, event: Event) -> dict[str, Any]:
    """Arguments with which a form checks the author's name."""
    person = Person.of(request)
    return {
        "remembered": person.visitor.name,
        "event": event,
        "host": person.user if person.hosts(event) else None,
        "visitor": person.visitor.id,
        "broken": is_not_utf8(request),
    }


def publish(request: HtmxRequest, composer: Composer) -> HttpResponse:
    """Publish a valid form, and answer with an empty one or with its errors (422, or the status of the refusal)."""
    person, form = Person.of(request), composer.form
    visitor, status = person.visitor, 422
    post: Post | None = None
    error: Exception | None = None
    if form.is_valid():
        try:
            post = _add(request, composer)
            visitor = Visitor(visitor.id, form.cleaned_data["name"])
        except (Closed, TooOften, Gone) as refusal:
            status, error = status_of(refusal), refusal
            form.add_error(None, _why_gone_meanwhile(composer.entry) if isinstance(refusal, Gone) else str(refusal))
            form.too_often = refusal if isinstance(refusal, TooOften) else None
        except Overtaken as late:
            status = status_of(late)
            form.add_error(None, why_overtaken(form, composer.event, late))

    response = _published(request, composer, post, visitor) if post else refused(request, composer, status)
    if post:
        response["Commentary-Seq"] = str(post.position)
        if browser := visitors.browser_of(request.COOKIES):
            process.wakeups.tell_tabs(composer.event.pk, browser, str(post.position))
    if visitor != person.visitor or COOKIE not in request.COOKIES:
        visitor.remember(response)
    return with_wait(response, wait_of(error))


def _add(request: HtmxRequest, composer: Composer) -> Post:
    """Call the verb with a valid form. Returns the new post, or the earlier one if this form was sent before.

    Raises `Closed`, `TooOften` and `Gone`.
    """
    person, form = Person.of(request), composer.form
    words, key = form.words, form.cleaned_data["key"]
    name, place = words.pop("name"), composer.entry or composer.event
    card = form.card_data if isinstance(form, EntryForm) else None
    said = [*words.values(), *([form.card_digest] if isinstance(form, EntryForm) and card else [])]
    digest = submission_digest(person.visitor.id, key, kind_of(form.model), place.pk, *said)
    address, user = client_address(request), person.user if person.hosts(composer.event) else None
    return composer.verb(
        name,
        words.pop("text"),
        words=words,
        **({"card": card} if card else {}),
        visitor=person.visitor.id,
        user=user,
        **(form.by_host if isinstance(form, EntryForm) and user else {}),
        submission=digest if key else None,
        hold=form.reason_to_hold,
        hurried=form.is_hurried,
        address=address,
        network="" if user else NetworkKey.objects.disguise(address),
    )


def _why_gone_meanwhile(entry: Entry | None) -> str:
    if entry:
        return _("The entry was removed, so nobody can comment on it. Your text is kept here.")
    return _("This event no longer exists. Your text is kept here.")


def why_overtaken(form: PostForm, event: Event, late: Overtaken) -> str:
    """Message to a host who composes from a draft that another one has changed, or that is gone."""
    if draft := renew_draft(form, event):
        return _("%(late)s “%(text)s” Save again to replace it.") % {"late": late, "text": draft.says}
    return _("%(late)s Your text is kept here.") % {"late": late}


def refused(request: HtmxRequest, composer: Composer, status: int) -> HttpResponse:
    """The form with its errors: in place for HTMX, else on its page."""
    form = composer.form
    if not request.htmx:
        return composer.page(request, composer.event, form=form, status=status, focus=form.first_invalid)
    context = form_context(request, composer)
    context |= {"form": form, "focus": form.first_invalid, "value": form.own_key or context["form_key"]}
    return render(request, "partials/post/post_answer.html", context, status=status)


def _published(request: HtmxRequest, composer: Composer, post: Post, visitor: Visitor) -> HttpResponse:
    """For HTMX an empty form for entries, or the outcome in place of a comment form; else a redirect to the post.

    A comment form closes: on a phone, its keyboard would cover the comment.
    """
    event = composer.event
    if not request.htmx:
        in_place = event.get_absolute_url() if post.is_held else post.get_absolute_url()
        if isinstance(post, Entry) and not post.is_held and variant_of(request).is_oldest_first:
            in_place = post.permalink  # it is the last of all, on a page that may be far
        return SeeOther(reverse("desk", args=[event.slug]) if composer.on_desk else in_place)
    context = form_context(request, composer)
    said = _("Your post is waiting for review.") if post.is_held else _("Posted.")
    context |= {"remembered": visitor.name, "focus": "text", "value": context["form_key"]}
    context |= {"said": said, "own_key": post.position}
    if composer.entry:
        context["form_template"] = "partials/desk/said.html"
    if post.is_held:
        context["waiting"] = event.held_from(visitor.id)
    elif not composer.entry:
        context["posted"] = post
    return render(request, "partials/post/post_answer.html", context)


def form_context(request: HtmxRequest, composer: Composer) -> dict[str, Any]:
    """Context of the form's partial, and of the answer that it is in."""
    context = live_context(request, composer.event)
    context |= {"entry": composer.entry, "desk": composer.on_desk, "form_template": composer.template}
    return context | {"form_id": composer.form_id, "token": "key"}
