"""The host desk: its queue, its switches, and the places of what was decided."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from feeds.models import Event
from feeds.models.event.posting import TakesPosts
from feeds.tests.helpers import HTMX, fetch, log_of, now, submit

DESK = "/events/match/host/"


@pytest.mark.parametrize("path", ["", "state/", "log/"])
def test_the_desk_is_for_hosts_alone(event, draft, rita, as_sam, as_hugo, path):
    assert rita.get(DESK + path).status_code in {302, 403}
    assert as_sam.get(DESK + path).status_code == 403
    assert as_sam.get(DESK.replace("match", draft.slug) + path).status_code == 404
    assert as_hugo.get(DESK + path, headers=HTMX).status_code == 200


def test_what_the_desk_fetches_is_not_sent_again_while_nothing_changes(event, entry, as_hugo):
    first = as_hugo.get(DESK + "state/", headers=HTMX)
    again = {**HTMX, "If-None-Match": first["ETag"]}
    assert as_hugo.get(DESK + "state/", headers=again).status_code == 304
    entry.retract()
    assert as_hugo.get(DESK + "state/", headers=again).status_code == 200


def test_the_desk_says_how_many_posts_there_were_lately(event, as_hugo):
    for minutes in (0, 0, 3, 4, 10, 20):
        event.publish("Paul", "Goal!", at=timezone.now() - timedelta(minutes=minutes))
    said = fetch(as_hugo, DESK)
    assert "<strong>2</strong> posts in the last minute, 4 in 5 min, 5 in 15 min</p>" in said


@pytest.mark.parametrize("htmx", [False, True])
def test_a_host_approves_rejects_and_restores_from_the_desk(new_event, hugo, paul, as_hugo, htmx):
    event = new_event("match", hosts=[hugo], posting=Event.Posting.ALL)
    headers = {**HTMX, "HX-Target": "desk"} if htmx else {}
    for text, verb in (("One", "approve"), ("Two", "reject")):
        submit(paul, event, text)
        post = event.entries.get(text=text)
        answer = as_hugo.post(f"/events/match/entries/{post.pk}/{verb}/", headers=headers, follow=True)
        assert answer.status_code == 200
    one = event.entries.visible().get()
    one.retract()
    as_hugo.post(f"/events/match/entries/{one.pk}/restore/", headers=headers)
    assert event.entries.visible().get().text == "One"
    assert log_of(event) == [
        "hugo approved the entry by Paul",
        "hugo rejected the entry by Paul",
        "hugo restored the entry by Paul",
    ]


def test_a_host_who_comes_second_is_told_so_and_nothing_is_done(event, entry, as_hugo, as_olga, head):
    event.configure(posting="all")
    remove = f"/events/match/entries/{entry.pk}/remove/"
    assert as_olga.get(remove, headers=HTMX).status_code == 200
    assert as_hugo.post(remove, headers=HTMX).status_code == 200
    before = head(event)
    late = as_olga.post(f"/events/match/entries/{entry.pk}/restore/", headers=HTMX)
    assert late.status_code == 200
    again = as_hugo.post(f"/events/match/entries/{entry.pk}/restore/", headers=HTMX)
    assert (again.status_code, head(event)) == (409, before + 1)
    assert "olga has already restored this." in again.content.decode()


def test_an_edit_of_what_somebody_else_has_changed_shows_both_and_loses_neither(event, entry, as_hugo, as_olga):
    edit = f"/events/match/entries/{entry.pk}/edit/"
    seen = {"seen": entry.seq}
    assert as_hugo.post(edit, {"text": "Goal by Ann!", **seen}, headers=HTMX).status_code == 200
    late = as_olga.post(edit, {"text": "GOAL!", **seen}, headers=HTMX)
    assert late.status_code == 422
    assert "Goal by Ann!" in late.content.decode()
    assert "GOAL!" in late.content.decode()
    entry.refresh_from_db()
    assert entry.text == "Goal by Ann!"
    assert as_olga.post(edit, {"text": "GOAL!", "seen": entry.seq}, headers=HTMX).status_code == 200


def test_a_ban_form_that_asks_for_nothing_is_refused_next_to_the_field(event, entry, as_hugo):
    answer = as_hugo.post(f"/events/match/entries/{entry.pk}/ban/", {"period": "none"}, headers=HTMX)
    assert answer.status_code == 422
    assert "Choose how long the ban lasts, or remove everything they posted." in answer.content.decode()


def test_key_moments_are_listed_in_their_order_and_live(event, olga, rita):
    first, second = event.publish("Ann", "Kick-off"), event.publish("Ann", "Goal")
    second.mark("1:0", by=olga)
    first.mark("Start", by=olga)
    page = fetch(rita, "/events/match/")
    moments = page[page.index('id="moments"') : page.index("</nav>", page.index('id="moments"'))]
    assert moments.index("Start") < moments.index("<bdi>1:0<")
    assert f"/entries/{second.pk}/#{second.element_id}" in moments
    start = now(event)
    first.retract(by=olga)
    poll = fetch(rita, f"/events/match/changes/?after={start}", htmx=True)
    assert "<bdi>1:0<" in poll
    assert "Start" not in poll


def test_an_empty_label_takes_an_entry_off_the_list_of_key_moments(event, entry, as_hugo, hugo):
    entry.mark("1:0", by=hugo)
    path = f"/events/match/entries/{entry.pk}/moment/"
    answer = as_hugo.post(path, {"label": "", "before": "1:0"}, headers=HTMX)
    assert answer.status_code == 200, answer.content.decode()
    entry.refresh_from_db()
    assert entry.moment == ""


def test_hosts_write_with_markdown_on_the_desk_and_visitors_do_not(event, as_hugo, paul, rita):
    text = "**Goal** by [Ann](https://example.org/) <script>alert(1)</script> [bad](javascript:alert(1))"
    form = {"name": "Hugo", "text": text, "markdown": "on"}
    assert as_hugo.post("/events/match/entries/", form, follow=True).redirect_chain == [(DESK, 303)]
    page = fetch(rita, "/events/match/")
    assert "<strong>Goal</strong>" in page
    assert '<a href="https://example.org/" rel="noopener">Ann</a>' in page
    assert "<script>alert" not in page
    assert 'href="javascript:' not in page
    paul.post("/events/match/entries/", {**form, "name": "Paul", "text": "**Foul**"})
    assert "**Foul**" in fetch(rita, "/events/match/")


@pytest.mark.parametrize("htmx", [False, True])
def test_a_preview_shows_what_it_will_look_like_and_publishes_nothing(event, as_hugo, head, htmx):
    form = {"name": "Hugo", "text": "*Almost*", "markdown": "on"}
    answer = as_hugo.post(DESK + "preview/", form, headers=HTMX if htmx else {}).content.decode()
    assert "<em>Almost</em>" in answer
    assert htmx or ">\n*Almost*</textarea>" in answer
    assert head(event) == 0


def test_the_rules_are_switched_while_it_goes_on_and_that_is_written_down(event, as_hugo, rita):
    assert as_hugo.post(DESK + "rules/", {"posting": "all"}, headers=HTMX).status_code == 200
    event.refresh_from_db()
    assert (event.posting, event.comments_open) == ("all", False)
    assert log_of(event) == [
        "hugo set comments: off",
        "hugo set posting: All posts wait: a host approves each",
    ]
    assert 'data-posting="all"' in fetch(rita, "/events/match/")
    wrong = as_hugo.post(DESK + "rules/", {"posting": "never"})
    assert wrong.status_code == 422
    as_hugo.post(DESK + "rules/", {"signs": "1", "show_readers": "on"})
    event.refresh_from_db()
    assert (event.posting, event.show_readers, event.show_typing) == ("all", True, False)


def test_the_desk_follows_what_other_hosts_set(event, as_hugo, as_olga):
    as_hugo.post(DESK + "rules/", {"posting": "closed", "comments_open": "on"})
    state = fetch(as_olga, DESK + "state/", htmx=True)
    assert '<hx-partial hx-target="#switches"' in state
    assert '<option value="closed" selected>' in state


def test_many_posts_that_wait_come_the_oldest_first_and_the_rest_as_one_decides(event, hugo, as_hugo, monkeypatch):
    monkeypatch.setattr("feeds.models.event.posting.WAITING", 2)
    monkeypatch.setattr(TakesPosts.waiting, "__defaults__", (2,))
    for text in ("One", "Two", "Three"):
        event.publish("Paul", text, visitor="paul", hold="Every post in this event is reviewed.")
    page = fetch(as_hugo, DESK)
    assert "To review (3)" in page
    assert "These are the oldest. More appear here as you decide." in page
    assert [post.text for post in event.waiting()] == ["One", "Two"]
    event.waiting()[0].approve(by=hugo)
    assert [post.text for post in event.waiting()] == ["Two", "Three"]
    assert "These are the oldest" not in fetch(as_hugo, DESK)


def test_all_that_hosts_removed_can_be_paged_through_and_restored(event, olga, as_olga, monkeypatch):
    monkeypatch.setattr("feeds.views.desk.PAGE", 2)
    entries = [event.publish("Paul", f"Entry {number}") for number in range(3)]
    posts = [*entries, entries[0].comment("Rita", "Comment 3")]
    for post in (posts[3], posts[1], posts[2], posts[0]):
        post.retract(by=olga)
    first = fetch(as_olga, DESK + "removed/")
    assert re.findall(r"(?:Entry|Comment) \d", first) == ["Comment 3", "Entry 2"]
    link = re.search(r'href="(\?before=\d+)"', first)[1]
    second = fetch(as_olga, DESK + "removed/" + link)
    assert re.findall(r"(?:Entry|Comment) \d", second) == ["Entry 1", "Entry 0"]
    assert 'href="?before=' not in second
    restore = f"/events/match/entries/{posts[1].pk}/restore/"
    answer = as_olga.post(restore, headers={"Referer": f"http://testserver{DESK}removed/"})
    assert (answer.status_code, answer["Location"]) == (302, DESK + "removed/")
    assert "Entry 1" not in fetch(as_olga, DESK + "removed/" + link)


def test_what_a_desk_shows_keeps_its_place_with_what_became_of_it(new_event, hugo, olga, as_hugo):
    event = new_event("match", hosts=[hugo], posting=Event.Posting.ALL)
    posts = [event.publish(f"Paul {n}", f"Post {n}", visitor=f"{n:032}", hold="Every post waits.") for n in range(4)]
    shown = [post.element_id for post in posts[:3]]
    posts[1].approve(by=olga)
    answer = as_hugo.post(
        f"/events/match/entries/{posts[0].pk}/approve/",
        {"queue": [*shown, "entry-999999", "entry-0\n", "x"], "place": f"queue-{posts[0].element_id}"},
        headers={**HTMX, "HX-Target": "div#desk"},
    ).content.decode()
    assert re.findall(r'<article id="queue-([^"]+)" class="([^"]+)"', answer) == [
        (posts[0].element_id, "queued decided"),
        (posts[1].element_id, "queued decided"),
        (posts[2].element_id, "queued"),
        (posts[3].element_id, "queued"),
    ]
    assert re.findall(r'<div class="outcome" tabindex="-1"(.*?)>.*?<span>(.*?)</span>', answer, re.DOTALL) == [
        (' role="status" autofocus', "Approved."),
        ("", "<bdi>olga</bdi> approved <bdi>the entry by Paul 1</bdi>"),
    ]
    assert "desk-said" not in answer
    fresh = fetch(as_hugo, DESK)
    assert re.findall(r'<article id="queue-([^"]+)"', fresh) == [post.element_id for post in posts[2:]]


def test_the_focus_goes_to_where_something_was_done_and_else_to_what_is_said(new_event, hugo, olga, as_hugo):
    event = new_event("match", hosts=[hugo], posting=Event.Posting.ALL)
    post = event.publish("Paul", "Goal!", visitor="p" * 32, hold="Every post waits.")
    place = f"queue-{post.element_id}"

    def focused_after(address, place):
        sent = {"queue": post.element_id, "place": place}
        answer = as_hugo.post(address, sent, headers={**HTMX, "HX-Target": "div#desk"}).content.decode()
        assert answer.count("autofocus") == 1
        return re.search(r'<\w+ (?:id="([^"]*)" |class="([^"]*)")[^>]*autofocus', answer).group(1, 2)

    def undo():
        return f"{DESK}acts/{event.acts.first().pk}/undo/"

    approve = f"/events/match/entries/{post.pk}/approve/"
    assert focused_after(approve, place) == (None, "outcome")
    assert focused_after(undo(), place) == (place, None)
    assert focused_after(approve, "of a page of another version") == (None, "said")
    act = event.acts.first()
    assert focused_after(undo(), act.element_id) == (act.element_id, None)
    post.refresh_from_db()
    post.approve(by=olga)
    assert focused_after(approve.replace("approve", "reject"), place) == (None, "outcome")


def test_posts_of_another_event_have_no_place_on_a_desk(new_event, hugo, as_hugo, draft):
    new_event("match", hosts=[hugo])
    foreign = draft.publish("Ann", "A secret")
    said = as_hugo.get(f"{DESK}state/?queue={foreign.element_id}&gone={foreign.element_id}", headers=HTMX)
    assert (said.status_code, "A secret" in said.content.decode()) == (200, False)
