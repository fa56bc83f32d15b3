"""Names that look like a host's: refused, or held for a host."""

import pytest

from feeds.access import impersonation, readings
from feeds.access.impersonation import Verdict, judge, refusal
from feeds.models import Comment, Entry
from feeds.tests.helpers import elements, form_of, submit

TAKEN = "is the name of a host, or too similar to one. Choose another, or sign in if it is yours."


@pytest.mark.parametrize(
    "name",
    [
        *("olga", "Olga", "OLGA", "Hugo", "Olga Petrova", "olga  petrova", "O.l.g.a!", "Hu-go", "“hugo”"),
        *("Оlgа", "ΟLGA", "0lga", "OIga", "o1ga", "O|ga", "Нugо", "һugo"),  # Cyrillic, Greek, digits, look-alikes
        *("Ol\u200bga", "Ol\u00adga", "Olga\u3164", "\u2063hugo", "hu\ufe0fgo"),  # with what cannot be seen
        *("Olga\u20dd", "Olga\u0e35", "Ol̶ga", "О́lga"),  # with marks that no language puts there
        *("Ｏｌｇａ", "𝓞𝓵𝓰𝓪", "Ⓞⓛⓖⓐ", "🅾🅻🅶🅰", "🇴🇱🇬🇦", "ᴏʟɢᴀ", "ᴼˡᵍᵃ"),  # in other styles
        *("Olga ✓", "★hugo★", "Olga™", "™Olga", "Hugo ℠", "hugo ℹ️", "Olga Ⓜ️", "Olga🅿️", "Olga №", "Hugoª", "Hugo²"),
        *("Olga ㏂", "Hugo ㊙", "Olga🆗", "Hugo℡", "Olga Ⓥ", "hugo ᵛᵉʳⁱᶠⁱᵉᵈ"),  # signs that Unicode spells with letters
        *("𐌏lga", "Olg∀", "Olg∆", "Olgꓥ", "OlgⲀ", "O£ga", "O!ga", "Olg₳", "Hu₲o", "Hug∅"),
        *(
            "HUGOHOST",
            "hosthugo",
            "modhugo",
            "hugohost2",
            "Host Hugo",
        ),
    ],
)
def test_a_visitor_cannot_post_under_what_reads_like_a_hosts_name(match, name):
    assert refusal(name, match) == f"“{name}” {TAKEN}"


@pytest.mark.parametrize(
    "name",
    [
        *("Paul", "Olga K.", "Volga", "Olgas", "Olg", "Olga 2", "Hugues", "Petrova", "Anna Madsen", "José"),
        *("Ghost", "Hostetler", "Modest", "Mo D.", "Administrata", "Commentator", "Joost", "Thos", "Zoë"),
        *(
            "ポスト",
            "Modina",
            "Hostel",
            "Modesty",
            "Staffan",
            "公主",
            "Real Madrid Fan",
            "€uro",
            "T0m",
            "⚽ Tom ⚽",
            "A+",
        ),
        *("Тоня", "Ольга", "王小明", "राम", "สมชาย", "محمد", "शिव", "😀", "…"),
    ],
)
def test_other_names_are_free_and_cost_three_queries(match, name, django_assert_num_queries):
    with django_assert_num_queries(3):
        assert refusal(name, match) == ""


@pytest.mark.parametrize(
    ("host", "name"),
    [
        *(
            ("محمد", "مـحـمـد"),
            ("يوسف", "یوسف"),
            ("یوسف", "يوسف"),
            ("کریم", "كريم"),
            ("فاطمة", "فاطمه"),
            ("منى", "منی"),
        ),
        *(("Иван", "Иван™"), ("Иван", "Ивaн"), ("Jürgen", "Jürgen™"), ("Sam", "Sam™"), ("Ann", "Ⲁnn")),
        *(("Ann", "𐌀nn"), ("Ann", "∆nn"), ("Ann", "∀nn"), ("Ann", "ꓥnn"), ("Ann", "₳nn"), ("Ann", "HOSTANN")),
        *(("Ann", "annhost"), ("Ann", "Ann ⓥ"), ("Ann", "Annº"), ("Ian", "iAn"), ("Clara", "CLARA"), ("Hà", "HÀ")),
    ],
)
def test_a_hosts_name_is_refused_however_it_is_written(new_event, sam, host, name):
    sam.username = host
    sam.save()
    assert refusal(name, new_event("theirs", owner=sam)) != ""


@pytest.mark.parametrize(
    ("host", "name"),
    [
        *(("Clara", "Ciara"), ("Dara", "clara"), ("Ian", "Lan"), ("Ian", "LAN"), ("Al", "Ai"), ("Kim", "Kirn")),
        *(("Mam", "Marn"), ("McKim", "McKirn"), ("Ivan", "Lvan"), ("Wim", "vvim"), ("Ian Anh", "Lan Anh")),
        *(("Hà", "Ha"), ("Hà", "Hạ"), ("Minh Anh", "Minh Ánh"), ("Lê", "Lệ"), ("Đan", "Dan"), ("Jürgen", "Jurgen")),
        *(("Ann", "Ⲁⲛⲛ"), ("Ann", "ʌnn"), ("Ann", "₳₦₦"), ("Ann", "卂几几"), ("Ann", "คภภ"), ("Ann", "ᚨᚾᚾ")),
    ],
)
def test_another_name_that_looks_like_a_hosts_only_waits(new_event, sam, host, name):
    sam.username = host
    sam.save()
    event = new_event("theirs", owner=sam)
    assert (refusal(name, event), judge(name, event).is_doubtful) == ("", True)


@pytest.mark.parametrize(
    ("host", "name"),
    [
        *(("Clara", "Dara"), ("Clara", "DARA"), ("Dara", "Clara"), ("Kim", "KIRN"), ("Mam", "MARN"), ("Ann", "Leann")),
        *(("Isa", "Elisa"), ("Resa", "Theresa"), ("ハナ", "バナ"), ("Host", "Ost"), ("G", "Ghost"), ("Tom", "T.M.")),
    ],
)
def test_a_name_that_nobody_takes_for_a_hosts_is_free(new_event, sam, host, name):
    sam.username = host
    sam.save()
    assert judge(name, new_event("theirs", owner=sam)) == Verdict()


@pytest.mark.parametrize("name", ["Оlga", "Olgд", "Нugο", "ᕼugo", "hugо", "Olg@"])
def test_letters_of_several_alphabets_do_not_make_a_hosts_name(match, name):
    assert refusal(name, match) == f"“{name}” {TAKEN}"


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
    counted = Counted(impersonation._titles(), looked_up)
    monkeypatch.setattr("feeds.access.impersonation._titles", lambda: counted)
    judge(name, match)
    read = [words for _loose, words in readings.all_readings(name)]
    assert max(sum(len(word.look) for word in reading) for reading in read) <= 2 * readings.LOOK_MAX
    assert len(looked_up) <= len(read) * readings.LOOK_MAX * impersonation._longest_title() / 10


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
