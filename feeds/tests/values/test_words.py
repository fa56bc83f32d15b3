"""Cleaning, blankness, folding and search: one notion of each, wherever text comes in."""

import random
import sys
import unicodedata

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from feeds.forms import DeleteForm, EventForm, FindForm, SignUpForm
from feeds.models import Comment, Entry
from feeds.models.moderation.suspicions import blocked_words_in
from feeds.tests.helpers import fetch, submit
from feeds.transfer.exports import pieces
from feeds.transfer.imports import ImportForm
from feeds.values.words import GROWTH, clean, fold, is_blank, plain, search_key

EVERY = [
    char
    for point in range(sys.maxunicode + 1)
    if unicodedata.category(char := chr(point)) not in ("Cn", "Co") or point < 0x10000 or point & 0xFFFF > 0xFFEF
]
"""Characters, without most of those beyond the first 65,536 that are not assigned or for private use."""


def test_no_character_grows_beyond_the_bound_and_nothing_folds_twice():
    for change in (fold, plain, clean):
        changed = {char: result for char in EVERY if (result := change(char)) != char}
        assert [ascii(char) for char, result in changed.items() if len(result) > GROWTH] == []
        assert [ascii(char) for char, result in changed.items() if change(result) != result] == []


def test_what_is_cleaned_of_every_category_and_what_stays():
    gone = [char for char in EVERY if clean(f"a{char}b") != f"a{char}b"]
    assert {unicodedata.category(char) for char in gone} == {"Cc", "Cn", "Zl", "Zp"}  # Cn: U+FFFE and its like
    assert [char for char in gone if unicodedata.category(char) == "Cn"] == [
        *map(chr, range(0xFDD0, 0xFDF0)),
        "\ufffe",
        "\uffff",
    ]


@pytest.mark.parametrize(
    "text",
    [
        *("\u3164", "\u2800", "\u115f", "\u1160", "\uffa0", "\u200b", "\u0301", "\x02", "\u2028"),
        *("\ufffc", "\ufff9", "\u2d7f", "\U0001da7f", "\U0001da80", "\U0001d159", "\U000e0041", "\ufe0f"),
    ],
    ids=ascii,
)
def test_what_nobody_sees_is_blank(text):
    assert is_blank(text)
    assert is_blank(f" {text}\n{text}")
    assert not is_blank(f"{text}a")


@pytest.mark.parametrize("text", ["a", "。", "€", "🫨", "\U0001fae9", "\uf8ff", "\ufffd", "한", "\u200da", "ा।"])
def test_what_anybody_sees_is_not(text):
    assert not is_blank(text)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("\u3164Ann\u2800\u200b", "Ann"),
        ("\ufffc Ann\ufffc", "Ann"),
        ("❤\ufe0f", "❤\ufe0f"),
        ("👩\u200d🚀 ", "👩\u200d🚀"),
        ("a\u200cb", "a\u200cb"),
        ("\v a\x0bb\f", "a\nb"),
    ],
    ids=ascii,
)
def test_blanks_around_go_and_what_emoji_and_words_are_made_of_stays(text, kept):
    assert clean(text) == kept


SAME = [
    ("özgür", "ÖZGÜR"),
    ("ozgur", "Özgür"),
    ("O'Brien", "O’Brien"),
    ("O’Brien", "O'BRIEN"),
    ("sean", "Seán"),
    ("SEA\u0301N", "seán"),
    ("strasse", "Straße"),
    ("Lodz", "Łódź"),
    ("soren", "Søren"),
    ("cheap watches", "cheap\u3164 \nwatches"),
    ("ann", "Ａｎｎ"),
    ("ann", "A\u200bnn"),
    ("well-known", "well–known"),
    ('"so"', "„So“"),
    ("ёлка", "ЕЛКА"),
    ("ガ", "ｶﾞ"),
    *(("محمد", "مـحـمـد"), ("علي", "علی"), ("کریم", "كريم"), ("فاطمه", "فاطمة"), ("منى", "منی"), ("ہوا", "هوا")),
    *(("123", "۱۲۳"), ("١٢٣", "123"), ("45", "४५"), ("no 7", "Nº ７".replace("º", "o"))),
    *(("צ'ארלי", "צ׳ארלי"), ('ז"ל', "ז״ל"), ("א-ב", "א־ב"), ("זל", "ז״ל"), ("Աննա՚ս", "Աննա’ս")),
    *(("OBrien", "O'Brien"), ("O'Brien", "OBrien"), ("o’brien", "OBRIEN"), ("dont", "don’t")),
    *(("Mary Jane", "Mary-Jane"), ("mary-jane", "Mary Jane"), ("email", "e-mail"), ("e-mail", "Email")),
    *(("Hawaii", "Hawaiʻi"), ("Hawai'i", "Hawaii"), ("Qatar", "Qa\u02bftar")),
    *(("Soeren", "Søren"), ("Søren", "Soeren"), ("Mueller", "Müller"), ("Müller", "MUELLER"), ("aarhus", "Århus")),
    *(("Joerg-Peter", "Jörg Peter"), ("jaernvaeg", "Järnväg")),
]


@pytest.mark.parametrize(("typed", "stored"), SAME)
def test_an_owner_finds_posts_however_their_words_and_names_are_typed(event, typed, stored):
    entry = event.publish(stored, "One")
    comment = entry.comment("Paul", f"I say {stored}!")
    event.publish("Somebody", "else")
    form = FindForm(event, {"q": typed})
    assert form.is_valid()
    assert form.found == [comment, entry]


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("sue", "Susan"),
        ('"so"', "Somebody"),
        ("-so", "so"),
        ("soren", "Soeren"),
        ("gruse", "Grüße"),
        ("anne", "Susan next"),
        ("\n", "a\nb"),
    ],
)
def test_what_is_written_in_another_way_is_not_what_merely_has_some_letters_of_it(event, typed, stored):
    event.publish(stored, stored)
    assert list(event.entries.with_words(typed)) == []


def test_what_is_sought_follows_every_change_and_goes_with_the_words(event, olga, paul):
    submit(paul, event, "Grüße", "Özgür")
    entry = Entry.objects.get()
    found = lambda words: list(event.entries.with_words(words))  # noqa: E731
    assert (found("gruse"), found("grusse"), found("ozgur")) == ([], [entry], [entry])
    entry.revise("Ahoj světe", by=olga)
    assert (found("grusse"), found("svete"), found("ozgur")) == ([], [entry], [entry])
    entry.refresh_from_db()
    assert entry.sought == search_key("Özgür", "Ahoj světe")
    entry.retract(erase=True)
    entry.refresh_from_db()
    assert (entry.sought, found("ozgur")) == ("", [])
    other = event.publish("Žofie", "Ahoj", visitor="v")
    event.erase_visitor("v", by=olga)
    other.refresh_from_db()
    assert (other.text, other.name, other.sought) == ("", "", "")


def test_imported_posts_are_found_as_well(event, olga):
    event.publish("Seán", "Dia dhuit").comment("Zoë", "Salut")
    event.refresh_from_db()
    form = ImportForm({}, {"file": SimpleUploadedFile("a.json", "".join(pieces(event)).encode())})
    assert form.is_valid(), form.errors
    copy = form.save(olga)
    assert [posts.with_words(name).count() for posts, name in ((copy.entries, "sean"), (copy.comments, "zoe"))] == [
        1,
        1,
    ]


def test_the_admin_finds_posts_and_events_in_the_same_way(event, admin_client):
    event.configure(title="Café O’Brien")
    event.publish("Seán", "Dia dhuit").comment("Özgür", "Merhaba")
    for name, typed in (("entry", "sean"), ("comment", "ozgur"), ("event", "cafe o'brien")):
        html = fetch(admin_client, reverse(f"admin:feeds_{name}_changelist") + f"?q={typed}")
        assert html.count('name="_selected_action"') == 1
    assert fetch(admin_client, reverse("admin:feeds_entry_changelist") + "?q=nobody").count("_selected_action") == 0


def test_the_admin_takes_no_title_that_nobody_sees(event, admin_client):
    path = reverse("admin:feeds_event_change", args=[event.pk])
    answer = admin_client.post(path, {"title": "\u3164", "description": "x\v"}).content.decode()
    assert "errorlist" in answer.split('name="title"')[0].rsplit("form-row", 1)[1]


def test_lists_titles_words_and_accounts_are_compared_by_the_same_rules(event, as_olga, sam):
    assert blocked_words_in("can't\nStraße\nschön", "I CAN’T go down Sp\u200bringer STRASSE, schon") == {
        "can't",
        "strasse",
    }
    event.configure(title="Café O’Brien")
    assert as_olga.post("/events/match/delete/", {"title": "CAFE O'BRIEN"}).status_code == 422
    assert DeleteForm(event, {"title": "Café  O'Brien"}).is_valid()
    sam.username = "Özgür"
    sam.save()
    form = SignUpForm({"username": "özgür", "password": "grandstand-7"})
    assert (form.is_valid(), list(form.errors)) == (False, ["username"])
    assert list(SignUpForm({"username": "\u3164", "password": "grandstand-7"}).errors) == ["username"]
    lines = EventForm({"blocked_words": "\x00spam\x02\n\u3164\n\u2800ham\v jam "})
    lines.is_valid()
    assert lines.cleaned_data["blocked_words"] == "spam\nham\njam"


@pytest.mark.parametrize("seed", range(5))
def test_what_blocked_words_find_is_what_a_plain_comparison_finds(seed):
    """With and without edges, in random texts of few characters, which are hit often."""
    chance = random.Random(seed)
    letters = ["a", "B", "ß", "1", "_", "-", " ", "\n", "禁", "é", "\u200b", "'", "’", "%"]
    for _each in range(300):
        blocked = "\n".join("".join(chance.choices(letters, k=chance.randint(1, 3))) for _ in range(4))
        text = "".join(chance.choices(letters, k=12))
        expected = set()
        for word in {fold(line) for line in blocked.split("\n")} - {""}:
            folded = fold(text)
            for start in range(len(folded) - len(word) + 1):
                around = (f" {folded} "[start], f" {folded} "[start + len(word) + 1])
                is_part = [
                    (edge.upper() != edge.lower() or edge.isdigit()) and (near.isalnum())
                    for edge, near in zip((word[0], word[-1]), around, strict=True)
                ]
                if folded[start : start + len(word)] == word and not any(is_part):
                    expected.add(word)
        assert blocked_words_in(blocked, text) == expected, (blocked, text)


def test_nothing_else_asks_unicode_on_its_own():
    sources = [path.relative_to(settings.ROOT) for path in (settings.ROOT / "feeds").rglob("*.py")]
    product = [path for path in sources if "tests" not in path.parts and path.name != "words.py"]
    asking = [str(path) for path in product if "unicodedata" in (settings.ROOT / path).read_text()]
    assert asking == []
    assert Comment._meta.get_field("sought").editable is False
