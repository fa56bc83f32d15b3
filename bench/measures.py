"""What is measured. Each measure runs its servers by turns, round after round, and writes into the book."""

import http.client
import os
import re
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.big import big
from bench.book import Book
from bench.browser import measure_browser
from bench.load import MARK, Load, Wrong
from bench.machine import SERVER_CORE, cpu_seconds, family, memory_kb, on_core, ticked_cpu_seconds
from bench.profile import OUT_OF_REACH, PARTS
from bench.servers import (
    DEFLATED,
    EVENT,
    NODE,
    OURS,
    TUTORIAL_STYLE,
    Commentary,
    Peer,
    Site,
    Tutorial,
    commentary,
    fan_out_peers,
    fragment,
)
from e2e.patience import HANGING
from e2e.servers import postgres, redis

AT_ONCE = 40
"""Handshakes under way at a time, where it is not a storm. Plain Daphne queues 50."""
BUSY = 0.8
"""Share of a core beyond which the load client may be what limits a round."""
ONE_PROCESS, TWO_PROCESSES = "one process, SQLite, in memory", "two processes, PostgreSQL, Redis"
BARE = "bare view, the same two writes"
RESTARTED, ALL_AT_ONCE = f"{OURS}, just restarted", f"{TUTORIAL_STYLE}, all at once"
COLD, WARM = "first load", "again"
BEHIND = 50
FAN = "fan-out, 1000"


@dataclass
class Bench:
    book: Book
    folder: Path
    rounds: int = 5
    quick: bool = False
    smoke: bool = False
    """Only to see that each part works: 20 readers and little of everything; the numbers mean nothing."""
    broken: list[str] = field(default_factory=list)
    """Rounds that were broken off."""

    def some(self, number: int) -> int:
        """So many readers, entries or turns; at most 20 of them where it only has to work."""
        return min(number, 20) if self.smoke else number

    def fresh(self, name: str) -> Path:
        """A folder of its own for one start of one server."""
        path = self.folder / f"{len(list(self.folder.iterdir()))}-{re.sub('[^a-z]+', '-', name.lower())}"
        path.mkdir(parents=True)
        return path

    def turns(self, everyone: list[Any], rounds: int | None = None) -> Iterator[tuple[int, Any]]:
        """Round by round, each time beginning with another one."""
        for number in range(rounds or self.rounds):
            start = number % len(everyone)
            for one in everyone[start:] + everyone[:start]:
                yield number, one


def settle(*pids: int, seconds: float = 10) -> None:
    """Wait until these processes have nothing to do."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        before = cpu_seconds(*pids)
        time.sleep(0.15)
        if cpu_seconds(*pids) - before < 0.003:
            return


class Meter:
    """CPU of a server while something runs, per whatever that counts."""

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
    """A round in which somebody did not get everything is no round, and is told of."""
    try:
        yield
    except Wrong as wrong:
        say(who, "broken off:", wrong)
        bench.broken.append(f"{measure}, {who}")
        bench.book.remark(measure, f"{who}: a round was broken off. {wrong}")


def say(*words: object) -> None:
    print(time.strftime("%H:%M:%S"), *words, flush=True)


def fan_out(bench: Bench, readers: int, rounds: int, slow_rounds: int) -> None:
    """The last step alone: what a publisher's socket sends goes to every reader."""
    measure, text, readers = f"fan-out, {readers}", fragment(), bench.some(readers)
    for number, peer in bench.turns(fan_out_peers(), rounds):
        if (peer.slow and number >= slow_rounds) or (peer.name == DEFLATED and measure != FAN):
            continue
        folder = bench.fresh(peer.name)
        with named(bench, measure, peer.name), peer.running(folder) as pid, Load(folder) as load:
            say(measure, "round", number + 1, peer.name)
            meter = Meter(bench, measure, peer.name, [pid])
            _connect(meter, peer, load, pid, readers)
            load.publish_by_socket(peer.port, peer.publish, text)
            load.run(changes=2, seconds=1)
            if peer.slow:
                _publish_to_slow(meter, load, readers)
            else:
                _publish(meter, load)
            if not peer.slow or readers <= 1000:
                load.drop()
                settle(pid)
                peer.aim(load)
                meter.open("storm", load, readers, readers)


def _connect(meter: Meter, peer: Peer, load: Load, pid: int, readers: int) -> None:
    peer.aim(load)
    load.open(50, AT_ONCE)
    load.drop()
    settle(pid)
    before = memory_kb(pid)
    meter.open("connect", load, readers, AT_ONCE)
    settle(pid)
    meter.note("memory", (memory_kb(pid) - before) / readers)


def _publish(meter: Meter, load: Load) -> None:
    meter.run("single", load, changes=300, seconds=1.5)
    meter.run("burst", load, batch=5, window=5, changes=1500, seconds=1.2)
    meter.run("saturated", load, batch=10, window=50, changes=20_000, seconds=1.0)
    meter.run("paced", load, changes=20, rate=10, seconds=2.0)


def _publish_to_slow(meter: Meter, load: Load, readers: int) -> None:
    """As many changes as a few seconds allow."""
    single = meter.run("single", load, changes=20, seconds=1.0)
    one = single["seconds"] / single["changes"]
    if 5 * one < 10:
        burst = meter.run("burst", load, batch=5, window=5, changes=max(5, int(1 / one) // 5 * 5), seconds=1.0)
        meter.note("saturated: deliveries/s", burst["deliveries"] / burst["seconds"])
    if 3 * one < 10:
        meter.run("paced", load, changes=min(20, max(3, int(4 / one))), rate=10, seconds=2.0)


def fan_out_at_all_sizes(bench: Bench) -> None:
    if bench.quick or bench.smoke:
        fan_out(bench, 1000, bench.rounds, 1)
        return
    fan_out(bench, 100, 3, 2)
    fan_out(bench, 1000, bench.rounds, bench.rounds)
    fan_out(bench, 2000, 3, 1)
    fan_out(bench, 5000, 2, 1)


@contextmanager
def whole_path_sites(bench: Bench) -> Iterator[tuple[Commentary, Tutorial]]:
    with ExitStack() as stack:
        ours = stack.enter_context(commentary(bench.fresh("ours")))
        tutorial = stack.enter_context(Tutorial().running(bench.fresh("tutorial")))
        yield ours, tutorial


def frame_of(ours: Commentary) -> str:
    """A frame as our server sends it for one new entry, with the mark in its text."""
    from websockets.sync.client import connect  # noqa: PLC0415  (a test's dependency)
    from websockets.typing import Origin  # noqa: PLC0415

    address = ours.deployment.url
    path = f"{ours.page}live/?after={ours.cursor()}"
    with connect(address.replace("http", "ws") + path, origin=Origin(address), compression=None) as page:
        page.send(f'{{"after": "{ours.cursor()}"}}')
        page.recv(timeout=HANGING)
        with socket.create_connection(("127.0.0.1", ours.ports[0])) as poster:
            poster.sendall(ours.request())
            assert b" 200 " in poster.recv(65536)[:20]
        for _ in range(10):
            text = page.recv(timeout=HANGING)
            if isinstance(text, str) and MARK in text:
                return text
    raise AssertionError("the frame with the entry did not come")


def whole_path(bench: Bench) -> None:
    """POST, transaction, wake-up, query, rendering, fan-out; beside a Node that passes on our frames, ready made."""
    measure, readers = "whole path, 1000", bench.some(1000)
    with whole_path_sites(bench) as (ours, tutorial), ExitStack() as stack:
        frame = frame_of(ours)
        loads: dict[str, Load] = {}
        for site in (ours, tutorial):
            loads[site.name] = stack.enter_context(Load(bench.fresh("load")))
        node = next((peer for peer in fan_out_peers() if peer.name == NODE), None)
        entries: list[Any] = [ours, DEFLATED, tutorial, *([node] if node else [])]
        for number, entry in bench.turns(entries):
            if isinstance(entry, Peer):
                folder = bench.fresh(entry.name)
                with named(bench, measure, NODE), entry.running(folder) as pid, Load(folder) as load:
                    say(measure, "round", number + 1, entry.name, "passes on our frame")
                    meter = Meter(bench, measure, NODE, [pid])
                    entry.aim(load)
                    load.open(readers, AT_ONCE)
                    load.publish_by_socket(entry.port, entry.publish, frame)
                    _post(meter, load, [pid])
                continue
            deflate = entry == DEFLATED
            asked: Site = ours if deflate else entry
            name, load = DEFLATED if deflate else asked.name, loads[asked.name]
            say(measure, "round", number + 1, name)
            with named(bench, measure, name):
                asked.aim(load, deflate=deflate)
                load.open(readers, AT_ONCE)
                load.publish_by_post(asked.ports[0], asked.request())
                _post(Meter(bench, measure, name, asked.pids), load, asked.pids, slow=asked.slow)
            load.drop()
            settle(*asked.pids)


def _post(meter: Meter, load: Load, pids: list[int], *, slow: bool = False) -> None:
    settle(*pids, seconds=3)
    load.run(changes=2, seconds=1)
    meter.run("single", load, changes=300, seconds=1.0 if slow else 2.5)
    if not slow:
        meter.run("paced", load, changes=20, rate=10, seconds=2.0)


def latency(bench: Bench) -> None:
    """2,000 readers, 10 posts a second: from the moment a post is sent until each reader has all of its frame."""
    measure, readers, text = "latency, 2000", bench.some(2000), fragment()
    with whole_path_sites(bench) as (ours, tutorial), ExitStack() as stack:
        loads = {site.name: stack.enter_context(Load(bench.fresh("load"))) for site in (ours, tutorial)}
        peers = [peer for peer in fan_out_peers() if not peer.slow and peer.name != DEFLATED]
        for number, entry in bench.turns([ours, tutorial, *peers]):
            if isinstance(entry, Peer):
                folder, name = bench.fresh(entry.name), f"{entry.name}, fan-out only"
                with named(bench, measure, name), entry.running(folder) as pid, Load(folder) as load:
                    say(measure, "round", number + 1, name)
                    entry.aim(load)
                    load.open(readers, AT_ONCE)
                    load.publish_by_socket(entry.port, entry.publish, text)
                    settle(pid, seconds=3)
                    load.run(changes=2, seconds=1)
                    Meter(bench, measure, name, [pid]).run("paced", load, changes=30, rate=10, seconds=3.0)
                continue
            load = loads[entry.name]
            say(measure, "round", number + 1, entry.name, "whole path")
            with named(bench, measure, f"{entry.name}, whole path"):
                entry.aim(load)
                load.open(readers, AT_ONCE)
                load.publish_by_post(entry.ports[0], entry.request())
                settle(*entry.pids, seconds=3)
                load.run(changes=1 if entry.slow else 2, seconds=1)
                changes = 6 if entry.slow else 30
                meter = Meter(bench, measure, f"{entry.name}, whole path", entry.pids)
                meter.run("paced", load, changes=changes, rate=10, seconds=3.0)
            load.drop()
            settle(*entry.pids)
    bench.book.remark(measure, "Tutorial-style Channels gets 6 posts a round, the others 30: its queue only grows.")


def returning(bench: Bench) -> None:
    """1,000 readers come back at the same moment, each 50 changes behind."""
    measure, readers = "returning, 1000", bench.some(1000)
    with whole_path_sites(bench) as (ours, tutorial), ExitStack() as stack:
        loads = {site.name: stack.enter_context(Load(bench.fresh("load"))) for site in (ours, tutorial)}
        for number, site in bench.turns([ours, tutorial]):
            say(measure, "round", number + 1, site.name)
            load = loads[site.name]
            site.aim(load)
            load.open(10, AT_ONCE)  # the event has readers, so it has a room
            load.publish_by_post(site.ports[0], site.request())
            load.run(changes=BEHIND, seconds=20)
            if isinstance(site, Commentary):
                _return(bench, site, site.name, load, readers, readers)
                site.restart()  # the server was away, not the readers
                _return(bench, site, RESTARTED, load, readers, readers)
            else:
                if not number:
                    _return(bench, site, ALL_AT_ONCE, load, readers, readers)
                _return(bench, site, site.name, load, readers, AT_ONCE)
    bench.book.remark(
        measure,
        f"{TUTORIAL_STYLE} gets its readers {AT_ONCE} at a time. When all come at once, handshakes time out and are "
        "tried again, without end as far as was waited (60 s, one round).",
    )


def _return(bench: Bench, site: Site, who: str, load: Load, readers: int, at_once: int) -> None:
    site.aim(load, behind=BEHIND)
    load.drop()
    settle(*site.pids, seconds=3)
    meter = Meter(bench, "returning, 1000", who, site.pids)
    answer = meter.open("return", load, readers, at_once, behind=BEHIND, seconds=60)
    if answer["wrong"]:
        bench.book.remark(meter.measure, f"{who}: {answer['wrong']} frames out of order.")
    load.drop()
    settle(*site.pids)


class Browser:
    """One kept connection that loads pages."""

    def __init__(self, port: int) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=HANGING)

    def get(self, path: str, **headers: str) -> None:
        self.connection.request("GET", path, headers={"Accept-Encoding": "gzip", "Accept": "text/html"} | headers)
        answer = self.connection.getresponse()
        body = answer.read()
        assert answer.status == 200, (path, answer.status, body[:200])


MANY = """
from django.contrib.auth.models import User
from django.utils import timezone
owner, _ = User.objects.get_or_create(username='olga')
for slug, count in {slugs!r}.items():
    now = timezone.now()
    event = Event.objects.create(
        slug=slug, title='A match', owner=owner, starts_at=now, state='live', visibility='public', head=count
    )
    Entry.objects.bulk_create(
        [
            Entry(event=event, seq=n, position=n, shown=n, name='Ann', text=f'Entry {{n}}. {text}', published_at=now)
            for n in range(1, count + 1)
        ],
        batch_size=500,
    )
"""
WORDS = "The second stage is alight, and all nine engines of the first look good from here. " * 2


def pages(bench: Bench) -> None:
    """An event's page with 50 entries: the first load of an event nobody has asked for, and loads of one again."""
    measure, each = "pages", bench.some(30)
    with commentary(bench.fresh("ours")) as ours:
        slugs = {f"page-{number}": 50 for number in range(bench.rounds * each + 5)}
        ours.deployment.shell(MANY.format(slugs=slugs, text=WORDS))
        browser, names = Browser(ours.ports[0]), iter(slugs)
        for _ in range(4):
            browser.get(f"/events/{next(names)}/")
        warm = next(names)
        browser.get(f"/events/{warm}/")
        for number, kind in bench.turns([COLD, WARM]):
            say(measure, "round", number + 1, kind)
            paths = [f"/events/{next(names) if kind == COLD else warm}/" for _ in range(each)]
            before, began = cpu_seconds(*ours.pids), time.perf_counter()
            for path in paths:
                browser.get(path)
            bench.book.add(measure, kind, "ms wall", (time.perf_counter() - began) / each * 1e3)
            bench.book.add(measure, kind, "ms CPU", (cpu_seconds(*ours.pids) - before) / each * 1e3)


PLANS = """
from django.db import connection
from django.test.utils import CaptureQueriesContext
from feeds import changes, runs
from feeds.forms import Cursor
from feeds.timeline.variants import Variant
event = Event.objects.get(slug={slug!r})
for what, ask in (
    ('A page of the newest entries', lambda: runs.run(event, Variant.plain())),
    ('A frame over the last 50 changes', lambda: changes.frame_between(event.pk, Cursor(event.epoch, event.head - 50))),
):
    with CaptureQueriesContext(connection) as queries:
        ask()
    print(f'{{what}}, {{len(queries)}} queries:')
    for query in list(queries.captured_queries):
        with connection.cursor() as cursor:
            cursor.execute('EXPLAIN QUERY PLAN ' + query['sql'].replace('%', '%%'))
            steps = [row[3] for row in cursor.fetchall()]
        table = query['sql'].split(' FROM ', 1)[-1].split()[0].strip('"')
        print(f'  {{table}}: ' + '; '.join(steps))
    print()
"""


def growth(bench: Bench) -> None:
    """What a page and a catch-up cost by how much is in the event. A change before each, so that nothing is kept."""
    measure, sizes = "growth", [100, 1000, 10_000, 100_000][: 2 if bench.quick or bench.smoke else 4]
    with commentary(bench.fresh("ours")) as ours, Load(bench.fresh("load")) as load:
        slugs = {f"grown-{size}": size for size in sizes}
        ours.deployment.shell(MANY.format(slugs=slugs, text=WORDS))
        load.tell("targets")
        browser = Browser(ours.ports[0])
        for _, size in bench.turns([size for size in sizes for _ in range(2)], bench.rounds):
            ours.page, who = f"/events/grown-{size}/", f"{size:,} entries"
            load.publish_by_post(ours.ports[0], ours.request())
            spent = {"page": 0.0, "catch-up": 0.0}
            for _ in range(5):
                load.run(changes=1, seconds=1)
                paths = {"page": ours.page, "catch-up": f"{ours.page}changes/?after={ours.cursor(BEHIND)}"}
                load.run(changes=1, seconds=1)
                for what, path in paths.items():
                    before = cpu_seconds(*ours.pids)
                    browser.get(path, **({"HX-Request": "true"} if what == "catch-up" else {}))
                    spent[what] += cpu_seconds(*ours.pids) - before
            for what, seconds in spent.items():
                bench.book.add(measure, who, f"{what}: ms CPU", seconds / 5 * 1e3)
        bench.book.texts["query plans"] = ours.deployment.shell(PLANS.format(slug=f"grown-{sizes[-1]}"))
        ours.page = f"/events/{EVENT}/"


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
    """Where the time of a post and of its frame goes, part by part."""
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
    """More than an hour's worth of changes, as fast as they go: what becomes of the memory?"""
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
    """Main thread of a reader's browser for one new entry, and for a burst of 50, on a page of 300 entries."""
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
