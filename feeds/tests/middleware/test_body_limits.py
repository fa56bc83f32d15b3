"""Requests that no form of ours sends: bodies too large, ids too long, other methods, posts from another site."""

import re

import pytest
from django.test import Client

from feeds.models import Comment, Entry
from feeds.tests.helpers import HTMX, fetch, form_of, submit


@pytest.fixture(params=["entry", "comment"])
def under(request, event):
    """The parent of the post: none for an entry, an entry for a comment."""
    return {} if request.param == "entry" else {"entry": event.publish("Rita", "First")}


def posted():
    found = [(post.name, post.text) for model in (Entry, Comment) for post in model.objects.order_by("position")]
    return [post for post in found if post != ("Rita", "First")]


@pytest.mark.parametrize("digits", [18, 19, 20, 40, 4000])
def test_an_id_of_any_length_is_unknown_and_never_an_error(event, paul, digits):
    base = "/events/match"
    number = "9" * digits
    assert [
        (method, path)
        for path in (f"entries/{number}/{rest}" for rest in ("", "comments/", "edit/", "remove/"))
        for method in (paul.get, paul.post)
        if method(f"{base}/{path}").status_code not in {404, 405}
    ] == []
    assert paul.get(f"{base}/comments/{number}/edit/").status_code == 404
    assert paul.get(f"{base}/?before={number}").status_code == 200
    assert paul.get(f"{base}/changes/?after=e1-{number}").status_code == 200


LARGE = {"name": "Paul", "text": "x" * 65_537}


@pytest.mark.parametrize(
    "request_with",
    [
        lambda client, path: client.post(path, LARGE),
        lambda client, path: client.post(path, LARGE, headers=HTMX),
        lambda client, path: client.post(path, "text=" + "x" * 65_537, "application/x-www-form-urlencoded"),
        lambda client, path: client.post(path, b"x" * 65_537, "application/octet-stream"),
    ],
    ids=["multipart", "HTMX", "urlencoded", "binary"],
)
def test_more_than_64_kib_are_refused(event, paul, request_with):
    entry = event.publish("Rita", "Goal!")
    response = request_with(paul, f"/events/match/entries/{entry.pk}/comments/")
    assert response.status_code == 413
    assert "A post can have at most 2,000 characters." in response.content.decode()
    assert posted() == [("Rita", "Goal!")]


def test_what_is_no_form_with_files_has_no_room_for_them_where_files_are_taken(event, as_hugo):
    response = as_hugo.post("/events/match/entries/", "text=" + "x" * 65_537, "application/x-www-form-urlencoded")
    assert response.status_code == 413
    assert "A post can have at most 2,000 characters." in response.content.decode()


def test_64_kib_are_read_and_refused_by_the_form(event, paul):
    body = "name=Paul&text="
    body += "x" * (64 * 1024 - len(body))
    response = paul.post("/events/match/entries/", body, "application/x-www-form-urlencoded")
    assert (response.status_code, form_of(response)[1]) == (422, "x" * (64 * 1024 - 15))


@pytest.mark.parametrize("length", ["-1", "x", "", "²", "1e9", "9" * 5000])
def test_a_length_that_makes_no_sense_is_never_an_error_of_ours(event, paul, length):
    response = paul.post("/events/match/entries/", LARGE, CONTENT_LENGTH=length)
    assert response.status_code in {400, 413, 422}
    assert posted() == []


@pytest.mark.parametrize("method", ["put", "patch", "delete", "options"])
def test_other_methods_are_refused(event, paul, method):
    assert getattr(paul, method)("/events/match/entries/").status_code == 405
    assert getattr(paul, method)("/events/match/").status_code == 405


def test_a_post_from_another_site_is_refused(event, under):
    client = Client(enforce_csrf_checks=True)
    fetch(client, "/events/match/")
    for options in ({}, {"htmx": True}):
        response = submit(client, event, "Spam", **options, **under)
        assert response.status_code == 403
        assert "reload the page and send it again" in response.content.decode()
        assert ("Spam</textarea>" in response.content.decode()) is not options.get("htmx", False)  # there it stays
    assert posted() == []


def test_the_token_in_the_form_or_in_the_header_of_htmx_lets_a_post_pass(event, under):
    client = Client(enforce_csrf_checks=True)
    html = fetch(client, "/events/match/")
    path = "/events/match/entries/" + (f"{under['entry'].pk}/comments/" if under else "")
    form = {"name": "Paul", "text": "Goal!"}
    (in_form, *_) = re.findall(r'name="csrfmiddlewaretoken" value="(\w+)"', html)
    (in_header,) = re.findall(r'"X-CSRFToken": "(\w+)"', html)
    assert client.post(path, form | {"csrfmiddlewaretoken": in_form}).status_code == 303
    assert client.post(path, form, headers=HTMX | {"X-CSRFToken": in_header}).status_code == 200
    assert posted() == [("Paul", "Goal!")] * 2
    other = Client(enforce_csrf_checks=True)
    assert other.post(path, form | {"csrfmiddlewaretoken": in_form}).status_code == 403
    assert len(posted()) == 2


def test_fields_that_do_not_belong_there_change_nothing(event, paul, sam):
    form = {"name": "Paul", "text": "Goal!", "by_host": "1", "user": sam.pk, "position": 99, "event": 7, "visitor": "x"}
    paul.post("/events/match/entries/", form)
    entry = Entry.objects.get()
    assert (entry.by_host, entry.user, entry.position, entry.event) == (False, None, 1, event)
    assert entry.visitor != "x"


def test_invalid_utf8_is_refused_and_not_stored(event, paul):
    """In the text and the name, of a post and of a change to it."""
    response = paul.post("/events/match/entries/", b"name=Paul&text=caf%E9", "application/x-www-form-urlencoded")
    assert response.status_code == 422
    assert form_of(response)[2] == ["Some characters did not arrive as valid UTF-8. Type them again."]
    response = paul.post("/events/match/entries/", b"name=caf%E9&text=Goal", "application/x-www-form-urlencoded")
    assert (response.status_code, posted()) == (422, [])
    submit(paul, event, "Goal!")
    path = f"/events/match/entries/{Entry.objects.get().pk}/edit/"
    assert paul.post(path, b"text=caf%E9", "application/x-www-form-urlencoded").status_code == 422
    assert posted() == [("Paul", "Goal!")]


def test_a_replacement_character_that_was_meant_is_stored(event, under, paul):
    assert submit(paul, event, "What is \ufffd?", "Paul\ufffd", **under).status_code == 303
    assert posted() == [("Paul\ufffd", "What is \ufffd?")]
