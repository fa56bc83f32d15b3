"""Signing in by a one-time link, and setting a password after it."""

from typing import Any

from django.contrib import messages
from django.contrib.auth import get_user_model, login
from django.contrib.auth.forms import PasswordChangeForm, SetPasswordForm
from django.contrib.auth.tokens import default_token_generator
from django.contrib.auth.views import PasswordChangeView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse, reverse_lazy
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_decode, urlsafe_base64_encode
from django.views.decorators.http import require_GET

from feeds.views.errors import problem


def one_time_path(user: Any) -> str:
    """Path of a link that signs this user in once, within PASSWORD_RESET_TIMEOUT seconds.

    Signing in changes what the token is made of (`last_login`), so it cannot be used again.
    """
    uid = urlsafe_base64_encode(force_bytes(user.pk))
    return reverse("one-time", args=[uid, default_token_generator.make_token(user)])


@require_GET
def one_time(request: HttpRequest, uid: str, token: str) -> HttpResponse:
    try:
        user = get_user_model().objects.filter(pk=int(urlsafe_base64_decode(uid)), is_active=True).first()
    except ValueError:
        user = None
    if user is None or not default_token_generator.check_token(user, token):
        return problem(
            request,
            403,
            "This sign-in link was used already, or is older than a day. "
            "Sign in with your password, or make a new link on the server with “make sign-in-link”.",
        )
    login(request, user, "django.contrib.auth.backends.ModelBackend")
    if not user.has_usable_password():
        messages.info(request, "Set a password now, so that you can sign in without a link next time.")
        return redirect("password")
    return redirect("home")


class SetPassword(PasswordChangeView):
    """Asks for the old password only where there is one."""

    template_name = "password.html"
    success_url = reverse_lazy("home")

    def get_form_class(self) -> type[SetPasswordForm]:
        user = self.request.user
        return PasswordChangeForm if user.is_authenticated and user.has_usable_password() else SetPasswordForm

    def form_valid(self, form: Any) -> HttpResponse:
        messages.success(self.request, "Your password is set.")
        return super().form_valid(form)
