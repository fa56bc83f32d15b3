"""Signing in, and resetting a forgotten password."""

from contextlib import nullcontext
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import views as auth
from django.contrib.auth.forms import AuthenticationForm, SetPasswordForm
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse_lazy
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from feeds.access import door_log, rules
from feeds.access.known_browsers import Known
from feeds.forms import AskResetForm, SignInForm
from feeds.models import Link
from feeds.models import SignIn as Session
from feeds.views import for_its_receiver, origin_of, with_wait
from feeds.views.errors import problem


def _shown_again(response: HttpResponse, wait: int) -> HttpResponse:
    if wait:
        response.status_code = 429
    return with_wait(response, wait)


class SignIn(auth.LoginView):
    """GET shows the form to sign in. POST signs in, or answers 429 after too many tries."""

    template_name = "account/sign_in.html"
    authentication_form = SignInForm

    def get_context_data(self, **kwargs: object) -> dict[str, Any]:
        """Context of the page; `can_mail` offers to reset the password."""
        return super().get_context_data(**kwargs) | {"can_mail": bool(settings.EMAIL_HOST)}

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        """Sign in and log it."""
        response = super().form_valid(form)
        door_log.signed_in(self.request, form.get_user(), "password")
        return response

    def form_invalid(self, form: Any) -> HttpResponse:
        """Page with the errors; 429 with `Retry-After` if the next try has to wait."""
        return _shown_again(super().form_invalid(form), form.wait)


class AskReset(auth.PasswordResetView):
    """GET shows the form to reset a password. POST mails a link; the answer is the same for unknown addresses."""

    template_name = "account/ask_reset.html"
    email_template_name = "mail/reset.txt"
    subject_template_name = "mail/reset_subject.txt"
    form_class = AskResetForm
    success_url = reverse_lazy("sign-in")

    def setup(self, request: HttpRequest, *args: object, **kwargs: object) -> None:
        """Raise 404 where the server sends no mail."""
        super().setup(request, *args, **kwargs)
        if not settings.EMAIL_HOST:
            raise Http404

    def get_form_kwargs(self) -> dict[str, Any]:
        """Arguments of the form, which counts tries per request."""
        return super().get_form_kwargs() | {"request": self.request}

    def form_valid(self, form: AskResetForm) -> HttpResponse:
        """Mail the link and redirect to sign-in."""
        self.extra_email_context = {"origin": origin_of(self.request)}
        messages.info(
            self.request,
            _("If an account has this address, a link to set a new password is on its way. It works for a day."),
        )
        return super().form_valid(form)

    def form_invalid(self, form: AskResetForm) -> HttpResponse:
        """Page with the errors (422); 429 with `Retry-After` if the next try has to wait."""
        response = super().form_invalid(form)
        response.status_code = 422
        return _shown_again(response, form.wait)


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def reset(request: HttpRequest, token: str) -> HttpResponse:
    """GET shows the form for a new password. POST sets it. The link comes by mail or from an owner, and works once."""
    with transaction.atomic() if request.method == "POST" else nullcontext():
        return for_its_receiver(_reset(request, token))


def _reset(request: HttpRequest, token: str) -> HttpResponse:
    posted = request.method == "POST"
    link = rules.good_link(Link.Kind.RESET, token, lock=posted)
    if link is None:
        if posted:
            door_log.link_refused(request, "set a new password")
        said = _("This link has been used, or is older than a day. Ask for a new one.")
        return problem(request, 410, said)
    form = SetPasswordForm(link.user, request.POST if posted else None)
    if not form.is_valid():
        return render(request, "account/reset.html", {"form": form}, status=422 if posted else 200)
    form.save()
    Link.objects.spend(link.user)
    Session.objects.filter(user=link.user).end()
    door_log.password_set(link.user, "by a link")
    messages.success(request, _("Your new password is set. Sign in with it."))
    response = redirect("sign-in")
    Known.of(request.COOKIES).remember(link.user, response)  # so that somebody guessing cannot lock it out
    return response
