"""Cost of pages and files at 100,000 entries, 500,000 comments and 10,000 events, one process on SQLite."""

import http.cookiejar
import json
import re
import threading
import time
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from bench.book import Book
from bench.crowd import Size
from e2e.deployment import Deployment

MEASURE = "big"
HTMX = {"HX-Request": "true"}
FILL = """
from bench.crowd import Size, fill
event = Event.objects.get(slug='big')
fill(event, Size({entries}, {comments}, {events}, {thread}))
last = event.entries.visible().order_by('-position').first()
print(last.pk, last.position // 2)
"""
DOCUMENT = {"position": 1, "published_at": "2026-07-04T18:00:00Z", "name": "Ann", "text": "Something was said."}


class Person:
    """A browser with its cookies."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.jar = http.cookiejar.CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.jar))

    def get(self, path: str, headers: dict[str, str] | None = None) -> bytes:
        with self.opener.open(urllib.request.Request(self.url + path, headers=headers or {}), timeout=600) as answer:
            return bytes(answer.read())

    def post(self, path: str, data: bytes, kind: str = "application/x-www-form-urlencoded") -> bytes:
        headers = {"Content-Type": kind, "Referer": self.url + "/", "Origin": self.url}
        with self.opener.open(urllib.request.Request(self.url + path, data, headers), timeout=600) as answer:
            return bytes(answer.read())

    def token(self, page: str) -> str:
        found = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', self.get(page).decode())
        assert found, f"no form on {page}"
        return found[1]

    def sign_in(self) -> "Person":
        form = {"username": "olga", "password": "correct horse battery", "csrfmiddlewaretoken": self.token("/sign-in/")}
        self.post("/sign-in/", urllib.parse.urlencode(form).encode())
        return self


def big(bench: Any) -> None:
    size, taken_in = (Size(10_000, 50_000, 1_000, 2_000), 5_000) if bench.quick else (Size(), 50_000)
    if bench.smoke:
        size, taken_in = Size(300, 600, 50, 50), 300
    with filled(bench.fresh("big"), size) as (deployment, last, middle):
        visitor, host = Person(deployment.url), Person(deployment.url).sign_in()
        for _ in range(bench.rounds):
            for name, ask in pages(visitor, host, last, middle).items():
                began = time.monotonic()
                answer = ask()
                bench.book.add(MEASURE, name, "ms", (time.monotonic() - began) * 1e3)
                bench.book.add(MEASURE, name, "KB", len(answer) / 1e3)
        export(bench.book, deployment, host)
        take_in(bench.book, deployment, host, taken_in)
        bench.book.remark(MEASURE, f"In the database: {size}, most of them in one event.")


@contextmanager
def filled(folder: Path, size: Size) -> Iterator[tuple[Deployment, int, int]]:
    deployment = Deployment(folder)
    deployment.prepare()
    deployment.event("big")
    last, middle = deployment.shell(FILL.format_map(vars(size))).split()
    deployment.start_all()
    try:
        yield deployment, int(last), int(middle)
    finally:
        deployment.end_all()


def pages(visitor: Person, host: Person, last: int, middle: int) -> dict[str, Callable[[], bytes]]:
    here = "/events/big/"
    asked: dict[str, tuple[Person, str, dict[str, str]]] = {
        "home": (visitor, "/", {}),
        "home, its poll": (visitor, "/events/", HTMX),
        "the event": (visitor, here, {}),
        "its key moments": (visitor, f"{here}?view=moments", {}),
        "its hosts alone": (visitor, f"{here}?view=hosts", {}),
        "earlier entries": (visitor, f"{here}?before={middle}", {}),
        "the entry with most comments": (visitor, f"{here}entries/{last}/", {}),
        "the desk": (host, f"{here}host/", {}),
        "the desk's state": (host, f"{here}host/state/", HTMX),
        "removed posts": (host, f"{here}host/removed/", HTMX),
        "the log": (host, f"{here}host/log/", {}),
        "a search for posts to erase": (host, f"{here}owner/?q=zebra", {}),
        "admin: events": (host, "/admin/feeds/event/", {}),
        "admin: comments": (host, "/admin/feeds/comment/", {}),
        "admin: a search": (host, "/admin/feeds/comment/?q=zebra", {}),
    }
    return {name: partial(who.get, path, headers) for name, (who, path, headers) in asked.items()}


def export(book: Book, deployment: Deployment, host: Person) -> None:
    """Export to a browser that reads at full speed, and the most memory that the process takes for it."""
    before, most, done = deployment.memory(), [0], threading.Event()

    def watch() -> None:
        while not done.wait(0.05):
            most[0] = max(most[0], deployment.memory())

    watching = threading.Thread(target=watch)
    watching.start()
    token = {"csrfmiddlewaretoken": host.token("/events/big/owner/")}
    began = time.monotonic()
    document = host.post("/events/big/export/", urllib.parse.urlencode(token).encode())
    done.set()
    watching.join()
    book.add(MEASURE, "an export", "ms", (time.monotonic() - began) * 1e3)
    book.add(MEASURE, "an export", "KB", len(document) / 1e3)
    book.add(MEASURE, "an export", "MB more memory", max(0, most[0] - before) / 1e6)
    json.loads(document)


def take_in(book: Book, deployment: Deployment, host: Person, number: int) -> None:
    """Import while a visitor posts, and the time of their slowest post."""
    about: dict[str, Any] = {
        "title": "Taken in",
        "address": "taken-in",
        "time_zone": "UTC",
        "state": "ended",
        "posting": "open",
    }
    about |= {"starts_at": "2026-07-04T18:00:00Z", "ended_at": "2026-07-04T20:00:00Z", "comments_open": True}
    posts = [DOCUMENT | {"position": position} for position in range(1, number + 1)]
    document = {"format": "commentary-event", "version": 1, "event": about, "entries": posts}
    token, border = host.token("/events/import/"), "-" * 20
    parts = [f'Content-Disposition: form-data; name="csrfmiddlewaretoken"\r\n\r\n{token}']
    parts += [f'Content-Disposition: form-data; name="file"; filename="event.json"\r\n\r\n{json.dumps(document)}']
    body = "".join(f"--{border}\r\n{part}\r\n" for part in parts) + f"--{border}--\r\n"
    began = time.monotonic()
    kind = f"multipart/form-data; boundary={border}"
    sending = threading.Thread(target=lambda: host.post("/events/import/", body.encode(), kind))
    sending.start()
    visitor, longest = Person(deployment.url), 0.0
    deployment.event("beside")
    visitor_token = visitor.token("/events/beside/")
    while sending.is_alive():
        form = {"name": "Paul", "text": f"At {time.monotonic()}", "key": "", "csrfmiddlewaretoken": visitor_token}
        sent = time.monotonic()
        visitor.post("/events/beside/entries/", urllib.parse.urlencode(form).encode())
        longest = max(longest, time.monotonic() - sent)
        time.sleep(0.2)
    sending.join()
    book.add(MEASURE, f"an import of {number:,} posts", "ms", (time.monotonic() - began) * 1e3)
    book.add(MEASURE, "a post during it, at the longest", "ms", longest * 1e3)
