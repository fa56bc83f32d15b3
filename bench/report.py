"""The document with all measurements."""

from datetime import UTC, datetime

from bench.book import Book
from bench.bounds import LATENCY, SINGLE, WHOLE, bounds
from bench.browser import BURST, ONE, PARTS, SHIFT
from bench.machine import CLIENT_CORE, SERVER_CORE, describe, versions
from bench.servers import NODE, OURS
from bench.tables import Columns, remarks, table

PHASES = [
    ("single", "one change at a time"),
    ("burst", "bursts of 5"),
    ("saturated", "saturated: up to 50 changes under way"),
    ("paced", "10 changes a second"),
]
METHOD = f"""Servers run on core {SERVER_CORE}, the load client (`bench/load.c`, one process, epoll) on core
{CLIENT_CORE}; all on 127.0.0.1. Rounds go from one server to the next and begin with another each time; in the fan-out
part every round has fresh processes. A cell is the median of the rounds, in brackets the lowest and the highest.

- **CPU** is user and system time of all processes of a server, taken from the kernel's clock of each process (what
  /proc/<pid>/stat shows as utime + stime, without its ticks of 10 ms). On the loopback a sender's CPU includes the
  receiving side's TCP; that is the same for all.
- **Fan-out only**: one publisher's socket sends the same fragment, {{size}} bytes, to every server; tutorial-style
  Channels renders the same bytes from its template. Commentary is its real server, consumer and room, with a list in
  place of the database (`bench/peers/room.py`).
- **Whole path**: a real POST as HTMX sends it, form, transaction, wake-up, query, rendering, fan-out. *{NODE}* there
  passes on the frame that Commentary renders, ready made.
- **One change at a time**: the next is sent when every reader has the last one. **Bursts**: five at once, then the
  same. **Saturated**: up to 50 changes under way; for Channels, the bursts.
- **Latency** runs from just before a change is sent until a reader's last byte of its frame was read.
- **Memory** is anonymous and shared-memory pages over those of the same process after its first 50 connections.
- Every reader checks that every change reaches it once and in order; a round in which one does not is broken off and
  named. (The client
  compares a frame byte for byte with those it read before, and parses those that are new.)
- **The load client's share of its core** is in the tables; a round in which it has more than 80 % is named.
"""
FAN_COLUMNS: Columns = [
    *((f"{phase}: µs", f"µs CPU a delivery, {words.split(':')[0]}") for phase, words in PHASES[:3]),
    ("single: deliveries/s", "deliveries/s, one at a time"),
    ("burst: deliveries/s", "deliveries/s, bursts of 5"),
    ("saturated: deliveries/s", "deliveries/s, saturated"),
]
MORE_COLUMNS: Columns = [
    ("paced: p50", "ms p50, 10 a second"),
    ("paced: p99", "ms p99"),
    ("paced: max", "ms max"),
    ("memory", "KB a connection"),
    ("connect: µs", "µs CPU a connect"),
    ("connect: a second", "connects/s"),
    ("storm: s", "s for all at once"),
    ("storm: retried SYN", "retried SYN"),
    ("storm: refused", "refused"),
]
CLIENT_COLUMNS: Columns = [(f"{phase}: client", f"load client %, {words.split(':')[0]}") for phase, words in PHASES]
CLIENT_COLUMNS += [
    (f"{phase}: changes a frame", f"changes a frame, {words.split(':')[0]}") for phase, words in PHASES[1:3]
]
PATH_COLUMNS: Columns = [
    (SINGLE, "µs CPU a delivery"),
    ("with its database and Redis: µs", "µs CPU with its database and Redis"),
    ("single: deliveries/s", "deliveries/s"),
    ("single: bytes", "bytes a delivery"),
    ("single: p99", "ms p99, one at a time"),
    ("paced: µs", "µs CPU, 10 posts a second"),
    ("paced: p50", "ms p50, 10 posts a second"),
    ("paced: p99", "ms p99"),
    ("paced: max", "ms max"),
    ("single: client", "load client %"),
]
BROWSER_COLUMNS: Columns = [
    (f"{count}: {part}", f"ms {part}, {words}")
    for count, words in ((ONE, "one entry"), (BURST, "a burst of 50"))
    for part in PARTS
] + [(f"{ONE}: {SHIFT}", f"% {SHIFT}, one entry")]
BROWSER_WORDS = (
    "CPU time of the main thread of Chromium, throttled four times, until new entries are shown on "
    "a page of 300 entries. What is not scripts, styles or layout is mostly paint and preparing it. The layout "
    "shift is the share of the window that moves, times how far: 2 % is what browsers report as 0.02.\n"
)
SECTIONS: list[tuple[str, str, Columns]] = [
    (WHOLE, "Whole path, 1,000 readers", PATH_COLUMNS),
    (LATENCY, "Latency, 2,000 readers, 10 posts a second", [*PATH_COLUMNS[5:9], ("paced: client", "load client %")]),
    (
        "returning, 1000",
        "1,000 readers return at once, each 50 changes behind",
        [
            ("return: s", "s until all are level"),
            ("return: µs", "µs CPU a reader"),
            ("return: retried SYN", "retried SYN"),
            ("return: refused", "refused or lost, and tried again"),
        ],
    ),
    ("pages", "The page of an event, 50 entries", [("ms CPU", "ms CPU"), ("ms wall", "ms")]),
    (
        "growth",
        "By how much is in the event",
        [("page: ms CPU", "ms CPU, page after a change"), ("catch-up: ms CPU", "ms CPU, 50 changes by polling")],
    ),
    ("big", "After years, SQLite", [("ms", "ms"), ("KB", "KB"), ("MB more memory", "MB more memory")]),
    ("posts", "Posts, SQLite, 8 at a time", [("posts/s", "posts/s"), ("ms CPU a post", "ms CPU a post")]),
    ("profile", "Where a post's time goes, part by part", [("µs", "µs CPU"), ("queries", "queries")]),
    ("processes, 1000", "One process and two, 1,000 readers, whole path", PATH_COLUMNS),
]
"""Measures other than fan-out, in the order of the document: name, title, and columns of the table."""


def write(book: Book, *, seconds: float, rounds: int, busy: float) -> str:
    """The document as Markdown: the bounds first, then each measure that the book has values of."""
    parts = _beginning(book, seconds, rounds, busy)
    parts += _fan_out(book)
    for measure, title, columns in SECTIONS:
        if measure in book.measures():
            parts += [f"## {title}\n", table(book, measure, columns), *remarks(book, measure)]
        if measure == "growth" and (plans := book.texts.get("query plans")):
            parts += ["The queries of a page and of a catch-up, as SQLite plans them at the largest size:\n"]
            parts += [f"```\n{plans.strip()}\n```\n"]
    if shown := table(book, "browser", BROWSER_COLUMNS):
        parts += ["## A reader's browser\n", BROWSER_WORDS, shown]
    parts += _soak(book)
    return "\n".join(part for part in parts if part)


def _beginning(book: Book, seconds: float, rounds: int, busy: float) -> list[str]:
    from bench.servers import fragment  # noqa: PLC0415  (it asks Django, which is slow to start)

    known = ", ".join(f"{name} {value}" for name, value in versions().items())
    parts = [
        "# Measurements\n",
        f"Made by `python -m bench` on {datetime.now(UTC):%d %B %Y, %H:%M} UTC in {seconds / 60:.0f} minutes, {rounds} "
        f"rounds where ratios are judged. {describe()}; {busy:.0%} of it was busy with other things before the start. "
        f"{known}.\n",
        METHOD.replace("{size}", str(len(fragment()))),
        "## Bounds\n",
        bounds(book),
    ]
    if failed := book.remarks.get("failed"):
        parts.append("**These parts failed and are missing:** " + "; ".join(failed) + "\n")
    return parts


def _fan_out(book: Book) -> list[str]:
    sizes = [measure for measure in book.measures() if measure.startswith("fan-out, ")]
    parts = ["![CPU per delivery by readers](results.svg)\n"] if len(sizes) > 1 else []
    for measure in sizes:
        parts.append(f"## Fan-out only, {int(measure.split()[1]):,} readers\n")
        parts += [table(book, measure, columns) for columns in (FAN_COLUMNS, MORE_COLUMNS, CLIENT_COLUMNS)]
        parts += remarks(book, measure)
    return parts


def _soak(book: Book) -> list[str]:
    changes = book.values("soak", OURS, "changes")
    if not changes:
        return []
    lines = ["## Soak: 200 readers, as many posts as it takes\n", "| changes | MB | changes/s |", "|---|---|---|"]
    rows = zip(changes, book.values("soak", OURS, "MB"), book.values("soak", OURS, "changes/s"), strict=True)
    lines += [f"| {number:,.0f} | {memory:.1f} | {pace:.0f} |" for number, memory, pace in rows]
    parts = ["\n".join(lines) + "\n"]
    if clocks := book.texts.get("clocks"):
        parts.append(f"CPU of that server, both ways: {clocks}.\n")
    return parts
