"""Editing and removing posts: authors for ten minutes in their browser, hosts always."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from feeds.models import Comment, Entry
from feeds.tests.frames import posts_in
from feeds.tests.helpers import HTMX, elements, fetch, submit

NOT_YOURS = "Only a host can change this, or its author in the browser that posted it."
TOO_LATE = "You can change your posts for 10 minutes. This one is older: ask a host."


@pytest.fixture(params=["entry", "comment"])
def post(request, event, paul):
    """Paul's entry, or his comment on Rita's."""
    if request.param == "entry":
        submit(paul, event, "Gaol!")
        return Entry.objects.get()
    submit(paul, event, "Gaol!", entry=event.publish("Rita", "First"))
    return Comment.objects.get()


def path(post, what):
    kind = "entries" if post.kind == "entry" else "comments"
    return f"/events/{post.event.slug}/{kind}/{post.pk}/{what}/"


def state(post):
    post.refresh_from_db()
    return post.text, not post.is_shown


def age(post, **time):
    type(post).objects.filter(pk=post.pk).update(published_at=timezone.now() - timedelta(**time))


def explanation(response):
    return re.search(r"<h1>.*?</h1>\s*<p>(.*?)</p>", response.content.decode(), re.DOTALL)[1]


def test_an_author_edits_a_post_with_a_plain_form(post, paul, rita, head):
    form = fetch(paul, path(post, "edit"))
    assert ">\nGaol!</textarea>" in form
    response = paul.post(path(post, "edit"), {"text": " Goal! "})
    assert (response.status_code, response["Location"]) == (303, "/events/match/")
    assert response["Commentary-Seq"] == str(head(post.event)) == str(post.position + 1)
    assert state(post) == ("Goal!", False)
    assert posts_in(fetch(rita, "/events/match/"))[post.element_id] == "Goal!"
    assert "Saved." in fetch(paul, "/events/match/")


def test_an_author_edits_a_post_in_place(post, paul, head):
    form = fetch(paul, path(post, "edit"), htmx=True)
    assert [tag for tag, _ in elements(form)][:1] == ["form"]
    response = paul.post(path(post, "edit"), {"text": "Goal!"}, headers=HTMX)
    assert (response.status_code, response["Commentary-Seq"]) == (200, str(head(post.event)))
    html = response.content.decode()
    assert ("Saved." in html, "Goal!" in html, posts_in(html)) == (True, False, {})
    assert state(post) == ("Goal!", False)


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["plain", "HTMX"])
def test_a_refused_edit_keeps_what_was_written(post, paul, headers, head):
    limit = 2000 if post.kind == "entry" else 1000
    before = head(post.event)
    for text in ("", "t" * (limit + 1)):
        response = paul.post(path(post, "edit"), {"text": text}, headers=headers)
        assert response.status_code == 422
        assert f">\n{text}</textarea>" in response.content.decode()
        assert 'class="error"' in response.content.decode()
    assert (state(post), head(post.event)) == (("Gaol!", False), before)


def test_an_author_removes_a_post_and_its_words_are_erased(post, paul, rita, head):
    assert "This cannot be undone." in fetch(paul, path(post, "remove"))
    assert posts_in(fetch(rita, "/events/match/"))[post.element_id] == "Gaol!"
    response = paul.post(path(post, "remove"))
    assert (response.status_code, response["Location"]) == (303, "/events/match/")
    assert response["Commentary-Seq"] == str(head(post.event))
    assert state(post) == ("", True)
    assert post.name == ""
    assert post.element_id not in posts_in(fetch(rita, "/events/match/"))


def test_an_author_removes_a_post_in_place(post, paul, head):
    response = paul.post(path(post, "remove"), headers=HTMX)
    assert (response.status_code, response["Commentary-Seq"]) == (200, str(head(post.event)))
    assert "Removed." in response.content.decode()
    assert state(post) == ("", True)


def test_looking_at_the_forms_or_cancelling_changes_nothing(post, paul, head):
    before = head(post.event)
    for what in ("edit", "remove"):
        fetch(paul, path(post, what))
        fetch(paul, f"{path(post, what)}?cancel", htmx=True)
    assert (state(post), head(post.event)) == (("Gaol!", False), before)


@pytest.mark.parametrize("what", ["edit", "remove"])
def test_another_browser_may_not_change_a_post(post, what, rita, as_sam, elsewhere):
    for stranger in (rita, as_sam, Client()):
        stranger.get("/events/match/")
        for response in (stranger.get(path(post, what)), stranger.post(path(post, what), {"text": "Mine now"})):
            assert (response.status_code, explanation(response)) == (403, NOT_YOURS)
    assert state(post) == ("Gaol!", False)


def test_a_copied_name_is_not_an_author(post, rita):
    submit(rita, post.event, "Hello", name="Paul")
    assert rita.post(path(post, "remove")).status_code == 403
    assert state(post) == ("Gaol!", False)


@pytest.mark.parametrize("what", ["edit", "remove"])
def test_authors_may_change_a_post_for_ten_minutes(post, what, paul):
    age(post, minutes=9, seconds=50)
    assert paul.get(path(post, what)).status_code == 200
    age(post, minutes=10, seconds=1)
    for response in (paul.get(path(post, what)), paul.post(path(post, what), {"text": "Too late"})):
        assert (response.status_code, explanation(response)) == (403, TOO_LATE)
    assert state(post) == ("Gaol!", False)


def test_hosts_change_any_post_of_their_event_at_any_time(post, as_hugo, as_olga, as_admin):
    age(post, days=2)
    for host in (as_hugo, as_olga, as_admin):
        text = f"Goal! {id(host)}"
        assert host.post(path(post, "edit"), {"text": text}).status_code == 303
        assert state(post) == (text, False)


def test_what_a_host_removes_can_be_restored(post, as_hugo, rita):
    assert "This cannot be undone." not in fetch(as_hugo, path(post, "remove"))
    as_hugo.post(path(post, "remove"))
    assert state(post) == ("Gaol!", True)
    post.restore()
    assert posts_in(fetch(rita, "/events/match/"))[post.element_id] == "Gaol!"


def test_a_host_edits_in_an_event_that_has_ended(post, as_hugo):
    post.event.end()
    assert as_hugo.post(path(post, "edit"), {"text": "Goal!"}).status_code == 303
    assert state(post) == ("Goal!", False)


@pytest.mark.parametrize("what", ["edit", "remove"])
def test_a_post_cannot_be_reached_through_another_event(post, what, as_sam, elsewhere):
    """Sam hosts the regatta, so nothing but the address could stop him there."""
    own = elsewhere.publish("Sam", "Own")
    assert as_sam.post(path(own, "edit"), {"text": "Edited"}).status_code == 303
    response = as_sam.post(path(post, what).replace("match", "regatta"), {"text": "Taken over"})
    assert response.status_code == 404
    assert state(post) == ("Gaol!", False)


@pytest.mark.parametrize("what", ["edit", "remove"])
def test_what_was_removed_cannot_be_changed(post, what, rita, paul, as_hugo, hugo):
    """Whoever had the form open keeps what is in it."""
    words = post.text
    post.retract(by=hugo)
    assert [client.get(path(post, what)).status_code for client in (rita, paul, as_hugo)] == [404, 404, 404]
    assert rita.post(path(post, what), {"text": "Mine"}).status_code == 404
    if what == "edit":
        for client, said in ((paul, "A host removed this"), (as_hugo, f"It said: “{words}”")):
            answer = client.post(path(post, what), {"text": "What I typed"})
            assert (answer.status_code, said in answer.content.decode()) == (410, True)
            assert "\nWhat I typed</textarea>" in answer.content.decode()
    post.refresh_from_db()
    assert (post.text, post.state) == (words, "removed")
    assert state(post) == ("Gaol!", True)


def test_a_comment_under_a_removed_entry_cannot_be_changed(event, paul):
    entry = event.publish("Rita", "First")
    submit(paul, event, "Second", entry=entry)
    comment = Comment.objects.get()
    assert paul.get(path(comment, "edit")).status_code == 200
    entry.retract()
    assert paul.post(path(comment, "edit"), {"text": "Third"}).status_code == 410
    assert state(comment) == ("Second", False)


def revealed(client, slug="match"):
    """Selectors of the action lists that the visitor's style sheet reveals."""
    response = client.get(f"/events/{slug}/own-posts.css")
    assert (response["Content-Type"], response["Cache-Control"]) == ("text/css; charset=utf-8", "private, no-store")
    rules = re.findall(r"([^{}]*)\{([^{}]*)\}", response.content.decode())
    rules = [(selector, body) for selector, body in rules if "-asks" not in selector]  # what a page asks for by itself
    rendered = [selector.strip() for selector, body in rules if body.strip() == "content-visibility: visible;"]
    rules = [
        (selector, body) for selector, body in rules if "content-visibility" not in body and "report" not in selector
    ]
    ids = [re.match(r"#(\w+-\d+)-body", selector.strip())[1] for selector, _ in rules]
    assert rendered == [f".entry:is(#{each}, :has(> .comments > #{each}))" for each in ids]  # or no time runs there
    seconds = [int(re.search(r"animation: take-away 1ms (\d+)s forwards", body)[1]) for _, body in rules]
    assert all(0 <= left <= 600 for left in seconds)
    return [selector.strip() for selector, _ in rules]


def test_only_ones_own_fresh_posts_are_revealed(event, elsewhere, paul, rita):
    submit(rita, event, "Hers", "Rita")
    hers = Entry.objects.get()
    submit(paul, event, "Mine")
    mine = Entry.objects.get(text="Mine")
    submit(paul, event, "My comment", entry=hers)
    comment = Comment.objects.get()
    submit(paul, elsewhere, "There")
    assert revealed(paul) == [f"#{mine.element_id}-body > .own", f"#{comment.element_id}-body > .own"]
    assert revealed(rita) == [f"#{hers.element_id}-body > .own"]
    assert len(revealed(paul, "regatta")) == 1
    assert revealed(Client()) == []
    mine.retract()
    assert revealed(paul) == [f"#{comment.element_id}-body > .own"]
    age(comment, minutes=10, seconds=1)
    assert revealed(paul) == []
