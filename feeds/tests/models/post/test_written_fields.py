"""Fields that people write in: whatever is done with the text of a post is done with each of them."""

import json

import pytest
from django.db.models import CharField, TextField

from feeds.models import Comment, Entry, Post
from feeds.tests.transfer.documents import text_of

WRITTEN = [
    pytest.param(kind, field.name, id=f"{name}-{field.name}")
    for name, kind in Post.kinds.items()
    for field in kind._meta.concrete_fields
    if field.editable and isinstance(field, CharField | TextField)
]
"""Each kind of post with each field of it that a form may fill in with words."""
EXPORTED = {
    "position": "position",
    "name": "name",
    "text": "text",
    "by_host": "by_host",
    "markdown": "markdown",
    "published_at": "published_at",
    "edited_at": "edited_at",
    "removed_at": "removed_at",
    "hold_reason": "waiting",
    "moment": "moment",
    "counts": "reactions",
}
"""Fields of which an export has the value, each with its key there."""
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
    "held": "whatever has a reason to wait waits",
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
    return add(**({"name": "Rita", "text": "Hello"} | words), visitor="r" * 32)


@pytest.mark.parametrize(("kind", "field"), WRITTEN)
def test_a_blocked_word_makes_a_post_wait_whatever_field_it_is_in(entry, kind, field):
    entry.event.configure(blocked_words="casino")
    assert posted(entry, kind).held == ""
    assert posted(entry, kind, **{field: "My casino"}).held == "waiting"


@pytest.mark.parametrize(("kind", "field"), WRITTEN)
@pytest.mark.parametrize("sought", ["casino", "ＣＡＳＩＮＯ"])
def test_a_search_finds_words_in_whatever_field_they_are(entry, kind, field, sought):
    posted(entry, kind)
    plain, wide = (posted(entry, kind, **{field: words}) for words in ("My casino", "My ｃａｓｉｎｏ"))
    assert [*kind.objects.with_words(sought)] == [wide, plain]


@pytest.mark.parametrize("kind", Post.kinds.values(), ids=Post.kinds)
def test_every_field_of_a_post_is_exported_or_known_not_to_be(entry, kind):
    fields = {field.name for field in kind._meta.concrete_fields}
    assert fields - EXPORTED.keys() - NOT_EXPORTED.keys() == set()
    posted(entry, kind)
    posted(entry, kind).retract()
    entries = json.loads(text_of(entry.event))["entries"]
    parts = entries if kind is Entry else entries[0]["comments"]
    told = {key for part in parts for key in part}
    assert {EXPORTED[name] for name in fields & EXPORTED.keys()} - told == set()
