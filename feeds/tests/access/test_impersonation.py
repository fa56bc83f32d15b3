"""Names: a visitor cannot pass for a host."""

import pytest
from django.test import Client
from django.utils import translation

from feeds.access import impersonation, readings
from feeds.access.host_titles import known_titles
from feeds.access.impersonation import DOUBTFUL, Verdict, judge, refusal
from feeds.models import Byline, Comment, Entry, Invitation
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
        *("Ann (Host)", "[HOST] Ann", "Ann ✓ Host", "Ann|HOST|", "Ann_host", "AnnHost", "Annᴴᵒˢᵗ", "Ann𝐇𝐨𝐬𝐭"),
        *("H o s t", "h.o.s.t", "Ho\u200bst", "Ηost", "hosт", "Ann Ⓗⓞⓢⓣ", "Ann 🅷🅾🆂🆃", "ʜᴏsᴛ"),
        *("Moderator™", "Mod®", "Ho𝓼t", "The Host", "Real Admin", "[Admin] Jo", "Ann, owner"),
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
        *("Мод", "МОД", "модеры", "админка", "ادمن", "الأدمن", "ادمین", "המנחה", "המארח", "المنظم", "司會者", "ⱧØ₴₮"),
        *("主 持 人", "官 方", "管 理 員", "ホ ス ト", "관 리 자", "主.催", "组 织 者", "Owners", "Administration"),
        *("olgapetrovaADMIN", "hugo_mod", "[mod] hugo", "official hugo", "hôtes"),
        *("المـضيف", "الـمـضـيـف", "مشـرف", "مـديـر"),
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
