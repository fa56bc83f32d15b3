"""Requests while the database is away, and the connections that a process makes to it otherwise."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import psycopg

from e2e.deployment import Deployment
from e2e.people.going import PASSWORD
from e2e.protocol.reader import ProtocolReader
from e2e.protocol.visitor import Answer, Visitor

CONNECTIONS = 16
"""Connections to PostgreSQL that a process may hold."""


def start_named(deployment: Deployment) -> None:
    """Start all processes with names for their connections: process-0, …; those of `manage.py` have none."""
    url = deployment.environment["DATABASE_URL"]
    for number in range(len(deployment.ports)):
        deployment.environment["DATABASE_URL"] = f"{url}?application_name=process-{number}"
        deployment.start(number)
    deployment.environment["DATABASE_URL"] = url


def connections(watching: psycopg.Connection) -> Counter[str]:
    """Number of connections that each process holds now."""
    query = "SELECT application_name FROM pg_stat_activity WHERE application_name LIKE 'process-%'"
    return Counter(name for (name,) in watching.execute(query))


def everything(reader: ProtocolReader, host: Visitor) -> list[Callable[[], Answer]]:
    """Requests by the reader of a page, and by the host of its event, that need the database."""
    reads, event = reader.visitor, f"/events/{reader.slug}/"
    entry = f"{event}entries/{reader.page.entries[0].pk}/"
    reads.fetch_token()
    return [
        lambda: reads.get("/"),
        lambda: reads.get("/events/", htmx=True),
        lambda: reads.get(event),
        lambda: reads.get(entry),
        lambda: reads.get(f"{event}own-posts.css"),
        lambda: reads.get(f"{event}changes/?after={reader.page.cursor}", htmx=True),
        lambda: reads.get(f"{event}entries/?before=2&after={reader.page.cursor}", htmx=True),
        lambda: reads.post(f"{event}entries/", htmx=True, name="Ann", text="In vain"),
        lambda: reads.post(f"{event}entries/", htmx=False, name="Ann", text="In vain"),
        lambda: reads.post(f"{entry}comments/", htmx=True, name="Ann", text="In vain"),
        lambda: reads.post(f"{entry}comments/", htmx=False, name="Ann", text="In vain"),
        lambda: reads.post("/sign-in/", htmx=False, username="olga", password=PASSWORD),
        lambda: host.get("/sign-in/"),
        lambda: host.get(f"{entry}edit/", htmx=True),
        lambda: host.post(f"{entry}edit/", htmx=True, text="In vain"),
        lambda: host.post(f"{entry}remove/", htmx=True),
        lambda: host.post(f"{event}end/", htmx=False),
        lambda: host.get(f"{event}settings/"),
        lambda: host.get("/admin/"),
        lambda: host.post("/sign-out/", htmx=False),
    ]


def is_told_to_try_again(answer: Answer) -> None:
    assert (answer.status, answer.headers["Retry-After"]) == (503, "5")
    if answer.headers["HX-Retarget"] is None:
        assert "<h1>This site is busy or restarting</h1>" in answer.text
    else:
        assert (answer.headers["HX-Retarget"], answer.headers["HX-Reswap"]) == ("#problem", "innerHTML")
        assert "<strong>This site is busy or restarting.</strong> Your text is still in the form." in answer.text


@contextmanager
def flood(deployment: Deployment, path: str, askers: int) -> Iterator[Counter[int]]:
    """Ask every process for a page again and again while the block runs. Yields the answers' statuses."""
    stopped, statuses, counting = threading.Event(), Counter[int](), threading.Lock()

    def ask(url: str) -> None:
        while not stopped.is_set():
            status = Visitor(url).get(path).status
            with counting:
                statuses[status] += 1

    with ThreadPoolExecutor(askers * len(deployment.urls)) as pool:
        asking = [pool.submit(ask, url) for url in deployment.urls for _ in range(askers)]
        try:
            yield statuses
        finally:
            stopped.set()
        for each in asking:
            each.result()
