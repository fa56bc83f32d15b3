"""Reporting posts on a page, and deciding on them on the desk."""

import re

import pytest
from django.test import Client

from feeds.models import Event, Report
from feeds.tests.helpers import FORM, HTMX, fetch, values
from feeds.tests.transfer.documents import text_of

DESK, REACT = "/events/match/host/", "/events/match/react/"


@pytest.fixture
def bad(event):
    """An entry by Eve, with a comment by her."""
    entry = event.publish("Eve", "Buy", visitor="e" * 32)
    entry.comment("Eve", "Buy now", visitor="e" * 32)
    return entry


def report(client, post, *, htmx=False, **how):
    return client.post(REACT, {f"report-{post.element_id}": ""}, headers=HTMX if htmx else {}, **how)


@pytest.mark.parametrize("kind", ["entry", "comment"])
@pytest.mark.parametrize("htmx", [False, True], ids=["plain", "HTMX"])
def test_a_reader_reports_with_one_tap_and_is_told(bad, rita, kind, htmx):
    post = bad if kind == "entry" else bad.comments.get()
    page = fetch(rita, f"/events/match/entries/{bad.pk}/")
    assert f'<button form="react" name="report-{post.element_id}"' in page
    answer = report(rita, post, htmx=htmx, follow=True).content.decode()
    assert "Reported. A host will look at it." in answer
    assert "You have already reported this." in report(rita, post, htmx=htmx, follow=True).content.decode()
    assert list(Report.objects.values_list("post", flat=True)) == [post.element_id]
    assert f'[name="report-{post.element_id}"]' in fetch(rita, "/events/match/own-posts.css?reactions&1")


def test_without_javascript_one_comes_back_to_where_one_was(bad, rita):
    here = {"headers": {"Referer": "http://testserver/events/match/"}}
    assert rita.post(REACT, {f"report-{bad.element_id}": ""}, **here).url == bad.get_absolute_url()
    assert report(rita, bad).url == bad.permalink


def test_a_post_of_a_host_has_no_such_button(event, hugo, rita):
    entry = event.publish("Hugo", "Welcome", user=hugo)
    assert "report-" not in fetch(rita, "/events/match/")
    refused = report(rita, entry)
    assert (refused.status_code, Report.objects.exists()) == (403, False)


def test_hosts_are_told_to_remove_it_instead(bad, as_hugo):
    refused = report(as_hugo, bad)
    assert (refused.status_code, "You can remove the post instead" in refused.content.decode()) == (403, True)


@pytest.mark.parametrize("named", ["report-entry-0", "report-", "report-vote-1", "report-entry-x"])
def test_what_is_no_post_cannot_be_reported(bad, rita, named):
    assert rita.post(REACT, {named: ""}).status_code == 404


def test_too_many_reports_are_told_to_wait(bad, rita, monkeypatch):
    monkeypatch.setattr("feeds.models.moderation.reports.BY_VISITOR", 1)
    report(rita, bad)
    late = report(rita, bad, htmx=True)
    assert (late.status_code, 1 <= int(late["Retry-After"]) <= 60) == (429, True)


def test_the_desk_groups_reports_and_hosts_keep_or_remove(bad, as_hugo, as_olga):
    for _ in range(3):
        report(Client(), bad)
    report(Client(), bad.comments.get())
    page = fetch(as_hugo, DESK)
    assert "Reported by readers (2)" in page
    assert re.findall(r"(\d) reports?<", page) == ["3", "1"]
    shown = {"place": f"reported-{bad.element_id}", "reported": [bad.element_id, bad.comments.get().element_id]}
    answer = as_hugo.post(f"/events/match/entries/{bad.pk}/keep/", shown, headers=HTMX | {"HX-Target": "desk"})
    assert "Kept." in answer.content.decode()
    assert values(answer.content.decode(), "input", "name").count("reported") == 2
    late = as_olga.post(f"/events/match/entries/{bad.pk}/keep/", shown, headers=HTMX | {"HX-Target": "desk"})
    assert (late.status_code, "hugo has already kept this." in late.content.decode()) == (409, True)
    taken = f"/events/match/comments/{bad.comments.get().pk}/take-down/"
    assert "Removed." in as_olga.post(taken, shown, headers=HTMX | {"HX-Target": "desk"}).content.decode()
    assert not bad.comments.visible().exists()
    assert "Reported by readers" not in fetch(as_hugo, DESK)


def test_an_open_desk_hears_of_a_new_report(bad, as_hugo):
    first = as_hugo.get(DESK + "state/", headers=HTMX)
    same = {"If-None-Match": first["ETag"]} | HTMX
    assert as_hugo.get(DESK + "state/", headers=same).status_code == 304
    report(Client(), bad)
    assert "1 report<" in as_hugo.get(DESK + "state/", headers=same).content.decode()


def test_what_reports_have_hidden_is_in_the_queue(bad, as_hugo):
    Event.objects.get().configure(report_limit=1)
    report(Client(), bad)
    page = fetch(as_hugo, DESK)
    assert ("To review (1)" in page, "Reported by readers." in page) == (True, True)
    assert "Reported by readers (" not in page


def test_the_limit_is_a_setting_that_moves_with_an_export(event, as_hugo):
    as_hugo.post("/events/match/settings/", FORM | {"slug": "match", "report_limit": "3"})
    event.refresh_from_db()
    assert (event.report_limit, '"report_limit": 3' in text_of(event)) == (3, True)
    assert "hugo set hide reported posts: 3" in [str(act) for act in event.acts.all()]
    refused = as_hugo.post("/events/match/settings/", FORM | {"slug": "match", "report_limit": "101"})
    assert refused.status_code == 422
