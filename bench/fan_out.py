"""Fan-out alone: a publisher's socket sends, and every reader receives."""

from bench.load import Load
from bench.machine import memory_kb
from bench.rounds import AT_ONCE, Bench, Meter, named, say, settle
from bench.servers import (
    DEFLATED,
    Peer,
    fan_out_peers,
    fragment,
)

FAN = "fan-out, 1000"


def fan_out(bench: Bench, readers: int, rounds: int, slow_rounds: int) -> None:
    """The last step alone: every message on a publisher's socket goes to every reader."""
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
    """Publish as many changes as a few seconds allow."""
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
