"""Fields that people write in: whatever is done with the text of a post is done with each of them."""

import json

import pytest
from django.db.models import CharField, TextField

from feeds.models import Comment, Entry, Post
from feeds.tests.helpers import fetch
from feeds.tests.models.post.polling import POLL
from feeds.tests.transfer.documents import text_of, upload

WRITTEN = [
    pytest.param(kind, field, id=f"{name}-{field}") for name, kind in Post.kinds.items() for field in kind.WRITTEN
]
"""Each kind of post with each field of it that its author writes."""
EXPORTED = {
    "position": "position",
    "by_host": "by_host",
    "markdown": "markdown",
    "published_at": "published_at",
    "edited_at": "edited_at",
    "removed_at": "removed_at",
    "hold_reason": "waiting",
    "happened_at": "happened_at",
    "moment": "moment",
    "counts": "reactions",
    "carries": "card",
}
"""Fields of which an export has the value, each with its key there, besides the written ones."""
NOT_EXPORTED = {
    "id": "a row of this database",
    "event": "the document is of one event",
    "entry": "comments are listed under their entry",
    "seq": "a number of this history",
    "moved": "a number of this history",
    "shown": "a number of this history",
    "counted": "a number of this history",
    "marked": "a number of this history",
    "replies": "counted again by an import",
    "sought": "made again from the words",
    "state": "what has no words is removed, and what has a reason to wait waits",
    "user": "who it was, beyond the name they chose",
    "visitor": "who it was, beyond the name they chose",
    "network": "who it was, beyond the name they chose",
    "submission": "who it was, beyond the name they chose",
}
"""Fields that an export leaves out, each with the reason."""


@pytest.fixture
def entry(event, olga):
    """An entry by Olga, for Rita to comment on."""
    return event.publish("Olga", "Welcome", user=olga)


def posted(entry, kind, **words):
    """A post of this kind by Rita."""
    add = {Entry: entry.event.publish, Comment: entry.comment}[kind]
    words = {"name": "Rita", "text": "Hello"} | words
    card = words.pop("card", None)
    return add(words.pop("name"), words.pop("text"), words=words, card=card, visitor="r" * 32)


def send(client, entry, kind, key="", **words):
    """Post a post of this kind as the form on the page does."""
    path = {Entry: "/events/match/entries/", Comment: f"/events/match/entries/{entry.pk}/comments/"}[kind]
    answer = client.post(path, {"name": "Rita", "text": "Hello", "key": key} | words)
    assert answer.status_code == 303


@pytest.mark.parametrize("kind", Post.kinds.values(), ids=Post.kinds)
def test_every_field_that_a_form_may_fill_in_is_a_written_one(kind):
    texts = {field.name for field in kind._meta.concrete_fields if isinstance(field, CharField | TextField)}
    editable = {field.name for field in kind._meta.concrete_fields if field.editable}
    assert texts & editable == kind.WRITTEN.keys()


@pytest.mark.parametrize(("kind", "field"), WRITTEN)
def test_a_form_takes_what_is_written_in_it_to_the_page(entry, rita, as_hugo, kind, field):
    send(as_hugo if field in kind.BY_HOSTS else rita, entry, kind, **{field: "By a sea"})
    assert getattr(kind.objects.latest("pk"), field) == "By a sea"
    assert "By a sea" in fetch(rita, "/events/match/")


@pytest.mark.parametrize(("kind", "field"), WRITTEN)
def test_a_visitor_cannot_fill_in_what_is_for_hosts(entry, rita, kind, field):
    send(rita, entry, kind, **{field: "By a sea"})
    assert (getattr(kind.objects.latest("pk"), field) == "By a sea") is (field not in kind.BY_HOSTS)


@pytest.mark.parametrize(("kind", "field"), WRITTEN)
def test_a_form_that_is_sent_again_makes_another_post_only_with_other_words(entry, rita, as_hugo, kind, field):
    for said in ("By a sea", "By a sea", "At sea"):
        send(as_hugo if field in kind.BY_HOSTS else rita, entry, kind, key="k" * 32, **{field: said})
    # Only the name is not compared: it is filled in by the page once a browser has one.
    kept = ["By a sea"] if field == "name" else ["By a sea", "At sea"]
    assert list(kind.objects.exclude(visitor="").order_by("pk").values_list(field, flat=True)) == kept


@pytest.mark.parametrize(("kind", "field"), WRITTEN)
def test_a_blocked_word_makes_a_post_wait_whatever_field_it_is_in(entry, kind, field):
    entry.event.configure(blocked_words="casino")
    assert posted(entry, kind).state == "shown"
    assert posted(entry, kind, **{field: "A casino"}).state == "waiting"


@pytest.mark.parametrize(("kind", "field"), WRITTEN)
@pytest.mark.parametrize("sought", ["casino", "ＣＡＳＩＮＯ"])
def test_a_search_finds_words_in_whatever_field_they_are(entry, kind, field, sought):
    posted(entry, kind)
    plain, wide = (posted(entry, kind, **{field: words}) for words in ("A casino", "A ｃａｓｉｎｏ"))
    assert [*kind.objects.with_words(sought)] == [wide, plain]


@pytest.mark.parametrize("kind", Post.kinds.values(), ids=Post.kinds)
def test_every_field_of_a_post_is_exported_or_known_not_to_be(entry, kind):
    fields = {field.name for field in kind._meta.concrete_fields}
    exported = {name: name for name in kind.WRITTEN} | EXPORTED
    assert fields - exported.keys() - NOT_EXPORTED.keys() == set()
    posted(entry, kind, **({"card": POLL} if kind.CARDS else {}))
    posted(entry, kind).retract()
    entries = json.loads(text_of(entry.event))["entries"]
    parts = entries if kind is Entry else entries[0]["comments"]
    told = {key for part in parts for key in part}
    assert {exported[name] for name in fields & exported.keys()} - told == set()


@pytest.mark.parametrize(("kind", "field"), WRITTEN)
def test_an_import_brings_back_whatever_was_written(entry, as_olga, kind, field):
    posted(entry, kind, **{field: "By a sea"})
    document = json.loads(text_of(entry.event))
    assert upload(as_olga, document).status_code == 302
    copied = kind.objects.exclude(event=entry.event)
    assert "By a sea" in copied.values_list(field, flat=True)
