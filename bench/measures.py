"""All measures by name, and the short ones among them.

Each runs its servers by turns, round after round, and writes into the book.
"""

import os
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from bench.big import big
from bench.browser import measure_browser
from bench.fan_out import fan_out_at_all_sizes
from bench.load import Load
from bench.machine import SERVER_CORE, cpu_seconds, family, memory_kb, on_core, ticked_cpu_seconds
from bench.pages import WORDS, growth, pages
from bench.profile import OUT_OF_REACH, PARTS
from bench.returning import returning
from bench.rounds import AT_ONCE, Bench, Meter, say, settle
from bench.servers import (
    EVENT,
    OURS,
    Tutorial,
    commentary,
)
from bench.whole_path import latency, whole_path
from e2e.servers import postgres, redis

ONE_PROCESS = "one process, SQLite, in memory"
TWO_PROCESSES = "two processes, PostgreSQL, Redis"
BARE = "bare view, the same two writes"


def posts(bench: Bench) -> None:
    """Posts a second on SQLite, 8 at a time, without readers."""
    measure = "posts"
    bare = Tutorial(BARE, "tutorial.bare:application")
    with commentary(bench.fresh("ours")) as ours, bare.running(bench.fresh("bare")), ExitStack() as stack:
        loads = {site.name: stack.enter_context(Load(bench.fresh("load"))) for site in (ours, bare)}
        for number, site in bench.turns([ours, bare]):
            say(measure, "round", number + 1, site.name)
            load = loads[site.name]
            request = bare.bare_request() if site is bare else site.request()
            load.publish_by_post(site.ports[0], request, posters=8)
            load.post(0.3)
            before = cpu_seconds(*site.pids)
            answer = load.post(2.0)
            spent = cpu_seconds(*site.pids) - before
            bench.book.add(measure, site.name, "posts/s", answer["posts"] / answer["seconds"])
            bench.book.add(measure, site.name, "ms CPU a post", spent / answer["posts"] * 1e3)


def profile(bench: Bench) -> None:
    """CPU time of each part of a post and of its frame."""
    with commentary(bench.fresh("ours")) as ours:
        for number in range(bench.rounds):
            say("profile", "round", number + 1)
            for line in ours.deployment.shell(PARTS.format(slug=EVENT, text=WORDS)).splitlines():
                what, spent, queries = line.split("|")
                bench.book.add("profile", what, "µs", float(spent))
                bench.book.add("profile", what, "queries", float(queries))
    for line in OUT_OF_REACH:
        bench.book.remark("profile", line)


def processes(bench: Bench) -> None:
    """Two processes on PostgreSQL and Redis beside one on SQLite; 1,000 readers, posts one after the other."""
    measure, readers = "processes, 1000", bench.some(1000)
    with ExitStack() as stack:
        before = set(family(os.getpid()))
        with on_core(SERVER_CORE):
            folder = bench.fresh("servers")
            environment = {
                "DATABASE_URL": stack.enter_context(postgres(folder)),
                "REDIS_URL": stack.enter_context(redis(folder)),
            }
        servers = [pid for pid in set(family(os.getpid())) - before if (Path(f"/proc/{pid}")).exists()]
        one = stack.enter_context(commentary(bench.fresh("one"), name=ONE_PROCESS))
        two = stack.enter_context(commentary(bench.fresh("two"), 2, TWO_PROCESSES, **environment))
        loads = {site.name: stack.enter_context(Load(bench.fresh("load"))) for site in (one, two)}
        for number, site in bench.turns([one, two]):
            say(measure, "round", number + 1, site.name)
            load = loads[site.name]
            site.aim(load)
            load.open(readers, AT_ONCE)
            load.publish_by_post(site.ports[0], site.request())
            settle(*site.pids, seconds=3)
            load.run(changes=2, seconds=1)
            beside = servers if site is two else []
            spent = -cpu_seconds(*beside)
            answer = Meter(bench, measure, site.name, site.pids).run("single", load, changes=300, seconds=2.0)
            spent = (spent + cpu_seconds(*beside)) / answer["deliveries"] * 1e6
            own = bench.book.values(measure, site.name, "single: µs")[-1]
            bench.book.add(measure, site.name, "with its database and Redis: µs", own + spent)
            load.drop()
            settle(*site.pids)


def soak(bench: Bench) -> None:
    """Memory over more than an hour's worth of changes, published at full speed."""
    measure, readers = "soak", bench.some(200)
    steps = 2 if bench.smoke else 4 if bench.quick else 12
    with commentary(bench.fresh("ours")) as ours, Load(bench.fresh("load")) as load:
        ours.aim(load)
        load.open(readers, AT_ONCE)
        load.publish_by_post(ours.ports[0], ours.request())
        end = time.monotonic() + 90
        for _ in range(steps):
            answer = load.run(window=8, changes=500, seconds=30)
            say(measure, load.published, "changes")
            bench.book.add(measure, OURS, "changes", load.published)
            bench.book.add(measure, OURS, "MB", memory_kb(*ours.pids) / 1024)
            bench.book.add(measure, OURS, "changes/s", answer["changes"] / answer["seconds"])
            if time.monotonic() > end:
                break
        clock, ticks = cpu_seconds(*ours.pids), ticked_cpu_seconds(ours.pids[0])
        bench.book.texts["clocks"] = f"{clock:.2f} s by the clock, {ticks:.2f} s by /proc/<pid>/stat"


def browser(bench: Bench) -> None:
    """Work of a reader's browser for one new entry, and for a burst of 50, on a page of 300 entries."""
    with commentary(bench.fresh("ours")) as ours:
        measure_browser(bench.book, ours, entries=bench.some(300), rounds=bench.rounds)


MEASURES: dict[str, Callable[[Bench], None]] = {
    "fan-out": fan_out_at_all_sizes,
    "whole-path": whole_path,
    "latency": latency,
    "returning": returning,
    "pages": pages,
    "growth": growth,
    "posts": posts,
    "profile": profile,
    "processes": processes,
    "soak": soak,
    "browser": browser,
    "big": big,
}
