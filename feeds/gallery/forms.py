"""States of every form, with each error: real forms with wrong data."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.translation import gettext

from feeds.forms import (
    BanForm,
    DeleteForm,
    EntryForm,
    EraseForm,
    EventForm,
    InviteForm,
    JumpForm,
    MomentForm,
    PostForm,
    ReviseForm,
    RulesForm,
    SignInForm,
    SignsForm,
    StatusLineForm,
)
from feeds.gallery.composing import WRONG_HEADINGS
from feeds.gallery.samples import (
    FORM_KEY,
    LONG_NAME,
    ONE_WORD,
    RTL,
    RTL_NAME,
    WORDS,
    comment,
    entry,
    event,
    invitation,
    user,
    variant,
)
from feeds.gallery.states import HOSTS, Made, shows
from feeds.models import COMMENT_MAX, ENTRY_MAX, Closed, Comment, Event, PostState, TooOften
from feeds.models.limits.rates import TOO_MANY_BY_VISITOR

WRONG_POSTS: dict[str, dict[str, str]] = {
    "name missing": {"name": "", "text": WORDS},
    "text missing": {"name": "Paul", "text": ""},
    "both missing": {"name": "", "text": ""},
    "name too long": {"name": LONG_NAME + LONG_NAME, "text": WORDS},
    "name like a host's": {"name": "Paul (Host)", "text": WORDS},
    "text too long": {"name": "Paul", "text": WORDS * (1 + ENTRY_MAX // len(WORDS))},
    "control characters": {"name": "Paul", "text": "Lift\x07off"},
    "broken characters": {"name": "Paul", "text": "Lift\ufffdoff"},
}
REFUSALS: dict[str, dict[str, Any]] = {
    "event over": {"state": Event.State.ENDED},
    "posting closed": {"posting": Event.Posting.CLOSED},
    "hosts only": {"posting": Event.Posting.HOSTS},
}
"""Fields of events that take no posts."""


def _posts(kind: Callable[..., PostForm]) -> Iterator[tuple[str, dict[str, Any]]]:
    yield "empty", {}
    yield "with a name remembered", {"remembered": "Paul"}
    for name, data in WRONG_POSTS.items():
        form = kind(data, event=event() if name == "name like a host's" else None)
        yield name, {"form": form, "focus": form.first_invalid}
    for name, fields in REFUSALS.items():
        form = kind({"name": "Paul", "text": WORDS})
        try:
            event(**fields).require_open(by_host=False)
        except Closed as closed:
            form.add_error(None, str(closed))
        yield name, {"form": form}
    form = kind({"name": RTL_NAME, "text": RTL})
    form.add_error(None, str(TooOften(gettext(TOO_MANY_BY_VISITOR), 42)))
    yield "too fast, right to left", {"form": form}


@shows("partials/entry/entry_form")
def _entry_forms() -> Iterator[Made]:
    for name, more in _posts(EntryForm):
        yield name, {"event": event(), "form_key": FORM_KEY} | more
    yield "after a post", {"event": event(), "form_key": FORM_KEY, "remembered": "Paul", "posted": entry()}


@shows("partials/comment/comment_form")
def _comment_forms() -> Iterator[Made]:
    for name, more in _posts(partial(PostForm, model=Comment)):
        if name == "text too long":
            more["form"] = PostForm({"name": "Paul", "text": WORDS * (1 + COMMENT_MAX // len(WORDS))}, model=Comment)
        made = entry()
        yield name, {"event": made.event, "entry": made, "form_key": FORM_KEY} | more


@shows("partials/post/answer", "partials/post/post_answer")
def _answers() -> Iterator[Made]:
    made = entry()
    common = {
        "event": made.event,
        "form_key": FORM_KEY,
        "remembered": "Paul",
        "token": "key",
        "value": FORM_KEY,
        "own_key": 120,
    }
    composer = common | {"form_template": "partials/entry/entry_form.html", "form_id": "entry-form"}
    yield "posted", composer | {"said": "Posted.", "posted": made}
    on_desk = composer | {"form_template": "partials/desk/composer.html", "desk": True}
    yield "on the host desk", on_desk | {"said": "Posted.", "posted": made}, HOSTS
    yield "a draft was saved", on_desk | {"said": "Saved as a draft."}, HOSTS
    waiting = [entry(state=PostState.WAITING)]
    yield "waits", composer | {"said": "Your post is waiting for review.", "waiting": waiting}
    form = EntryForm({"name": "", "text": ""})
    yield "refused", composer | {"form": form, "focus": form.first_invalid}
    comment_form = {"form_template": "partials/comment/comment_form.html", "form_id": f"{made.element_id}-comment-form"}
    yield "a comment", common | comment_form | {"entry": made, "said": "Posted."}


@shows("partials/post/post_fields", "partials/post/name_field")
def _post_fields() -> Iterator[Made]:
    for name, more in _posts(EntryForm):
        yield name, {"id": "entry", "label": "Entry", "rows": 3, "form_key": FORM_KEY} | more
    yield "in one pill", {"id": "entry", "label": "Entry", "rows": 1, "hint": "Write something…", "form_key": FORM_KEY}
    yield "quiet", {"id": "entry-7-comment", "label": "Comment", "rows": 1, "quiet": True, "form_key": FORM_KEY}


@shows("partials/post/edit_form")
def _edit_forms() -> Iterator[Made]:
    made, remark = entry(), comment()
    yield "an entry", {"event": made.event, "post": made, "form": ReviseForm(made)}
    yield "a comment", {"event": remark.event, "post": remark, "form": ReviseForm(remark)}
    yield "an entry, by a host", {"event": made.event, "post": made, "form": ReviseForm(made, by_host=True)}
    for name, data in WRONG_HEADINGS.items():
        wrong = ReviseForm(made, {"text": WORDS} | data, by_host=True)
        yield f"{name}, by a host", {"event": made.event, "post": made, "form": wrong}
    for name in ("text missing", "text too long", "control characters", "broken characters"):
        yield name, {"event": made.event, "post": made, "form": ReviseForm(made, {"text": WRONG_POSTS[name]["text"]})}
    form = ReviseForm(made, {"text": WORDS})
    form.add_error("text", "Somebody else has changed this in the meantime. It now says:")
    yield "changed meanwhile", {"event": made.event, "post": made, "form": form}


@shows("partials/post/form_answer")
def _forms_asked_for() -> Iterator[Made]:
    made = entry()
    about = {"event": made.event, "post": made, "form_template": "partials/post/edit_form.html"}
    yield "to edit an entry", about | {"form": ReviseForm(made)}


@shows("partials/post/remove_form")
def _remove_forms() -> Iterator[Made]:
    made, remark = entry(name=LONG_NAME, text=ONE_WORD), comment(name=RTL_NAME, text=RTL)
    yield "an entry, by a host", {"event": made.event, "post": made}
    yield "an entry, by its author", {"event": made.event, "post": made, "as_author": True}
    yield "a comment", {"event": remark.event, "post": remark, "as_author": True}


@shows("partials/entry/pin_form")
def _pin_forms() -> Iterator[Made]:
    for name, of, pinning in (
        ("pin", event(), True),
        ("pin, in the place of another", event(pinned=True), True),
        ("unpin", event(pinned=True), False),
    ):
        yield name, {"event": of, "post": entry(of), "pinning": pinning}


@shows("partials/desk/end_form")
def _questions_before_the_end() -> Iterator[Made]:
    yield "somebody reads", {"event": event(), "readers": 37}
    yield "nobody reads", {"event": event(), "readers": 0, "back": "/events/petrel-7/host/"}


@shows("partials/event/status_line_form", "partials/event/status_line_field", "partials/event/status_line_said")
def _status_line_forms() -> Iterator[Made]:
    yield "none", {"event": event()}
    yield "set", {"event": event(status_line="2–1 · 64'")}
    yield "just set", {"event": event(status_line="2–1 · 64'"), "said": "Saved. Everybody sees it now."}
    yield "right to left", {"event": event(status_line=RTL[:40])}
    yield "too long", {"event": event(), "status_form": StatusLineForm({"status_line": WORDS})}


@shows("partials/entry/moment_form")
def _moment_forms() -> Iterator[Made]:
    made = entry()
    about = {"event": made.event, "post": made}
    yield "new", about | {"form": MomentForm(initial={"label": ""})}
    yield "with a label", about | {"form": MomentForm(initial={"label": "Ignition", "before": "Ignition"})}
    yield "too long", about | {"form": MomentForm({"label": "Ignition " * 10})}
    yield "control characters", about | {"form": MomentForm({"label": "Ignition\x07"})}


@shows("partials/post/ban_form")
def _ban_forms() -> Iterator[Made]:
    made = entry(name=LONG_NAME)
    about = {"event": made.event, "post": made}
    yield "fresh", about | {"form": BanForm()}
    yield "no period", about | {"form": BanForm({})}
    yield "neither banned nor removed", about | {"form": BanForm({"period": "none"})}
    yield "note too long", about | {"form": BanForm({"period": "day", "note": WORDS * 20})}
    yield "note with control characters", about | {"form": BanForm({"period": "day", "note": "Bye\x07"})}


def switches(of: Event | None = None) -> dict[str, Any]:
    """The forms at the side of the host desk."""
    return {"rules": RulesForm(instance=of or event()), "signs": SignsForm(instance=of or event())}


@shows("partials/desk/switches")
def _switches() -> Iterator[Made]:
    yield "as they are", {"event": event()} | switches()
    yield "rules wrong", {"event": event()} | switches() | {"rules": RulesForm({"posting": ""}, instance=event())}


@shows("partials/desk/people", "partials/desk/people_now")
def people_states() -> Iterator[Made]:
    """States of the list of hosts and invitations."""
    hosts = [user(2, "hugo"), user(4, "maxi", first_name=LONG_NAME[:30], last_name=LONG_NAME[30:]), user(5, RTL_NAME)]
    open_ones = [invitation(), invitation(pk=4, meant_for=LONG_NAME), invitation(pk=5, meant_for=RTL)]
    about = {"event": event(), "hosts": hosts[:1], "invitations": [], "form": InviteForm(), "form_key": FORM_KEY}
    link = "https://live.example.org/invitations/" + "x" * 43 + "/"
    yield "as a host sees it", about
    yield "as the owner sees it", about | {"hosts": hosts, "invitations": open_ones, "owning": True}
    yield "an invitation was made", about | {"link": link, "link_for": "Ada"}
    yield "an invitation for nobody in particular", about | {"link": link}
    yield "a link for a new password", about | {"link": link, "reset_for": hosts[0], "owning": True}
    yield "somebody was removed", about | {"said": "Hugo hosts this event no more.", "owning": True}
    yield "too long", about | {"form": InviteForm({"meant_for": WORDS * 5})}


@shows("partials/site/in_place")
def _attributes() -> Iterator[Made]:
    yield "as they are", {}


@shows("partials/site/field")
def _fields() -> Iterator[Made]:
    fresh = EventForm(instance=event())
    for name in ("title", "description", "starts_at", "time_zone", "auto_start", "auto_end_hours", "visibility"):
        yield name.replace("_", " "), {"field": fresh[name]}
    wrong = {
        "title": "",
        "slug": "new",
        "starts_at": "",
        "time_zone": "Mars/Olympus",
        "auto_end_hours": "0",
        "visibility": "secret",
        "posting": "",
        "blocked_networks": "all of them",
        "description": WORDS * 20,
    }
    bound = EventForm(wrong, instance=event())
    for name, value in (("unreadable", "#ffff00"), ("no colour", "reddish")):
        yield f"accent {name}", {"field": EventForm(wrong | {"accent": value}, instance=event())["accent"]}
    for name in ("accent", "logo", "logo_alt"):
        yield name.replace("_", " "), {"field": fresh[name]}
    no_picture = {"logo": SimpleUploadedFile("logo.svg", b"<svg/>")}
    yield "logo not a picture", {"field": EventForm(wrong, no_picture, instance=event())["logo"]}
    for name in wrong:
        yield f"{name.replace('_', ' ')} wrong", {"field": bound[name]}
    yield "rules", {"field": RulesForm(instance=event())["posting"]}
    yield "sign in", {"field": SignInForm()["username"]}
    yield "erase: another word", {"field": EraseForm({"word": "eraze"})["word"]}
    yield "erase: nothing", {"field": EraseForm({})["word"]}
    yield "delete: another title", {"field": DeleteForm(event(), {"title": "Petrel"})["title"]}
    yield "delete: nothing", {"field": DeleteForm(event(), {})["title"]}


@shows("partials/event/ways", "partials/event/chips")
def _ways() -> Iterator[Made]:
    yield "all, newest first", {"event": event(), "variant": variant(), "jump": JumpForm(event(), None)}
    chosen = variant(order="oldest", view="moments")
    yield "key moments, oldest first", {"event": event(), "variant": chosen, "jump": JumpForm(event(), None)}
    yield "not a time", {"event": event(), "variant": variant(), "jump": JumpForm(event(), {"at": "noon"})}
