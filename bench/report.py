"""Tables, bounds and a plot of what the book says."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from statistics import median

from bench.book import Book
from bench.browser import AT_TOP, BURST, FURTHER_DOWN, ONE, PARTS, SCREENS
from bench.machine import CLIENT_CORE, SERVER_CORE, describe, versions
from bench.measures import BARE, COLD, ONE_PROCESS, RESTARTED, TWO_PROCESSES, WARM
from bench.servers import DEFLATED, NCHAN, NODE, OURS, TUTORIAL_STYLE

Columns = list[tuple[str, str]]
PHASES = [
    ("single", "one change at a time"),
    ("burst", "bursts of 5"),
    ("saturated", "saturated: up to 50 changes under way"),
    ("paced", "10 changes a second"),
]


def number(value: float) -> str:
    if abs(value) >= 1000:
        return f"{value:,.0f}"
    return f"{value:.0f}" if abs(value) >= 100 else f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"


def cell(values: list[float]) -> str:
    """Median, and from the lowest to the highest round."""
    if not values:
        return "–"
    middle = number(median(values))
    low, high = number(min(values)), number(max(values))
    return middle if low == high else f"{middle} ({low}–{high})"


def table(book: Book, measure: str, columns: Columns, rows: list[str] | None = None) -> str:
    shown = [
        (what, title) for what, title in columns if any(book.values(measure, who, what) for who in book.whose(measure))
    ]
    if not shown:
        return ""
    lines = ["| | " + " | ".join(title for _, title in shown) + " |", "|---|" + "---|" * len(shown)]
    for who in rows or book.whose(measure):
        cells = [cell(book.values(measure, who, what)) for what, _ in shown]
        lines.append(f"| {who} | " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


# Bounds


@dataclass
class Bound:
    what: str
    limit: float
    measured: Callable[[Book], list[float]]
    """A value for each round, and the ratio of the medians at the end; empty where it was not measured."""
    at_least: bool = False
    unit: str = "×"

    def judge(self, book: Book) -> tuple[str, str, str]:
        values = self.measured(book)
        limit = f"{'at least' if self.at_least else 'at most'} {precise(self.limit)} {self.unit}"
        if not values:
            return limit, "not measured", ""
        *rounds, value = values
        met = value >= self.limit if self.at_least else value <= self.limit
        spread = f" ({precise(min(rounds))}–{precise(max(rounds))})" if len(rounds) > 1 else ""
        return limit, f"{precise(value)}{spread} {self.unit}", "met" if met else "**missed**"


def precise(value: float) -> str:
    """As number(), but small ratios as a fraction and no zeros behind a round limit."""
    if 0 < value < 0.1:
        return f"1/{1 / value:.1f}".removesuffix(".0")
    return f"{value:g}" if value == round(value, 1) else number(value)


Side = tuple[str, str, str]


def ratio(side: Side, other: Side) -> Callable[[Book], list[float]]:
    """`side` over `other`, round by round and of the medians."""

    def measured(book: Book) -> list[float]:
        ours, theirs = book.values(*side), book.values(*other)
        if not ours or not theirs or not median(theirs):
            return []
        rounds = [a / b for a, b in zip(ours, theirs, strict=False) if b]
        return [*rounds, median(ours) / median(theirs)]

    return measured


def plain(side: Side, combine: Callable[[list[float]], float] = median) -> Callable[[Book], list[float]]:
    def measured(book: Book) -> list[float]:
        values = book.values(*side)
        return [*values, combine(values)] if values else []

    return measured


def spread_over(measures: list[Side]) -> Callable[[Book], list[float]]:
    """The dearest median over the cheapest: 1 is flat."""

    def measured(book: Book) -> list[float]:
        medians = [value for side in measures if (value := book.median(*side)) is not None]
        return [max(medians) / min(medians)] if len(medians) > 1 else []

    return measured


def soak_growth(book: Book) -> list[float]:
    """Memory at the end over that after a third."""
    memory = book.values("soak", OURS, "MB")
    return [memory[-1] / memory[len(memory) // 3]] if len(memory) > 2 else []


FAN, WHOLE, LATENCY = "fan-out, 1000", "whole path, 1000", "latency, 2000"
SINGLE, PAGE = "single: µs", "ms CPU"


def over(measure: str, what: str, theirs: str, ours: str = OURS) -> Callable[[Book], list[float]]:
    return ratio((measure, ours, what), (measure, theirs, what))


BOUNDS = [
    Bound(f"fan-out, CPU per delivery, 1,000 readers: of {TUTORIAL_STYLE}", 1 / 40, over(FAN, SINGLE, TUTORIAL_STYLE)),
    Bound(f"the same, of {NODE}", 1.0, over(FAN, SINGLE, NODE)),
    Bound(f"the same, of {NCHAN}", 1.2, over(FAN, SINGLE, NCHAN)),
    Bound(f"the same in bursts of 5, of {NCHAN}", 0.6, over(FAN, "burst: µs", NCHAN)),
    Bound(
        f"deliveries a second, saturated, 1,000 readers: of {NCHAN}",
        4.0,
        over(FAN, "saturated: deliveries/s", NCHAN),
        at_least=True,
    ),
    Bound(
        f"whole path, CPU per delivery, 1,000 readers: of {TUTORIAL_STYLE}", 1 / 30, over(WHOLE, SINGLE, TUTORIAL_STYLE)
    ),
    Bound(f"the same, of {NODE} that only passes on", 1.6, over(WHOLE, SINGLE, NODE)),
    Bound(
        f"latency p99 from POST, 2,000 readers, 10 a second: of {TUTORIAL_STYLE}",
        1 / 15,
        over(LATENCY, "paced: p99", f"{TUTORIAL_STYLE}, whole path", f"{OURS}, whole path"),
    ),
    Bound(
        f"the same, our whole path: of {NCHAN}, fan-out only",
        1.5,
        over(LATENCY, "paced: p99", f"{NCHAN}, fan-out only", f"{OURS}, whole path"),
    ),
    Bound(
        f"the same, both fan-out only: of {NCHAN}",
        1.5,
        over(LATENCY, "paced: p99", f"{NCHAN}, fan-out only", f"{OURS}, fan-out only"),
    ),
    Bound("memory per connection, 1,000 readers", 20, plain((FAN, OURS, "memory")), unit="KB"),
    Bound("the same, of readers who offer compression", 20, plain((FAN, DEFLATED, "memory")), unit="KB"),
    Bound(
        "bytes per delivery to who offers compression: of the plain frame",
        0.6,
        over(WHOLE, "single: bytes", OURS, DEFLATED),
    ),
    Bound("CPU per delivery to who offers compression: of the plain frame's", 1.1, over(WHOLE, SINGLE, OURS, DEFLATED)),
    Bound(f"CPU per connect, 1,000 readers: of {NODE}", 1.5, over(FAN, "connect: µs", NODE)),
    Bound("1,000 handshakes at once: refused", 0, plain((FAN, OURS, "storm: refused"), max), unit=""),
    Bound("1,000 handshakes at once: retried SYN", 0, plain((FAN, OURS, "storm: retried SYN"), max), unit=""),
    Bound(
        f"1,000 readers return, each 50 changes behind: faster than {TUTORIAL_STYLE}",
        25,
        ratio(("returning, 1000", TUTORIAL_STYLE, "return: s"), ("returning, 1000", OURS, "return: s")),
        at_least=True,
    ),
    Bound("the same: refused", 0, plain(("returning, 1000", OURS, "return: refused"), max), unit=""),
    Bound(
        "the same, to a server that was just restarted",
        25,
        ratio(("returning, 1000", TUTORIAL_STYLE, "return: s"), ("returning, 1000", RESTARTED, "return: s")),
        at_least=True,
    ),
    Bound(
        "event page, 50 entries, CPU again: of the first load",
        0.25,
        ratio(("pages", WARM, PAGE), ("pages", COLD, PAGE)),
    ),
    Bound(
        "posts a second on SQLite, 8 at a time: of the bare view", 0.8, over("posts", "posts/s", BARE), at_least=True
    ),
    Bound(
        "two processes, CPU per delivery, database and Redis included: of one process",
        1.3,
        over("processes, 1000", "with its database and Redis: µs", ONE_PROCESS, TWO_PROCESSES),
    ),
    Bound("the same, the two processes alone", 1.3, over("processes, 1000", SINGLE, ONE_PROCESS, TWO_PROCESSES)),
    Bound(
        "growth: fan-out, CPU per delivery, dearest over cheapest of 100, 1,000, 2,000 and 5,000 readers",
        1.25,
        spread_over([(f"fan-out, {readers}", OURS, SINGLE) for readers in (100, 1000, 2000, 5000)]),
    ),
    *(
        Bound(
            f"growth: {what}, dearest over cheapest of 100 to 100,000 entries",
            1.25,
            spread_over([("growth", f"{size:,} entries", f"{what}: ms CPU") for size in (100, 1000, 10_000, 100_000)]),
        )
        for what in ("page", "catch-up")
    ),
    Bound("growth: memory at the end of the soak, of that after a third", 1.05, soak_growth),
    *(
        Bound(
            f"browser four times slower, 300 entries, {who}: {words}", limit, plain(("browser", who, what)), unit="ms"
        )
        for who in (f"{size}, {where}" for size in SCREENS for where in (AT_TOP, FURTHER_DOWN))
        for words, limit, what in (("one entry", 50, f"{ONE}: all"), ("a burst of 50", 400, f"{BURST}: all"))
    ),
]


def bounds(book: Book) -> str:
    lines = ["| | bound | measured (rounds) | |", "|---|---|---|---|"]
    for bound in BOUNDS:
        limit, value, verdict = bound.judge(book)
        if verdict:
            lines.append(f"| {bound.what} | {limit} | {value} | {verdict} |")
    return "\n".join(lines) + "\n" if len(lines) > 2 else "No bound was measured.\n"


# The document

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
]
BROWSER_WORDS = (
    "CPU time of the main thread of Chromium, throttled four times, until new entries are shown on "
    "a page of 300 entries. What is not scripts, styles or layout is mostly paint and preparing it.\n"
)


def write(book: Book, *, seconds: float, rounds: int, busy: float) -> str:
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
        parts += ["**These parts failed and are missing:** " + "; ".join(failed) + "\n"]
    sizes = [measure for measure in book.measures() if measure.startswith("fan-out, ")]
    if len(sizes) > 1:
        parts.append("![CPU per delivery by readers](results.svg)\n")
    for measure in sizes:
        parts.append(f"## Fan-out only, {int(measure.split()[1]):,} readers\n")
        parts += [table(book, measure, columns) for columns in (FAN_COLUMNS, MORE_COLUMNS, CLIENT_COLUMNS)]
        parts += remarks(book, measure)
    for measure, title, columns in [
        (WHOLE, "Whole path, 1,000 readers", PATH_COLUMNS),
        (
            LATENCY,
            "Latency, 2,000 readers, 10 posts a second",
            [*PATH_COLUMNS[5:9], ("paced: client", "load client %")],
        ),
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
    ]:
        if measure in book.measures():
            parts += [f"## {title}\n", table(book, measure, columns), *remarks(book, measure)]
        if measure == "growth" and (plans := book.texts.get("query plans")):
            parts += ["The queries of a page and of a catch-up, as SQLite plans them at the largest size:\n"]
            parts += [f"```\n{plans.strip()}\n```\n"]
    if shown := table(book, "browser", BROWSER_COLUMNS):
        parts += ["## A reader's browser\n", BROWSER_WORDS, shown]
    if changes := book.values("soak", OURS, "changes"):
        lines = ["## Soak: 200 readers, as many posts as it takes\n", "| changes | MB | changes/s |", "|---|---|---|"]
        memory, pace = book.values("soak", OURS, "MB"), book.values("soak", OURS, "changes/s")
        rows = zip(changes, memory, pace, strict=True)
        parts.append("\n".join([*lines, *(f"| {n:,.0f} | {mb:.1f} | {rate:.0f} |" for n, mb, rate in rows)]) + "\n")
        if clocks := book.texts.get("clocks"):
            parts.append(f"CPU of that server, both ways: {clocks}.\n")
    return "\n".join(part for part in parts if part)


def remarks(book: Book, measure: str) -> list[str]:
    return ["\n".join(f"- {remark}" for remark in book.remarks[measure]) + "\n"] if book.remarks.get(measure) else []


# The plot

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 760, 430, 62, 210, 42, 48
COLOURS = {
    OURS: "#b3261e",
    NODE: "#3c873a",
    NCHAN: "#2b6cb0",
    "Python websockets": "#8a6d1d",
    TUTORIAL_STYLE: "#555555",
}
OTHER_COLOUR = "#999999"


def plot(book: Book) -> str:
    """CPU per delivery by readers, both logarithmic; a bar from the lowest to the highest round."""
    sizes = sorted(int(measure.split()[1]) for measure in book.measures() if measure.startswith("fan-out, "))
    lines = {
        who: [(size, values) for size in sizes if (values := book.values(f"fan-out, {size}", who, SINGLE))]
        for who in dict.fromkeys(who for size in sizes for who in book.whose(f"fan-out, {size}"))
    }
    lines = {who: points for who, points in lines.items() if len(points) > 1}
    if not lines:
        return ""
    every = [value for points in lines.values() for _, values in points for value in values]
    low, high = 10 ** math.floor(math.log10(min(every))), 10 ** math.ceil(math.log10(max(every)))

    def x(size: float) -> float:
        part = math.log(size / sizes[0]) / math.log(sizes[-1] / sizes[0])
        return LEFT + part * (WIDTH - LEFT - RIGHT)

    def y(value: float) -> float:
        return HEIGHT - BOTTOM - math.log(value / low) / math.log(high / low) * (HEIGHT - TOP - BOTTOM)

    def words(left: float, top: float, text: str, anchor: str = "start", colour: str = "#222") -> str:
        return f'<text x="{left:.1f}" y="{top:.1f}" text-anchor="{anchor}" fill="{colour}">{text}</text>'

    svg = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
        'font-family="sans-serif" font-size="13">',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>',
        words(LEFT, 22, "Server CPU per delivery, microseconds; fan-out only, one change at a time"),
    ]
    value = low
    while value <= high:
        svg.append(f'<path d="M{LEFT} {y(value):.1f}H{WIDTH - RIGHT}" stroke="#ddd"/>')
        svg.append(words(LEFT - 8, y(value) + 4, f"{value:g}", "end"))
        value *= 10
    for size in sizes:
        svg.append(f'<path d="M{x(size):.1f} {TOP}V{HEIGHT - BOTTOM}" stroke="#eee"/>')
        svg.append(words(x(size), HEIGHT - BOTTOM + 20, f"{size:,}", "middle"))
    svg.append(words((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 8, "readers", "middle"))
    labels = sorted(lines, key=lambda who: median(lines[who][-1][1]))
    place = float(HEIGHT)
    for who in labels:
        points, colour = lines[who], COLOURS.get(who, OTHER_COLOUR)
        path = "L".join(f"{x(size):.1f} {y(median(values)):.1f}" for size, values in points)
        svg.append(f'<path d="M{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        for size, values in points:
            svg.append(f'<path d="M{x(size):.1f} {y(min(values)):.1f}V{y(max(values)):.1f}" stroke="{colour}"/>')
            svg.append(f'<circle cx="{x(size):.1f}" cy="{y(median(values)):.1f}" r="3.5" fill="{colour}"/>')
        place = min(y(median(points[-1][1])) + 4, place - 16)
        svg.append(words(WIDTH - RIGHT + 12, place, who, colour=colour))
    return "\n".join([*svg, "</svg>\n"])
