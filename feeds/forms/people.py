"""What people say of themselves and of each other: accounts, sign-in, invitations."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

from django import forms
from django.contrib.auth import get_user_model, password_validation
from django.contrib.auth.forms import AuthenticationForm, PasswordResetForm, UsernameField
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.core.exceptions import ValidationError
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from feeds.forms.fields import WrittenField
from feeds.models import FOR_MAX, NAME_MAX
from feeds.tries import Tries, too_many

RESET_PER = timedelta(minutes=10)
_mail = ThreadPoolExecutor(1, "mail")


class Counted(forms.Form):
    """A form for which only so many tries are allowed. `wait` is in how many seconds there may be another one."""

    wait = 0

    def count(self, tries: Tries) -> None:
        self.wait = tries.wait()
        if self.wait:
            raise ValidationError(too_many(self.wait), code="too_many")


class SignInForm(Counted, AuthenticationForm):
    """Who signs in. The password is not even looked at once there were too many wrong ones."""

    def clean(self) -> dict[str, Any]:
        name, password = (self.cleaned_data.get(field) for field in ("username", "password"))
        if not name or not password:
            return self.cleaned_data
        assert self.request  # noqa: S101  (Django's form can do without one)
        tries = Tries.of(self.request, "sign-in", name)
        self.count(tries)
        cleaned: dict[str, Any] = super().clean()
        tries.went_well()
        return cleaned


class AskResetForm(Counted, PasswordResetForm):
    """To which address a link to set a new password is sent, where an account has it."""

    def __init__(self, *args: Any, request: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request = request
        self.fields["email"].label = _("E-mail address")
        self.use_required_attribute = False

    def clean(self) -> dict[str, Any]:
        if email := self.cleaned_data.get("email"):
            self.count(Tries.of(self.request, "reset", email, RESET_PER))
        return self.cleaned_data

    def send_mail(self, *args: Any, **kwargs: Any) -> None:
        """Aside: an answer that takes as long as the mail would tell that there is an account."""
        _mail.submit(self._send_mail_in, translation.get_language(), *args, **kwargs)

    def _send_mail_in(self, language: str, *args: Any, **kwargs: Any) -> None:
        """In the language of who asked for it, which another thread does not know."""
        with translation.override(language):
            super().send_mail(*args, **kwargs)


class EmailForm(forms.Form):
    """Where links to set a new password are sent. Asks for the password: who changes this can take the account over."""

    email = forms.EmailField(
        label=gettext_lazy("E-mail address"),
        required=False,
        max_length=254,
        help_text=gettext_lazy("For a link when you forget your password, and nothing else. Empty: none."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    password = forms.CharField(
        label=gettext_lazy("Your password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        error_messages={"required": gettext_lazy("Enter your password, so that nobody else can change this.")},
    )

    def __init__(self, user: Any, data: Any = None, *, request: Any) -> None:
        super().__init__(data, initial={"email": user.email}, auto_id="id_for_email_%s")
        self.user, self.request = user, request
        self.use_required_attribute = False

    def clean_password(self) -> str:
        tries = Tries.of(self.request, "sign-in", self.user.get_username())
        if seconds := tries.wait():
            raise ValidationError(too_many(seconds))
        if not self.user.check_password(self.cleaned_data["password"]):
            raise ValidationError(_("This is not your password."))
        tries.went_well()
        return str(self.cleaned_data["password"])


class InviteForm(forms.Form):
    meant_for = WrittenField(
        limit=FOR_MAX,
        required=False,
        label=gettext_lazy("For whom (optional)"),
        help_text=gettext_lazy("Only hosts see this."),
        widget=forms.TextInput(attrs={"dir": "auto", "autocomplete": "off"}),
    )


class SignUpForm(forms.Form):
    """The account of somebody who was invited."""

    username = UsernameField(
        label=gettext_lazy("User name"),
        max_length=150,
        validators=[UnicodeUsernameValidator()],
        help_text=gettext_lazy("What you sign in with: letters, digits and @ . + - _"),
        error_messages={"required": gettext_lazy("Choose a user name to sign in with.")},
    )
    name = WrittenField(
        limit=NAME_MAX,
        required=False,
        label=gettext_lazy("Name that readers see (optional)"),
        help_text=gettext_lazy("Left empty, it is the user name."),
        widget=forms.TextInput(attrs={"dir": "auto", "autocomplete": "name"}),
    )
    password = forms.CharField(
        label=gettext_lazy("Password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=gettext_lazy("At least 8 characters, and not a common one."),
        error_messages={"required": gettext_lazy("Choose a password.")},
    )

    use_required_attribute = False

    def clean_username(self) -> str:
        username = str(self.cleaned_data["username"])
        if get_user_model().objects.filter(username__iexact=username).exists():
            raise ValidationError(_("Somebody has this user name. Choose another, or sign in if it is yours."))
        return username

    def clean(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        if password := cleaned.get("password"):
            user = get_user_model()(username=cleaned.get("username", ""), first_name=cleaned.get("name", ""))
            try:
                password_validation.validate_password(password, user)
            except ValidationError as error:
                self.add_error("password", error)
        return cleaned

    def save(self) -> Any:
        """Make the account. Raises IntegrityError when somebody took the user name at this very moment."""
        said = self.cleaned_data
        return get_user_model().objects.create_user(
            said["username"], password=said["password"], first_name=said["name"]
        )
