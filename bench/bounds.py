"""Bounds that the measurements must keep."""

from collections.abc import Callable
from dataclasses import dataclass
from statistics import median

from bench.book import Book
from bench.browser import AT_TOP, BURST, FURTHER_DOWN, ONE, SCREENS, SHIFT
from bench.measures import BARE, ONE_PROCESS, TWO_PROCESSES
from bench.pages import COLD, WARM
from bench.returning import RESTARTED
from bench.servers import DEFLATED, NCHAN, NODE, OURS, TUTORIAL_STYLE
from bench.tables import precise


@dataclass
class Bound:
    """A limit on a measured value, such as the ratio of two servers."""

    what: str
    limit: float
    measured: Callable[[Book], list[float]]
    """A value for each round, then the value that counts; empty where nothing was measured."""
    at_least: bool = False
    unit: str = "×"

    def judge(self, book: Book) -> tuple[str, str, str]:
        """The limit, the measured value and the verdict, each in words."""
        values = self.measured(book)
        limit = f"{'at least' if self.at_least else 'at most'} {precise(self.limit)} {self.unit}"
        if not values:
            return limit, "not measured", ""
        *rounds, value = values
        met = value >= self.limit if self.at_least else value <= self.limit
        spread = f" ({precise(min(rounds))}–{precise(max(rounds))})" if len(rounds) > 1 else ""
        return limit, f"{precise(value)}{spread} {self.unit}", "met" if met else "**missed**"


Side = tuple[str, str, str]


def ratio(side: Side, other: Side) -> Callable[[Book], list[float]]:
    """`side` divided by `other`, for each round and for the medians."""

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
    """The largest median divided by the smallest: 1 is flat."""

    def measured(book: Book) -> list[float]:
        medians = [value for side in measures if (value := book.median(*side)) is not None]
        return [max(medians) / min(medians)] if len(medians) > 1 else []

    return measured


def soak_growth(book: Book) -> list[float]:
    """Memory at the end divided by memory after a third."""
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
        "bytes per delivery to readers who offer compression: of the plain frame",
        0.6,
        over(WHOLE, "single: bytes", OURS, DEFLATED),
    ),
    Bound(
        "CPU per delivery to readers who offer compression: of the plain frame's",
        1.1,
        over(WHOLE, SINGLE, OURS, DEFLATED),
    ),
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
    *(
        Bound(f"browser, {who}: {SHIFT} for one entry", 2, plain(("browser", who, f"{ONE}: {SHIFT}")), unit="%")
        for who in (f"{size}, {where}" for size in SCREENS for where in (AT_TOP, FURTHER_DOWN))
    ),
]


def bounds(book: Book) -> str:
    lines = ["| | bound | measured (rounds) | |", "|---|---|---|---|"]
    for bound in BOUNDS:
        limit, value, verdict = bound.judge(book)
        if verdict:
            lines.append(f"| {bound.what} | {limit} | {value} | {verdict} |")
    return "\n".join(lines) + "\n" if len(lines) > 2 else "No bound was measured.\n"
