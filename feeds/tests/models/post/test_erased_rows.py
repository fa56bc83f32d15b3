"""An erased post: nothing in its row tells who wrote it or what, whoever erased it."""

import pytest

from feeds.models import Comment, Entry
from feeds.models.moderation.erasure import Traces

FILLED = {
    "name": "Paul",
    "text": "Words",
    "sought": "paul words",
    "hold_reason": "Contains a blocked word: “Words”.",
    "visitor": "v" * 32,
    "network": "n" * 64,
    "submission": "s" * 32,
}
"""What a row has of its author, by column. One has the account of a host in `user_id` besides."""
HEADED = {"headline": "Headline", "minute": "63'", "moment": "Goal"}
EMPTY = dict.fromkeys(FILLED, "") | {"submission": None, "user_id": None}


def by_its_author(post, owner):
    post.retract(erase=True)


def by_the_owner(post, owner):
    post.event.erase(Traces(post.event, post.visitor, post), by=owner)


@pytest.fixture(params=[Entry, Comment], ids=["entry", "comment"])
def post(request, event, hugo):
    entry = event.publish("Rita", "Goal!")
    post = event.publish("Paul", "Words") if request.param is Entry else entry.comment("Paul", "Words")
    columns = FILLED | {"user": hugo} | (HEADED if request.param is Entry else {})
    request.param.objects.filter(pk=post.pk).update(**columns)
    return request.param.objects.get(pk=post.pk)


@pytest.mark.parametrize("erase", [by_its_author, by_the_owner])
def test_an_erased_row_has_nothing_of_its_author(post, olga, erase):
    columns = EMPTY | (dict.fromkeys(HEADED, "") if isinstance(post, Entry) else {})
    row = type(post).objects.filter(pk=post.pk)
    assert all(row.values(*columns).get().values())
    erase(post, olga)
    assert row.values(*columns).get() == columns
