"""Erased words are gone from the row, whether their author or an owner erased them."""

from datetime import UTC, datetime

import pytest

from feeds.models import Attempt, Comment, Entry, Traces
from feeds.tests.helpers import HTMX, submit
from feeds.tests.models.post.polling import POLL

HAPPENED = datetime(2026, 7, 4, 18, 3, tzinfo=UTC)
STAYS = {
    "id": "which row it is",
    "event": "where it was",
    "entry": "where it was",
    "seq": "by which pages know",
    "position": "by which pages know",
    "moved": "by which pages know",
    "shown": "by which pages know",
    "counted": "by which pages know",
    "replies": "how many comments of others and one's own can be seen",
    "marked": "by which pages know",
    "published_at": "that there was a post, and when",
    "edited_at": "that there was a post, and when",
    "state": "that there was a post, and when",
    "removed_at": "that there was a post, and when",
    "by_host": "a role, of which there are several people",
    "markdown": "how it was written",
    "moment": "a host's words, emptied with the text",
    "counts": "what others did, emptied with the text",
}
"""Fields of which nothing is personal, each with the reason."""


@pytest.mark.parametrize("kind", [Entry, Comment])
def test_every_field_of_a_post_is_either_personal_or_known_to_be_not(kind):
    fields = {field.name for field in kind._meta.concrete_fields}
    assert fields - kind.PERSONAL.keys() == fields & STAYS.keys()
    assert fields >= kind.PERSONAL.keys()


def left_of(post):
    row = type(post).objects.get(pk=post.pk)
    return {name: getattr(row, name) for name in row.PERSONAL}


@pytest.fixture
def posts(event, olga):
    """An entry and a comment with all that a row can hold of a person."""
    entry = event.publish("Olga", "Welcome", user=olga)
    about = {"visitor": "r" * 32, "network": "n" * 64, "hold": "Contains a blocked word: “casino”."}
    more = [{name: "A casino" for name in kind.WRITTEN if name not in {"name", "text"}} for kind in (Entry, Comment)]
    made = [
        event.publish("Rita", "My casino", words=more[0], card=POLL, submission="s1", happened_at=HAPPENED, **about),
        entry.comment("Rita", "My casino", words=more[1], submission="s2", **about),
    ]
    for post in made:
        post.approve(by=olga)
    return made


@pytest.mark.parametrize("way", ["by its author", "by an owner", "with all by its author"])
def test_erasing_leaves_nothing_of_a_person_in_the_row_or_the_log(event, olga, posts, way):
    empty = {"user", "sought"}
    assert all(all(value for name, value in left_of(post).items() if name not in empty) for post in posts)
    for post in posts:
        if way == "by its author":
            post.retract(erase=True)
        elif way == "by an owner":
            post.retract(by=olga, erase=True)
    if way == "with all by its author":
        event.erase(Traces.behind(posts[0]), by=olga)
    assert [left_of(post) for post in posts] == [Entry.PERSONAL, Comment.PERSONAL]
    told = {(act.what, str(act.details)) for act in event.acts.exclude(post="")}
    assert told == {("an erased post", "{}")}
    assert "Rita" not in str([*event.acts.values_list("subject", "details")])


def test_what_an_author_has_erased_still_counts_for_the_limits(event, settings, paul):
    settings.POSTS_PER_MINUTE, settings.POSTS_PER_NETWORK = 2, 0
    for number in range(2):
        assert submit(paul, event, f"Spam {number}").status_code == 303
        assert paul.post(f"/events/match/entries/{Entry.objects.latest('pk').pk}/remove/").status_code == 303
    refused = submit(paul, event, "Spam again", htmx=True)
    assert refused.status_code == 429
    assert not Attempt.objects.filter(key__contains="Spam").exists()


def test_of_an_erased_post_nobody_is_the_author_any_longer(event, paul):
    submit(paul, event, "Oops")
    entry = Entry.objects.get()
    path = f"/events/match/entries/{entry.pk}/remove/"
    assert [paul.post(path, headers=HTMX).status_code for _ in range(2)] == [200, 404]
