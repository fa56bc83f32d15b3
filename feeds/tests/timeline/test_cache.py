"""A crowd that loads a page, or polls, costs one rendering; nobody gets the parts of another visitor."""

import re
from threading import Barrier, Thread

import pytest
from django.test import Client

from feeds.forms import Cursor
from feeds.memo import Memo
from feeds.tests.helpers import HTMX, fetch, now, submit, values
from feeds.timeline import cache, frames


@pytest.fixture
def renderings(monkeypatch):
    """Renderings by the name of their template."""
    made = []
    original = cache.render_to_string
    for module in (cache, frames):
        monkeypatch.setattr(module, "render_to_string", lambda name, *rest: made.append(name) or original(name, *rest))
    return made


def test_a_page_is_rendered_once_for_everybody_until_something_changes(event, rita, paul, renderings):
    event.publish("Ann", "Kick-off")
    for client in (rita, paul, rita):
        assert "Kick-off" in fetch(client, event.get_absolute_url())
    assert renderings == ["partials/entry/entries.html"]
    event.publish("Ann", "Goal!")
    assert "Goal!" in fetch(rita, event.get_absolute_url())
    assert renderings == ["partials/entry/entries.html"] * 2


def test_what_differs_by_viewer_is_put_in_for_each(event, rita, paul):
    event.publish("Ann", "Kick-off")
    submit(paul, event, "I am here", name='Paul "<b>" & Co')
    pages = [fetch(client, event.get_absolute_url()) for client in (paul, rita, paul)]
    for page in pages:
        assert not [stand_in for stand_in in cache.STAND_INS.values() if stand_in in page]
        keys = re.findall(r'name="key" value="(\w+)"', page)
        assert len(keys) == 1
        assert len(re.findall(r'name="csrfmiddlewaretoken" value="\w{64}"', page)) == 3
    names = [set(re.findall(r'name="name"[^>]* value="([^"]*)"', page)) for page in pages]
    assert names == [{"Paul &quot;&lt;b&gt;&quot; &amp; Co"}, {""}, {"Paul &quot;&lt;b&gt;&quot; &amp; Co"}]
    tokens = [re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)[1] for page in pages]
    assert len(set(tokens)) == 3


def test_a_stand_in_that_somebody_types_is_only_text(event, rita):
    event.publish("Ann", "csrf_token form_key remembered")
    assert "csrf_token form_key remembered" in fetch(rita, event.get_absolute_url())


def test_a_browser_that_has_the_page_is_not_sent_it_again(event, rita):
    rita.get(event.get_absolute_url())  # the browser gets its cookies
    first = rita.get(event.get_absolute_url())
    assert first["Cache-Control"] == "private, no-cache"
    again = {"If-None-Match": first["ETag"]}
    assert rita.get(event.get_absolute_url(), headers=again).status_code == 304
    event.publish("Ann", "Goal!")
    answer = rita.get(event.get_absolute_url(), headers=again)
    assert answer.status_code == 200
    assert "Goal!" in answer.content.decode()


@pytest.mark.parametrize("what", ["name", "hosting", "token", "another browser", "paging"])
def test_a_page_that_is_not_the_same_for_this_viewer_is_sent(event, rita, as_hugo, paul, what):
    for number in range(60):
        event.publish("Ann", f"Entry {number}")
    rita.get(event.get_absolute_url())
    first = rita.get(event.get_absolute_url())
    client, path = rita, event.get_absolute_url()
    if what == "name":
        submit(rita, event, "Hello")
        event.entries.filter(text="Hello").delete()
        frames.Event.objects.filter(pk=event.pk).update(head=60)
    elif what == "hosting":
        client = as_hugo
    elif what == "token":
        del rita.cookies["csrftoken"]
    elif what == "another browser":
        client = paul
    else:
        path += "?before=20"
    assert client.get(path, headers={"If-None-Match": first["ETag"]}).status_code == 200


def test_a_message_for_the_host_is_shown_although_the_page_is_the_same(event, as_olga):
    etag = as_olga.get(event.get_absolute_url())["ETag"]
    answer = as_olga.post(f"{event.get_absolute_url()}settings/", {"title": ""})
    assert answer.status_code == 422
    entry = event.publish("Ann", "Goal!")
    etag = as_olga.get(event.get_absolute_url())["ETag"]
    as_olga.post(f"{event.get_absolute_url()}entries/{entry.pk}/edit/", {"text": "Goal!"})
    answer = as_olga.get(event.get_absolute_url(), headers={"If-None-Match": etag})
    assert answer.status_code == 200
    assert "Saved." in answer.content.decode()


def test_polls_from_one_place_are_one_rendering_and_304_for_who_has_the_answer(event, rita, paul, renderings):
    start = now(event)
    event.publish("Ann", "Goal!")
    path = f"{event.get_absolute_url()}changes/?after={start}"
    answers = [client.get(path, headers=HTMX) for client in (rita, paul, rita)]
    assert renderings == ["partials/live/frame.html"]
    assert len({answer["ETag"] for answer in answers}) == 1
    assert rita.get(path, headers=HTMX | {"If-None-Match": answers[0]["ETag"]}).status_code == 304
    elsewhere = f"{event.get_absolute_url()}changes/?after={Cursor('none', 0)}"
    assert rita.get(elsewhere, headers=HTMX | {"If-None-Match": answers[0]["ETag"]}).status_code == 200
    event.publish("Ann", "Another")
    assert rita.get(path, headers=HTMX | {"If-None-Match": answers[0]["ETag"]}).status_code == 200


def test_a_new_socket_is_sent_each_time_it_is_asked_for(event, rita):
    path = f"{event.get_absolute_url()}changes/?after={now(event)}&silent=socket"
    answers = [rita.get(path, headers=HTMX) for _ in range(2)]
    assert [answer.has_header("ETag") for answer in answers] == [False, False]
    sockets = [values(answer.content.decode(), "div", "hx-ws:connect") for answer in answers]
    assert sockets[0] != sockets[1]


def test_who_asks_while_it_is_rendered_waits_for_it():
    asked, made, kept = Barrier(8), [], Memo(lambda _: 1, number=1, size=1)

    def ask():
        asked.wait()
        kept.get("page", lambda: made.append("rendered"))

    threads = [Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert made == ["rendered"]


def test_a_visitor_who_may_not_read_it_gets_no_304(event, rita, as_olga):
    etag = rita.get(event.get_absolute_url())["ETag"]
    event.configure(visibility="draft")
    assert rita.get(event.get_absolute_url(), headers={"If-None-Match": etag}).status_code == 404
    assert Client().get(event.get_absolute_url(), headers={"If-None-Match": etag}).status_code == 404
