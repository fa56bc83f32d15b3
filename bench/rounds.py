"""Rounds of a measure: turns, the CPU meter, and what becomes of a round that fails."""

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.book import Book
from bench.load import Load, Wrong
from bench.machine import cpu_seconds

AT_ONCE = 40
"""Handshakes under way at a time, except in a storm. Plain Daphne queues 50."""
BUSY = 0.8
"""Share of its core from which the load client may limit a round."""
BEHIND = 50


@dataclass
class Bench:
    """A run of measurements: its book, its folder and its size."""

    book: Book
    folder: Path
    rounds: int = 5
    quick: bool = False
    smoke: bool = False
    """Only check that each part works, with 20 readers and little of everything. The numbers mean nothing."""
    broken: list[str] = field(default_factory=list)
    """Rounds that were broken off."""

    def some(self, number: int) -> int:
        """This number of readers, entries or turns; in a smoke run at most 20."""
        return min(number, 20) if self.smoke else number

    def fresh(self, name: str) -> Path:
        """A new folder for one start of one server."""
        path = self.folder / f"{len(list(self.folder.iterdir()))}-{re.sub('[^a-z]+', '-', name.lower())}"
        path.mkdir(parents=True)
        return path

    def turns(self, everyone: list[Any], rounds: int | None = None) -> Iterator[tuple[int, Any]]:
        """Pairs of the round's number and one of `everyone`; each round begins with another one."""
        for number in range(rounds or self.rounds):
            start = number % len(everyone)
            for one in everyone[start:] + everyone[:start]:
                yield number, one


def settle(*pids: int, seconds: float = 10) -> None:
    """Wait until these processes are idle. A smoke run measures nothing, so it does not wait."""
    end = time.monotonic() + (0 if Load.hasty else seconds)
    while time.monotonic() < end:
        before = cpu_seconds(*pids)
        time.sleep(0.15)
        if cpu_seconds(*pids) - before < 0.003:
            return


class Meter:
    """Notes the CPU of a server while a load runs, for each delivery or reader."""

    def __init__(self, bench: Bench, measure: str, who: str, pids: list[int]) -> None:
        self.bench, self.measure, self.who, self.pids = bench, measure, who, pids

    def note(self, what: str, value: float) -> None:
        self.bench.book.add(self.measure, self.who, what, value)

    def run(self, phase: str, load: Load, **how: Any) -> dict[str, Any]:
        before = cpu_seconds(*self.pids)
        answer = load.run(**how)
        spent = cpu_seconds(*self.pids) - before
        if answer["deliveries"]:
            self.note(f"{phase}: µs", spent / answer["deliveries"] * 1e6)
            self.note(f"{phase}: deliveries/s", answer["deliveries"] / answer["seconds"])
            self.note(f"{phase}: bytes", answer["bytes"] / answer["deliveries"])
            self.note(f"{phase}: changes a frame", answer["deliveries"] / answer["frames"])
            for part in ("p50", "p99", "max"):
                self.note(f"{phase}: {part}", answer[part])
        self.note(f"{phase}: client", answer["client"] * 100)
        if answer["client"] >= BUSY:
            share = f"{answer['client']:.0%} of its core"
            self.bench.book.remark(self.measure, f"{self.who}, {phase}: a round with the load client at {share}.")
        return answer

    def open(self, phase: str, load: Load, readers: int, at_once: int, **how: Any) -> dict[str, Any]:
        before = cpu_seconds(*self.pids)
        answer = load.open(readers, at_once, **how)
        spent = cpu_seconds(*self.pids) - before
        self.note(f"{phase}: µs", spent / readers * 1e6)
        self.note(f"{phase}: s", answer["seconds"])
        self.note(f"{phase}: a second", answer["live"] / answer["seconds"])
        self.note(f"{phase}: refused", answer["refused"] + answer["lost"])
        self.note(f"{phase}: retried SYN", answer["retried"])
        if not answer["all"]:
            missing = f"{readers - answer['live']} of {readers} readers never got in"
            if self.bench.smoke:
                raise Wrong(missing)
            self.bench.book.remark(self.measure, f"{self.who}, {phase}: {missing}.")
        return answer


@contextmanager
def named(bench: Bench, measure: str, who: str) -> Iterator[None]:
    """Break a round off, with a remark, when a reader does not get every change."""
    try:
        yield
    except Wrong as wrong:
        say(who, "broken off:", wrong)
        bench.broken.append(f"{measure}, {who}")
        bench.book.remark(measure, f"{who}: a round was broken off. {wrong}")


def say(*words: object) -> None:
    print(time.strftime("%H:%M:%S"), *words, flush=True)
