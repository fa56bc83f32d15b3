"""Every act of a host is in the log: each address that takes a POST of theirs, also one that nobody thought of."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone
from django.utils.translation import override

from feeds.models import Act, Event, Invitation, Post, Verb
from feeds.models.moderation.setting_changes import STORED_MAX
from feeds.models.moderation.subjects import Subject
from feeds.tests import test_admin as admin
from feeds.tests.access.permissions import CELLS, OF_AN_EVENT, ROLES, TABLE, address, form
from feeds.tests.helpers import fetch

AN_HOUR = timedelta(hours=1)
BY_OWNERS = {name for name in OF_AN_EVENT if TABLE[name][CELLS["POST"]].split()[ROLES.index("owner")] == "ok"}
NOT_ACTS = {
    "entries": "a post like any other, with a badge",
    "comments": "the same",
    "react": "what any reader does",
    "preview": "shows, and changes nothing",
    "add-card": "fills a form in, and changes nothing",
    "phrase": "fills a form in, and changes nothing",
    "take-draft": "the same",
    "drafts": "a draft that only hosts see; when it is scheduled or published, the log says so",
    **dict.fromkeys(("claim-entry", "claim-comment"), "says what a host looks at, and changes nothing"),
    "delete": "the log goes with the event",
}
FIRST = {  # what has to be so that there is something to be done
    "start": lambda event, post: event.end(),
    "unarchive": lambda event, post: event.archive(),
    "unpin": lambda event, post: post.pin(),
    "reopen-poll": lambda event, post: post.card.close(),
    "undo": lambda event, post: (event.acts.all().delete(), post.retract(by=event.owner)),
    **dict.fromkeys(
        (
            "approve-all",
            "reject-all",
            *(f"{verb}-{kind}" for verb in ("approve", "reject") for kind in ("entry", "comment")),
        ),
        lambda event, post: post.hold_again(by=None),
    ),
    **{f"keep-{kind}": lambda event, post: event.reports.file(post, visitor="z" * 32) for kind in ("entry", "comment")},
    **dict.fromkeys(
        ("publish-draft", "cancel-draft", "delete-draft"),
        lambda event, post: event.draft(by=event.owner, name="Olga", text="Go", publish_at=timezone.now() + AN_HOUR),
    ),
    **{f"restore-{kind}": lambda event, post: post.retract() for kind in ("entry", "comment")},
}
FORMS = {"moment": {"label": "Kick-off"}, "invite": {"meant_for": "Rosa"}, "settings": {"title": "The final"}}


@pytest.mark.parametrize("name", sorted(BY_OWNERS - NOT_ACTS.keys()))
def test_what_hosts_do_is_written_down(event, people, name):
    post = (event.comments if name.endswith("comment") else event.entries).order_by("pk").first()
    if name in FIRST:
        FIRST[name](event, post)
    before = set(event.acts.values_list("pk", flat=True))
    answer = people["owner"].post(address(name, event), form(name, event) | FORMS.get(name, {}))
    assert answer.status_code < 400, answer.content.decode()
    acts = event.acts.exclude(pk__in=before)
    assert {act.by_name for act in acts} == {"olga"}
    assert {act.verb for act in acts} <= set(Verb.values)
    assert [act.verb for act in acts if act.post and not Verb(act.verb).already] == []


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
        "ada removed hugo as a host",
        "ada made sam a host",
        "ada set owner: sam",
        "ada set posting: Open: everybody may post",
        "ada edited an erased post",
        "ada removed an erased post",
        "ada restored an erased post",
        "ada removed an erased post",
    ]
    assert {act.verb for act in event.acts.all()} <= set(Verb.values)


def test_how_events_and_hosts_come_to_be_is_written_down(event, people, django_user_model):
    token = Invitation.make(event, by=event.owner, meant_for="Rosa")
    Invitation.objects.with_token(token).accept(django_user_model.objects.create_user("rosie"))
    assert [str(act) for act in event.acts.all()[:2]] == [
        "rosie accepted the invitation for Rosa",
        "olga invited Rosa",
    ]
    for name, verb in (("create", "created this event"), ("import", "imported this event")):
        assert people["host"].post(address(name, event), form(name, event)).status_code == 302
        assert [str(act) for act in Event.objects.latest("pk").acts.all()] == [f"hugo {verb}"]


def test_each_exception_is_one():
    assert NOT_ACTS.keys() <= BY_OWNERS


def test_the_log_has_room_for_each_verb():
    """PostgreSQL refuses what is longer; SQLite does not mind."""
    room = Act._meta.get_field("verb").max_length
    assert [verb for verb in Verb if len(verb) > room] == []


@pytest.mark.parametrize("verb", Verb)
def test_each_verb_has_all_its_parts(verb):
    """A sentence, and words for the button where there is one; the others are asked for by the tests above."""
    sentence = str(verb.label)
    assert sentence.startswith("{by} ")
    assert set(re.findall(r"{.*?}", sentence)) <= {"{by}", "{what}"}
    assert (verb.undo is None) is (verb.undone is None)
    assert verb.already is None or str(verb.already).startswith("%(by)s ")


def test_each_kind_of_post_can_be_told_of():
    for kind in Post.kinds:
        assert str(Subject(kind, "Rita")) == f"the {kind} by Rita"
        assert str(Subject(kind)) == "an erased post"


def test_settings_are_stored_as_field_before_and_after_and_told_in_the_reader_s_language(event, olga):
    event.configure(by=olga, posting="hosts", comments_open=False, auto_end_hours=3, accent="#0b6157")
    event.configure(by=olga, auto_end_hours=None, accent="", starts_at=datetime(2026, 7, 5, 18, tzinfo=UTC))
    acts = event.acts.order_by("pk")
    assert [(act.subject["name"], act.details["before"], act.details["after"]) for act in acts] == [
        ("accent", "", "#0b6157"),
        ("auto_end_hours", None, 3),
        ("comments_open", True, False),
        ("posting", "open", "hosts"),
        ("accent", "#0b6157", ""),
        ("auto_end_hours", 3, None),
        ("starts_at", "2026-07-04T18:00:00+00:00", "2026-07-05T18:00:00+00:00"),
    ]
    assert [act.what for act in acts] == [
        "accent colour: #0b6157",
        "end automatically: 3",
        "comments: off",
        "posting: Hosts only",
        "accent colour: not set",
        "end automatically: not set",
        "start: Sun 5 Jul 2026, 20:00 CEST",
    ]
    with override("de"):
        assert [str(act) for act in acts][2:5] == [
            "olga hat eingestellt: Kommentare: aus",
            "olga hat eingestellt: Beiträge: Nur Hosts",
            "olga hat eingestellt: Akzentfarbe: nicht gesetzt",
        ]


def test_a_long_setting_is_cut_in_the_log(event, olga):
    words = "\n".join(f"word{number}" for number in range(400))
    event.configure(by=olga, blocked_words=words)
    event.configure(by=olga, blocked_words="")
    first, second = event.acts.order_by("pk")
    assert first.details["after"] == second.details["before"] == words[: STORED_MAX - 1] + "…"
    assert str(first) == f"olga set blocked words: {words[: STORED_MAX - 1]}…"


def test_a_host_with_a_very_long_name_is_in_the_log_all_the_same(event, olga):
    """PostgreSQL refuses what is too long; SQLite does not mind."""
    olga.first_name, olga.last_name = "O" * 150, "L" * 150
    olga.save()
    event.publish("Paul", "Goal!").pin(by=olga)
    assert event.acts.get().by_name == "O" * 150


def test_an_act_of_another_version_is_shown_as_it_is(event, olga, as_olga):
    """A database may have been used by a later version, and have verbs, kinds and settings that this one lacks."""
    usual = {"by": olga, "by_name": "Olga", "details": {"after": "loud"}}
    event.acts.create(verb="moved", subject={"kind": "place", "name": "the stadium"}, **usual)
    event.acts.create(verb="set", subject={"kind": "setting", "name": "volume"}, **usual)
    assert [str(act) for act in event.acts.order_by("pk")] == ["Olga the stadium", "Olga set volume: loud"]
    assert [act.may_be_undone for act in event.acts.all()] == [False, False]
    assert "the stadium" in fetch(as_olga, "/events/match/host/log/")
