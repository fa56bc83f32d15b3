"""Names: a visitor cannot pass for a host."""

import pytest

from feeds.models import Comment, Entry
from feeds.names import refusal
from feeds.tests.helpers import elements, fetch, form_of, submit

TAKEN = "is or looks like the name of a host of this event: choose another. If it is you, sign in."


@pytest.fixture
def match(event):
    """Olga, whose full name is Olga Petrova, owns it; hugo, who has no other name, hosts it with her."""
    event.owner.first_name, event.owner.last_name = "Olga", "Petrova"
    event.owner.save()
    return event


@pytest.mark.parametrize(
    "name",
    [
        *("olga", "Olga", "OLGA", "Hugo", "Olga Petrova", "olga  petrova", "O.l.g.a!", "Hu-go", "“hugo”"),
        *("Оlgа", "ΟLGA", "0lga", "OIga", "o1ga", "O|ga", "Нugо", "һugo"),  # Cyrillic, Greek, digits, look-alikes
        *("Ol\u200bga", "Ol\u00adga", "Olga\u3164", "\u2063hugo", "hu\ufe0fgo"),  # with what cannot be seen
        *("Ólgà", "O\u0301lga", "Olga\u20dd", "Olga\u0e35", "Øłga"),  # with marks
        *("Ｏｌｇａ", "𝓞𝓵𝓰𝓪", "Ⓞⓛⓖⓐ", "🅾🅻🅶🅰", "🇴🇱🇬🇦", "ᴏʟɢᴀ", "ᴼˡᵍᵃ"),  # in other styles
        *("Olga ✓", "★hugo★"),
    ],
)
def test_a_visitor_cannot_post_under_what_reads_like_a_hosts_name(match, name):
    assert refusal(name, match) == f"“{name}” {TAKEN}"


@pytest.mark.parametrize(
    "name",
    [
        *("Ann (Host)", "[HOST] Ann", "Ann ✓ Host", "Ann|HOST|", "Ann_host", "AnnHost", "Annᴴᵒˢᵗ", "Ann𝐇𝐨𝐬𝐭"),
        *("H o s t", "h.o.s.t", "Ho\u200bst", "Hóst", "Ηost", "hosт", "Ann Ⓗⓞⓢⓣ", "Ann 🅷🅾🆂🆃", "ʜᴏsᴛ"),
        *("Moderator", "Mоderatоr 2", "[mod] Ann", "Ann, admin", "co-host", "Commentary", "C0MMENTARY", "Соmmеntаry"),
    ],
)
def test_a_visitors_name_has_no_badge_and_asks_nobody_for_that(match, name, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert refusal(name, match).startswith(f"“{name}” reads like a host of this event: leave out “")


@pytest.mark.parametrize(
    "name",
    [
        *("Paul", "Olga K.", "Volga", "Olgas", "Olg", "Olga 2", "Hugues", "Petrova", "Anna Madsen", "José"),
        *("Ghost", "Hostetler", "Modest", "Mo D.", "Administrata", "Commentator", "Joost", "Thos", "Zoë"),
        *("Тоня", "Ольга", "王小明", "राम", "สมชาย", "محمد", "शिव", "😀", "…"),
    ],
)
def test_other_names_are_free_and_cost_one_query(match, name, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert refusal(name, match) == ""


def test_vowels_of_other_scripts_tell_names_apart_and_pictures_are_names_too(match, new_event, sam):
    sam.username = "राम"
    sam.save()
    theirs = new_event("theirs", owner=sam)
    assert [bool(refusal(name, theirs)) for name in ("राम", "रा म", "रमा", "olga")] == [True, True, False, False]
    sam.username = "😀"
    sam.save()
    assert [bool(refusal(name, theirs)) for name in ("😀", "😁", "…")] == [True, False, False]


def test_letters_that_are_turned_around_are_refused(match):
    assert refusal("\u202eaglO", match) == (
        "This name has invisible characters that turn its letters around. Type it again without them."
    )


def test_a_refused_name_is_told_at_the_field_and_everything_stays_in_the_form(match, rita):
    entry = match.publish("Ann", "Kick-off")
    for where in ({}, {"entry": entry}):
        for htmx in (True, False):
            response = submit(rita, match, "Goal!", "0lga", htmx=htmx, **where)
            assert response.status_code == 422
            html = response.content.decode()
            if htmx:
                assert form_of(response) == ("0lga", "Goal!", [f"“0lga” {TAKEN}"])
            field = next(dict(attrs) for tag, attrs in elements(html) if ("value", "0lga") in attrs)
            assert (field["name"], field["aria-invalid"]) == ("name", "true")
            assert f'id="{field["aria-describedby"]}">“0lga” {TAKEN}</p>' in html
            assert "autofocus" in field
    assert [list(posts.objects.values_list("name", flat=True)) for posts in (Entry, Comment)] == [["Ann"], []]


def test_a_remembered_name_is_refused_like_one_that_is_typed(match, elsewhere, rita):
    assert submit(rita, elsewhere, "Ahoy", "Hugo").status_code == 303
    response = submit(rita, match, "Ahoy", "", htmx=True)
    assert (response.status_code, form_of(response)[2]) == (422, [f"“Hugo” {TAKEN}"])
    assert submit(rita, elsewhere, "Ahoy again", "").status_code == 303


def test_hosts_use_any_name_and_other_peoples_hosts_are_visitors(match, as_hugo, as_sam):
    assert submit(as_hugo, match, "One", "Hugo (Host)").status_code == 303
    assert submit(as_hugo, match, "Two", "Olga").status_code == 303
    assert submit(as_sam, match, "Three", "Sam (Host)").status_code == 422
    assert submit(as_sam, match, "Four", "sam").status_code == 303


def test_who_becomes_a_host_later_leaves_earlier_posts_as_they_are(match, sam, rita):
    submit(rita, match, "Before", "Sam")
    match.hosts.add(sam)
    assert submit(rita, match, "After", "Sam").status_code == 422
    html = fetch(rita, "/events/match/")
    assert [post.name for post in match.entries.all()] == ["Sam"]
    assert 'class="badge host"' not in html


def test_a_badge_is_markup_that_no_text_becomes(match, rita, as_hugo):
    submit(rita, match, '<span class="badge host">Host</span>', 'Ann<span class="badge">H</span>')
    submit(as_hugo, match, "Hello", "Hugo")
    html = fetch(rita, "/events/match/")
    assert html.count('<span class="badge host">Host</span>') == 1
    names = [attrs for tag, attrs in elements(html) if tag == "bdi" and ("class", "name") in attrs]
    assert len(names) == 2  # and each has its own direction, so that none reaches beyond itself


def test_the_forms_of_a_host_have_the_name_that_readers_see_filled_in_and_not_the_user_name(match, as_olga, as_hugo):
    assert form_of(as_olga.get(match.get_absolute_url()))[0] == "Olga Petrova"
    assert form_of(as_hugo.get(match.get_absolute_url()))[0] == "hugo"
