"""The owner's tools through real servers: what they do to open pages, and what may be uploaded."""

import json
import time
from concurrent.futures import ThreadPoolExecutor
from itertools import product

import pytest

from e2e.deployment import Deployment
from e2e.live.conftest import Open
from e2e.live.test_access import is_put_out
from e2e.protocol.reader import ProtocolReader
from e2e.protocol.visitor import Answer, Visitor

# On the deployment where more can go wrong; the paths are the same.
pytestmark = pytest.mark.parametrize("deployment", ["two_processes"], indirect=True)


def upload(visitor: Visitor, path: str, content: bytes, *, chunked: bool = False) -> Answer:
    """Send a file as a browser does; `chunked`, as no browser does, without saying how large it is."""
    if not visitor.token:
        visitor.fetch_token()
    headers = {
        "Content-Type": "multipart/form-data; boundary=frontier",
        "Origin": visitor.url,
        "X-CSRFToken": visitor.token,
    }
    start = b'--frontier\r\nContent-Disposition: form-data; name="file"; filename="event.json"\r\n\r\n'
    body = start + content + b"\r\n--frontier--\r\n"
    return visitor.request("POST", path, iter([body[:1000], body[1000:]]) if chunked else body, headers)


def document(entries: int, padding: int = 0) -> bytes:
    post = {"name": "Ann", "text": "Goal!", "published_at": "2026-07-04T18:00:00Z", "comments": []}
    event = {
        "title": "Imported",
        "address": "imported",
        "starts_at": "2026-07-04T18:00:00Z",
        "time_zone": "UTC",
        "state": "ended",
        "posting": "open",
    }
    posts = [post | {"position": number} for number in range(1, entries + 1)]
    whole = {"format": "commentary-event", "version": 1, "event": event, "entries": posts}
    return json.dumps(whole).encode() + b" " * padding


def test_readers_are_told_that_their_event_was_deleted(deployment: Deployment, slug: str, open_readers: Open) -> None:
    readers, olga = open_readers(slug), Visitor(deployment.urls[-1]).sign_in()
    polling = ProtocolReader(deployment.url, slug)
    assert olga.post(f"/events/{slug}/delete/", htmx=False, title="A match").status == 302
    for reader in readers:
        is_put_out(reader)
    polling.page.swap(polling.poll(status=404))
    assert polling.page.socket_path == ""
    assert Visitor(deployment.url).get(f"/events/{slug}/").status == 404


def test_another_event_at_the_address_of_a_deleted_one_is_live_at_once(
    deployment: Deployment, slug: str, open_readers: Open
) -> None:
    readers = open_readers(slug)
    deployment.shell(f"Event.objects.get(slug={slug!r}).destroy()")
    for reader in readers:
        is_put_out(reader)
    deployment.event(slug, entries=1)
    for reader in open_readers(slug):
        reader.agrees()
        assert reader.page.texts == ["Entry 1"]


def test_what_is_erased_leaves_every_page_at_once(deployment: Deployment, slug: str, open_readers: Open) -> None:
    paul, ann = Visitor(deployment.urls[0], "Paul"), Visitor(deployment.urls[-1], "Ann")
    for number in range(5):
        paul.publish(slug, f"My number is 555-1234, {number}")
        head = ann.publish(slug, f"Goal {number}")
    readers = open_readers(slug)
    deployment.shell(
        f"event = Event.objects.get(slug={slug!r})\n"
        "event.erase_visitor(event.entries.filter(name='Paul').first().visitor, by=event.owner)"
    )
    for reader in readers:
        frames = len(reader.frames)
        reader.reaches(head + 5)
        assert reader.page.texts == [f"Goal {number}" for number in reversed(range(5))]
        assert "555-1234" not in "".join(reader.frames[frames:])
        reader.agrees()


def test_who_is_signed_in_uploads_megabytes_and_nobody_else_does(deployment: Deployment) -> None:
    deployment.event(f"stock-{time.monotonic_ns()}")  # makes olga
    olga, stranger = Visitor(deployment.url).sign_in(), Visitor(deployment.url)
    forged = Visitor(deployment.url)
    forged.cookies["sessionid"] = "x" * 32
    large = document(10, padding=4 * 1024 * 1024)
    answer = upload(olga, "/events/import/", large)
    assert answer.status == 302, answer.text
    slug = answer.headers["Location"]
    assert slug.startswith("/events/imported")
    for chunked in (False, True):
        for somebody, path in product((stranger, forged), ("/events/import/", "/events/new/")):
            answer = upload(somebody, path, large, chunked=chunked)
            assert answer.status == 413
            assert "you must be signed in" in answer.text
        for path in ("/sign-in/", "/events/import", "/events/import/x/"):
            assert upload(olga, path, large, chunked=chunked).status == 413
    exported = olga.post(f"{slug}export/", htmx=False)
    assert json.loads(exported.text)["entries"][9]["position"] == 10


def test_ten_thousand_entries_come_in_and_posts_go_on(deployment: Deployment, slug: str) -> None:
    olga = Visitor(deployment.url).sign_in()
    assert upload(olga, "/events/import/", document(10_000)).status == 302
    assert Visitor(deployment.url).publish(slug, "Still here") > 0


@pytest.mark.parametrize("key", ["", "0197a0b0c0d0" + "5" * 20], ids=["many forms", "one form"])
def test_of_many_events_of_one_title_made_at_once_each_form_has_one(
    deployment: Deployment, new_slug: str, key: str
) -> None:
    deployment.event(f"{new_slug}-before")  # and with it the account
    people = [Visitor(deployment.urls[number % len(deployment.urls)]).sign_in() for number in range(6)]
    form = {"title": new_slug, "starts_at": "2026-07-04T20:00", "time_zone": "UTC", "visibility": "unlisted"}
    form |= {"slug": "", "posting": "open", "key": key}

    def makes(visitor: Visitor) -> int:
        return visitor.post("/events/new/", htmx=False, **form).status

    try:
        with ThreadPoolExecutor(len(people)) as at_once:
            assert list(at_once.map(makes, people)) == [302] * 6
        made = deployment.shell(f"print(Event.objects.filter(title={new_slug!r}).count())").strip()
        assert made == ("1" if key else "6")
    finally:
        deployment.shell("from feeds.models import Attempt\nAttempt.objects.all().delete()")
