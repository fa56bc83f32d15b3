"""Validation of everything that comes from outside."""

import feeds.forms.pictures
import feeds.forms.polls  # noqa: F401  (registers its fields)
from feeds.forms.accounts import AskResetForm, EmailForm, InviteForm, NewPasswordForm, SignInForm, SignUpForm
from feeds.forms.branding import LOGO_MAX_MB
from feeds.forms.cursors import AT, BEFORE, SINCE, Cursor, Fragment, Place, Start, Typing, parse_number, parse_opened
from feeds.forms.event_data import DeleteForm, EraseForm, FindForm
from feeds.forms.events import TAKEN, EventForm
from feeds.forms.fields import NameField, TextField, WrittenField, is_not_utf8
from feeds.forms.jump import JumpForm
from feeds.forms.keys import new_form_key
from feeds.forms.moderation import BanForm, MomentForm, RulesForm, SignsForm, StatusLineForm
from feeds.forms.posts import EntryForm, PostForm, ReviseForm
from feeds.forms.reviews import seen_in

__all__ = [
    "AT",
    "BEFORE",
    "LOGO_MAX_MB",
    "SINCE",
    "TAKEN",
    "AskResetForm",
    "BanForm",
    "Cursor",
    "DeleteForm",
    "EmailForm",
    "EntryForm",
    "EraseForm",
    "EventForm",
    "FindForm",
    "Fragment",
    "InviteForm",
    "JumpForm",
    "MomentForm",
    "NameField",
    "NewPasswordForm",
    "Place",
    "PostForm",
    "ReviseForm",
    "RulesForm",
    "SignInForm",
    "SignUpForm",
    "SignsForm",
    "Start",
    "StatusLineForm",
    "TextField",
    "Typing",
    "WrittenField",
    "is_not_utf8",
    "new_form_key",
    "parse_number",
    "parse_opened",
    "seen_in",
]
