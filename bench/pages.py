"""Pages and catching up: kept or not, and with more and more in the event."""

import http.client
import time

from bench.load import Load
from bench.machine import cpu_seconds
from bench.rounds import BEHIND, Bench, say
from bench.servers import (
    EVENT,
    commentary,
)
from e2e.patience import HANGING

COLD = "first load"
WARM = "again"


class Browser:
    """A browser that loads pages on one connection."""

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
    """An event's page with 50 entries: the first load of an event, and later loads."""
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
from feeds.forms import Cursor
from feeds.timeline import frames, listing
from feeds.timeline.variants import Variant
event = Event.objects.get(slug={slug!r})
for what, ask in (
    ('A page of the newest entries', lambda: listing.run(event, Variant.plain())),
    ('A frame over the last 50 changes', lambda: frames.frame_between(event.pk, Cursor(event.epoch, event.head - 50))),
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
    """Cost of a page and of a catch-up by the size of the event. A change before each empties the caches."""
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
