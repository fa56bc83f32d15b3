"""The whole path of a post, from the request to the last reader."""

import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from bench.load import STAMP, Load
from bench.rounds import AT_ONCE, Bench, Meter, named, say, settle
from bench.servers import (
    DEFLATED,
    NODE,
    Commentary,
    Peer,
    Site,
    Tutorial,
    commentary,
    fan_out_peers,
    fragment,
)
from e2e.patience import HANGING


@contextmanager
def whole_path_sites(bench: Bench) -> Iterator[tuple[Commentary, Tutorial]]:
    with ExitStack() as stack:
        ours = stack.enter_context(commentary(bench.fresh("ours")))
        tutorial = stack.enter_context(Tutorial().running(bench.fresh("tutorial")))
        yield ours, tutorial


def frame_of(ours: Commentary) -> str:
    """The frame of our server for one new entry, with the stamp in its text."""
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
            if isinstance(text, str) and STAMP in text:
                return text
    raise AssertionError("the frame with the entry did not come")


def whole_path(bench: Bench) -> None:
    """POST, transaction, wake-up, query, rendering, fan-out; beside a Node server that passes on our rendered frame."""
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
    """Time from sending a post until each of 2,000 readers has all of its frame, at 10 posts a second."""
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
