"""Posting entries and comments: with a plain form, with HTMX, twice, too much, and where it is not allowed."""

import re

import pytest
from django.test import Client

from feeds.forms import Cursor
from feeds.models import Comment, Entry, Event
from feeds.tests.frames import posts_in
from feeds.tests.helpers import HTMX, elements, fetch, form_of, submit
from feeds.timeline.frames import frame_between


@pytest.fixture(params=["entry", "comment"])
def under(request, event):
    """The parent of the post: none for an entry, an entry for a comment."""
    return {} if request.param == "entry" else {"entry": event.publish("Rita", "First")}


def posted():
    found = [(post.name, post.text) for model in (Entry, Comment) for post in model.objects.order_by("position")]
    return [post for post in found if post != ("Rita", "First")]


def test_a_plain_form_leads_back_to_the_page(event, under, paul, head):
    response = submit(paul, event, "Goal!", **under)
    post = Comment.objects.get() if under else Entry.objects.get()
    assert response.status_code == 303
    assert response["Location"] == post.get_absolute_url()
    assert response["Commentary-Seq"] == str(post.seq) == str(head(event))
    assert posted() == [("Paul", "Goal!")]
    assert "Goal!" in posts_in(fetch(paul, response["Location"])).values()


def test_htmx_gets_a_fresh_form_and_not_the_post(event, under, paul, head):
    response = submit(paul, event, "Goal!", htmx=True, **under)
    html = response.content.decode()
    assert (response.status_code, response["Commentary-Seq"]) == (200, str(head(event)))
    if under:  # a comment form closes
        assert [tag for tag, _ in elements(html)][:2] == ["hx-partial", "div"]
        assert '<div class="said" tabindex="-1" autofocus role="status">Posted.' in html
    else:
        assert form_of(response) == ("Paul", "", [])
        assert [tag for tag, _ in elements(html)][:2] == ["hx-partial", "form"]
    assert ("article" in html, "Goal!" in html, posts_in(html)) == (False, False, {})
    assert posted() == [("Paul", "Goal!")]


def test_the_answer_to_an_entry_leads_to_it_since_on_a_phone_it_appears_out_of_sight(event, paul):
    html = submit(paul, event, "Goal!", htmx=True).content.decode()
    assert f'<a class="posted" href="{Entry.objects.get().permalink}">Posted: see your entry</a>' in html
    refused = submit(paul, event, "", htmx=True).content.decode()
    assert "Posted" not in refused


def test_each_form_has_a_key_of_its_own(event, paul):
    keys = re.findall(r'name="key" value="(\w+)"', fetch(paul, "/events/match/"))
    again = re.findall(r'name="key" value="(\w+)"', submit(paul, event, htmx=True).content.decode())
    assert len({*keys, *again}) == 2


@pytest.mark.parametrize("htmx", [False, True], ids=["plain", "HTMX"])
@pytest.mark.parametrize(
    ("name", "text", "error"),
    [
        ("Paul", "", "Write something first."),
        ("Paul", " \u200b ", "Write something first."),
        ("", "Goal!", "Enter the name to post under."),
        ("n" * 61, "Goal!", "This has 61 characters and the limit is 60: shorten it by 1."),
        ("Paul", "t" * 2001, "This has 2,001 characters and the limit is 2,000: shorten it by 1."),
    ],
    ids=["empty", "invisible", "nameless", "long name", "long text"],
)
def test_a_refused_post_keeps_what_was_written(event, paul, htmx, name, text, error):
    response = submit(paul, event, text, name, htmx=htmx)
    assert response.status_code == 422
    assert form_of(response) == (name, text, [error])
    assert "Commentary-Seq" not in response
    assert (posted(), event.head) == ([], 0)
    wrong = "name" if "name" in error or len(name) > 60 else "text"
    focused = [dict(attrs)["name"] for _, attrs in elements(response.content.decode()) if "autofocus" in dict(attrs)]
    assert focused == [wrong]


def test_a_refused_comment_is_kept_under_its_entry(event, paul):
    entry = event.publish("Rita", "First")
    response = submit(paul, event, "t" * 1001, entry=entry)
    assert response.status_code == 422
    error = "This has 1,001 characters and the limit is 1,000: shorten it by 1."
    assert form_of(response) == ("Paul", "t" * 1001, [error])
    assert posts_in(response.content.decode()) == {entry.element_id: "First"}


@pytest.mark.parametrize("htmx", [False, True], ids=["plain", "HTMX"])
@pytest.mark.parametrize(
    ("rule", "error"),
    [
        ({"state": "ended"}, "This event has ended, so nothing can be added."),
        ({"posting": "closed"}, "Posting is closed for now. Your text is kept here: try again later."),
        ({"posting": "hosts"}, "Only hosts can post in this event. Your text is kept here."),
    ],
    ids=["ended", "closed", "hosts"],
)
def test_a_post_that_is_not_allowed_now_keeps_its_text(event, under, htmx, rule, error):
    event.configure(**rule)
    response = submit(Client(), event, "Goal!", htmx=htmx, **under)
    assert response.status_code == 403
    assert form_of(response) == ("Paul", "Goal!", [error])
    assert posted() == []


def test_hosts_post_where_only_hosts_may(event, under, as_hugo, as_sam):
    event.configure(posting="hosts")
    assert submit(as_sam, event, "Me too", "Sam", **under).status_code == 403
    assert submit(as_hugo, event, "Goal!", "Hugo", **under).status_code == 303
    model = Comment if under else Entry
    assert [(post.name, post.by_host) for post in model.objects.filter(text="Goal!")] == [("Hugo", True)]
    assert posted() == [("Hugo", "Goal!")]


def test_somebody_who_hosts_elsewhere_posts_here_as_a_visitor(event, elsewhere, as_sam):
    submit(as_sam, event, "Hello", "Sam")
    assert (Entry.objects.get().by_host, Entry.objects.get().user) == (False, None)


@pytest.mark.parametrize("htmx", [False, True], ids=["plain", "HTMX"])
def test_a_comment_on_an_entry_that_was_removed_is_kept(event, paul, htmx):
    entry = event.publish("Rita", "First")
    entry.retract()
    response = submit(paul, event, "Well said", entry=entry, htmx=htmx)
    error = "The entry was removed, so nobody can comment on it. Your text is kept here."
    assert response.status_code == 410
    assert form_of(response) == ("Paul", "Well said", [error])
    assert Comment.objects.count() == 0


def test_the_name_is_remembered_by_the_browser_alone(event, paul, rita):
    submit(paul, event, "One", "Paul the “Great”")
    assert submit(paul, event, "Two", "").status_code == 303
    assert posted() == [("Paul the “Great”", "One"), ("Paul the “Great”", "Two")]
    page = fetch(paul, "/events/match/")
    assert 'autocomplete="nickname" value="Paul the “Great”"' in page
    assert submit(rita, event, "Three", "").status_code == 422
    entries = r"<article.*?</article>|<script.*?</script>"
    assert "Great" not in re.sub(entries, "", fetch(rita, "/events/match/"), flags=re.DOTALL)


def test_a_forged_or_broken_visitor_cookie_is_a_new_visitor(event, paul):
    submit(paul, event, "One")
    genuine = paul.cookies["commentary_visitor"].value
    for forged in ("", "x", genuine[:-1], genuine + "x", '{"id": "x"}', "ey:J:x", "\x00", "é" * 5000):
        paul.cookies["commentary_visitor"] = forged
        assert submit(paul, event, "Two", "Paul").status_code == 303
    mine = Entry.objects.get(text="One").visitor
    assert Entry.objects.filter(text="Two", visitor=mine).count() == 0
    assert len(set(Entry.objects.values_list("visitor", flat=True))) == 9


@pytest.mark.parametrize("htmx", [False, True], ids=["plain", "HTMX"])
def test_a_form_that_is_sent_twice_is_posted_once(event, under, paul, htmx):
    paul.get("/events/match/")
    answers = [submit(paul, event, "Goal!", key="k" * 32, htmx=htmx, **under) for _ in range(2)]
    assert answers[0].status_code == answers[1].status_code == (200 if htmx else 303)
    assert answers[0]["Commentary-Seq"] == answers[1]["Commentary-Seq"]
    assert answers[0].get("Location") == answers[1].get("Location")
    assert posted() == [("Paul", "Goal!")]


def test_the_same_key_with_another_text_is_another_post(event, under, paul):
    paul.get("/events/match/")
    for text in ("Goal!", "Goal!!"):
        submit(paul, event, text, key="k", **under)
    assert posted() == [("Paul", "Goal!"), ("Paul", "Goal!!")]


def test_two_visitors_with_the_same_key_both_post(event, under, paul, rita):
    """A form that a frame brought has the same key in every browser."""
    for client, name in ((paul, "Paul"), (rita, "R.")):
        client.get("/events/match/")
        submit(client, event, "Goal!", name, key="k", **under)
    assert posted() == [("Paul", "Goal!"), ("R.", "Goal!")]


def test_the_same_text_without_a_key_or_elsewhere_is_another_post(event, new_event, paul):
    paul.get("/events/match/")
    for _ in range(2):
        submit(paul, event, "Goal!")
    submit(paul, new_event("other"), "Goal!", key="k")
    submit(paul, event, "Goal!", key="k")
    assert posted() == [("Paul", "Goal!")] * 4


@pytest.mark.parametrize("path", ["nothing/entries/", "match/entries/999999/comments/", "regatta/entries/{}/comments/"])
def test_there_is_nothing_to_post_to_at_an_unknown_address(event, elsewhere, paul, path):
    entry = event.publish("Rita", "First")
    response = paul.post(f"/events/{path.format(entry.pk)}", {"name": "Paul", "text": "Goal!"}, headers=HTMX)
    assert response.status_code == 404
    assert (response["HX-Retarget"], response["HX-Reswap"]) == ("#problem", "innerHTML")
    assert "Page not found." in response.content.decode()
    assert posted() == []


def test_a_visitor_with_an_approved_post_is_not_told_that_first_posts_wait(event, olga, rita, paul):
    event.configure(posting="first")
    for visitor, name in ((rita, "Rita"), (paul, "Paul")):
        assert "A host reviews your first post before it appears." in fetch(visitor, "/events/match/")
        submit(visitor, event, "Goal!", name)
    event.entries.get(name="Rita").approve(by=olga)
    hidden = '[data-posting="first"] .waits { display: none; }'
    assert [hidden in fetch(visitor, "/events/match/own-posts.css") for visitor in (rita, paul)] == [True, False]


def test_the_comment_form_is_loaded_in_place_with_the_name_known_and_the_focus_in_its_text(event, paul):
    entry = event.publish("Ann", "Kick-off")
    submit(paul, event, "I am here")
    answer = paul.get(f"{entry.permalink}reply/", headers=HTMX)
    assert (answer.status_code, answer["Cache-Control"]) == (200, "private, no-store")
    assert form_of(answer) == ("Paul", "", [])
    focused = [dict(attrs)["name"] for _, attrs in elements(answer.content.decode()) if "autofocus" in dict(attrs)]
    assert focused == ["text"]
    assert 'aria-label="Comment on the entry by Ann"' in answer.content.decode()
    assert "Nothing was posted." in fetch(paul, f"{entry.permalink}reply/?cancel", htmx=True)


def test_without_javascript_the_link_leads_to_the_entrys_page_which_has_the_form(event, rita):
    entry = event.publish("Ann", "Kick-off")
    other = event.publish("Ann", "Goal!")
    answer = rita.get(f"{entry.permalink}reply/")
    assert (answer.status_code, answer["Location"]) == (302, f"{entry.permalink}#{entry.element_id}-reply")
    page = fetch(rita, entry.permalink)
    assert f'id="{entry.element_id}-comment-form"' in page
    assert f'id="{other.element_id}-comment-form"' not in page


@pytest.mark.parametrize(
    ("fields", "status", "said"),
    [
        ({"state": "ended"}, 403, "This event has ended, so nothing can be added."),
        ({"posting": "closed"}, 403, "Posting is closed for now."),
        ({"posting": "hosts"}, 403, "Only hosts can post in this event."),
        ({"comments_open": False}, 403, "Comments are off for now."),
        ({"visibility": "draft"}, 404, "Page not found"),
    ],
)
def test_a_form_that_cannot_be_sent_is_not_given(event, rita, as_hugo, fields, status, said):
    entry = event.publish("Ann", "Kick-off")
    event.configure(**fields)
    answer = rita.get(f"{entry.permalink}reply/", headers=HTMX)
    assert (answer.status_code, answer["HX-Retarget"]) == (status, "#problem")
    assert said in answer.content.decode()
    may = {"comments_open", "visibility"} & set(fields) or fields.get("posting") == "hosts"
    assert as_hugo.get(f"{entry.permalink}reply/", headers=HTMX).status_code == (200 if may else 403)


def test_nor_to_a_banned_visitor_nor_for_a_removed_entry(event, paul, rita):
    submit(paul, event, "Spam")
    entry, waiting = event.entries.get(), event.publish("Ann", "May I?", hold="Every post waits in this event.")
    event.ban(entry, by=event.owner)
    answer = paul.get(f"{entry.permalink}reply/", headers=HTMX)
    assert (answer.status_code, "banned you" in answer.content.decode()) == (403, True)
    entry.retract()
    assert rita.get(f"{entry.permalink}reply/", headers=HTMX).status_code == 410
    assert rita.get(f"{waiting.permalink}reply/", headers=HTMX).status_code == 404


def test_the_link_has_the_number_of_comments_on_pages_and_in_frames(event, rita):
    entry = event.publish("Ann", "Kick-off")
    before = Cursor(event.epoch, Event.objects.get(pk=event.pk).head)
    comments = [entry.comment("Ben", text) for text in ("Hello", "Hi")]
    say = f'hx-target="#cursor[value={before}] ~ * #{entry.element_id} > .say" hx-swap="innerHTML">Comment'
    assert f"{say} · 2</hx-partial>" in frame_between(event.pk, before).html
    comments[0].retract()
    assert f"{say} · 1</hx-partial>" in frame_between(event.pk, before).html
    assert ">Comment · 1</a>" in fetch(rita, event.get_absolute_url())
