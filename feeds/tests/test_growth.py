"""Pages cost as much after years as in the first week: bounds on rows, bytes and queries, as databases tell them.

Times are for `make bench ONLY=big`. The same tests run on PostgreSQL: see e2e/live/test_growth.py.
"""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bench.crowd import Size, fill
from feeds.live import reaction_counts
from feeds.models import Act, Comment, Entry, Event, Presence
from feeds.tests.conftest import signed_in
from feeds.tests.helpers import HTMX

SMALL, LARGE = Size(1_200, 2_400, 600, thread=250), Size(3_600, 9_000, 1_800, thread=4_000)
ROWS = 1_200
"""Rows that one step of a plan may touch: what is counted up to a thousand, and a page."""
PARTIAL = "event_ends"
"""An index of events that are live and end by themselves, which is read as a whole."""
GROWING = "feeds_entry|feeds_comment|feeds_event|feeds_act"


@dataclass
class Cost:
    """Cost of a page for the database and the network."""

    size: int = 0
    queries: int = 0
    steps: int = 0
    """Steps of SQLite's virtual machine, in hundreds."""
    scans: list[str] = field(default_factory=list)
    """Steps of plans that look at a whole table, sort it, or touch more than `ROWS` of its rows."""


def cost_of(ask: Callable[[], Any]) -> Cost:
    cache.clear()
    cost, lite = Cost(), connection.vendor == "sqlite"

    def tick() -> int:
        cost.steps += 1
        return 0

    if lite:
        connection.connection.set_progress_handler(tick, 100)
    with CaptureQueriesContext(connection) as captured:
        answer = ask()
    if lite:
        connection.connection.set_progress_handler(None, 0)
    cost.size = len(answer.content) if answer is not None else 0
    cost.queries = len(captured)
    asked = [query["sql"] for query in captured if re.match(r"SELECT|UPDATE|DELETE", query["sql"])]
    explain = plan_of_sqlite if lite else plan_of_postgresql
    cost.scans = [step for sql in asked if re.search(GROWING, sql) for step in explain(sql)]
    return cost


def plan_of_sqlite(sql: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN QUERY PLAN " + sql.replace("%", "%%"), [])
        plan = [row[3] for row in cursor.fetchall()]
    return [f"{step}: {sql[-300:]}" for step in plan if re.match(rf"SCAN ({GROWING})\b(?!.* {PARTIAL})", step)]


def plan_of_postgresql(sql: str) -> list[str]:
    if not sql.startswith("SELECT"):
        return []
    with connection.cursor() as cursor:
        # Tables are small here, and a scan of all of one would seem the cheapest; it is refused where it can be.
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("EXPLAIN (ANALYZE, FORMAT JSON) " + sql)
        found = cursor.fetchone()[0]
    plan = (json.loads(found) if isinstance(found, str) else found)[0]["Plan"]
    return [f"{step}: {sql[-300:]}" for step in nodes(plan)]


def nodes(plan: dict[str, Any]) -> list[str]:
    said = f"{plan['Node Type']} {plan.get('Relation Name', '')} {plan.get('Index Name', '')}"
    touched = (plan["Actual Rows"] + plan.get("Rows Removed by Filter", 0)) * max(plan["Actual Loops"], 1)
    wrong = [f"{said} of {touched}"] if touched > ROWS else []
    if plan["Node Type"] == "Seq Scan" and re.search(GROWING, plan["Relation Name"]):
        wrong.append(said)
    return wrong + [each for inner in plan.get("Plans", []) for each in nodes(inner)]


def grown(event: Event, size: Size) -> None:
    for rows in (Comment, Entry, Act):
        rows.objects.all().delete()
    Event.objects.exclude(pk=event.pk).delete()
    fill(event, size)
    Presence.objects.report("another", {event.pk: range(7)})
    comments = event.entries.visible().order_by("-position")[0].comments.visible().order_by("-position")
    comments[0].retract()
    (old := comments[100]).retract()
    old.restore()  # what a frame brings of the rest of that thread is in “changes”
    event.refresh_from_db()


class Posts:
    """The posts of an event that addresses name: the first, the last, and some from the middle."""

    def __init__(self, event: Any) -> None:
        self.first, *_, self.last = event.entries.visible().order_by("position")
        later = event.entries.visible().filter(position__gt=self.last.position // 2)
        self.middle = later.order_by("position").first()
        replies = self.last.comments.visible().order_by("position").values_list("position", flat=True)
        self.reply = replies[self.last.replies // 2]
        self.act = event.acts.order_by("pk").first()


def asked_by_a_visitor(here: str, posts: Posts) -> list[str]:
    first, middle, last, at = posts.first, posts.middle, posts.last, "%Y-%m-%dT%H:%M"
    return [
        *("/", "/events/?list=over", "/events/?list=coming", here, f"{here}wall/", f"{here}own-posts.css"),
        *(
            f"{here}?order={order}&view={view}"
            for order in ("newest", "oldest")
            for view in ("all", "moments", "hosts")
        ),
        *(f"{here}?view={view}&at={post.published_at:{at}}" for view in ("all", "hosts") for post in (middle, last)),
        *(f"{here}?before={middle.position}", f"{here}?since={middle.position}"),
        *(f"{here}entries/{post.pk}/" for post in (first, middle, last)),
        *(f"{here}entries/{last.pk}/?{way}={said}" for way in ("since", "before", "from") for said in (0, posts.reply)),
    ]


def asked_by_a_host(here: str, posts: Posts) -> list[str]:
    return [
        *("/", "/events/?list=own", here, f"{here}host/", f"{here}host/removed/", f"{here}host/log/"),
        *(
            f"{here}host/removed/?before={posts.middle.position}",
            f"{here}host/log/?before={posts.act.pk}",
            f"{here}people/",
        ),
        *(f"{here}owner/?q=zebra", f"{here}settings/", f"{here}own-posts.css"),
    ]


def asked_by_staff(event: Any) -> list[str]:
    return [
        *(f"/admin/feeds/{kind}/" for kind in ("event", "entry", "comment")),
        *("/admin/feeds/comment/?q=zebra", "/admin/feeds/event/?q=zebra", "/admin/feeds/entry/?by_host__exact=1"),
        *(f"/admin/feeds/event/{event.pk}/change/", f"/admin/feeds/event/{event.pk}/delete/"),
        "/admin/autocomplete/?term=zebra&app_label=feeds&model_name=comment&field_name=entry",
    ]


def polled_by_a_visitor(event: Any, here: str, posts: Posts) -> list[str]:
    comments = f"{here}entries/{posts.last.pk}/comments/"
    return [
        *("/events/", f"{here}changes/?after={event.epoch}-{event.head - 5}", f"{here}changes/?after=none-0"),
        *(comments, f"{comments}?before={posts.reply}"),
    ]


def polled_by_a_host(here: str) -> list[str]:
    removed = f"{here}host/removed/"
    return ["/events/", f"{here}host/state/", removed, f"{removed}?view=hosts", f"{here}people/"]


def pages(event: Any, owner: Any, admin: Any) -> dict[str, Callable[[], Any]]:
    """Every page that lists something, and everything that pages ask for again and again, by name."""
    visitor, host, staff = Client(), signed_in(owner), signed_in(admin)
    here = f"/events/{event.slug}/"
    visitor.get(here)
    posts = Posts(event)
    requests: list[tuple[str, Client, list[str], dict[str, str]]] = [
        ("visitor", visitor, asked_by_a_visitor(here, posts), {}),
        ("host", host, asked_by_a_host(here, posts), {}),
        ("staff", staff, asked_by_staff(event), {}),
        ("visitor", visitor, polled_by_a_visitor(event, here, posts), HTMX),
        ("host", host, polled_by_a_host(here), HTMX),
    ]
    found: dict[str, Callable[[], Any]] = {}
    for name, who, paths, headers in requests:
        for path in paths:
            said = re.sub(r"\d{4}-\d\d-\d\dT[\d:]+|\d+", "…", path)
            key = f"{name} {said}{' polled' if headers else ''}"
            key += "'" * sum(each.rstrip("'") == key for each in found)
            found[key] = partial(who.get, path, headers=headers)
    return found | {"tick: keep_time": Event.objects.keep_time, "tick: left over": reaction_counts.publish_left_over}


@pytest.fixture
def costs(event, olga, admin, monkeypatch):
    monkeypatch.setattr("feeds.admin.WINDOW", 500)
    monkeypatch.setattr("feeds.forms.event_data.SEARCHED", 500)

    def measure(size: Size) -> dict[str, Cost]:
        grown(event, size)
        return {name: cost_of(ask) for name, ask in pages(event, olga, admin).items()}

    return measure


@pytest.mark.timeout(600)
def test_what_a_page_costs_does_not_grow_with_what_is_in_the_database(costs):
    small, large = costs(SMALL), costs(LARGE)
    more = {
        name: (small[name], cost)
        for name, cost in large.items()
        if cost.size > 1.2 * small[name].size + 3_000
        or cost.queries > small[name].queries + 2
        or cost.steps > 1.5 * small[name].steps + 100
    }
    assert not more, "\n".join(f"{name}: {one} → {other}" for name, (one, other) in more.items())
    searched = {"staff", "zebra"}  # among the newest rows, which are read one by one
    scans = {name: cost.scans for name, cost in large.items() if cost.scans and not searched & {*re.split(r"\W", name)}}
    assert not scans, "\n".join(f"{name}: {found}" for name, found in scans.items())
