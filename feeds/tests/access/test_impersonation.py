"""A visitor cannot pass for a host."""

import pytest
from django.test import Client

from feeds.access.impersonation import DOUBTFUL, judge, refusal
from feeds.tests.helpers import elements, fetch, form_of, submit


@pytest.mark.parametrize(
    "name",
    [
        *("Ann (Host)", "[HOST] Ann", "Ann ✓ Host", "Ann|HOST|", "Ann_host", "AnnHost", "Annᴴᵒˢᵗ", "Ann𝐇𝐨𝐬𝐭"),
        *("H o s t", "h.o.s.t", "Ho\u200bst", "Ηost", "hosт", "Ann Ⓗⓞⓢⓣ", "Ann 🅷🅾🆂🆃", "ʜᴏsᴛ"),
        *("Moderator™", "Mod®", "Ho𝓼t", "The Host", "Real Admin", "[Admin] Jo", "Ann, owner"),
        *("Moderator", "Mоderatоr 2", "[mod] Ann", "Ann, admin", "co-host", "Commentary", "C0MMENTARY", "Соmmеntаry"),
    ],
)
def test_a_visitors_name_has_no_badge_and_asks_nobody_for_that(match, name, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert refusal(name, match).startswith(f"“{name}” looks like the name of a host. Leave out “")


@pytest.mark.parametrize(
    "name",
    [
        *(
            "Kirsten Høst",
            "Høst",
            "Hóst",
            "Jan Host",
            "Jan Host 2",
            "Mod Singh",
            "H. Ost",
            "Minh Ho St. Clair",
            "Ann Staff",
        ),
        *("Staff Sgt. Pepper", "ⲎⲞⲤⲦ", "ΗΟΣΤ", "h05t", "小明主持人", "Olg4", "Support"),
        *("جواد مقدم", "ناظر حسین", "مشرف خان", "Admin Bajrić", "Edin Admin", "Owner Smith", "Pub owner"),  # names, too
        *("Match commentary fan", "Official Charts Fan", "Home Owners Association"),  # about something else
        *("Gastgeberinnen", "moderadores", "Organisatoren", "PAULMODERATOR", "officialpaul"),  # other forms
        *("H⭕ST", "H⚽st", "h()st", "h[]st", "H♥st", "h*st", "h_st", "H•ST", "M😀derator"),  # with pictures in them
        *("Hug⭕", "Hug○", "Hug◯", "○lga", "⚽lga", "h*go", "H♥go", "ʌdmin", "ɥugo", "卄ㄩᎶㄖ"),
        *("Petrova Olga", "PETROVA, OLGA", "petrovaolga", "Olga Petrova (real)", "The real Olga Petrova", "Real Hugo"),
        *("realhugo", "Olga M. Petrova", "Olga-Petrova fan", "0lg4mod"),
        *("Ólgà", "O\u0301lga", "Øłga", "Hügo", "Olgą"),  # with accents, as other names have
    ],
)
def test_what_may_be_somebodys_name_waits_for_a_host(match, name):
    assert (refusal(name, match), judge(name, match).is_doubtful) == ("", True)


def test_a_long_title_in_two_parts_is_one_and_a_short_one_may_be_a_name(match):
    for name in ("Mod erator", "Mode rator Jo", "Organi zer"):
        assert refusal(name, match), name
    for name in ("Ho st", "ad min", "Ow ner"):
        assert (refusal(name, match), judge(name, match).is_doubtful) == ("", True), name


@pytest.mark.parametrize("htmx", [False, True], ids=["plain", "HTMX"])
def test_a_doubtful_name_waits_until_a_host_has_let_it_through(match, rita, htmx):
    entry = match.publish("Ann", "Kick-off")
    for where in ({}, {"entry": entry}):
        submit(rita, match, "Hello", "Jan Host", htmx=htmx, **where)
    held = [*match.entries.waiting(), *match.comments.waiting()]
    assert [(post.name, post.hold_reason) for post in held] == [("Jan Host", DOUBTFUL)] * 2
    assert "Jan Host" not in fetch(Client(), "/events/match/")
    held[0].approve(by=match.owner)
    submit(rita, match, "Hello again", "Jan Host", htmx=htmx)
    submit(rita, match, "Another one", "Mod Singh", htmx=htmx)
    assert list(match.entries.waiting().values_list("name", flat=True)) == ["Mod Singh"]


def test_hosts_use_any_name_but_each_others_and_other_peoples_hosts_are_visitors(match, as_hugo, as_sam):
    assert submit(as_hugo, match, "One", "Hugo (Host)").status_code == 303
    assert submit(as_hugo, match, "Two", "The desk").status_code == 303
    assert submit(as_hugo, match, "Two", "Olga").status_code == 422
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
