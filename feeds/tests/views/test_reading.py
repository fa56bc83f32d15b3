"""Holding a reader's place: answers that depend on what the page sends, and a style sheet that counts."""

import re

from commentary.settings import ROOT
from feeds.tests.helpers import fetch, now


def test_a_place_is_held_by_a_line_right_above_what_the_page_has(event, rita):
    for text in ("One", "Two"):
        event.publish("Paul", text)
    cursor = now(event)
    event.publish("Paul", "Three")
    html = fetch(rita, f"/events/match/reading/?at=below&after={cursor}", htmx=True)
    assert re.findall(r'<div id="(line-\d+)" class="line" data-position="([\d.]+)"', html) == [("line-2", "2.5")]
    assert 'data-mode="below"' in html
    assert "3 new entries" in html
    assert "Three" not in html


def test_a_tap_leaves_a_line_and_holds_what_comes_later(event, rita):
    event.publish("Paul", "One")
    path = f"/events/match/reading/?at=line&mode=paused&line=line-0&after={now(event)}"
    html = fetch(rita, path, htmx=True)
    assert '<div id="line-0" class="read-to"' in html
    assert '<div id="line-1" class="line"' in html
    assert 'data-mode="paused"' in html


def test_to_follow_takes_the_line_away(event, rita):
    for path in ("?at=follow", "?at=top", "", "?at=nonsense", "?at=line&mode=nonsense"):
        html = fetch(rita, f"/events/match/reading/{path}", htmx=True)
        assert 'hx-target="#entries > .line" hx-swap="delete"' in html
        assert 'data-mode="following"' in html


def test_whoever_presses_a_button_has_the_focus_beside_the_one_that_takes_its_place(event, rita):
    def focused(at):
        html = fetch(rita, f"/events/match/reading/?at={at}", htmx=True)
        return re.findall(r"<(\w+) [^>]*autofocus[^>]*>([\w ]+)<", html)

    assert focused("pause") == [("span", "Paused")]
    assert focused("follow") == [("span", "Following live")]
    assert focused("below") == focused("top") == []


def test_oldest_first_the_end_of_the_list_is_where_a_reader_has_read_to(event, rita):
    event.publish("Paul", "One")
    line = '<div id="line-1" class="seen" data-position="1.5"'
    assert line in fetch(rita, "/events/match/?order=oldest")
    html = fetch(rita, f"/events/match/reading/?at=end&after={now(event)}", htmx=True)
    assert html.index('hx-target="#entries > .seen" hx-swap="delete"') < html.index(line)
    assert 'data-mode="end"' in html
    assert "#places" not in html
    assert line not in fetch(rita, "/events/match/?order=newest")


def test_numbers_are_told_ten_at_a_time(event, rita):
    def counts(start):
        html = fetch(rita, f"/events/match/reading/?at=count&mode=below&line=line-7&start={start}", htmx=True)
        assert 'href="#line-7"' in html
        return re.findall(r">(\d+[^<]*entr[^<]*)<", html)

    assert counts(0)[:3] == ["0 new entries", "1 new entry", "2 new entries"]
    assert counts(30) == [f"{number} new entries" for number in range(30, 40)]
    assert counts(9999999999) == counts(100) == ["100 or more new entries"]
    assert counts(-10) == counts("x") == counts(0)


def test_without_htmx_it_is_the_event(event, rita):
    assert rita.get("/events/match/reading/?at=below").headers["Location"] == "/events/match/"


def expected():
    """The rules of static/lists.css."""
    for unit in range(10):
        place = f"(10n+{unit + 1})"
        yield from held(f":nth-child{place}", f".n{unit}{{display:inline}}")
    for start in range(0, 101, 10):
        above = f":nth-child(n+{start + 1}){f':nth-child(-n+{start + 10})' if start < 100 else ''}"
        yield from held(above, f".to-{start}{{display:block}}")
        yield from held(above, f'[data-start="{start}"]{{--count:inline;--many:none}}')


def held(above, rule):
    """A rule for a line that holds a place with these entries above it, or for the end of a list with these below."""
    yield f".line{above} {rule.partition('{')[0]},"
    yield f".seen{above.replace('nth-child', 'nth-last-child')} {rule}"


def test_the_style_sheets_say_it_for_every_number():
    written = (ROOT / "static" / "lists.css").read_text()
    rules = "".join(line for line in written.splitlines(keepends=True) if not line.startswith("/*"))
    assert rules == "\n".join(expected()) + "\n"
    days = [f'[data-day="{day}"]+[data-day]:not([data-day="{day}"]) .day{{display:block}}' for day in range(40)]
    assert (ROOT / "static" / "days.css").read_text().splitlines()[-40:] == days
