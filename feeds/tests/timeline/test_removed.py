"""A removed post stays removed: no reader is ever sent its words again."""

import pytest

from feeds.forms import Cursor
from feeds.tests.frames import posts_in
from feeds.tests.helpers import HTMX, fetch

WORDS = "Sorry, wrong window: my PIN is 4711"


@pytest.fixture
def post(request, event):
    """An entry, or a comment on it, amid others, with the words to remove."""
    event.publish("Rita", "Before")
    entry = event.publish("Ines", WORDS if request.param == "entry" else "Harmless")
    comment = entry.comment("Ines", WORDS if request.param == "comment" else "Harmless")
    event.publish("Rita", "After")
    return entry if request.param == "entry" else comment


def told(client, post):
    """Requests of a reader whose answers hold the words, after a look at each."""
    event, entry_pk = post.event, getattr(post, "entry_id", post.pk)
    event.refresh_from_db()
    page = event.get_absolute_url()
    own = f"{page}{'entries' if post.kind == 'entry' else 'comments'}/{post.pk}/"
    asked = {
        "page": page,
        "earlier page": f"{page}?before={event.head + 1}",
        "permalink": f"{page}entries/{entry_pk}/",
        "reset": f"{page}changes/",
        "changes from the beginning": f"{page}changes/?after={Cursor(event.epoch, 0)}",
        "changes since then": f"{page}changes/?after={Cursor(event.epoch, post.position - 1)}",
        "home": "/",
        "own posts": f"{page}own-posts.css",
        "edit": f"{own}edit/",
        "remove": f"{own}remove/",
    }
    asked_by_htmx = {
        "older": f"{page}entries/?before={event.head + 1}&after={event.epoch}-0",
        "list": "/events/",
        "edit in place": f"{own}edit/",
        "remove in place": f"{own}remove/",
    }
    answers = {name: client.get(path) for name, path in asked.items()}
    answers |= {name: client.get(path, headers=HTMX) for name, path in asked_by_htmx.items()}
    return {name for name, answer in answers.items() if "PIN is 4711" in answer.content.decode()}


EVERYWHERE = {"page", "earlier page", "permalink", "reset", "changes from the beginning", "changes since then", "older"}


@pytest.mark.parametrize("post", ["entry", "comment"], indirect=True)
@pytest.mark.parametrize("erase", [False, True], ids=["by a host", "by its author"])
def test_the_words_of_a_removed_post_are_nowhere(post, erase, as_hugo, rita):
    assert told(rita, post) == EVERYWHERE
    assert told(as_hugo, post) == EVERYWHERE | {"edit", "remove", "edit in place", "remove in place"}
    post.retract(erase=erase)
    assert told(rita, post) == set()
    assert told(as_hugo, post) == set()
    assert type(post).objects.filter(text=WORDS).exists() is not erase


@pytest.mark.parametrize("post", ["comment"], indirect=True)
def test_the_comments_of_a_removed_entry_are_nowhere(post, rita):
    assert told(rita, post) == EVERYWHERE
    post.entry.retract()
    assert told(rita, post) == set()


@pytest.mark.parametrize("post", ["comment"], indirect=True)
def test_a_comment_removed_under_a_removed_entry_does_not_come_back_with_it(post, rita):
    post.entry.retract()
    post.retract()
    post.entry.restore()
    assert "Harmless" in fetch(rita, "/events/match/")
    assert told(rita, post) == set()


@pytest.mark.parametrize("post", ["entry", "comment"], indirect=True)
def test_the_words_before_a_revision_are_nowhere(post, rita):
    assert told(rita, post) == EVERYWHERE
    post.revise("Better")
    assert told(rita, post) == set()


@pytest.mark.parametrize("post", ["entry", "comment"], indirect=True)
def test_a_restored_post_is_shown_again(post, rita):
    before = posts_in(fetch(rita, "/events/match/"))
    post.retract()
    assert WORDS not in posts_in(fetch(rita, "/events/match/")).values()
    post.restore()
    assert posts_in(fetch(rita, "/events/match/")) == before
