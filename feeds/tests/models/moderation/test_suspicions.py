"""Reasons for which a visitor's post waits for a host, and what is not one."""

import re
import time

import pytest
from django.test import Client

from feeds.forms.keys import age_of, new_form_key
from feeds.models import Comment, Entry
from feeds.models.moderation.suspicions import addresses_in, blocked_words_in
from feeds.tests.effort import effort
from feeds.tests.frames import posts_in
from feeds.tests.helpers import HTMX, fetch, submit


@pytest.fixture(params=["entry", "comment"])
def under(request, event):
    """The parent of the post: none for an entry, an entry for a comment."""
    return {} if request.param == "entry" else {"entry": event.publish("Rita", "First")}


def post_with(text):
    return Entry.objects.filter(text=text).first() or Comment.objects.get(text=text)


def posted(text):
    """State of a post, and the reason for it."""
    post = post_with(text)
    return post.state, post.hold_reason


SEEN = ("shown", "")
LINK = ("waiting", "Link from a first-time poster.")
FAST = ("waiting", "Sent too fast for a human, by a first-time poster.")
TRAPPED = ("waiting", "A hidden field was filled in.")


@pytest.mark.parametrize("htmx", [False, True], ids=["plain", "HTMX"])
def test_a_link_from_a_stranger_waits_and_one_from_somebody_who_is_known_does_not(event, under, paul, rita, htmx):
    first = submit(paul, event, "See https://example.org/one", htmx=htmx, **under)
    assert first.status_code == (200 if htmx else 303)
    assert posted("See https://example.org/one") == LINK
    assert "example.org/one" not in fetch(rita, "/events/match/")
    submit(paul, event, "Goal!", **under)
    submit(paul, event, "See https://example.org/two", htmx=htmx, **under)
    assert posted("See https://example.org/two") == SEEN
    assert "example.org/two" in fetch(rita, "/events/match/")


def test_who_has_only_posts_that_wait_or_are_removed_is_a_stranger(event, elsewhere, paul):
    submit(paul, event, "https://example.org/1")
    submit(paul, elsewhere, "Hello")
    submit(paul, event, "https://example.org/2")
    submit(paul, event, "Goal!")
    Entry.objects.get(text="Goal!").retract()
    submit(paul, event, "https://example.org/3")
    assert [posted(f"https://example.org/{number}") for number in (1, 2, 3)] == [LINK] * 3


@pytest.mark.parametrize(
    ("text", "links"),
    [
        ("See https://example.org/a?b", True),
        ("HTTP://EXAMPLE.ORG", True),
        ("www.example.org", True),
        ("example.com", True),
        ("someone@example.org", True),
        ("t.me/offer", True),
        ("example.shop/offer now", True),
        ("ｗｗｗ．ｅｘａｍｐｌｅ．ｏｒｇ", True),
        ("exa\u200bmple.com", True),
        ("Great save.What a match", False),
        ("3.5/10", False),
        ("He, or/and she, e.g. both…", False),
        ("no link at all", False),
        ("<a href='x'>", False),
    ],
)
def test_what_is_a_link(text, links):
    assert bool(addresses_in(text)) is links


@pytest.mark.parametrize("piece", ["a", "a.b", "a-", "http://", "a@", ".", "ﷺ"])
def test_a_search_for_links_and_words_in_a_long_text_is_little_work(piece):
    text = piece * (2000 // len(piece))

    def search():
        addresses_in(text)
        blocked_words_in("a b\nspam\na", text)

    assert effort(search) < 30


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("SPAM", {"spam"}),
        ("Buy spam, now", {"spam"}),
        ("ｓｐａｍ", {"spam"}),
        ("𝓼𝓹𝓪𝓶", {"spam"}),
        ("sp\u200bam", {"spam"}),
        ("_spam_", {"spam"}),
        ("spammer", set()),
        ("antispam", set()),
        ("cheap   WATCHES", {"cheap watches"}),
        ("cheap\nwatches", {"cheap watches"}),
        ("cheap good watches", set()),
        ("STRASSE", {"strasse"}),
        ("straße", {"strasse"}),
        ("今日は禁止語です", {"禁止語"}),
        ("cafe\u0301", {"café"}),
        ("50% off", set()),
        ("50%", set()),
        ("", set()),
    ],
)
def test_a_blocked_word_is_found_whatever_it_looks_like_and_not_inside_another(text, found):
    blocked = "spam\r\n Cheap  watches \n\nStraße\n禁止語\ncafé\n\u200b\nx*"
    assert blocked_words_in(blocked, text) == found


@pytest.mark.parametrize("where", ["name", "text"])
def test_a_post_with_a_blocked_word_waits_and_only_hosts_are_told_why(event, under, where):
    event.configure(blocked_words="offside trap\nspam")
    post = {"name": "Paul", "text": "Goal!"} | {where: "Buy SPAM"}
    paul = Client()
    answer = submit(paul, event, post["text"], post["name"], follow=True, **under)
    assert posted(post["text"]) == ("waiting", "Contains a blocked word: “spam”.")
    said = answer.content.decode() + fetch(paul, "/events/match/") + fetch(Client(), "/events/match/")
    assert "blocked" not in said
    submit(paul, event, "Fair play", "Paul", **under)
    assert posted("Fair play") == SEEN


def test_a_reason_fits_however_long_the_word(event, paul):
    event.configure(blocked_words="ﷺ" * 60)
    submit(paul, event, "ﷺ" * 60)
    state, reason = posted("ﷺ" * 60)
    assert (state, reason.startswith("Contains a blocked word: “"), len(reason) <= 100) == ("waiting", True, True)


@pytest.mark.parametrize("htmx", [False, True], ids=["plain", "HTMX"])
def test_a_filled_in_field_that_people_do_not_see_makes_a_post_wait_and_loses_nothing(event, under, paul, htmx):
    path = "/events/match/entries/" + (f"{under['entry'].pk}/comments/" if under else "")
    for subject, text in (("", "One"), ("  ", "Two"), ("Offer", "Three"), ("x" * 9999, "Four"), ("\x00", "Five")):
        form = {"name": "Paul", "text": text, "subject": subject}
        assert paul.post(path, form, headers=HTMX if htmx else {}).status_code == (200 if htmx else 303)
    assert [posted(text) for text in ("One", "Two", "Three", "Four", "Five")] == [SEEN] * 2 + [TRAPPED] * 3


@pytest.fixture
def key(settings, event, monkeypatch):
    """A function that makes the key of a form rendered these seconds ago."""
    settings.FASTEST_POST = 2

    def rendered(seconds):
        now = time.time_ns
        with monkeypatch.context() as patch:
            patch.setattr("time.time_ns", lambda: now() - int(seconds * 1e9))
            return new_form_key()

    return rendered


@pytest.mark.parametrize("htmx", [False, True], ids=["plain", "HTMX"])
def test_what_a_stranger_sends_as_soon_as_the_form_is_there_waits(event, under, paul, key, htmx):
    submit(paul, event, "At once", key=key(0), htmx=htmx, **under)
    submit(paul, event, "Soon", key=key(1.5), htmx=htmx, **under)
    submit(paul, event, "As people do", key=key(2.5), htmx=htmx, **under)
    submit(paul, event, "At once again", key=key(0), htmx=htmx, **under)
    found = [posted(text) for text in ("At once", "Soon", "As people do", "At once again")]
    assert found == [FAST, FAST, SEEN, SEEN]


@pytest.mark.parametrize("htmx", [False, True], ids=["plain", "HTMX"])
def test_a_form_that_is_mended_after_a_refusal_did_not_begin_again(event, under, paul, key, htmx):
    first = key(10)
    refused = submit(paul, event, "Goal!", "", key=first, htmx=htmx, **under)
    assert f'name="key" value="{first}"' in refused.content.decode()
    submit(paul, event, "Goal!", key=first, htmx=htmx, **under)
    assert posted("Goal!") == SEEN
    for broken in ("x" * 33, "\x00"):
        answer = submit(paul, event, "Goal!", key=broken, htmx=htmx, **under)
        assert re.search(r'name="key" value="[0-9a-f]{32}"', answer.content.decode())
        assert broken not in answer.content.decode()


@pytest.mark.parametrize("old", ["", "k" * 32, "7" * 31, "0" * 32, "f" * 32, "F" * 32, "day-old"])
def test_a_key_that_tells_no_time_or_an_old_page_is_nothing_to_wonder_at(event, paul, key, old):
    submit(paul, event, "Goal!", key=key(86_400) if old == "day-old" else old)
    assert posted("Goal!") == SEEN


def test_the_keys_of_pages_and_of_forms_that_are_loaded_tell_when_they_were_rendered(event, paul):
    entry = event.publish("Rita", "First")
    pages = fetch(paul, "/events/match/"), fetch(paul, f"{entry.permalink}reply/", htmx=True)
    keys = [key for page in pages for key in re.findall(r'name="key" value="(\w+)"', page)]
    assert len(keys) == 2
    assert all(0 <= age_of(key) < 5 for key in keys)


def edit(client, post, text, htmx=False):
    kind = "entries" if isinstance(post, Entry) else "comments"
    path, headers = f"/events/match/{kind}/{post.pk}/edit/", HTMX if htmx else {}
    return client.post(path, {"text": text}, headers=headers, follow=not htmx)


@pytest.mark.parametrize("htmx", [False, True], ids=["plain", "HTMX"])
@pytest.mark.parametrize("text", ["Buy spam", "See https://example.org/"])
def test_what_an_author_edits_in_waits_as_if_it_were_new(event, under, paul, rita, text, htmx):
    event.configure(blocked_words="spam")
    submit(paul, event, "Harmless", **under)
    post = post_with("Harmless")
    answer = edit(paul, post, text, htmx).content.decode()
    assert "Saved. A host reviews it before others see it again." in answer
    assert posted(text)[0] == "waiting"
    assert text not in posts_in(fetch(rita, "/events/match/")).values()
    post.refresh_from_db()
    post.approve(by=event.owner)
    assert "Saved." in edit(paul, post, text + ", really", htmx).content.decode()
    assert posted(text + ", really")[0] == "shown"


def test_a_known_author_edits_links_in_and_a_host_whatever(event, paul, as_hugo):
    event.configure(blocked_words="spam")
    submit(paul, event, "One")
    submit(paul, event, "Two")
    one, two = Entry.objects.order_by("position")
    edit(paul, one, "See https://example.org/")
    edit(as_hugo, two, "No spam, says a host")
    assert [posted(text) for text in ("See https://example.org/", "No spam, says a host")] == [SEEN] * 2
