"""What is removed is removed: no reader is ever sent its words again."""

import pytest

from feeds.forms import Cursor
from feeds.models import Comment, Entry
from feeds.tests.helpers import HTMX, fetch, posts_in

WORDS = "Sorry, wrong window: my PIN is 4711"


@pytest.fixture
def post(request, event):
    """An entry, or a comment on it, amid others, with the words to remove."""
    event.publish("Rita", "Before")
    entry = event.publish("Ines", WORDS if request.param == "entry" else "Harmless")
    comment = entry.comment("Ines", WORDS if request.param == "comment" else "Harmless")
    event.publish("Rita", "After")
    return entry if request.param == "entry" else comment


def everything(client, event, entry_pk):
    """All that a reader can be sent of an event, by what asks for it."""
    event.refresh_from_db()
    page = event.get_absolute_url()
    asked = {
        "page": page,
        "earlier page": f"{page}?before={event.head + 1}",
        "permalink": f"{page}entries/{entry_pk}/",
        "reset": f"{page}changes/",
        "older": f"{page}entries/?before={event.head + 1}&after={event.epoch}-0",
        "own posts": f"{page}own-posts.css",
        "home": "/",
        "list": "/events/",
    }
    for seq in range(event.head):
        asked[f"changes after {seq}"] = f"{page}changes/?after={Cursor(event.epoch, seq)}"
    for kind, model in {"entries": Entry, "comments": Comment}.items():
        for pk in model.objects.values_list("pk", flat=True):
            for what in ("edit", "remove"):
                asked[f"{what} {kind} {pk}"] = f"{page}{kind}/{pk}/{what}/"
    answers = {name: client.get(path).content.decode() for name, path in asked.items()}
    return answers | {
        f"{name} by HTMX": client.get(path, headers=HTMX).content.decode() for name, path in asked.items()
    }


def told(client, event, entry_pk):
    return {name for name, html in everything(client, event, entry_pk).items() if "4711" in html}


@pytest.mark.parametrize("post", ["entry", "comment"], indirect=True)
@pytest.mark.parametrize("erase", [False, True], ids=["by a host", "by its author"])
def test_the_words_of_a_removed_post_are_nowhere(event, post, erase, as_hugo, rita):
    entry_pk = getattr(post, "entry_id", post.pk)
    shown = {"page", "earlier page", "permalink", "reset"}
    shown |= {f"changes after {seq}" for seq in range(post.position)}
    before = told(rita, event, entry_pk)
    assert before == shown | {f"{name} by HTMX" for name in shown} | {"older by HTMX"}
    kind = "entries" if isinstance(post, Entry) else "comments"
    forms = {f"{what} {kind} {post.pk}{by}" for what in ("edit", "remove") for by in ("", " by HTMX")}
    assert told(as_hugo, event, entry_pk) == before | forms

    post.retract(erase=erase)
    assert told(rita, event, entry_pk) == set()
    assert told(as_hugo, event, entry_pk) == set()
    assert type(post).objects.filter(text=WORDS).exists() is not erase


@pytest.mark.parametrize("post", ["comment"], indirect=True)
def test_the_comments_of_a_removed_entry_are_nowhere(event, post, rita):
    assert "page" in told(rita, event, post.entry_id)
    post.entry.retract()
    assert told(rita, event, post.entry_id) == set()


@pytest.mark.parametrize("post", ["comment"], indirect=True)
def test_a_comment_removed_under_a_removed_entry_does_not_come_back_with_it(event, post, rita):
    post.entry.retract()
    post.retract()
    post.entry.restore()
    assert "Harmless" in fetch(rita, "/events/match/")
    assert told(rita, event, post.entry_id) == set()


@pytest.mark.parametrize("post", ["entry", "comment"], indirect=True)
def test_the_words_before_a_revision_are_nowhere(event, post, rita):
    assert "page" in told(rita, event, getattr(post, "entry_id", post.pk))
    post.revise("Better")
    assert told(rita, event, getattr(post, "entry_id", post.pk)) == set()


@pytest.mark.parametrize("post", ["entry", "comment"], indirect=True)
def test_a_restored_post_is_shown_again(event, post, rita):
    before = posts_in(fetch(rita, "/events/match/"))
    post.retract()
    assert WORDS not in posts_in(fetch(rita, "/events/match/")).values()
    post.restore()
    assert posts_in(fetch(rita, "/events/match/")) == before
