"""One's account: signing in by a one-time link, the password, and where one is signed in."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import get_user_model, login
from django.contrib.auth.forms import PasswordChangeForm, SetPasswordForm
from django.contrib.auth.tokens import default_token_generator
from django.contrib.auth.views import PasswordChangeView
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse, reverse_lazy
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_decode, urlsafe_base64_encode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from feeds.forms import EmailForm
from feeds.views import login_required
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
            _(
                "This sign-in link was used already, or is older than a day. "
                "Sign in with your password, or make a new link on the server with “make sign-in-link”."
            ),
        )
    login(request, user, "django.contrib.auth.backends.ModelBackend")
    if not user.has_usable_password():
        messages.info(request, _("Set a password now, so that you can sign in without a link next time."))
        return redirect("password")
    return redirect("home")


class SetPassword(PasswordChangeView):
    """The page of one's account. Asks for the old password only where there is one."""

    template_name = "password.html"
    success_url = reverse_lazy("home")

    def get_form_class(self) -> type[SetPasswordForm]:
        user = self.request.user
        return PasswordChangeForm if user.is_authenticated and user.has_usable_password() else SetPasswordForm

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | _account(self.request)

    def form_valid(self, form: Any) -> HttpResponse:
        response = super().form_valid(form)
        user: Any = self.request.user
        user.sign_ins.end(but=self.request.session.session_key)
        messages.success(self.request, _("Your password is set."))
        return response


def _account(request: HttpRequest, email_form: EmailForm | None = None) -> dict[str, Any]:
    """What the page shows beside the password."""
    user: Any = request.user
    if settings.EMAIL_HOST and user.has_usable_password():
        email_form = email_form or EmailForm(user, request=request)
    sign_ins = user.sign_ins.current()
    return {"email_form": email_form, "sign_ins": sign_ins, "here": request.session.session_key}


@require_POST
@login_required
def email(request: HttpRequest) -> HttpResponse:
    user: Any = request.user
    if not settings.EMAIL_HOST or not user.has_usable_password():
        raise Http404
    form = EmailForm(user, request.POST, request=request)
    if not form.is_valid():
        context = {"form": PasswordChangeForm(user)} | _account(request, form)
        return render(request, "password.html", context, status=422)
    user.email = form.cleaned_data["email"]
    user.save(update_fields=["email"])
    messages.success(request, _("Your e-mail address is saved."))
    return redirect("password")


@require_POST
@login_required
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """Sign out elsewhere."""
    user: Any = request.user
    user.sign_ins.filter(pk=pk).end(but=request.session.session_key)
    messages.success(request, _("That browser is signed out."))
    return redirect("password")


@require_POST
@login_required
def end_others(request: HttpRequest) -> HttpResponse:
    user: Any = request.user
    user.sign_ins.end(but=request.session.session_key)
    messages.success(request, _("Every other browser is signed out."))
    return redirect("password")
