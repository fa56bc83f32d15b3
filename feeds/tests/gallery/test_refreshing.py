"""Parts of templates that no frame refreshes: on open pages they would stay as they were."""

import pytest

from feeds.gallery import contract
from feeds.tests.gallery.conftest import BODY, ENTRY, PAGE, line_of

NOT_REPLACED = (
    "and no frame replaces it. Move it into an element that is replaced then: "
    "see “What is refreshed when” in docs/designers.md."
)

STALE = {
    "a class that no frame refreshes": (
        ENTRY,
        'class="entry"',
        'class="entry{% if entry.moment %} is-moment{% endif %}"',
        f"“is-moment” changes when an entry is marked as a key moment, {NOT_REPLACED}",
    ),
    "a number that no frame refreshes": (
        ENTRY,
        '{% include "partials/comment/comments.html" %}',
        '<p>{{ entry.replies }} comments</p>{% include "partials/comment/comments.html" %}',
        f"“0” changes when the first comment comes, {NOT_REPLACED}",
    ),
    "a time that passes": (
        ENTRY,
        '{% include "partials/comment/comments.html" %}',
        '<p>{{ entry.published_at|timesince }} ago</p>{% include "partials/comment/comments.html" %}',
        "what timesince says changes with time alone, and no frame replaces it then. "
        "Show the time itself, as time_of does.",
    ),
    "the time of now": (
        "partials/event/about.html",
        '<p class="facts">',
        '<p class="facts">{% now "H:i" %}',
        "what now says changes with time alone, and no frame replaces it then. Show the time itself, as time_of does.",
    ),
    "reactions in the words of an entry": (
        BODY,
        '<div class="text"',
        '<p>{{ post.counts.like }}</p><div class="text"',
        f"“3” changes when readers react to an entry, {NOT_REPLACED}",
    ),
    "the title of the event in an entry": (
        ENTRY,
        '<p class="day',
        '<p>{{ event.title }}</p><p class="day',
        f"“7: launch day” changes when the title changes, {NOT_REPLACED}",
    ),
    "the number of entries in a page": (
        PAGE,
        '{% include "partials/event/about.html" %}',
        '{% include "partials/event/about.html" %}<p>{{ event.entry_count }}</p>',
        f"“2” changes when an entry comes, {NOT_REPLACED}",
    ),
    "an attribute of a comment that was edited": (
        "partials/comment/comment.html",
        "<article",
        '<article{% if comment.edited_at %} title="edited"{% endif %}',
        f'“title="edited"” changes when a comment is edited, {NOT_REPLACED}',
    ),
    "comments on the pinned entry": (
        "partials/entry/pinned.html",
        '<section id="pinned"',
        '<section id="pinned" data-n="{{ event.pinned.replies }}"',
        f"“0” changes when a comment comes, {NOT_REPLACED}",
    ),
}


@pytest.mark.parametrize("mistake", STALE)
def test_a_part_that_no_frame_refreshes_is_named(theme, tmp_path, mistake):
    template, old, new, said = STALE[mistake]
    theme(template, old, new)
    assert contract.unrefreshed() == [f"{tmp_path}/{template}, line {line_of(template, old)}: {said}"]


def test_what_comes_with_it_is_refreshed():
    assert contract.unrefreshed() == []


def test_so_is_the_example_theme(example_theme):
    assert contract.unrefreshed() == []


def test_a_time_may_pass_where_heartbeats_replace_it(theme):
    theme("partials/live/heartbeat.html", '<output id="connection"', '{% now "H:i" %}<output id="connection"')
    assert contract.unrefreshed() == []
