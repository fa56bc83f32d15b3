"""Limits of connections, by number and by time, and the service for others when all are taken."""

import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import pytest

from e2e.deployment import ROOT, Deployment
from e2e.patience import HANGING
from e2e.protocol.reader import ProtocolReader
from e2e.protocol.visitor import Visitor
from e2e.raw import CLOSE, Client, Frame
from e2e.servers import accepts, wait_until

TRY_AGAIN_LATER = Frame(CLOSE, (1013).to_bytes(2))


@pytest.fixture
def deployments(tmp_path: Path) -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


def started(stack: ExitStack, folder: Path, **environment: str) -> tuple[Deployment, str]:
    """One process with these settings, and an event on it."""
    deployment = Deployment(folder, 1, "serve", **environment)
    deployment.prepare()
    stack.callback(deployment.end_all)
    deployment.start_all()
    return deployment, deployment.event("match", entries=1)


def reader(deployment: Deployment, slug: str, source: str = "127.0.0.1", forwarded: str = "") -> Client:
    """A live page's socket. With neither cursor nor reading it stays as it is."""
    headers = f"Origin: {deployment.url}\r\n" + (f"X-Forwarded-For: {forwarded}\r\n" if forwarded else "")
    return Client(deployment.ports[0], f"events/{slug}/live/", headers=headers, source=source)


def is_live(client: Client) -> bool:
    """Whether the first word is the page's, and not a goodbye. A page that says nothing is spoken to after 3 s."""
    return client.frame() != TRY_AGAIN_LATER


def finds_room(deployment: Deployment, slug: str) -> bool:
    with reader(deployment, slug) as client:
        return is_live(client)


def speaks(deployment: Deployment, *lines: str, source: str = "127.0.0.1") -> socket.socket:
    connection = socket.create_connection(("127.0.0.1", deployment.ports[0]), HANGING, (source, 0))
    connection.sendall("".join(f"{line}\r\n" for line in lines).encode("latin-1"))
    return connection


def ends(connection: socket.socket) -> bytes:
    """Everything that is received until the server ends the connection. Fails if it does not."""
    said = b""
    with suppress(ConnectionError):
        while some := connection.recv(4096):
            said += some
    connection.close()
    return said


def test_an_address_has_so_many_sockets_and_its_pages_still_load(tmp_path: Path, deployments: ExitStack) -> None:
    deployment, slug = started(deployments, tmp_path, CONNECTIONS_PER_ADDRESS="10")
    sockets = [deployments.enter_context(reader(deployment, slug)) for _ in range(8)]
    assert [is_live(client) for client in sockets] == [True] * 8
    refused = deployments.enter_context(reader(deployment, slug))
    assert refused.until_the_end() == [TRY_AGAIN_LATER]
    poller = ProtocolReader(deployment.url, slug)  # whose page was sent away: it loads and polls
    head = Visitor(deployment.url).publish(slug, "Goal!")
    poller.page.swap(poller.poll())
    assert poller.page.seq >= head
    elsewhere = deployments.enter_context(reader(deployment, slug, source="127.0.0.2"))
    assert is_live(elsewhere)
    for client in sockets[:2]:
        client.resets()
    wait_until(lambda: finds_room(deployment, slug), "room for another", HANGING)
    said = deployment.log.read_text()
    assert said.count("CONNECTIONS_PER_ADDRESS=10") == 1
    assert "127.0.0" not in said.split("Ctrl+C", 1)[1], "the log tells who it was"


def test_connections_that_nobody_uses_make_way_for_one_that_somebody_does(
    tmp_path: Path, deployments: ExitStack
) -> None:
    deployment, slug = started(deployments, tmp_path, CONNECTIONS_PER_ADDRESS="10")
    for lines in ((), ("GET / HTTP/1.1",), ("POST / HTTP/1.1", "Host: localhost", "Content-Length: 9", "", "x")):
        kept = [deployments.enter_context(speaks(deployment, *lines)) for _ in range(30)]
        assert Visitor(deployment.url).get(f"/events/{slug}/").status == 200
        assert [ends(connection) for connection in kept[:20]] == [b""] * 20, "the oldest were not the first to go"


def test_behind_a_proxy_the_address_counts_that_it_forwards_and_of_ipv6_the_network(
    tmp_path: Path, deployments: ExitStack
) -> None:
    deployment, slug = started(deployments, tmp_path, CONNECTIONS_PER_ADDRESS="5", TRUSTED_PROXIES="1")

    def comes_from(forwarded: str) -> Client:
        return deployments.enter_context(reader(deployment, slug, forwarded=forwarded))

    come = [
        ([comes_from(first) for _ in range(4)], comes_from(same), comes_from(other))
        for first, same, other in (
            ("192.0.2.7", "192.0.2.7", "192.0.2.8"),
            ("203.0.113.9, 192.0.2.9", "198.51.100.1, 192.0.2.9", "203.0.113.9"),
            ("2001:db8:0:1::1", "2001:db8:0:1:ffff::2", "2001:db8:0:2::1"),
            ("::ffff:192.0.2.30", "192.0.2.30", "192.0.2.31"),
        )
    ]
    for four, fifth, elsewhere in come:
        assert [is_live(client) for client in four] == [True] * 4
        assert not is_live(fifth)
        assert is_live(elsewhere)


def ends_after(connection: socket.socket, drop: bytes) -> bool:
    """Send a drop, and read. Returns whether the server has ended this connection."""
    try:
        with suppress(BlockingIOError):
            connection.send(drop)
            while connection.recv(4096):
                pass
            return True
    except ConnectionError:
        return True
    return False


def test_what_does_not_arrive_in_time_is_not_waited_for(tmp_path: Path, deployments: ExitStack) -> None:
    """Also where it comes drop by drop; and nobody else is kept waiting."""
    deployment, slug = started(deployments, tmp_path, CONNECTIONS_PER_ADDRESS="0")
    host = f"Host: 127.0.0.1:{deployment.ports[0]}"
    socket_path = f"GET /events/{slug}/live/ HTTP/1.1"
    slow = {
        "nothing": [speaks(deployment) for _ in range(5)],
        "headers": [speaks(deployment, "GET / HTTP/1.1", host) for _ in range(5)],
        "a body": [speaks(deployment, "POST / HTTP/1.1", host, "Content-Length: 5000", "") for _ in range(5)],
        "chunks": [speaks(deployment, "POST / HTTP/1.1", host, "Transfer-Encoding: chunked", "") for _ in range(5)],
        "a socket": [speaks(deployment, socket_path, host, "Upgrade: websocket") for _ in range(5)],
        "a second request": [
            speaks(deployment, "GET /unreachable/ HTTP/1.1", host, "", "GET / HTTP/1.1") for _ in range(5)
        ],
    }
    drops = {"headers": b"X-A: b\r\n", "a body": b"x", "chunks": b"1\r\nx\r\n", "a socket": b"X-A: b\r\n"}
    everybody = [connection for connections in slow.values() for connection in connections]
    left = set(everybody)
    for connection in everybody:
        connection.setblocking(False)

    def all_ended() -> bool:
        for what, connections in slow.items():
            for connection in connections:
                if connection in left and ends_after(connection, drops.get(what, b"")):
                    left.discard(connection)
        Visitor(deployment.url).get(f"/events/{slug}/")
        return not left

    try:
        wait_until(all_ended, "the end of all that are slow")
    finally:
        for connection in everybody:
            connection.close()


def test_many_requests_in_one_go_are_answered_one_by_one_and_nonsense_is_answered_once(
    one_process: Deployment,
) -> None:
    host = f"Host: 127.0.0.1:{one_process.ports[0]}"
    request = ["GET /unreachable/ HTTP/1.1", host, ""]
    said = ends(speaks(one_process, *request * 99, *request[:2], "Connection: close", ""))
    assert said.count(b"HTTP/1.1 200 OK") == 100
    said = ends(speaks(one_process, *["GET /\xa0 HTTP/1.1", host, ""] * 200))
    assert said.count(b"HTTP/1.1 ") == said.count(b"HTTP/1.1 400 ") == 1


# Descriptors

DESCRIPTORS = 200


@contextmanager
def limited(deployment: Deployment, soft: int, hard: int) -> Iterator["subprocess.Popen[bytes]"]:
    """Start the deployment's process with `soft` file descriptors, and a limit of `hard` for raising that."""
    script = f'ulimit -Sn {soft}; ulimit -Hn {hard}; exec "$@"'
    with deployment.log.open("ab") as log:
        process = subprocess.Popen(
            ["/bin/sh", "-c", script, "sh", sys.executable, "manage.py", "serve"],
            cwd=ROOT,
            env=deployment.environment | {"PORT": str(deployment.ports[0])},
            stdout=log,
            stderr=log,
        )
    try:
        wait_until(lambda: process.poll() is not None or accepts(deployment.ports[0]), "the start")
        yield process
    finally:
        process.kill()
        process.wait()


def test_a_server_has_all_descriptors_that_it_may_have(tmp_path: Path) -> None:
    deployment = Deployment(tmp_path)
    deployment.prepare()
    with limited(deployment, 100, DESCRIPTORS) as process:
        limits = Path(f"/proc/{process.pid}/limits").read_text()
        assert re.search(rf"Max open files +{DESCRIPTORS} +{DESCRIPTORS} ", limits)
        wait_until(lambda: "readers" in deployment.log.read_text(), "the word on how many it holds")
        assert re.search(r"It holds about [0-9]+ readers", deployment.log.read_text())


def test_when_all_descriptors_are_taken_pages_and_posts_go_on_and_new_readers_poll(
    tmp_path: Path, deployments: ExitStack
) -> None:
    deployment = Deployment(tmp_path, CONNECTIONS_PER_ADDRESS="0")
    deployment.prepare()
    deployments.callback(deployment.end_all)
    slug = deployment.event("match", entries=1)
    with limited(deployment, DESCRIPTORS, DESCRIPTORS) as process:
        clients = [deployments.enter_context(reader(deployment, slug)) for _ in range(DESCRIPTORS + 50)]
        live = [client for client in clients if is_live(client)]
        found = re.search(r"It holds about (\d+) readers", deployment.log.read_text())
        assert found
        assert int(found[1]) // 2 <= len(live) <= int(found[1]) + 10
        for client in clients:
            if client not in live:
                assert client.until_the_end() == []
        silent = [speaks(deployment) for _ in range(DESCRIPTORS)]
        begun = [speaks(deployment, "GET / HTTP/1.1") for _ in range(DESCRIPTORS)]
        poller, ann = ProtocolReader(deployment.url, slug), Visitor(deployment.url)
        head = ann.publish(slug, "Goal!")
        poller.page.swap(poller.poll())
        assert poller.page.seq >= head
        assert ann.get("/").status == 200
        for connection in (*silent, *begun):
            connection.close()
        assert deployment.log.read_text().count("descriptors are in use") == 1
        for client in live[: len(live) // 2]:
            client.resets()
        wait_until(lambda: finds_room(deployment, slug), "room for another", HANGING)
        assert process.poll() is None
    assert "Traceback" not in deployment.log.read_text()
