import io
import logging
import sys

import pytest
from django.db import OperationalError

from serving.logs import KINDS, LINES, LONGEST, AtMost, InOneLine, Line, shown


@pytest.mark.parametrize(
    ("problem", "said", "traceback"),
    [
        (
            OperationalError("connection refused\nIs it running?"),
            "Service Unavailable: /x/ (connection refused)",
            False,
        ),
        (OperationalError(), "Service Unavailable: /x/ (OperationalError)", False),
        (ValueError("a mistake of ours"), "Service Unavailable: /x/", True),
    ],
)
def test_a_database_that_is_away_is_one_line_in_the_log(problem, said, traceback):
    try:
        raise problem
    except type(problem):
        record = logging.LogRecord(
            "django.request", logging.ERROR, "", 0, "%s: %s", ("Service Unavailable", "/x/"), sys.exc_info()
        )
    assert InOneLine().filter(record) is True
    assert (record.getMessage(), bool(record.exc_info)) == (said, traceback)


def written(*records):
    """Output of a handler with our filters and formatter for these: (logger, message, its arguments)."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.addFilter(AtMost())
    handler.addFilter(InOneLine())
    handler.setFormatter(Line("{levelname} {name}: {message}", style="{"))
    for name, message, *arguments in records:
        handler.handle(logging.LogRecord(name, logging.INFO, "", 0, message, tuple(arguments), None))
    return stream.getvalue().splitlines()


HOSTILE = ["a\nINFO feeds: all is well", "a\r\x1b[2Jb", "\u202eevil\u2028new", "x\x00\x85y", "\udce9", "z" * 100_000]


@pytest.mark.parametrize("sent", HOSTILE)
def test_what_was_sent_begins_no_line_of_its_own(sent):
    (line,) = written(("feeds", "Refused %s.", sent))
    assert line.startswith("INFO feeds: Refused ")
    assert line.isprintable()
    assert len(line) <= LONGEST + 1
    assert len(shown(sent)) <= 100


@pytest.mark.parametrize("path", ["/sign-in/Tok-en_1/", "/password/Tok-en_1/", "/invitations/Tok-en_1/"])
def test_no_link_that_opens_an_account_gets_into_the_log(path):
    for message in (f"Internal Server Error: {path}", f"at https://live.example.org{path}?x, again {path}"):
        (line,) = written(("django.request", "%s", message))
        assert "Tok-en_1" not in line
    try:
        raise ValueError(f"no such thing: {path}")
    except ValueError:
        record = logging.LogRecord("feeds", logging.ERROR, "", 0, "It broke", (), sys.exc_info())
    assert "Tok-en_1" not in Line("{message}", style="{").format(record)


def test_a_flood_of_one_kind_is_counted_and_leaves_room_for_others(monkeypatch):
    now = [100.0]
    monkeypatch.setattr("serving.logs.time.monotonic", lambda: now[0])
    filtered = AtMost()

    def passes(message, *arguments):
        record = logging.LogRecord("feeds", logging.INFO, "", 0, message, arguments, None)
        passed = filtered.filter(record)
        assert record.getMessage() == message % arguments, "what other handlers are given is changed"
        return Line("{message}", style="{").format(record) if passed else None

    lines = [passes("Refused %s.", number) for number in range(1000)]
    assert [line for line in lines if line] == [f"Refused {number}." for number in range(LINES)]
    assert passes("Signed in: %s.", "olga") == "Signed in: olga."
    now[0] += 61
    assert passes("Refused %s.", "one") == f"Refused one. (and {1000 - LINES} more like this before)"
    assert passes("Refused %s.", "two") == "Refused two."


def test_a_flood_of_kinds_is_one_kind():
    lines = written(*[("feeds", f"Something new: {number}") for number in range(10_000)])
    assert len(lines) <= KINDS + LINES
