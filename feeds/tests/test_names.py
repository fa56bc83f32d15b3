"""Names: a visitor cannot pass for a host."""

import pytest
from django.test import Client
from django.utils import translation

from feeds import names
from feeds.models import Byline, Comment, Entry, Invitation
from feeds.names import DOUBTFUL, judge, refusal
from feeds.tests.helpers import elements, fetch, form_of, submit
from feeds.titles import known_titles

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
        *("H o s t", "h.o.s.t", "Ho\u200bst", "Ηost", "hosт", "Ann Ⓗⓞⓢⓣ", "Ann 🅷🅾🆂🆃", "ʜᴏsᴛ"),
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
def test_other_names_are_free_and_cost_three_queries(match, name, django_assert_num_queries):
    with django_assert_num_queries(3):
        assert refusal(name, match) == ""


@pytest.mark.parametrize(
    "name",
    [
        *(
            "Host",
            "Hosts",
            "Mod",
            "Staff",
            "Host 2",
            "mod2",
            "Official",
            "Official Ann",
            "Organizer",
            "Organiser",
            "Owner",
        ),
        *(
            "ovvner",
            "owпer",
            "rnod",
            "rnoderator",
            "Ho§t",
            "H0$t",
            "adm!n",
            "@dmin",
            "нost",
            "ЅΤАFF",
            "ᎻᎾST",
            "Gastgeberin",
            "Veranstalter",
        ),
        *(
            "主持人",
            "司会者",
            "管理员",
            "진행자",
            "ведущий",
            "Модератор",
            "مضيف",
            "מנחה",
            "होस्ट",
            "Hôte",
            "Anfitrión",
            "ev sahibi",
        ),
    ],
)
def test_what_hosts_are_called_in_any_language_is_a_claim(match, name):
    assert f"“{name}” reads like a host of this event: leave out “" in refusal(name, match)


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
    ],
)
def test_what_may_be_somebodys_name_waits_for_a_host(match, name):
    assert (refusal(name, match), judge(name, match).is_doubtful) == ("", True)


@pytest.mark.parametrize("name", ["Оlga", "Olgд", "Нugο", "ᕼugo", "hugо", "Olg@"])
def test_letters_of_several_alphabets_do_not_make_a_hosts_name(match, name):
    assert refusal(name, match) == f"“{name}” {TAKEN}"


def test_words_for_hosts_are_taken_from_the_catalogs(match):
    for code in ("en", "de"):
        with translation.override(code):
            assert translation.gettext("Host").lower() in {title.word for title in known_titles()}


@pytest.mark.parametrize("htmx", [False, True], ids=["plain", "HTMX"])
def test_a_doubtful_name_waits_until_a_host_has_let_it_through(match, rita, htmx):
    entry = match.publish("Ann", "Kick-off")
    for where in ({}, {"entry": entry}):
        submit(rita, match, "Hello", "Jan Host", htmx=htmx, **where)
    held = [*match.entries.filter(held="waiting"), *match.comments.filter(held="waiting")]
    assert [(post.name, post.hold_reason) for post in held] == [("Jan Host", DOUBTFUL)] * 2
    assert "Jan Host" not in fetch(Client(), "/events/match/")
    held[0].approve(by=match.owner)
    submit(rita, match, "Hello again", "Jan Host", htmx=htmx)
    submit(rita, match, "Another one", "Mod Singh", htmx=htmx)
    assert list(match.entries.filter(held="waiting").values_list("name", flat=True)) == ["Mod Singh"]


@pytest.mark.parametrize(
    "name",
    [
        "\ufdfa" * 60,
        "\ufdfb" * 60,
        "a " * 30,
        "H o s t " * 7,
        "aA" * 30,
        "ŉ" * 60,
        "m" * 60,
        "㌀" * 60,
        "\u0301" * 60,
        "a.b" * 20,
    ],
    ids=ascii,
)
def test_no_name_is_read_as_more_words_and_letters_than_there_is_room_for(match, name, monkeypatch):
    looked_up = []
    counted = Counted(names._titles(), looked_up)
    monkeypatch.setattr("feeds.names._titles", lambda: counted)
    judge(name, match)
    readings = [words for _loose, words in names._all_readings(name)]
    assert max(sum(len(word.look) for word in reading) for reading in readings) <= 2 * names.LOOK_MAX
    assert len(looked_up) <= len(readings) * names.LOOK_MAX * names._longest_title() / 10


class Counted(dict):
    """A dictionary that counts how often it is asked."""

    def __init__(self, of, asked):
        super().__init__(of)
        self.asked = asked

    def get(self, key, *default):
        self.asked.append(key)
        return super().get(key, *default)


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


BYLINE = "“Marta” is or looks like the name of a host of this event: choose another. If it is you, sign in."


def test_nobody_else_posts_under_a_name_that_a_host_has_posted_under(event, as_olga, as_hugo, rita, elsewhere):
    assert refusal("Marta", event) == ""
    submit(as_olga, event, "Welcome", name="Marta")
    assert [refusal(name, event) for name in ("Marta", "MARTA", "Мarta")] == [
        BYLINE,
        BYLINE.replace("Marta", "MARTA"),
        BYLINE.replace("Marta", "Мarta"),
    ]
    assert refusal("Marta", elsewhere) == ""
    assert form_of(submit(rita, event, "Trust me", name="Marta", htmx=True)) == ("Marta", "Trust me", [BYLINE])
    assert "name of another host" in form_of(submit(as_hugo, event, "Me too", name="Marta", htmx=True))[2][0]
    assert submit(as_olga, event, "Still me", name="Marta", htmx=True).status_code == 200
    assert [entry.text for entry in event.entries.visible()] == ["Still me", "Welcome"]


def test_a_byline_stays_protected_whatever_becomes_of_its_post_its_host_and_its_account(event, olga, hugo, as_hugo):
    submit(as_hugo, event, "Hello", name="Marta")
    event.entries.get().retract(by=olga, erase=True)
    event.remove_host(hugo, by=olga)
    hugo.username = "renamed"
    hugo.save()
    assert [bool(refusal(name, event)) for name in ("Marta", "Hugo", "renamed")] == [True, True, False]
    hugo.delete()
    assert [bool(refusal(name, event)) for name in ("Marta", "Hugo")] == [True, True]


def test_names_of_imported_hosts_and_of_invited_people_are_protected(event, olga, new_event):
    copy = new_event("copy")
    post = Entry(name="Marta", text="Hi", by_host=True, position=1, published_at=copy.starts_at)
    guest = Entry(name="Gast", text="Hi", position=2, published_at=copy.starts_at)
    copy.take_in([(post, []), (guest, [])])
    assert [bool(refusal(name, copy)) for name in ("marta", "Gast")] == [True, False]
    Invitation.make(event, by=olga, meant_for="Ines")
    Invitation.make(event, by=olga, meant_for="Tom")
    event.invitations.get(meant_for="Tom").withdraw(by=olga)
    assert [bool(refusal(name, event)) for name in ("Ines", "Tom")] == [True, False]


def test_a_host_takes_a_byline_that_a_visitor_had_and_the_visitor_chooses_another(event, as_olga, rita):
    assert submit(rita, event, "I was first", name="Marta", htmx=True).status_code == 200
    assert submit(as_olga, event, "It is my name", name="Marta", htmx=True).status_code == 200
    assert form_of(submit(rita, event, "And now?", name="", htmx=True))[1:] == ("And now?", [BYLINE])
    assert submit(rita, event, "And now?", name="Rita", htmx=True).status_code == 200


def test_names_are_found_by_their_index_however_many_posts_there_are(event, olga, django_assert_num_queries):
    Byline.keep(event, [f"Byline {number}" for number in range(400)], olga)
    with django_assert_num_queries(3):
        assert len(event.protected_names()) < 310
    explained = event.bylines.values_list("name", flat=True)[:300].explain()
    assert "byline_" in explained
