"""States of the pages about people, accounts and an event's data."""

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any, TypeVar

from django.contrib.auth.forms import SetPasswordForm
from django.core.files.uploadedfile import SimpleUploadedFile
from django.forms import BaseForm
from django.forms.utils import ErrorDict
from django.http import HttpRequest
from django.utils.translation import gettext

from feeds.access.throttle import too_many
from feeds.forms import (
    AskResetForm,
    DeleteForm,
    EmailForm,
    EraseForm,
    FindForm,
    NewPasswordForm,
    ReviseForm,
    SignUpForm,
)
from feeds.gallery.forms import people_states
from feeds.gallery.samples import (
    FORM_KEY,
    HOW,
    LONG_NAME,
    RTL,
    START,
    WORDS,
    act,
    act_of_setting,
    comment,
    entry,
    event,
    invitation,
    user,
)
from feeds.gallery.states import PAGE, Made, shows
from feeds.models import Post, PostState, SignIn, Verb
from feeds.transfer.imports import ImportForm

F = TypeVar("F", bound=BaseForm)

OLGA, HUGO = user(), user(2, "hugo")


def _refused(form: F, field: str | None, said: str) -> F:
    """The form with an error that only a database could find."""
    form.is_valid()
    form.add_error(field, said)
    return form


@shows("desk/people")
def _people_pages() -> Iterator[Made]:
    for name, context, *_ in people_states():
        yield name, context | {"user": HUGO}, PAGE


@shows("account/invitation")
def _invitations() -> Iterator[Made]:
    about: dict[str, Any] = {"invitation": invitation(), "event": event()}
    taken = gettext("That user name is taken. Choose another, or sign in if it is yours.")
    yield "for somebody new", about | {"form": SignUpForm()}, PAGE
    yield "for a signed-in person", about | {"form": None, "user": user(4, "maxi")}, PAGE
    yield "right to left", about | {"event": event(title=RTL), "form": SignUpForm()}, PAGE
    yield "nothing filled in", about | {"form": SignUpForm({})}, PAGE
    yield "password too short", about | {"form": SignUpForm({"username": "a b", "password": "1234"})}, PAGE
    named = SignUpForm({"username": "", "password": "correct horse", "name": LONG_NAME * 3})
    yield "user name taken", about | {"form": _refused(named, "username", taken)}, PAGE


@shows("account/password")
def _accounts() -> Iterator[Made]:
    browsers = ["Firefox on Linux", "Safari on iPhone", "A browser"]
    sign_ins = [SignIn(pk=n, browser=name, first_seen=START, last_seen=START) for n, name in enumerate(browsers)]
    for n, each in enumerate(sign_ins):
        each.session_id = f"session-{n}"
    one = {"sign_ins": sign_ins[:1], "here": "session-0", "user": OLGA}
    yield "no password yet", one | {"form": SetPasswordForm(OLGA)}, PAGE
    mail = {"form": NewPasswordForm(OLGA), "email_form": EmailForm(OLGA)}
    yield "signed in elsewhere as well", one | {"sign_ins": sign_ins} | mail, PAGE
    yield "nothing filled in", one | {"form": NewPasswordForm(OLGA, {})}, PAGE
    twice = {"new_password1": "correct horse", "new_password2": "battery staple"}
    yield "two passwords", one | {"form": SetPasswordForm(OLGA, twice)}, PAGE
    short = {"new_password1": "olga", "new_password2": "olga"}
    yield "password too short", one | {"form": SetPasswordForm(OLGA, short)}, PAGE
    yield "no address", one | mail | {"email_form": EmailForm(OLGA, {"email": "olga"})}, PAGE


@shows("account/reset")
def _resets() -> Iterator[Made]:
    yield "fresh", {"form": SetPasswordForm(HUGO)}, PAGE
    yield "nothing filled in", {"form": SetPasswordForm(HUGO, {})}, PAGE
    yield "password too short", {"form": SetPasswordForm(HUGO, {"new_password1": "1", "new_password2": "1"})}, PAGE
    yield "two passwords", {"form": SetPasswordForm(HUGO, {"new_password1": "1", "new_password2": "2"})}, PAGE


@shows("account/one_time")
def _one_time_links() -> Iterator[Made]:
    yield "signed out", {"account": OLGA}, PAGE
    yield "signed in as somebody else", {"account": OLGA, "user": HUGO}, PAGE
    yield "of a long name", {"account": user(5, LONG_NAME)}, PAGE


@shows("account/ask_reset")
def _forgotten() -> Iterator[Made]:
    yield "fresh", {"form": AskResetForm()}, PAGE
    yield "nothing filled in", {"form": AskResetForm({})}, PAGE
    yield "no address", {"form": AskResetForm({"email": "olga"})}, PAGE
    yield "too often", {"form": _refused(AskResetForm({"email": "olga"}), None, too_many(42))}, PAGE


@shows("mail/reset.txt", "mail/reset_subject.txt")
def _mails() -> Iterator[Made]:
    for name, host in (("plain", OLGA), ("a long name", user(username=LONG_NAME.replace(" ", "_")))):
        yield name, {"user": host, "origin": "https://live.example.org", "token": "sample"}


@shows("desk/owner")
def _data() -> Iterator[Made]:
    of = event()
    about: dict[str, Any] = {"event": of, "find": FindForm(of), "deleting": DeleteForm(of), "user": OLGA}
    yield "fresh", about, PAGE
    yield "nothing asked for", about | {"find": FindForm(of, {"q": ""})}, PAGE
    for name, posts in (("found", [entry(of, **how) for how in HOW.values()]), ("nothing found", [])):
        find = FindForm(of, {"q": "Paul"})
        vars(find)["_errors"] = ErrorDict()  # valid, without a search
        find.found = [*posts, comment(entry(of), state=PostState.REMOVED)] if posts else []
        yield name, about | {"find": find}, PAGE
    yield "another title", about | {"deleting": DeleteForm(of, {"title": "Petrel"})}, PAGE
    yield "no title", about | {"deleting": DeleteForm(of, {})}, PAGE


@shows("desk/erase")
def _erasing() -> Iterator[Made]:
    of = event()
    numbers = [str(kind.wording.number % {"n": n}) for n, kind in enumerate(Post.kinds.values(), 1)]
    found = SimpleNamespace(numbers=numbers, replies=3, names=["Paul", LONG_NAME], reactions=SimpleNamespace(count=4))
    found.reports = SimpleNamespace(count=2)
    about = {"event": of, "post": entry(of, visitor="v"), "traces": found, "form": EraseForm(), "user": OLGA}
    alone = SimpleNamespace(numbers=numbers[:1], replies=0, names=[], reactions=SimpleNamespace(count=0))
    yield "all by one visitor", about, PAGE
    yield "of nobody known", about | {"post": comment(entry(of)), "traces": alone}, PAGE
    yield "a banned visitor", about | {"form": EraseForm(banned=True)}, PAGE
    yield "another word", about | {"form": EraseForm({"word": "eraze"})}, PAGE
    yield "nothing typed", about | {"form": EraseForm({})}, PAGE


@shows("desk/import")
def _imports() -> Iterator[Made]:
    yield "fresh", {"form": ImportForm(), "form_key": FORM_KEY, "user": OLGA}, PAGE
    yield "no file", {"form": ImportForm({}, {}), "form_key": FORM_KEY, "user": OLGA}, PAGE
    for name, content in (
        ("empty file", ""),
        ("no JSON", "Petrel 7"),
        ("another version", '{"format": "commentary-event", "version": 9}'),
        ("mistakes in it", '{"format": "commentary-event", "version": 1, "event": {"title": 7}, "entries": [{}, 7]}'),
    ):
        file = SimpleUploadedFile("petrel-7.json", content.encode())
        yield name, {"form": ImportForm({}, {"file": file}), "form_key": FORM_KEY, "user": OLGA}, PAGE


@shows("desk/log")
def _logs() -> Iterator[Made]:
    of = event()
    acts = [act(of=of), act(Verb.PINNED, of=of, pk=6), act_of_setting("accent", "#7a0b56", of=of, pk=7)]
    yield "three acts", {"event": of, "acts": acts, "latest": True, "user": HUGO}, PAGE
    yield "of several pages", {"event": of, "acts": acts[:1], "older": 6, "user": HUGO}, PAGE
    yield "nothing yet", {"event": of, "acts": [], "latest": True, "user": HUGO}, PAGE


@shows("desk/removed_posts")
def _removed_posts() -> Iterator[Made]:
    of = event()
    posts = [entry(of), comment(entry(of), pk=51)]
    yield "some, and more", {"event": of, "posts": posts, "older": 6, "user": HUGO}, PAGE
    yield "none are left", {"event": of, "posts": [], "user": HUGO}, PAGE


@shows("post/unsent")
def _unsent() -> Iterator[Made]:
    about: dict[str, Any] = {
        "title": "Not sent yet",
        "advice": WORDS,
        "seen": [("name", "Olga"), ("text", WORDS)],
        "unseen": [],
    }
    asked = HttpRequest()
    asked.method = "POST"
    about |= {"request": asked, "name": "olga"}
    yield "signed out", about | {"sign_in": True}, PAGE
    yield "signed in as somebody else", about | {"may_go_on": True, "user": OLGA}, PAGE
    yield "no longer hosting, with a file", about | {"files": True, "user": OLGA}, PAGE


@shows("post/removed")
def _removed() -> Iterator[Made]:
    yield "an entry", {"event": event()}, PAGE


@shows("post/change")
def _changes() -> Iterator[Made]:
    made = entry()
    about = {"event": made.event, "post": made, "form_template": "partials/post/edit_form.html"}
    yield "edit", about | {"form": ReviseForm(made)}, PAGE
    yield "edit, from the desk", about | {"form": ReviseForm(made), "back": "/events/petrel-7/host/"}, PAGE
    yield "text missing", about | {"form": ReviseForm(made, {"text": ""})}, PAGE
    yield "text too long", about | {"form": ReviseForm(made, {"text": WORDS * 50})}, PAGE
    yield "remove", about | {"form_template": "partials/post/remove_form.html", "as_author": True}, PAGE


@shows("language")
def _languages() -> Iterator[Made]:
    asked = HttpRequest()
    asked.method = "GET"
    yield "a choice", {"back": "/", "request": asked}, PAGE
