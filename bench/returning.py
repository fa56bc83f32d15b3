"""A thousand readers who come back at once."""

from contextlib import ExitStack

from bench.load import Load
from bench.rounds import AT_ONCE, BEHIND, Bench, Meter, say, settle
from bench.servers import (
    OURS,
    TUTORIAL_STYLE,
    Commentary,
    Site,
)
from bench.whole_path import whole_path_sites

RESTARTED = f"{OURS}, just restarted"
ALL_AT_ONCE = f"{TUTORIAL_STYLE}, all at once"


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
