"""Editing and removing entries and comments, by their authors and by hosts."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from feeds.access import rules
from feeds.access.visitors import Person
from feeds.forms import ReviseForm, is_not_utf8
from feeds.models import Gone, NetworkKey, Overtaken, Post, PostState, TooOften, Verb, require_few_changes
from feeds.models.post.kinds import PostKey
from feeds.values.addresses import client_address
from feeds.views import HtmxRequest, wait_of, with_wait
from feeds.views.caching import never_kept
from feeds.views.errors import SeeOther, at_desk, back_from, status_of


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HtmxRequest, slug: str, post: PostKey) -> HttpResponse:
    """GET shows the form to edit a post, in place for HTMX, else on a page. POST saves it."""
    return _edit(request, rules.post_for(Person.of(request), slug, post, removed_too=request.method == "POST"))


def _edit(request: HtmxRequest, post: Post) -> HttpResponse:
    as_author = rules.require_change(Person.of(request), post)
    status = 422
    error: Exception | None = None
    hosting = Person.of(request).hosts(post.event)
    sent = request.POST if request.method == "POST" else None
    form = ReviseForm(post, sent, broken=is_not_utf8(request), by_host=hosting)
    if form.is_valid():
        try:
            if not hosting:
                _require_few_changes(request)
            number = post.revise(
                form.cleaned_data["text"],
                by=request.user if hosting else None,
                seen=form.cleaned_data["seen"],
                as_author=as_author and not hosting,
                **form.heading,
            )
            waits = type(post)._default_manager.filter(pk=post.pk, state=PostState.WAITING).exists()
            said = _("Saved. A host reviews it before others see it again.") if waits else _("Saved.")
            if request.htmx and not waits:
                return _edited(request, post, number, said)
            return done(request, post, number, said, waits=waits)
        except Overtaken as late:
            post.refresh_from_db(fields=["seq", *post.EDITABLE])
            form.data = request.POST.dict() | {"text": form.cleaned_data["text"], "seen": post.seq}
            said = _("%(late)s “%(text)s” Save again to replace it.")
            form.add_error("text", said % {"late": late, "text": post.says})
        except (TooOften, Gone) as refused:
            status, error = status_of(refused), refused
            form.add_error("text", _why_gone(post, hosting) if isinstance(refused, Gone) else str(refused))
    if request.htmx and form.is_bound:
        response = _edited(request, post, form.data.get("seen", ""), form=form, status=status)
    else:
        response = change(
            request, "partials/post/edit_form.html", post, status=status if form.is_bound else 200, form=form
        )
    return with_wait(response, wait_of(error))


def _edited(
    request: HtmxRequest,
    post: Post,
    seen: int | str,
    said: str = "",
    *,
    form: ReviseForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """Answer to an edit by HTMX: that it is saved, or the form with its errors. Text typed since stays in the form.

    `seen`: number of the change that the form has seen now.
    """
    context: dict[str, Any] = {
        "post": post,
        "event": post.event,
        "form_id": f"{post.element_id}-edit-form",
        "token": "seen",
        "value": seen,
    }
    if form:
        context |= {"form": form, "form_template": "partials/post/edit_form.html"}
    else:
        act = post.event.acts.listed().filter(by=request.user.pk).first() if request.user.is_authenticated else None
        context |= {"said": said, "act": act, "form_template": "partials/desk/said.html"}
    response: HttpResponse = render(request, "partials/post/answer.html", context, status=status)
    if not form:
        response["Commentary-Seq"] = str(seen)
    return response


def _require_few_changes(request: HtmxRequest) -> None:
    network = NetworkKey.objects.disguise(client_address(request))
    require_few_changes(Person.of(request).visitor.id, network)


def _why_gone(post: Post, hosting: bool) -> str:
    """Message to the editor of a post that is gone from the page. Hosts are told its text: they may restore it."""
    post.refresh_from_db(fields=[*post.EDITABLE, "state"])
    if post.is_held:
        return _("This is waiting for review, so it cannot be changed now. Your text is kept here.")
    if post.is_shown:
        return _("The entry of this comment was removed. Your text is kept here.")
    if post.state == PostState.ERASED:
        return _("Its author removed this in the meantime. Your text is kept here.")
    if not hosting:
        return _("A host removed this in the meantime. Your text is kept here.")
    last = post.event.acts.filter(post=post.element_id, verb=Verb.REMOVED).first()
    said = _("%(host)s removed this in the meantime. It said: “%(text)s” Your text is kept here.")
    return said % {"host": last.by_name if last else _("A host"), "text": post.says}


@require_http_methods(["GET", "HEAD", "POST"])
def remove(request: HtmxRequest, slug: str, post: PostKey) -> HttpResponse:
    """GET asks whether to remove a post, in place for HTMX, else on a page. POST removes it."""
    return _remove(request, rules.post_for(Person.of(request), slug, post, removed_too=request.method == "POST"))


def _remove(request: HtmxRequest, post: Post) -> HttpResponse:
    as_author = rules.require_change(Person.of(request), post)
    if request.method == "POST":
        by = None if as_author else request.user
        if not Person.of(request).hosts(post.event):
            _require_few_changes(request)
        return done(request, post, post.retract(by=by, erase=as_author), _("Removed."), removed=True)
    return change(request, "partials/post/remove_form.html", post, as_author=as_author)


def change(request: HtmxRequest, form_template: str, post: Post, status: int = 200, **context: object) -> HttpResponse:
    """Form about a post: in place for HTMX, else on a page. `?cancel` closes it. `context` is for its partial."""
    if request.htmx and "cancel" in request.GET:
        return render(request, "partials/post/changed.html", {"said": _("Nothing was changed.")})
    back = "" if request.htmx or not at_desk(request) else reverse("desk", args=[post.event.slug])
    hosting = Person.of(request).hosts(post.event)
    context |= {"post": post, "event": post.event, "form_template": form_template, "back": back, "hosting": hosting}
    template = "partials/post/form_answer.html" if request.htmx else "post/change.html"
    response = render(request, template, context, status=status)
    return never_kept(response)  # one address, two answers: going back must not show the wrong one


def done(
    request: HtmxRequest, post: Post, seq: int, said: str, *, removed: bool = False, waits: bool = False
) -> HttpResponse:
    """Confirm a change to a post: in place for HTMX, else on the page that led to the form.

    `seq` is the number of the change. `removed` takes the post away; `waits` lists it for its author as waiting.
    """
    if request.htmx:
        act = post.event.acts.lately(by=request.user) if request.user.is_authenticated else None
        context = {"said": said, "removed": removed or waits, "event": post.event, "act": act}
        if waits:
            context |= {"held": post, "waiting": post.event.held_from(Person.of(request).visitor.id)}
        response: HttpResponse = render(request, "partials/post/changed.html", context)
    else:
        messages.success(request, said)
        response = SeeOther(back_from(request))
    response["Commentary-Seq"] = str(seq)
    return response
