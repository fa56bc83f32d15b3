"""Whatever a host does is in the log: each address that takes a POST of theirs, also one that nobody thought of."""

import pytest

from feeds.models import Act, Event, Invitation
from feeds.models.moderation.log import SENTENCES
from feeds.tests import test_admin as admin
from feeds.tests.access.test_authorisation import (
    CELLS,
    OF_AN_EVENT,
    ROLES,
    TABLE,
    address,
    ann,  # noqa: F401  (a fixture)
    form,
    people,  # noqa: F401  (a fixture)
)

BY_OWNERS = {name for name in OF_AN_EVENT if TABLE[name][CELLS["POST"]].split()[ROLES.index("owner")] == "ok"}
NOT_ACTS = {
    "entries": "a post like any other, with a badge",
    "comments": "the same",
    "react": "what any reader does",
    "preview": "shows, and changes nothing",
    "delete": "the log goes with the event",
}
FIRST = {  # what has to be so that there is something to be done
    "start": lambda event, post: event.end(),
    "unarchive": lambda event, post: event.archive(),
    "unpin": lambda event, post: post.pin(),
    "undo": lambda event, post: (event.acts.all().delete(), post.retract(by=event.owner)),
    **dict.fromkeys(
        (f"{verb}-{kind}" for verb in ("approve", "reject") for kind in ("entry", "comment")),
        lambda event, post: post.hold_again(by=None),
    ),
    **{f"restore-{kind}": lambda event, post: post.retract() for kind in ("entry", "comment")},
}
FORMS = {"moment": {"label": "Kick-off"}, "invite": {"meant_for": "Rosa"}, "settings": {"title": "The final"}}


@pytest.mark.parametrize("name", sorted(BY_OWNERS - NOT_ACTS.keys()))
def test_what_hosts_do_is_written_down(event, people, name):  # noqa: F811
    post = (event.comments if name.endswith("comment") else event.entries).order_by("pk").first()
    if name in FIRST:
        FIRST[name](event, post)
    before = set(event.acts.values_list("pk", flat=True))
    answer = people["owner"].post(address(name, event), form(name, event) | FORMS.get(name, {}))
    assert answer.status_code < 400, answer.content.decode()
    acts = event.acts.exclude(pk__in=before)
    assert {act.by_name for act in acts} == {"olga"}
    assert {act.verb for act in acts} <= SENTENCES.keys()


def test_what_the_admin_does_is_written_down(as_admin, event, hugo, sam):
    """By any host's name, and of each thing that it does to several."""
    entry = event.publish("Paul", "Goal!")
    admin.change(as_admin, "event", event.pk, title="Final", posting="closed", hosts=[sam.pk])
    admin.change(as_admin, "event", event.pk, posting="open", owner=sam.pk)
    admin.change(as_admin, "entry", entry.pk, text="Goal, I say!")
    for action in ("remove", "remove", "restore", "delete_selected"):
        admin.act(as_admin, "entry", action, entry)
    assert [str(act) for act in event.acts.order_by("pk")] == [
        "ada set posting: Closed: nobody may post",
        "ada set title: Final",
        "ada removed the host hugo",
        "ada made a host sam",
        "ada set owner: sam",
        "ada set posting: Open: everybody may post",
        "ada edited an erased post",
        "ada removed an erased post",
        "ada restored an erased post",
        "ada removed an erased post",
    ]
    assert {act.verb for act in event.acts.all()} <= SENTENCES.keys()


def test_how_events_and_hosts_come_to_be_is_written_down(event, people, django_user_model):  # noqa: F811
    token = Invitation.make(event, by=event.owner, meant_for="Rosa")
    Invitation.objects.with_token(token).accept(django_user_model.objects.create_user("rosie"))
    assert [str(act) for act in event.acts.all()[:2]] == [
        "rosie accepted the invitation for Rosa",
        "olga invited Rosa",
    ]
    for name, verb in (("create", "created"), ("import", "imported")):
        assert people["host"].post(address(name, event), form(name, event)).status_code == 302
        assert [str(act) for act in Event.objects.latest("pk").acts.all()] == [f"hugo {verb}"]


def test_each_exception_is_one():
    assert NOT_ACTS.keys() <= BY_OWNERS


def test_the_log_has_room_for_each_verb():
    """PostgreSQL refuses what is longer; SQLite does not mind."""
    room = Act._meta.get_field("verb").max_length
    assert [verb for verb in SENTENCES if len(verb) > room] == []
