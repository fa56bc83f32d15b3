"""The same form sent twice, and two people who want the same address at one moment."""

import re

import pytest

from feeds.forms import EventForm
from feeds.models import Event
from feeds.models.event.querysets import EventQuerySet
from feeds.tests.helpers import FORM, fetch

FREE = FORM | {"slug": ""}


def key_in(html):
    return re.search(r'name="key" value="([0-9a-f]{32})"', html)[1]


@pytest.fixture
def meanwhile(monkeypatch, new_event):
    """Let another host take the address of the next event between the check of the form and the event."""
    make = EventQuerySet.make

    def take(*slugs):
        left = list(slugs)

        def overtaken(self, event, **about):
            if left:
                new_event(left.pop(0))
            make(self, event, **about)

        monkeypatch.setattr(EventQuerySet, "make", overtaken)

    return take


def test_the_same_form_sent_twice_makes_one_event(as_sam, as_hugo):
    key = key_in(fetch(as_sam, "/events/new/"))
    again = [as_sam.post("/events/new/", FREE | {"key": key}) for _ in range(2)]
    assert [(each.status_code, each["Location"]) for each in again] == [(302, "/events/final/")] * 2
    assert as_sam.post("/events/new/", FREE | {"key": key, "title": "Other"})["Location"] == "/events/other/"
    assert as_hugo.post("/events/new/", FREE | {"key": key})["Location"] == "/events/final-2/"
    assert as_sam.post("/events/new/", FREE | {"key": key_in(fetch(as_sam, "/events/new/"))}).status_code == 302
    assert Event.objects.count() == 4


def test_the_same_form_sent_twice_at_once_makes_one_event(as_sam, monkeypatch):
    form = FREE | {"key": key_in(fetch(as_sam, "/events/new/")), "slug": "final"}
    make = EventQuerySet.make
    first = []

    def twice(self, event, **about):
        if not first:
            first.append(True)
            assert as_sam.post("/events/new/", form).status_code == 302
        make(self, event, **about)

    monkeypatch.setattr(EventQuerySet, "make", twice)
    assert as_sam.post("/events/new/", form)["Location"] == "/events/final/"
    assert Event.objects.count() == 1


def test_an_event_that_was_deleted_can_be_made_again_with_the_same_form(as_sam):
    form = FREE | {"key": key_in(fetch(as_sam, "/events/new/"))}
    for _ in range(2):
        assert as_sam.post("/events/new/", form)["Location"] == "/events/final/"
        Event.objects.get().destroy()
    assert Event.objects.count() == 0


def test_an_address_that_was_taken_meanwhile_is_chosen_again(as_sam, meanwhile):
    meanwhile("final", "final-2")
    assert as_sam.post("/events/new/", FREE)["Location"] == "/events/final-3/"
    meanwhile(*(f"final-{number}" for number in range(4, 10)))
    assert re.fullmatch("/events/final-[0-9a-f]{8}/", as_sam.post("/events/new/", FREE)["Location"])


def test_an_address_that_is_taken_while_the_form_is_checked_is_chosen_again(as_sam, new_event, monkeypatch):
    clean_slug = EventForm.clean_slug

    def overtaken(self):
        slug = clean_slug(self)
        new_event(slug)
        return slug

    monkeypatch.setattr(EventForm, "clean_slug", overtaken)
    assert as_sam.post("/events/new/", FREE)["Location"] == "/events/final-2/"
    response = as_sam.post("/events/new/", FORM | {"slug": "cup"})
    assert response.status_code == 422
    assert "Another event uses or used this address." in response.content.decode()


def test_a_typed_address_that_was_taken_meanwhile_is_told(as_sam, as_hugo, event, new_event, meanwhile, monkeypatch):
    meanwhile("cup")
    response = as_sam.post("/events/new/", FORM | {"slug": "cup"})
    assert response.status_code == 422
    assert "Another event uses or used this address." in response.content.decode()
    configure = Event.configure

    def overtaken(self, **fields):
        new_event("league")
        configure(self, **fields)

    monkeypatch.setattr(Event, "configure", overtaken)
    response = as_hugo.post("/events/match/settings/", FORM | {"slug": "league"})
    assert response.status_code == 422
    assert "Another event uses or used this address." in response.content.decode()
    assert fetch(as_hugo, "/events/match/")
