"""The page of an invitation to host. Only a POST accepts it: link previews follow links, too."""

from django.contrib import messages
from django.contrib.auth import login
from django.db import IntegrityError, transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from feeds.access import door_log
from feeds.access.throttle import Tries, too_many
from feeds.forms import SignUpForm
from feeds.models import Invitation
from feeds.models.accounts.account import signed_in
from feeds.views import HtmxRequest, for_its_receiver, with_wait
from feeds.views.errors import problem


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HtmxRequest, token: str) -> HttpResponse:
    """GET shows an invitation, with a form for a new account to strangers. POST accepts it."""
    return for_its_receiver(_invitation(request, token))


def _invitation(request: HtmxRequest, token: str) -> HttpResponse:
    invitation = Invitation.objects.with_token(token)
    tries = Tries.with_link("invitation", invitation.pk) if invitation else Tries.of(request, "invitation")
    if (invitation is None or request.method == "POST") and (seconds := tries.wait()):
        return with_wait(problem(request, 429, too_many(seconds)), seconds)
    if invitation is None:
        return problem(
            request,
            404,
            _("This invitation link is not valid. Open the whole link, as it was sent, or ask for a new one."),
        )
    if _hosts_already(request, invitation):
        messages.info(request, _("You already host this event. Somebody else can still use the invitation."))
        return redirect(invitation.event)
    return _answer(request, invitation, tries)


def _answer(request: HtmxRequest, invitation: Invitation, tries: Tries) -> HttpResponse:
    invitation.require_open()
    form = None if request.user.is_authenticated else SignUpForm(request.POST or None)
    if request.method == "POST" and (form is None or form.is_valid()):
        try:
            with transaction.atomic():
                user = form.save() if form else signed_in(request.user)
                invitation.accept(user)
        except IntegrityError:  # the user name was taken at this moment: the form finds out and says so
            form = SignUpForm(request.POST)
        else:
            tries.take_back()
            if form:
                login(request, user, "django.contrib.auth.backends.ModelBackend")
                door_log.signed_in(request, user, "an invitation, with a new account")
            messages.success(request, _("You now host this event."))
            return redirect(invitation.event)
    context = {"invitation": invitation, "event": invitation.event, "form": form}
    return render(request, "account/invitation.html", context, status=422 if form and form.is_bound else 200)


def _hosts_already(request: HtmxRequest, invitation: Invitation) -> bool:
    user, event = request.user, invitation.event
    return bool(user.is_authenticated and (user.pk == event.owner_id or event.hosts.filter(pk=user.pk).exists()))
