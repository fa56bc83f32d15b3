"""Forms for accounts, sign-in and invitations."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import BoundedSemaphore
from typing import Any

from django import forms
from django.contrib.auth import get_user_model, password_validation
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm, PasswordResetForm, UsernameField
from django.contrib.auth.models import User
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.core.exceptions import ValidationError
from django.db import close_old_connections
from django.http import HttpRequest
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from feeds.access import door_log
from feeds.access.throttle import Tries, too_many
from feeds.forms.fields import WrittenField
from feeds.forms.keys import MadeOnce
from feeds.models import FOR_MAX, NAME_MAX, Link
from feeds.values.words import fold, is_blank

RESET_PER = timedelta(minutes=10)
_mail = ThreadPoolExecutor(1, "mail")
_room = BoundedSemaphore(100)
"""Mails that may wait to be sent. Requests beyond it get none."""


class Counted(forms.Form):
    """A form with limited tries. `wait` is the number of seconds until the next one is allowed, 0 for now."""

    wait = 0

    def count(self, tries: Tries) -> None:
        """Counts a try. Raises `ValidationError` if there were too many."""
        self.wait = tries.wait()
        if self.wait:
            raise ValidationError(too_many(self.wait), code="too_many")


class SignInForm(Counted, AuthenticationForm):
    """A user name and password. After too many wrong ones the password is not even checked."""

    def clean(self) -> dict[str, Any]:
        """Signs in within the limits of tries, and logs refusals. Raises `ValidationError`."""
        name, password = (self.cleaned_data.get(field) for field in ("username", "password"))
        if not name or not password:
            return self.cleaned_data
        assert self.request  # noqa: S101  (Django's form can do without one)
        tries = Tries.to_sign_in(self.request, name)
        try:
            self.count(tries)
            cleaned: dict[str, Any] = super().clean()
        except ValidationError:
            why = f"too many tries, {self.wait} s to wait" if self.wait else "wrong password"
            door_log.refused(self.request, name, why)
            raise
        tries.take_back()
        return cleaned


class AskResetForm(Counted, PasswordResetForm):
    """An e-mail address to send a link for a new password to, if an account has it."""

    def __init__(self, *args: Any, request: HttpRequest | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request = request
        self.fields["email"].label = _("E-mail address")
        self.use_required_attribute = False

    def clean(self) -> dict[str, Any]:
        """Counts the try. Raises `ValidationError` if there were too many for this address or network."""
        if email := self.cleaned_data.get("email"):
            assert self.request  # noqa: S101  (the view gives it)
            self.count(Tries.of(self.request, "reset", email, RESET_PER))
        return self.cleaned_data

    def save(self, **options: Any) -> None:  # type: ignore[override]
        """Makes and mails the link in another thread: the time of the answer must not tell whether there is an
        account."""
        if not _room.acquire(blocking=False):
            return
        options |= {"token_generator": _Links, "request": None, "domain_override": "none"}  # the mail has an origin
        _mail.submit(self._save_in, translation.get_language(), options)

    def _save_in(self, language: str, options: dict[str, Any]) -> None:
        """Sends the mail in the language of the request, which this thread does not know."""
        close_old_connections()
        try:
            with translation.override(language):
                super().save(**options)
        finally:
            _room.release()
            close_old_connections()


class _Links:
    """Makes one-time links in place of Django's signed tokens."""

    @staticmethod
    def make_token(user: User) -> str:
        """The token of a new link for a user's new password."""
        door_log.reset_link_made(user, "by mail")
        return Link.make(Link.Kind.RESET, user)


class OwnPassword:
    """A form that asks a signed-in person for their password.

    Tries are counted by account, across its sessions: not every open laptop is used by its owner.
    """

    user: User

    def check_own_password(self, password: str, wrong: str) -> str:
        """The password if it is right. Raises `ValidationError` with the text `wrong`, or after too many tries."""
        tries = Tries.by_one("own-password", str(self.user.pk))
        if seconds := tries.wait():
            door_log.password_refused(self.user, f"too many tries, {seconds} s to wait")
            raise ValidationError(too_many(seconds), code="too_many")
        if not self.user.check_password(password):
            door_log.password_refused(self.user, "wrong")
            raise ValidationError(wrong)
        tries.take_back()
        return password


class NewPasswordForm(OwnPassword, PasswordChangeForm):
    """A new password, given the old one."""

    def clean_old_password(self) -> str:
        """The old password. Raises `ValidationError` if it is wrong, or after too many tries."""
        wrong = str(self.error_messages["password_incorrect"])
        return self.check_own_password(self.cleaned_data["old_password"], wrong)


class EmailForm(OwnPassword, forms.Form):
    """The address for links for a new password. It asks for the password: changing it can take over the account."""

    email = forms.EmailField(
        label=gettext_lazy("E-mail address"),
        required=False,
        max_length=254,
        help_text=gettext_lazy("Only used to send you a link if you forget your password. Optional."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    password = forms.CharField(
        label=gettext_lazy("Your password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        error_messages={"required": gettext_lazy("Enter your password to confirm this change.")},
    )

    def __init__(self, user: User, data: Mapping[str, str] | None = None) -> None:
        super().__init__(data, initial={"email": user.email}, auto_id="id_for_email_%s")
        self.user = user
        self.use_required_attribute = False

    def clean_password(self) -> str:
        """The password. Raises `ValidationError` if it is wrong, or after too many tries."""
        return self.check_own_password(self.cleaned_data["password"], _("Wrong password. Try again."))


class InviteForm(MadeOnce, forms.Form):
    """An invitation, with a note for whom it is."""

    meant_for = WrittenField(
        limit=FOR_MAX,
        required=False,
        label=gettext_lazy("Who is it for? (optional)"),
        help_text=gettext_lazy("Only hosts see this."),
        widget=forms.TextInput(attrs={"dir": "auto", "autocomplete": "off"}),
    )


class SignUpForm(forms.Form):
    """A new account for an invited person."""

    username = UsernameField(
        label=gettext_lazy("User name"),
        max_length=150,
        validators=[UnicodeUsernameValidator()],
        help_text=gettext_lazy("For signing in. Letters, digits and @ . + - _ only."),
        error_messages={"required": gettext_lazy("Choose a user name to sign in with.")},
    )
    name = WrittenField(
        limit=NAME_MAX,
        required=False,
        label=gettext_lazy("Display name (optional)"),
        help_text=gettext_lazy("Readers see it. Leave empty to show your user name."),
        widget=forms.TextInput(attrs={"dir": "auto", "autocomplete": "name"}),
    )
    password = forms.CharField(
        label=gettext_lazy("Password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=gettext_lazy("At least 8 characters. Avoid common passwords."),
        error_messages={"required": gettext_lazy("Choose a password.")},
    )

    use_required_attribute = False

    def clean_username(self) -> str:
        """The user name. Raises `ValidationError` for a blank one or one that is taken, whatever its case."""
        username = str(self.cleaned_data["username"])
        if is_blank(username):
            raise ValidationError(self.fields["username"].error_messages["required"], code="required")
        taken = get_user_model().objects.values_list("username", flat=True).iterator()
        if fold(username) in map(fold, taken):
            raise ValidationError(_("That user name is taken. Choose another, or sign in if it is yours."))
        return username

    def clean(self) -> dict[str, Any]:
        """Validates the password against the names in the form."""
        cleaned = self.cleaned_data
        if password := cleaned.get("password"):
            user = get_user_model()(username=cleaned.get("username", ""), first_name=cleaned.get("name", ""))
            try:
                password_validation.validate_password(password, user)
            except ValidationError as error:
                self.add_error("password", error)
        return cleaned

    def save(self) -> User:
        """Makes the account. Raises `IntegrityError` if somebody took the user name at this very moment."""
        said = self.cleaned_data
        return get_user_model().objects.create_user(
            said["username"], password=said["password"], first_name=said["name"]
        )
