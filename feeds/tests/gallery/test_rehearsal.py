"""Rehearsals: a designer's own event in memory, which everybody else and the database know nothing of."""

import re

import pytest
from django.contrib.staticfiles.finders import get_finder
from django.db import connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext

from feeds.gallery.rehearsal import rehearsals as module
from feeds.gallery.rehearsal.frame_log import Part, parts_of
from feeds.gallery.rehearsal.rehearsals import rehearsals
from feeds.gallery.rehearsal.sample import ACTS, BEYOND_REAL, LABEL
from feeds.live.process import process
from feeds.models import Entry, Event
from feeds.tests.helpers import HTMX, cursor_in, elements, fetch, values
from feeds.timeline import cache

BEGIN = "/design/rehearsal/"
KEPT_OF_VISITORS = {"django_session", "feeds_signin", "feeds_known"}


def begin(designer, **look):
    """The address of a rehearsal that this person begins."""
    answer = designer.post(BEGIN, {"width": "phone", "scheme": "light"} | look)
    assert answer.status_code == 303
    return answer["Location"]


def press(designer, address, button, status=200):
    """Words that are said after a button was pressed."""
    answer = designer.post(f"{address}do/", {"act": button}, headers=HTMX)
    assert answer.status_code == status
    return re.search(r'<p id="said" role="status"[^>]*>([^<]*)', answer.content.decode())[1]


def page_of(reader, address, query="", status=200):
    return fetch(reader, f"{address}events/rehearsal/{query}", status)


def labels(page):
    return dict(re.findall(r'<button id="act-\w+" class="small" name="act" value="([\w-]+)">([^<]*)', page))


@pytest.fixture
def written():
    """Tables of the configured database that were written to meanwhile, without those of visits."""
    with CaptureQueriesContext(connection) as asked:
        yield (
            lambda: (
                {
                    found[1]
                    for each in asked
                    if (found := re.match(r'(?:INSERT (?:OR IGNORE )?INTO|UPDATE|DELETE FROM) "(\w+)"', each["sql"]))
                }
                - KEPT_OF_VISITORS
            )
        )


def test_each_button_changes_the_page_says_what_was_done_and_touches_no_real_data(as_admin, event, written):
    event.publish("Ann", "A real entry")
    before = (Event.objects.count(), Entry.objects.count(), connections["default"])
    assert "feeds_entry" in written()
    address = begin(as_admin)
    pages = [page_of(as_admin, address)]
    already = written()
    for name in ACTS:
        assert press(as_admin, address, name)
        pages.append(page_of(as_admin, address))
        assert cursor_in(pages[-1]).seq > cursor_in(pages[-2]).seq, name
    assert (Event.objects.count(), Entry.objects.count(), connections["default"]) == before
    assert written() == already == {"feeds_event", "feeds_entry"}  # Ann's entry, and its event's head
    assert "A real entry" not in "".join(pages)
    fetch(as_admin, f"{address}events/match/", 404)  # which is in the other database
    fetch(as_admin, "/events/rehearsal/", 404)


def test_that_comparison_would_notice_a_change(event, written):
    event.publish("Ann", "A real entry")
    assert written()


def test_what_can_be_undone_is_undone_by_the_same_button(as_admin):
    address = begin(as_admin)
    usual = labels(fetch(as_admin, address))
    for name in ("mark", "pin", "close", "end"):
        press(as_admin, address, name)
        assert labels(fetch(as_admin, address))[name] != usual[name]
        press(as_admin, address, name)
        assert labels(fetch(as_admin, address)) == usual
    assert set(usual) == {*ACTS, "lose", "block"}


def test_a_button_that_cannot_do_anything_says_why(as_admin):
    address = begin(as_admin)
    while "Removed" in press(as_admin, address, "remove"):
        pass
    assert press(as_admin, address, "edit") == "The page has no entry. Send one first."
    press(as_admin, address, "end")
    assert press(as_admin, address, "send") == "This event has ended, so nothing can be added."
    assert as_admin.post(f"{address}do/", {"act": "dance"}).status_code == 422


def test_two_designers_do_not_disturb_each_other(as_admin, admin):
    other = Client()
    other.force_login(admin)
    mine, theirs = begin(as_admin), begin(other)
    before = page_of(other, theirs)
    press(as_admin, mine, "send")
    press(as_admin, mine, "lose")
    assert page_of(other, theirs).count("<article") == before.count("<article")
    pks = {rehearsals.find(address.split("/")[-2]).event_pk for address in (mine, theirs)}
    assert len(pks) == 2
    assert min(pks) >= BEYOND_REAL


def test_nobody_but_designers_sees_one(as_admin, as_olga, rita):
    address = begin(as_admin)
    page_of(as_admin, address)
    for stranger in (as_olga, rita):
        fetch(stranger, address, 404)
        page_of(stranger, address, status=404)
        assert stranger.post(f"{address}do/", {"act": "send"}).status_code == 404
        assert stranger.post(BEGIN).status_code == 404


def test_a_designer_needs_a_token_to_press_a_button(admin):
    designer = Client(enforce_csrf_checks=True)
    designer.force_login(admin)
    assert designer.post(BEGIN).status_code == 403
    assert designer.post(f"{BEGIN}x/do/", {"act": "send"}).status_code == 403


def test_the_page_leads_nowhere_else_and_its_forms_send_nothing(as_admin, written):
    address = begin(as_admin)
    page = page_of(as_admin, address)
    leading = (("a", "href"), ("form", "action"), ("span", "hx-get"), ("div", "hx-get"), ("form", "hx-post"))
    found = {url for tag, name in leading for url in values(page, tag, name) if url.startswith("/")}
    assert len(found) > 10
    assert {url for url in found if not url.startswith((address, "/static/"))} == set()
    assert values(page, "div", "hx-ws:connect")[0].startswith(f"{address}events/rehearsal/live/")
    answer = as_admin.post(f"{address}events/rehearsal/entries/", {"name": "Ann", "text": "Hello"}, headers=HTMX)
    assert answer.status_code == 403
    assert "Press a button beside it instead." in answer.content.decode()
    for elsewhere in ("sign-in/", "events/", "events/rehearsal/host/", "events/rehearsal/export/", "design/", "no/"):
        assert "not part of the rehearsal" in fetch(as_admin, f"{address}{elsewhere}", 404)
    assert written() == set()


def test_pages_in_it_are_those_of_a_reader_whoever_looks(as_admin):
    page = page_of(as_admin, begin(as_admin))
    assert 'id="hosting"' not in page
    assert "Sign out" not in page


def test_while_the_connection_is_lost_nothing_is_answered(as_admin):
    address = begin(as_admin)
    at = cursor_in(page_of(as_admin, address))
    assert "Lost the connection." in press(as_admin, address, "lose")
    press(as_admin, address, "send")
    page_of(as_admin, address, status=503)
    assert as_admin.get(f"{address}events/rehearsal/changes/?after={at}", headers=HTMX).status_code == 503
    press(as_admin, address, "come-back")
    missed = fetch(as_admin, f"{address}events/rehearsal/changes/?after={at}", htmx=True)
    assert "<hx-upsert" in missed
    press(as_admin, address, "block")
    page_of(as_admin, address)


def test_without_javascript_a_button_leads_back_to_the_page_which_says_what_was_done(as_admin):
    address = begin(as_admin)
    answer = as_admin.post(f"{address}do/", {"act": "send"}, follow=True)
    assert answer.redirect_chain == [(address, 303)]
    assert "Sent an entry by Paul." in answer.content.decode()


def test_it_is_shown_in_the_chosen_look_and_live_changes_as_well(as_admin):
    address = begin(as_admin, language="de", direction="rtl", medium="print", scheme="dark", width="desktop")
    frames = [dict(attrs) for tag, attrs in elements(fetch(as_admin, address)) if tag == "iframe"]
    assert [(frame["width"], frame["src"]) for frame in frames] == [("1280", f"{address}events/rehearsal/?scheme=dark")]
    page = page_of(as_admin, address)
    assert '<html data-scheme="dark" lang="de" dir="rtl" data-medium="print"' in page
    assert "/design/sheets/print/site.css" in page
    assert "gallery.css" in page
    assert "language=de" in values(page, "div", "hx-ws:connect")[0]
    assert as_admin.post(f"{address}look/", {"width": ""})["Location"] == address
    frames = [dict(attrs) for tag, attrs in elements(fetch(as_admin, address)) if tag == "iframe"]
    assert len(frames) == 4
    assert '<html data-scheme="light" lang="en" dir="ltr"' in page_of(as_admin, address, "?scheme=light")


def test_a_theme_can_be_taken_off_and_nothing_of_it_is_kept(as_admin, theme, tmp_path, settings):
    theme("partials/entry/entry.html", "<article ", "<article data-themed ")
    (tmp_path / "theme.css").write_text("a { color: red }")
    settings.THEME_DIR = tmp_path
    get_finder.cache_clear()
    address = begin(as_admin)
    for wanted in ("", "original", ""):
        as_admin.post(f"{address}look/", {"theme": wanted})
        at = cursor_in(page_of(as_admin, address))
        press(as_admin, address, "send")
        themed = not wanted
        page = page_of(as_admin, address)
        assert ("data-themed" in page, "/static/theme" in page) == (themed, themed)
        frame = fetch(as_admin, f"{address}events/rehearsal/changes/?after={at}", htmx=True)
        assert ("<article" in frame, "data-themed" in frame) == (True, themed)
    assert "data-themed" in fetch(as_admin, "/design/partials/entry/entry.html/plain/")
    get_finder.cache_clear()


def test_what_is_kept_of_a_rehearsal_is_never_shown_for_a_real_event(as_admin, rita, event):
    cache.pages.clear()
    address = begin(as_admin)
    page_of(as_admin, address)
    assert LABEL in page_of(as_admin, address)
    assert LABEL not in fetch(rita, f"/events/{event.slug}/")
    assert address not in fetch(rita, f"/events/{event.slug}/")
    assert len(cache.pages) == 2


def test_few_are_kept_and_those_that_nobody_uses_are_forgotten(as_admin, monkeypatch):
    monkeypatch.setattr(module, "AT_ONCE", 2)
    first, second = begin(as_admin), begin(as_admin)
    page_of(as_admin, first)  # so that the other one is not in use
    third = begin(as_admin)
    assert "This rehearsal is over" in fetch(as_admin, second, 404)
    assert "others have begun since" in page_of(as_admin, second, status=404)
    rehearsals.tidy_up()
    for address in (first, third):
        page_of(as_admin, address)
    monkeypatch.setattr(module, "FORGOTTEN", -1.0)
    rehearsals.tidy_up()
    for address in (first, third):
        fetch(as_admin, address, 404)


@pytest.mark.parametrize(
    "path", ["", "?order=oldest", "?view=moments", "wall/", "entries/2/", "own-posts.css", "reading/"]
)
def test_each_page_of_the_event_is_part_of_it(as_admin, path):
    address = begin(as_admin)
    answer = as_admin.get(f"{address}events/rehearsal/{path}", headers=HTMX if path == "reading/" else {})
    assert answer.status_code in {200, 204}


def test_one_does_not_grow_without_end(as_admin, monkeypatch):
    monkeypatch.setattr(module, "ACTS_MAX", 1)
    address = begin(as_admin)
    assert "Sent" in press(as_admin, address, "send")
    before = page_of(as_admin, address).count("<article")
    assert "is full" in press(as_admin, address, "send")
    assert page_of(as_admin, address).count("<article") == before


def test_one_of_another_process_says_where_it_may_be(as_admin):
    assert "another one has it" in fetch(as_admin, f"{BEGIN}0000-abc/", 404)


def test_one_of_several_processes_begins_none_and_says_so(as_admin, monkeypatch):
    monkeypatch.setattr(process, "alone", False)
    page = fetch(as_admin, BEGIN)
    assert "several processes" in page
    assert "Begin a rehearsal" not in page
    assert as_admin.post(BEGIN).status_code == 403


def test_the_tree_of_the_gallery_leads_there_with_what_was_chosen(as_admin):
    page = fetch(as_admin, "/design/?only=partials/post/by.html&language=de")
    assert f"{BEGIN}?language=de" in values(page, "a", "href")
    chosen = [attrs for tag, attrs in elements(fetch(as_admin, f"{BEGIN}?language=de")) if ("selected", "") in attrs]
    assert ("value", "de") in [pair for attrs in chosen for pair in attrs]


def test_the_log_names_what_a_message_does():
    said = (
        '<hx-upsert hx-target="#cursor[value=e0-7] ~ * #entries" key="data-position"><p hx-target="x"></p></hx-upsert>'
        "<hx-partial hx-target='#cursor[value=e0-7] ~ * #entry-7:not(:has(textarea:not(:empty))), #other'"
        ' hx-swap="delete"></hx-partial><hx-partial hx-target="#cursor" hx-swap="outerHTML"></hx-partial>'
    )
    found = [Part("upsert", "#entries"), Part("delete", "#entry-7"), Part("outerHTML", "#cursor")]
    assert list(parts_of(said)) == found
    assert list(parts_of("Hello")) == []
