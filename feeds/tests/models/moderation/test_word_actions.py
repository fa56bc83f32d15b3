"""Actions for words: a post with one waits, is refused, or shows stars in its place."""

import pytest

from feeds.models import Comment, Entry
from feeds.tests.helpers import FORM, HTMX, fetch, form_of, submit
from feeds.tests.transfer.documents import text_of
from feeds.values.word_lists import WordList

RITA = "r" * 32


@pytest.fixture(params=["entry", "comment"])
def under(request, event):
    """The parent of the post: none for an entry, an entry for a comment."""
    return {} if request.param == "entry" else {"entry": event.publish("Rita", "First")}


def latest(under):
    return (Comment if under else Entry).objects.latest("pk")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("A Casino, casino!", "A ******, ******!"),
        ("ＣＡＳＩＮＯ c\u200basino cas\u00adino", "****** ****** ******"),
        ("casinos, mycasino, ca-sino", "casinos, mycasino, ca-sino"),
        ("Cheap \n watches now", "***** \n ******* now"),
        ("  cheap watches  ", "  ***** *******  "),
        ("STRASSE, strasse, Straße", "*******, *******, ******"),
        ("cafe\u0301, café", "****, ****"),
        ("これは禁止語です", "これは***です"),
        ("👍🏽 it’s casino’s", "👍🏽 it’s ******’s"),
        ("100 ㎏", "100 *"),
        ("\u1100\u1161 casino", "\u1100\u1161 casino"),  # letters that join, of which nobody can tell where each is
        ("", ""),
    ],
)
def test_a_mask_has_a_star_for_each_character(text, shown):
    assert WordList("casino\ncheap  watches\nStraße\n禁止語\ncafé\nkg").mask(text) == shown


def test_readers_see_stars_and_nothing_waits(event, under, paul, rita):
    event.configure(masked_words="casino")
    assert submit(paul, event, "My casino", "Casino Joe", **under).status_code == 303
    post = latest(under)
    assert (post.text, post.name, post.state) == ("My ******", "****** Joe", "shown")
    assert "casino" not in fetch(rita, "/events/match/").lower()


def test_an_edit_is_masked_as_well(event, under, paul):
    event.configure(masked_words="casino")
    submit(paul, event, "Mine", **under)
    post = latest(under)
    kind = "comments" if under else "entries"
    paul.post(f"/events/match/{kind}/{post.pk}/edit/", {"text": "My casino", "seen": post.seq})
    assert latest(under).text == "My ******"


def test_a_word_that_no_mask_fits_makes_a_post_wait(event):
    event.configure(masked_words="casino")
    post = event.publish("Rita", "\u1100\u1161 casino", visitor=RITA)
    assert (post.state, post.hold_reason) == ("waiting", "Contains a blocked word: “casino”.")


def test_what_is_repeated_is_recognised_behind_its_mask(event, settings, paul):
    settings.SAME_TEXT_MINUTES = 5
    event.configure(masked_words="casino")
    text = "The casino around the corner is open all night"
    assert [submit(paul, event, text, key=key).status_code for key in ("k", "k", "l")] == [303, 303, 429]


@pytest.mark.parametrize("htmx", [False, True], ids=["plain", "HTMX"])
def test_a_refused_word_is_named_beside_its_field_and_the_text_kept(event, under, paul, htmx):
    event.configure(refused_words="casino")
    response = submit(paul, event, "My CASINO", htmx=htmx, **under)
    said = "“casino” is not allowed in this event. Use another word."
    assert (response.status_code, form_of(response)) == (422, ("Paul", "My CASINO", [said]))
    response = submit(paul, event, "Mine", "Casino", htmx=htmx, **under)
    assert (response.status_code, form_of(response)) == (422, ("Casino", "Mine", [said]))
    assert Comment.objects.count() + Entry.objects.exclude(text="First").count() == 0
    assert submit(paul, event, "Mine", htmx=htmx, **under).status_code == (200 if htmx else 303)


def test_an_edit_that_brings_a_refused_word_is_refused(event, under, paul):
    submit(paul, event, "My casino", **under)
    event.configure(refused_words="casino\nroulette")
    post = latest(under)
    path = f"/events/match/{'comments' if under else 'entries'}/{post.pk}/edit/"
    refused = paul.post(path, {"text": "My casino has roulette", "seen": post.seq}, headers=HTMX)
    assert (refused.status_code, "“roulette” is not allowed" in refused.content.decode()) == (422, True)
    paul.post(path, {"text": "My casino!", "seen": post.seq})
    assert latest(under).text == "My casino!"


def test_nothing_of_it_applies_to_hosts(event, under, as_hugo):
    event.configure(masked_words="casino", refused_words="roulette")
    submit(as_hugo, event, "Casino and roulette", "Hugo", **under)
    post = latest(under)
    path = f"/events/match/{'comments' if under else 'entries'}/{post.pk}/edit/"
    as_hugo.post(path, {"text": "Roulette and casino", "seen": post.seq})
    assert latest(under).text == "Roulette and casino"


def test_a_host_edits_a_visitors_post_as_it_is(event, as_hugo):
    event.configure(masked_words="casino", refused_words="roulette")
    post = event.publish("Rita", "Mine", visitor=RITA)
    as_hugo.post(f"/events/match/entries/{post.pk}/edit/", {"text": "No casino, no roulette", "seen": post.seq})
    assert Entry.objects.get().text == "No casino, no roulette"


def test_a_list_of_before_makes_posts_wait_as_before(event):
    event.configure(blocked_words="casino", masked_words="roulette")
    assert event.publish("Rita", "My casino", visitor=RITA).state == "waiting"


def test_each_list_is_kept_one_a_line_and_a_word_is_in_one_of_them(event, as_hugo):
    lists = {"blocked_words": " Spam \r\n\r\nham", "masked_words": "eggs\r\neggs", "refused_words": "toast"}
    form = FORM | {"slug": "match"} | lists
    assert as_hugo.post("/events/match/settings/", form).status_code == 302
    event.refresh_from_db()
    assert (event.blocked_words, event.masked_words, event.refused_words) == ("Spam\nham", "eggs", "toast")
    refused = as_hugo.post("/events/match/settings/", form | {"refused_words": "toast\nＳpam\neggs"})
    said = "“Ｓpam” is also under “Blocked words”. Remove it from one of the lists."
    assert (refused.status_code, said in refused.content.decode()) == (422, True)
    assert "toast\nＳpam\neggs</textarea>" in refused.content.decode()


def test_the_lists_move_with_an_export_and_are_nobodys_business(event, rita):
    event.configure(masked_words="secretmask", refused_words="secretrefusal")
    assert '"masked_words": "secretmask", "refused_words": "secretrefusal"' in text_of(event)
    for path in ("", "changes/?after=e1-0"):
        assert "secret" not in rita.get(f"/events/match/{path}").content.decode()
