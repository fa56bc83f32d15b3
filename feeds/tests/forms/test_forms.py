"""Input from outside: limits, invisible and broken characters, addresses, time zones, cursors."""

import json
from datetime import UTC, datetime

import pytest

from feeds.forms import Cursor, EntryForm, EventForm, Place, PostForm, ReviseForm
from feeds.models import Comment, Event


def errors(form):
    return {field: list(messages) for field, messages in form.errors.items()}


def entry_form(text="Words", name="Paul", **options):
    return EntryForm({"name": name, "text": text}, **options)


TOO_LONG = "This has {} characters and the limit is {}: shorten it by 1."
REQUIRED = "Write something first."
ENCODING = "Some characters did not arrive as valid UTF-8. Type them again."


@pytest.mark.parametrize("letter", ["a", "ü", "字", "🎉"])
def test_text_may_be_as_long_as_the_limit_and_not_one_character_longer(event, letter):
    entry, comment = event.publish("P", "x"), event.publish("P", "x").comment("P", "x")
    for limit, shown, make in (
        (2000, ("2,001", "2,000"), lambda text: EntryForm({"name": "P", "text": text})),
        (1000, ("1,001", "1,000"), lambda text: PostForm({"name": "P", "text": text}, model=Comment)),
        (2000, ("2,001", "2,000"), lambda text: ReviseForm(entry, {"text": text})),
        (1000, ("1,001", "1,000"), lambda text: ReviseForm(comment, {"text": text})),
    ):
        assert errors(form := make(letter * limit)) == {}
        assert form.cleaned_data["text"] == letter * limit
        assert errors(make(letter * (limit + 1))) == {"text": [TOO_LONG.format(*shown)]}


def test_a_name_may_have_60_characters_and_not_61():
    assert errors(entry_form(name="n" * 60)) == {}
    assert errors(entry_form(name="n" * 61)) == {"name": [TOO_LONG.format(61, 60)]}


def test_white_space_around_does_not_count():
    form = entry_form(text=f"\n {'t' * 2000} \r\n", name=f" {'n' * 60} ")
    assert errors(form) == {}
    assert (form.cleaned_data["text"], form.cleaned_data["name"]) == ("t" * 2000, "n" * 60)


def test_line_ends_are_one_character_each():
    form = entry_form(text="a\r\n" * 998 + "bb\rc")
    assert errors(form) == {}
    assert form.cleaned_data["text"] == "a\n" * 998 + "bb\nc"
    assert errors(entry_form(text="a\r\n" * 1000 + "c")) == {"text": [TOO_LONG.format("2,001", "2,000")]}


@pytest.mark.parametrize(
    "nothing",
    ["", " ", "\n\t\r\n", "\u00a0\u2003", "\u200b", "\u200b\u200d\ufeff\u2060", "\u202e", "\u00ad \u200e", "\ufe0f"],
    ids=ascii,
)
def test_a_post_without_a_visible_character_is_empty(nothing):
    assert errors(entry_form(text=nothing)) == {"text": [REQUIRED]}
    assert errors(entry_form(name=nothing)) == {"name": ["Enter the name to post under."]}
    assert errors(EntryForm({})) == {"text": [REQUIRED], "name": ["Enter the name to post under."]}


@pytest.mark.parametrize("text", ["👍🏽", "👩\u200d🚀", "!", "€", "؟", "س", "e\u0301", "1", "“…”", "a\u200bb"])
def test_what_can_be_seen_is_kept_as_it_is(text):
    form = entry_form(text=text, name=text)
    assert errors(form) == {}
    assert (form.cleaned_data["text"], form.cleaned_data["name"]) == (text, text)


@pytest.mark.parametrize(
    "nothing", ["\u3164", "\u2800\u2800", "\u115f", "\u1160", "\uffa0", "\u0301", "\U00013441", "\x00"]
)
def test_fillers_and_marks_on_nothing_are_no_visible_characters_either(event, nothing):
    assert errors(entry_form(text=nothing)) == {"text": [REQUIRED]}
    assert errors(entry_form(name=nothing)) == {"name": ["Enter the name to post under."]}
    assert errors(entry_form(name="", remembered=nothing)) == {"name": ["Enter the name to post under."]}
    assert list(errors(EventForm(USUAL | {"title": nothing}))) == ["title"]


@pytest.mark.parametrize("character", ["\x00", "\x02", "\x07", "\x1b", "\x7f", "\x9f", "\uffff"], ids=ascii)
def test_control_characters_are_not_part_of_what_somebody_wrote(character):
    form = entry_form(text=f"a{character}b", name=f"{character}P{character}")
    assert errors(form) == {}
    assert (form.cleaned_data["text"], form.cleaned_data["name"]) == ("ab", "P")
    assert errors(entry_form(text=character * 3)) == {"text": [REQUIRED]}


@pytest.mark.parametrize("end", ["\r\n", "\r", "\v", "\f", "\x85", "\u2028", "\u2029"], ids=ascii)
def test_what_slides_and_terminals_have_as_the_end_of_a_line_is_one(end):
    form = entry_form(text=f"a{end}\tb", name=f"Paul{end}P.")
    assert errors(form) == {}
    assert (form.cleaned_data["text"], form.cleaned_data["name"]) == ("a\n\tb", "Paul P.")


def test_lines_and_tabs_in_a_name_are_spaces():
    form = entry_form(name="\tPaul\n\tP.\n")
    assert (errors(form), form.cleaned_data["name"]) == ({}, "Paul P.")


def test_halves_of_characters_are_refused():
    assert errors(entry_form(text="a\ud800b")) == {"text": [ENCODING]}
    assert errors(entry_form(name="a\udce9b")) == {"name": [ENCODING]}


@pytest.mark.parametrize("text", ["caf\ufffd", "\ufffd"])
def test_a_replacement_character_is_refused_only_where_it_stands_for_what_was_broken_on_the_way(text):
    assert errors(entry_form(text=text)) == {}
    assert errors(entry_form(text=text, broken=True)) == {"text": [ENCODING]}
    assert errors(entry_form(name=text, broken=True)) == {"name": [ENCODING]}
    assert errors(entry_form(broken=True)) == {}


def test_a_blank_name_is_the_remembered_one_and_a_given_one_wins():
    assert [f.cleaned_data["name"] for f in (entry_form(name="", remembered="Paul"),) if f.is_valid()] == ["Paul"]
    assert [f.cleaned_data["name"] for f in (entry_form(name="Ines", remembered="P"),) if f.is_valid()] == ["Ines"]


def test_the_first_wrong_field_gets_the_focus():
    assert [f.first_invalid for f in (entry_form(), entry_form(text=""), EntryForm({}))] == ["", "text", "name"]


USUAL = {
    "title": "Final",
    "slug": "final",
    "starts_at": "2026-07-04T20:00",
    "time_zone": "Europe/Berlin",
    "visibility": "public",
    "posting": "open",
}


def test_a_sensible_event_is_taken(olga):
    form = EventForm(USUAL, instance=Event(owner=olga))
    assert errors(form) == {}
    event = form.save()
    assert (event.title, event.slug, event.tz.key) == ("Final", "final", "Europe/Berlin")


def test_an_address_of_commentary_itself_or_of_another_event_is_refused(event, elsewhere):
    assert list(errors(EventForm(USUAL | {"slug": "new"}))) == ["slug"]
    assert list(errors(EventForm(USUAL | {"slug": "match"}))) == ["slug"]
    assert list(errors(EventForm(USUAL | {"slug": "MATCH"}))) == ["slug"]
    assert list(errors(EventForm(USUAL | {"slug": "regatta"}, instance=event))) == ["slug"]
    assert errors(EventForm(USUAL | {"slug": "match"}, instance=event)) == {}


def test_a_former_address_is_free_for_its_own_event_only(event, elsewhere):
    event.configure(slug="final")
    assert list(errors(EventForm(USUAL | {"slug": "match"}, instance=elsewhere))) == ["slug"]
    assert errors(EventForm(USUAL | {"slug": "match"}, instance=event)) == {}


@pytest.mark.parametrize(
    ("title", "slug"), [("Grand final", "grand-final"), ("Match", "match-2"), ("New", "new-2"), ("決勝", "event")]
)
def test_an_address_that_is_left_out_is_made_from_the_title(event, title, slug):
    form = EventForm(USUAL | {"slug": "", "title": title})
    assert errors(form) == {}
    assert form.cleaned_data["slug"] == slug


@pytest.mark.parametrize("slug", ["a b", "a/b", "ä", "a" * 61, "../x", "a.b", "\x00"])
def test_an_address_of_other_characters_is_refused(db, slug):
    assert list(errors(EventForm(USUAL | {"slug": slug}))) == ["slug"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"title": "t" * 121},
        {"title": "\u200b"},
        {"description": "d" * 1001},
        {"time_zone": "Mars/Olympus"},
        {"visibility": "secret"},
        {"posting": "everybody"},
        {"starts_at": "soon"},
        {"starts_at": "2026-02-30T10:00"},
        {"starts_at": "0001-01-01T00:00"},
        {"starts_at": "9999-12-31T23:59", "time_zone": "America/New_York"},
    ],
    ids=str,
)
def test_an_event_with_a_wrong_field_is_refused_there(olga, wrong):
    form = EventForm(USUAL | wrong, instance=Event(owner=olga))
    assert list(errors(form)) == [next(iter(wrong))]


@pytest.mark.parametrize(
    ("zone", "entered", "meant"),
    [
        ("UTC", "2026-07-04T20:00", datetime(2026, 7, 4, 20, 0, tzinfo=UTC)),
        ("Europe/Berlin", "2026-07-04T20:00", datetime(2026, 7, 4, 18, 0, tzinfo=UTC)),
        ("Europe/Berlin", "2026-12-04T20:00", datetime(2026, 12, 4, 19, 0, tzinfo=UTC)),
        ("Europe/Berlin", "2026-03-29T01:59", datetime(2026, 3, 29, 0, 59, tzinfo=UTC)),
        ("Europe/Berlin", "2026-03-29T03:00", datetime(2026, 3, 29, 1, 0, tzinfo=UTC)),
        ("America/New_York", "2026-03-08T12:00", datetime(2026, 3, 8, 16, 0, tzinfo=UTC)),
        ("Asia/Kathmandu", "2026-01-01T05:45", datetime(2026, 1, 1, 0, 0, tzinfo=UTC)),
    ],
)
def test_a_start_is_entered_as_the_clock_shows_it_in_the_events_zone(olga, zone, entered, meant):
    form = EventForm(USUAL | {"starts_at": entered, "time_zone": zone}, instance=Event(owner=olga))
    assert errors(form) == {}
    event = Event.objects.get(pk=form.save().pk)
    assert event.starts_at == meant
    assert f'value="{entered}"' in str(EventForm(instance=event)["starts_at"])


def test_saving_an_unchanged_form_does_not_move_the_start(event):
    shown = {name: EventForm(instance=event)[name].value() for name in USUAL}
    shown["starts_at"] = shown["starts_at"].strftime("%Y-%m-%dT%H:%M")
    form = EventForm(shown, instance=event)
    assert errors(form) == {}
    assert form.cleaned_data["starts_at"] == datetime(2026, 7, 4, 18, 0, tzinfo=UTC)


@pytest.mark.parametrize("cursor", [Cursor("e0123456789ab", 0), Cursor("none", 0), Cursor("e1", 10**18 - 1)])
def test_a_cursor_is_read_as_it_is_written(cursor):
    assert Cursor.parse(str(cursor)) == cursor
    assert Cursor.of_resume(json.dumps({"after": str(cursor)})) == cursor
    assert Cursor.of_resume(json.dumps({"headers": {}, "body": {"after": str(cursor)}})) == cursor


NO_CURSORS = ["", "-", "e1", "e1-", "-1", "e1--1", "e1-1 ", " e1-1", "e1-1\n", "E1-1", "e1-1.5", "e1-1e5", "e1-\u0661"]
NO_CURSORS += ["e" * 21 + "-1", "e1-" + "9" * 19, "e1-" + "9" * 5000, "é1-1", "e1-1\x00", "e1]-1"]


@pytest.mark.parametrize("text", [*NO_CURSORS, None, 1, 1.5, [], {}, True], ids=lambda value: ascii(value)[:30])
def test_what_is_no_cursor_is_none(text):
    assert Cursor.parse(text) is None
    assert Cursor.of_resume(json.dumps({"after": text})) is None
    assert Cursor.of_resume(json.dumps({"body": {"after": text}})) is None


HOSTILE = ["", "null", "[]", '"e1-1"', "1", "{}", "{", "\x00", "NaN", "{'after': 'e1-1'}", '{"body": "e1-1"}', "\ud800"]
HOSTILE += ['{"body": null}', '{"body": ["e1-1"]}', '{"after": ["e1-1"]}', "[" * 100_000, '{"a":' * 100_000]
HOSTILE += ["9" * 5000, '{"after": ' + "9" * 5000 + "}", '{"after": "\\ud800-1"}']


@pytest.mark.parametrize("frame", HOSTILE, ids=lambda value: ascii(value)[:30])
def test_hostile_messages_have_no_cursor(frame):
    assert Cursor.of_resume(frame) is None


def test_a_position_is_a_number_of_up_to_18_digits():
    good = {"0": 0, "7": 7, "007": 7, "9" * 18: 10**18 - 1}
    assert {text: Place.parse({"before": text}) for text in good} == {
        text: Place("before", number) for text, number in good.items()
    }
    assert Place.parse({"before": "x", "since": "7"}) == Place("since", 7)
    bad = [None, "", "-1", "1.5", "1e5", " 1", "1\n", "9" * 19, "٣", "x", "\x00"]
    assert [Place.parse({"before": text} if text is not None else {}) for text in bad] == [None] * len(bad)
