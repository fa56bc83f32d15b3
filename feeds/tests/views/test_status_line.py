"""The status line in the head of a page, which hosts set in one field."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from feeds.models import Event
from feeds.tests.admin_forms import change
from feeds.tests.helpers import HTMX, fetch, log_of, now
from feeds.transfer import exports
from feeds.transfer.imports import ImportForm

PATH = "/events/match/status-line/"
SCORE = "2–1 · 64'"
SHOWN = '<p class="status-line" dir="auto">2–1 · 64&#x27;</p>'


def test_a_host_sets_it_for_every_reader_in_one_change_and_that_is_written_down(event, as_hugo, rita):
    fetch(rita, "/events/match/")
    before = now(event)
    answer = as_hugo.post(PATH, {"status_line": SCORE}, headers=HTMX)
    assert (answer.status_code, "Saved. Everybody sees it now." in answer.content.decode()) == (200, True)
    assert now(event).seq == before.seq + 1
    assert SHOWN in fetch(rita, f"/events/match/changes/?after={before}", htmx=True)
    for page in ("", "wall/"):
        assert fetch(rita, f"/events/match/{page}").count(SHOWN) == 1
    assert log_of(event) == [f"hugo set status line: {SCORE}"]


def test_the_same_line_again_changes_nothing(event, as_hugo):
    as_hugo.post(PATH, {"status_line": SCORE})
    before = now(event)
    as_hugo.post(PATH, {"status_line": f" {SCORE} "})
    assert now(event) == before
    assert len(log_of(event)) == 1


def test_an_empty_one_takes_it_away(event, as_hugo, rita):
    event.configure(status_line=SCORE)
    as_hugo.post(PATH, {"status_line": "  "})
    assert "status-line" not in fetch(rita, "/events/match/")


@pytest.mark.parametrize("htmx", [False, True])
def test_one_that_is_too_long_is_refused_beside_the_field_which_keeps_it(event, as_hugo, htmx):
    answer = as_hugo.post(PATH, {"status_line": "x" * 41}, headers=HTMX if htmx else {})
    said = answer.content.decode()
    told = "This has 41 characters and the limit is 40: shorten it by 1."
    assert (answer.status_code, told in said) == (422, True)
    # HTMX leaves the field alone, with what is typed in it.
    assert ("x" * 41 in said, 'aria-invalid="true"' in said) == (not htmx, not htmx)
    event.refresh_from_db()
    assert (event.status_line, log_of(event)) == ("", [])


def test_it_is_escaped(event, as_hugo, rita):
    as_hugo.post(PATH, {"status_line": "<b>2</b>–1"})
    page = fetch(rita, "/events/match/")
    assert "&lt;b&gt;2&lt;/b&gt;–1" in page
    assert "<b>2</b>" not in page


@pytest.mark.parametrize(("page", "then"), [("", "/events/match/"), ("host/", "/events/match/host/")])
def test_without_javascript_a_host_comes_back_to_the_page_with_the_field(event, as_hugo, page, then):
    assert f'action="{PATH}"' in fetch(as_hugo, f"/events/match/{page}")
    answer = as_hugo.post(PATH, {"status_line": SCORE}, headers={"Referer": f"http://testserver/events/match/{page}"})
    assert (answer.status_code, answer["Location"]) == (302, then)


def test_readers_have_no_field_for_it(event, rita, as_hugo):
    event.configure(status_line=SCORE)
    before = now(event)
    event.configure(status_line="3–1")
    changes = f"/events/match/changes/?after={before}"
    assert PATH not in fetch(rita, "/events/match/")
    assert 'id="status-line"' not in fetch(rita, changes, htmx=True)
    assert 'value="3–1"' in fetch(as_hugo, f"{changes}&hosts=1", htmx=True)


def test_it_is_in_the_admin_with_the_same_limit(as_admin, event):
    change(as_admin, "event", event.pk, status_line=SCORE)
    event.refresh_from_db()
    assert event.status_line == SCORE


def test_an_export_has_it_and_an_import_takes_it_over(event):
    event.configure(status_line=SCORE)
    document = json.loads("".join(exports.pieces(Event.objects.get(pk=event.pk))))
    assert document["event"]["status_line"] == SCORE
    assert imported(document).save(event.owner).status_line == SCORE
    del document["event"]["status_line"]
    assert imported(document).save(event.owner).status_line == ""
    document["event"]["status_line"] = "x" * 41
    assert "“status_line”: This has 41 characters" in imported(document).errors["file"][0]


def imported(document):
    """The form with this document, checked."""
    form = ImportForm(files={"file": SimpleUploadedFile("x.json", json.dumps(document).encode())})
    form.is_valid()
    return form
