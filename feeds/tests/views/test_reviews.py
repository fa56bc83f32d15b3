"""The queue of the desk as one form: groups by author, and decisions about several posts at once."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from feeds.models import Claim, Event, Verb
from feeds.tests.conftest import signed_in
from feeds.tests.helpers import HTMX, fetch, values

DESK = "/events/match/host/"
AT_DESK = {**HTMX, "HX-Target": "div#desk"}
RULE = "Every post in this event is reviewed."


@pytest.fixture
def event(new_event, hugo):
    return new_event("match", hosts=[hugo], posting=Event.Posting.ALL)


def waits(event, name, text, hold=RULE):
    return event.publish(name, text, visitor=name[0].lower() * 32, hold=hold)


@pytest.fixture
def posts(event):
    """Kofi, Mei, Kofi, Mei, Rosa."""
    return [waits(event, name, f"Post {n}") for n, name in enumerate(("Kofi", "Mei", "Kofi", "Mei", "Rosa"))]


def seen(*posts):
    return [f"{post.element_id}:{post.seq}" for post in posts]


def groups(html):
    """Posts of each group, as the desk names them."""
    return re.findall(r'<input class="shown" type="hidden" name="queue" value="([^"]*)">', html)


def texts(event, state):
    return [post.text for posts in event.posts() for post in posts.filter(state=state).order_by("position")]


def test_the_queue_has_one_token_and_stands_in_groups_by_author_the_earliest_first(posts, as_hugo):
    page = fetch(as_hugo, DESK)
    kofi, mei, again, mei_again, rosa = (post.element_id for post in posts)
    assert groups(page) == [f"{kofi} {again}", f"{mei} {mei_again}", rosa]
    queue = page[page.index('<section id="queue"') : page.index("</section>", page.index('<section id="queue"'))]
    assert queue.count("csrfmiddlewaretoken") == 1
    assert queue.count("<form") == 1
    assert re.findall(r"Approve all \d", queue) == ["Approve all 5", "Approve all 2", "Approve all 2"]


def test_the_reason_is_told_only_where_it_is_not_the_usual_one(event, posts, as_hugo):
    waits(event, "Eve", "Buy my watches", hold="Link from a first-time poster.")
    page = fetch(as_hugo, DESK)
    assert RULE not in page[page.index('id="queue"') :]
    assert page.count('<span class="chip">Link from a first-time poster.</span>') == 1


def test_what_comes_later_forms_groups_at_the_end_and_moves_nothing(event, posts, as_hugo):
    shown = [" ".join(post.element_id for post in which) for which in (posts[::2][:2], posts[1::2], posts[4:])]
    late = [waits(event, name, "Late") for name in ("Kofi", "Rosa", "Kofi")]
    state = as_hugo.get(f"{DESK}state/", {"queue": shown}, headers=HTMX).content.decode()
    kofi, rosa, kofi_again = (post.element_id for post in late)
    assert groups(state) == [shown[0], shown[1], f"{shown[2]} {rosa}", f"{kofi} {kofi_again}"]


@pytest.mark.parametrize("htmx", [False, True])
def test_all_posts_of_one_person_are_approved_at_once_and_undone_at_once(event, posts, as_hugo, htmx):
    headers = AT_DESK if htmx else {}
    place = f"group-{posts[0].element_id}"
    chosen = {"posts": " ".join(seen(posts[0], posts[2])), "post": seen(posts[4])}
    answer = as_hugo.post(f"{DESK}approve/?place={place}", chosen, headers=headers, follow=True).content.decode()
    assert texts(event, "shown") == ["Post 0", "Post 2"]
    assert "2 posts approved." in answer
    undo = f"{DESK}acts/{event.acts.listed().first().pk}/undo/"
    assert undo in answer
    as_hugo.post(f"{undo}?place={place}", headers=headers, follow=True)
    assert texts(event, "shown") == []


def test_the_outcome_for_a_group_is_in_its_head_with_the_focus_and_the_undo(event, posts, as_hugo, as_olga):
    shown = [f"{posts[0].element_id} {posts[2].element_id}"]
    sent = {"posts": " ".join(seen(posts[0], posts[2])), "queue": shown}
    place = f"group-{posts[0].element_id}"
    answer = as_hugo.post(f"{DESK}approve/?place={place}", sent, headers=AT_DESK).content.decode()
    head = answer[answer.index(f'id="{place}"') : answer.index("<article", answer.index(f'id="{place}"'))]
    assert re.search(r'class="outcome" tabindex="-1" role="status" autofocus>\s*<span>2 posts approved.</span>', head)
    assert head.count("/undo/") == 1
    assert answer.count("autofocus") == 1
    assert 'hx-target="#desk-said"' not in answer
    others = as_olga.get(f"{DESK}state/", {"queue": shown}, headers=HTMX).content.decode()
    assert "<bdi>hugo</bdi> approved <bdi>2 posts by Kofi</bdi>" in others


def test_ticked_posts_are_decided_on_and_what_another_host_did_is_left_alone_and_said(event, posts, hugo, as_olga):
    ticked = seen(*posts[1:4])
    posts[2].reject(by=hugo)
    answer = as_olga.post(f"{DESK}approve/", {"post": ticked}, headers=AT_DESK)
    said = answer.content.decode()
    assert answer.status_code == 200
    assert "2 posts approved. 1 post was left alone: hugo has already rejected this." in said
    assert 'hx-target="#desk-said"' in said
    assert texts(event, "shown") == ["Post 1", "Post 3"]
    late = as_olga.post(f"{DESK}reject/", {"post": seen(posts[2])}, headers=AT_DESK)
    assert late.status_code == 409


@pytest.mark.parametrize("sent", [{}, {"post": "entry-1"}, {"posts": "x:1 entry-0:\n"}, {"post": "round-5:1"}])
def test_a_decision_about_nothing_is_refused(event, posts, as_hugo, sent):
    answer = as_hugo.post(f"{DESK}approve/", sent, headers=AT_DESK)
    assert (answer.status_code, "Select posts first." in answer.content.decode()) == (422, True)
    assert texts(event, "shown") == []


def test_no_more_posts_are_decided_on_at_once_than_one_act_can_be_about(event, posts, as_hugo, monkeypatch):
    monkeypatch.setattr("feeds.forms.reviews.TOGETHER", 2)
    as_hugo.post(f"{DESK}approve/", {"post": seen(*posts)})
    assert texts(event, "shown") == ["Post 0", "Post 1"]


def test_posting_is_closed_from_the_head_of_the_queue_and_comments_stay_as_they_are(event, posts, as_hugo):
    answer = as_hugo.post(f"{DESK}close/", headers=AT_DESK).content.decode()
    event.refresh_from_db()
    assert (event.posting, event.comments_open) == ("closed", True)
    assert "Posting is closed." in answer
    assert "Close posting" not in fetch(as_hugo, DESK)


def test_a_ban_takes_the_waiting_posts_along_unless_told_otherwise_and_so_does_its_undo(event, posts, hugo, as_hugo):
    address = f"/events/match/entries/{posts[0].pk}/ban/"
    form = as_hugo.get(address, headers=HTMX).content.decode()
    assert "Reject their 2 waiting posts" in form
    assert re.search(r'<input type="checkbox" name="waiting"[^>]* checked', form)
    as_hugo.post(address, {"period": "day", "waiting": "on"}, headers=HTMX)
    assert texts(event, "rejected") == ["Post 0", "Post 2"]
    assert [str(act) for act in event.acts.listed()] == ["hugo banned Kofi"]
    assert event.acts.lately(by=hugo).undo(by=hugo) == 0
    assert (texts(event, "rejected"), event.bans.count()) == ([], 0)
    as_hugo.post(address, {"period": "day"}, headers=HTMX)
    assert (texts(event, "rejected"), event.bans.count()) == ([], 1)


def test_a_ban_does_not_ask_about_waiting_posts_where_there_are_none(event, olga, as_hugo):
    post = waits(event, "Kofi", "Goal!")
    post.approve(by=olga)
    assert 'name="waiting"' not in as_hugo.get(f"/events/match/entries/{post.pk}/ban/", headers=HTMX).content.decode()


@pytest.mark.parametrize("htmx", [False, True])
def test_the_authors_of_several_posts_are_banned_after_a_question_in_one_act(event, posts, hugo, as_hugo, htmx):
    headers = AT_DESK if htmx else {}
    question = as_hugo.post(f"{DESK}ban/", {"post": seen(*posts[:3])}, headers=headers)
    page = question.content.decode()
    assert (question.status_code, event.bans.count()) == (200, 0)
    assert "Ban 2 people from this event: <bdi>Kofi</bdi> and <bdi>Mei</bdi>?" in page
    chosen = next(value for value in values(page, "input", "value") if value.startswith("entry-") and ":" in value)
    again = as_hugo.post(f"{DESK}ban/", {"posts": chosen, "period": "none"}, headers=headers)
    assert (again.status_code, "Choose how long the ban lasts." in again.content.decode()) == (422, True)
    chosen = " ".join(seen(posts[0], posts[1]))
    form = {"posts": chosen, "period": "good", "waiting": "on"}
    done = as_hugo.post(f"{DESK}ban/", form, headers=headers, follow=True).content.decode()
    assert "2 people are banned." in done
    assert texts(event, "rejected") == ["Post 0", "Post 1", "Post 2", "Post 3"]
    assert [str(act) for act in event.acts.listed()] == ["hugo banned 2 visitors"]
    assert event.acts.lately(by=hugo).undo(by=hugo) == 0
    assert (texts(event, "rejected"), event.bans.count()) == ([], 0)


def test_who_is_banned_already_is_not_banned_with_others_again(event, posts, hugo, as_hugo):
    form = {"posts": " ".join(seen(posts[0], posts[1])), "period": "good"}
    for _ in range(2):
        said = as_hugo.post(f"{DESK}ban/", form, headers=AT_DESK).content.decode()
        assert "2 people are banned." in said
    assert [str(act) for act in event.acts.listed()] == ["hugo banned 2 visitors"]
    more = [*posts[:2], event.publish("Noor", "Newer", visitor="e" * 32)]
    event.ban_all(more, by=hugo)
    assert [str(act) for act in event.acts.listed()] == ["hugo banned Noor", "hugo banned 2 visitors"]
    for act in event.acts.filter(verb=Verb.BANNED, whole=None):
        act.undo(by=hugo)
    assert event.bans.count() == 0


def test_whom_another_host_has_banned_is_left_alone_and_said(event, posts, olga, as_hugo):
    event.ban(posts[0], by=olga)
    form = {"posts": " ".join(seen(*posts[:2])), "period": "day"}
    said = as_hugo.post(f"{DESK}ban/", form, headers=AT_DESK).content.decode()
    assert "1 person is banned. olga has already banned Kofi." in said
    assert {ban.name: ban.banned_by.username for ban in event.bans.all()} == {"Kofi": "olga", "Mei": "hugo"}


def test_other_hosts_are_told_for_a_minute_who_looks_at_a_post_and_may_decide_all_the_same(
    event, posts, hugo, as_hugo, as_olga
):
    state, look = f"{DESK}state/", f"/events/match/entries/{posts[0].pk}/claim/"
    before = as_olga.get(state, headers=HTMX)
    again = {**HTMX, "If-None-Match": before["ETag"]}
    assert as_hugo.post(look, headers=HTMX).status_code == 204
    told = as_olga.get(state, headers=again)
    assert told.content.decode().count("<bdi>hugo</bdi> is looking at this") == 1
    assert "is looking at this" not in fetch(as_hugo, DESK)
    Claim.objects.update(at=timezone.now() - timedelta(seconds=61))
    assert "is looking at this" not in fetch(as_olga, DESK)
    as_hugo.post(look)
    assert Claim.objects.count() == 1
    event.review(Verb.APPROVED, {posts[0].element_id: posts[0].seq}, by=event.owner)
    assert "is looking at this" not in fetch(as_olga, DESK)


def test_a_claim_is_for_posts_that_wait_and_for_hosts_of_the_event(event, posts, olga, sam, as_hugo):
    posts[0].approve(by=olga)
    as_hugo.post(f"/events/match/entries/{posts[0].pk}/claim/", headers=HTMX)
    assert signed_in(sam).post(f"/events/match/entries/{posts[1].pk}/claim/", headers=HTMX).status_code == 403
    assert not Claim.objects.exists()
