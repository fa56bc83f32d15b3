"""Limits of bodies: set by the route, checked before a body is read."""

import http.client
import os
import socket
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from e2e.deployment import Deployment
from e2e.patience import HANGING
from e2e.protocol.reader import ProtocolReader
from e2e.protocol.visitor import Visitor

FORM = "Content-Type: application/x-www-form-urlencoded"
CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
MEGABYTE = 1024 * 1024


@pytest.fixture
def deployment(one_process: Deployment) -> Iterator[Deployment]:
    yield one_process
    assert "Traceback" not in one_process.log.read_text()


@pytest.fixture(scope="module")
def owner(one_process: Deployment) -> Visitor:
    one_process.event("bodies")
    return Visitor(one_process.url).sign_in()


def begin(deployment: Deployment, path: str, *headers: str, cookie: str = "") -> socket.socket:
    """The headers of a POST, and nothing of its body."""
    connection = socket.create_connection(("127.0.0.1", deployment.ports[0]), timeout=HANGING)
    lines = [f"POST {path} HTTP/1.1", f"Host: 127.0.0.1:{deployment.ports[0]}", f"Cookie: {cookie}", *headers]
    connection.sendall("\r\n".join([*lines, "", ""]).encode())
    return connection


def answer(connection: socket.socket) -> tuple[int, str, http.client.HTTPMessage]:
    with connection:
        response = http.client.HTTPResponse(connection)
        response.begin()
        return response.status, response.read().decode(), response.headers


@pytest.mark.parametrize("length", ["100000000000", "70000", "9" * 5000, "9" * 18])
def test_a_body_that_says_it_is_too_large_is_refused_before_any_of_it_comes(
    deployment: Deployment, slug: str, length: str
) -> None:
    path = f"/events/{slug}/entries/"
    status, text, headers = answer(begin(deployment, path, FORM, f"Content-Length: {length}"))
    assert status == 413
    assert "That is too large" in text
    assert "default-src" in headers["Content-Security-Policy"]
    assert headers["Connection"] == "close"


def test_who_asks_before_sending_is_told_no_or_to_go_on(deployment: Deployment, slug: str) -> None:
    path, expects = f"/events/{slug}/entries/", "Expect: 100-continue"
    assert answer(begin(deployment, path, FORM, expects, "Content-Length: 70000"))[0] == 413
    with begin(deployment, path, FORM, expects, "Content-Length: 9") as connection:
        assert connection.recv(100) == CONTINUE
        connection.sendall(b"text=much")
        assert answer(connection)[0] == 403  # a form without its token


@pytest.mark.parametrize("chunk", [1024, 60_000], ids=["small chunks", "large chunks"])
def test_a_body_of_unknown_length_is_refused_at_the_first_byte_too_many(
    deployment: Deployment, slug: str, chunk: int
) -> None:
    connection = begin(deployment, f"/events/{slug}/entries/", FORM, "Transfer-Encoding: chunked")
    piece = b"%x\r\n" % chunk + b"x" * chunk + b"\r\n"
    with suppress(ConnectionError):
        connection.sendall(piece * (70_000 // chunk + 1))  # and no end to it
    status, text, headers = answer(connection)
    assert (status, headers["Connection"]) == (413, "close")
    assert "That is too large" in text


def test_who_sends_on_regardless_is_cut_off(deployment: Deployment, slug: str) -> None:
    sent = 0
    with (
        begin(deployment, f"/events/{slug}/entries/", FORM, f"Content-Length: {1 << 40}") as connection,
        suppress(ConnectionError),
    ):
        while sent < 400 * MEGABYTE:
            sent += connection.send(b"x" * MEGABYTE)
    assert sent < 400 * MEGABYTE


def test_what_may_be_sent_belongs_to_the_route_and_to_who_sends_it(deployment: Deployment, owner: Visitor) -> None:
    multipart, expects = "Content-Type: multipart/form-data; boundary=x", "Expect: 100-continue"

    def asks(path: str, size: int, cookie: str = "") -> tuple[int, str]:
        connection = begin(deployment, path, multipart, expects, f"Content-Length: {size}", cookie=cookie)
        if connection.recv(len(CONTINUE), socket.MSG_PEEK) == CONTINUE:
            connection.close()
            return 100, ""
        return answer(connection)[:2]

    invented = "sessionid=" + "x" * 32
    for cookie in ("", invented):
        for path in ("/events/import/", "/events/new/", "/events/bodies/settings/"):
            status, text = asks(path, MEGABYTE, cookie)
            assert status == 413
            assert "you must be signed in to send one" in text
    for path, taken in (
        ("/events/import/", 20 * MEGABYTE),
        ("/events/import/?next=/", 20 * MEGABYTE),
        ("/events/new/", 8 * MEGABYTE),
        ("/events/bodies/settings/", 8 * MEGABYTE),
        ("/events/b%6fdies/settings/", 8 * MEGABYTE),
    ):
        assert asks(path, taken, owner.cookie) == (100, ""), path
        assert asks(path, taken + 100_000, owner.cookie)[0] == 413, path
    for path in (
        "/events/import",
        "/events/bodies/entries/1/comments/",
        "/nowhere/settings/",
        "/sign-in/",
        "/",
        "/%ff/",
    ):
        assert asks(path, 70_000, owner.cookie)[0] == 413, path


def test_a_large_file_arrives_whole_with_and_without_its_length(deployment: Deployment, owner: Visitor) -> None:
    filling = b" " * MEGABYTE * 2
    headers = {
        "Content-Type": "multipart/form-data; boundary=x",
        "X-CSRFToken": owner.token,
        "Origin": deployment.url,
    }
    start = b'--x\r\nContent-Disposition: form-data; name="file"; filename="event.json"\r\n\r\n{"format": 0}'
    pieces = [start, *(filling[at : at + 100_000] for at in range(0, len(filling), 100_000)), b"\r\n--x--\r\n"]
    for body in (iter(pieces), b"".join(pieces)):
        refused = owner.request("POST", "/events/import/", body, headers)
        assert refused.status == 422, "the file was not read"


def test_crumbs_are_refused_and_none_is_kept_on_disk(deployment: Deployment, slug: str) -> None:
    kept = begin(deployment, f"/events/{slug}/entries/", FORM, "Transfer-Encoding: chunked")
    kept.sendall(b"c000\r\n" + b"x" * 0xC000)
    crumbs = begin(deployment, f"/events/{slug}/entries/", FORM, "Transfer-Encoding: chunked")
    with suppress(ConnectionError):
        crumbs.sendall(b"1\r\nx\r\n" * 20_000)
    assert answer(crumbs)[0] == 400
    folder = Path(f"/proc/{deployment.processes[0].pid}/fd")
    assert [name for fd in folder.iterdir() if "(deleted)" in (name := os.readlink(fd)) and "/tmp" in name] == []
    kept.close()


def test_bodies_that_are_refused_leave_the_server_as_it_was(deployment: Deployment, slug: str) -> None:
    refused = [begin(deployment, f"/events/{slug}/entries/", FORM, f"Content-Length: {1 << 40}") for _ in range(50)]
    head = Visitor(deployment.url).publish(slug, "Undisturbed")
    assert [answer(connection)[0] for connection in refused] == [413] * 50
    assert ProtocolReader(deployment.url, slug).page.seq >= head
