"""`/healthz` and `/readyz`, as a load balancer asks for them."""

import asyncio
import json

import pytest

from serving import health


def asked(application, path, method="GET", **scope):
    """The status, headers and body of an answer."""
    sent = []

    async def send(message):
        sent.append(message)

    asyncio.run(application({"type": "http", "method": method, "path": path, "headers": [], **scope}, None, send))
    start, body = sent
    return start["status"], dict(start["headers"]), body["body"]


@pytest.fixture
def known():
    return {"status": "ready"}


@pytest.fixture
def looks():
    """Moments at which somebody looked whether the process is ready."""
    return []


@pytest.fixture
def application(known, looks):
    async def other(scope, receive, send):
        await send({"type": "http.response.start", "status": 404, "headers": []})
        await send({"type": "http.response.body", "body": b"other"})

    async def readiness():
        looks.append(1)
        return dict(known)

    return health.with_health(other, "1.2.3", readiness)


def test_a_server_that_runs_says_so_whoever_asks_by_whatever_host(application, looks):
    for headers in ([], [(b"host", b"evil.example")]):
        status, said, body = asked(application, "/healthz", headers=headers)
        assert (status, json.loads(body)) == (200, {"status": "ok", "version": "1.2.3"})
        assert said[b"cache-control"] == b"no-store"
    assert looks == []


def test_head_has_no_body_and_other_methods_and_addresses_are_for_the_application(application):
    status, said, body = asked(application, "/healthz", "HEAD")
    assert (status, body) == (200, b"")
    assert int(said[b"content-length"]) > 0
    for path, method in (("/healthz", "POST"), ("/healthz/", "GET"), ("/", "GET")):
        assert asked(application, path, method)[0] == 404


def test_what_is_not_ready_answers_503_and_says_why(application, known, looks):
    known |= {"status": "no database", "database": "does not answer"}
    status, _, body = asked(application, "/readyz")
    assert (status, json.loads(body)["status"]) == (503, "no database")


def test_however_many_ask_the_process_is_looked_at_once_a_second(application, looks, monkeypatch):
    now = 100.0
    monkeypatch.setattr(health.time, "monotonic", lambda: now)
    for _ in range(5):
        assert asked(application, "/readyz")[0] == 200
    assert len(looks) == 1
    now += 1
    asked(application, "/readyz")
    assert len(looks) == 2
