"""Account pages: signing in by a one-time link, the password, the e-mail address, and the browsers signed in."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.forms import SetPasswordForm
from django.contrib.auth.models import User
from django.contrib.auth.views import PasswordChangeView
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse, reverse_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from feeds.access import door_log, rules
from feeds.forms import EmailForm, NewPasswordForm
from feeds.models import Link
from feeds.models.accounts.account import signed_in
from feeds.views import for_its_receiver, login_required
from feeds.views.errors import problem


def one_time_path(user: User) -> str:
    """Path of a new link that signs this user in once, within PASSWORD_RESET_TIMEOUT seconds."""
    return reverse("one-time", args=[Link.make(Link.Kind.SIGN_IN, user)])


@require_http_methods(["GET", "HEAD", "POST"])
def one_time(request: HttpRequest, token: str) -> HttpResponse:
    """GET asks, POST signs in: link previews and mail scanners follow links, too."""
    if request.method == "POST":
        return for_its_receiver(_sign_in_once(request, token))
    link = rules.good_link(Link.Kind.SIGN_IN, token)
    return for_its_receiver(
        render(request, "account/one_time.html", {"account": link.user}) if link else _spent(request)
    )


def _sign_in_once(request: HttpRequest, token: str) -> HttpResponse:
    with transaction.atomic():
        link = rules.good_link(Link.Kind.SIGN_IN, token, lock=True)
        if link is None:
            door_log.link_refused(request, "sign in")
            return _spent(request)
        Link.objects.spend(link.user)
        login(request, link.user, "django.contrib.auth.backends.ModelBackend")
    door_log.signed_in(request, link.user, "a link")
    if not link.user.has_usable_password():
        messages.info(request, _("Set a password now, so that you can sign in without a link next time."))
        return redirect("password")
    return redirect("home")


def _spent(request: HttpRequest) -> HttpResponse:
    return problem(
        request,
        403,
        _(
            "This sign-in link has been used, or is older than a day. Sign in with your password, or create a new "
            "link on the server with “make sign-in-link”."
        ),
    )


class SetPassword(PasswordChangeView):
    """Page of an account. GET shows it; POST sets the password, and asks for the old one only if there is one."""

    template_name = "account/password.html"
    success_url = reverse_lazy("home")

    def get_form_class(self) -> type[SetPasswordForm]:
        """Form that asks for the old password, if there is one."""
        user = self.request.user
        return NewPasswordForm if user.is_authenticated and user.has_usable_password() else SetPasswordForm

    def get_context_data(self, **kwargs: object) -> dict[str, Any]:
        """Context of the page, with the e-mail form and the browsers signed in."""
        return super().get_context_data(**kwargs) | _account(self.request)

    def form_valid(self, form: SetPasswordForm) -> HttpResponse:
        """Save the password, sign every other browser out and redirect home."""
        response = super().form_valid(form)
        user = signed_in(self.request.user)
        user.sign_ins.end(but=self.request.session.session_key)
        door_log.password_set(user, "on the page of the account")
        messages.success(self.request, _("Your password is set."))
        return response


def _account(request: HttpRequest, email_form: EmailForm | None = None) -> dict[str, Any]:
    """Context of the page beside the password form."""
    user = signed_in(request.user)
    if settings.EMAIL_HOST and user.has_usable_password():
        email_form = email_form or EmailForm(user)
    sign_ins = user.sign_ins.current()
    return {"email_form": email_form, "sign_ins": sign_ins, "here": request.session.session_key}


@require_POST
@login_required
def email(request: HttpRequest) -> HttpResponse:
    """POST saves the e-mail address. 404 where the server sends no mail, or the account has no password."""
    user = signed_in(request.user)
    if not settings.EMAIL_HOST or not user.has_usable_password():
        raise Http404
    form = EmailForm(user, request.POST)
    if not form.is_valid():
        context = {"form": NewPasswordForm(user)} | _account(request, form)
        return render(request, "account/password.html", context, status=422)
    user.email = form.cleaned_data["email"]
    user.save(update_fields=["email"])
    messages.success(request, _("Your e-mail address is saved."))
    return redirect("password")


@require_POST
@login_required
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """POST signs another browser out: `pk` is the key of its `SignIn`."""
    user = signed_in(request.user)
    user.sign_ins.filter(pk=pk).end(but=request.session.session_key)
    messages.success(request, _("That browser is signed out."))
    return redirect("password")


@require_POST
@login_required
def end_others(request: HttpRequest) -> HttpResponse:
    """POST signs every other browser out."""
    user = signed_in(request.user)
    user.sign_ins.end(but=request.session.session_key)
    messages.success(request, _("Every other browser is signed out."))
    return redirect("password")
