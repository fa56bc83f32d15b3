"""What our server writes to a socket, to the byte: much at once, to those who do not read, after the end, deflated."""

import http.client
import json
import os
import secrets
import socket
import subprocess
import sys
import zlib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import Any

import pytest

from e2e.deployment import ROOT
from e2e.patience import HANGING
from e2e.raw import BINARY, CLOSE, PING, PONG, TEXT, Client, Frame, deflated, frame_of, inflated, text_of
from e2e.servers import accepts, spare_port, wait_until

SMALL = 4096
"""Bytes that the kernel shall take in for somebody who does not read."""
HUGE = 8_000_000
"""More bytes than the kernel holds for a connection at both of its ends."""
OFFER = "permessage-deflate; client_max_window_bits"
LIMIT = 16 * 1024


def order(do: str, *names: str, **details: Any) -> dict[str, Any]:
    return {"do": do, "names": names, **details}


def write(*names: str, text: tuple[Any, ...]) -> dict[str, Any]:
    """The same bytes to all of them, by the Outlet."""
    return order("write", *names, text=text)


def send(name: str, text: tuple[Any, ...]) -> dict[str, Any]:
    """The ordinary way of an ASGI application."""
    return order("send", name, text=text)


class Stage:
    """The server, the application that obeys, and those who are connected to it."""

    def __init__(self, port: int) -> None:
        self.port = port
        self._names = 0
        self.open = ExitStack()

    def connect(self, offer: str = "", buffer: int = 0) -> tuple[str, Client]:
        self._names += 1
        name = f"client-{self._names}-{secrets.token_hex(4)}"
        client = Client(self.port, name, offer, buffer)
        self.open.callback(client.close)
        return name, client

    def tell(self, *orders: dict[str, Any], status: int = 200) -> list[Any]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=HANGING)
        try:
            connection.request("POST", "/", json.dumps(orders))
            answer = connection.getresponse()
            body = answer.read()
            assert answer.status == status, (answer.status, body)
            return list(json.loads(body))
        finally:
            connection.close()

    def received(self, name: str) -> list[str]:
        return list(self.tell(order("received", name))[0])

    def knows_that_it_is_gone(self, name: str) -> None:
        wait_until(lambda: [what for what in self.received(name) if what.startswith("disconnect")], "the disconnect")

    def is_full(self, name: str) -> bool:
        return bool(self.tell(order("full", name))[0])


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    port, log = spare_port(), tmp_path_factory.mktemp("wire") / "server.log"
    with log.open("wb") as file:
        process = subprocess.Popen(
            [sys.executable, "-m", "e2e.live.wire_server", str(port)],
            cwd=ROOT,
            env=os.environ | {"PYTHONPATH": "site"},
            stdout=file,
            stderr=file,
        )
    try:
        wait_until(lambda: process.poll() is not None or accepts(port), "the start of the server")
        yield port
    finally:
        process.kill()
        process.wait()
    assert log.read_text() == ""


@pytest.fixture
def stage(port: int) -> Iterator[Stage]:
    stage = Stage(port)
    with stage.open:
        yield stage


# Much at once


def test_a_message_far_larger_than_the_socket_takes_arrives_whole_and_so_does_what_follows(stage: Stage) -> None:
    name, client = stage.connect(buffer=SMALL)
    texts = [(1, HUGE), *((number, number) for number in range(120, 220)), (300, 70_000)]
    told = stage.tell(*(write(name, text=text) for text in texts), order("full", name))
    assert told[-1], "all of it was taken at once: this test needs a larger message"
    assert client.socket.recv(1, socket.MSG_PEEK) == b"\x81", "nothing was sent at once"
    assert stage.is_full(name)
    for text in texts:
        assert client.text() == text_of(*text)
    assert client.raw == b"".join(frame_of(text_of(*text)) for text in texts)


def test_every_length_of_header_arrives_as_it_should(stage: Stage) -> None:
    name, client = stage.connect()
    texts: list[tuple[Any, ...]] = [(number, size) for number, size in enumerate((2, 125, 126, 65535, 65536))]
    texts += [(5, 30, "é⚽"), (6, 50_000, "é⚽")]
    stage.tell(*(write(name, text=text) for text in texts))
    for text in texts:
        assert client.text() == text_of(*text)
    assert client.raw == b"".join(frame_of(text_of(*text)) for text in texts)


def test_a_connection_is_full_while_its_reader_does_not_read_and_loses_nothing(stage: Stage) -> None:
    name, client = stage.connect(buffer=SMALL)
    other, quick = stage.connect()
    assert not stage.is_full(name)
    with ThreadPoolExecutor(1) as pool:
        for turn in (0, 1):  # full once, and full again
            numbers = range(turn * 1000, turn * 1000 + 1000)
            told = stage.tell(*(write(name, other, text=(number, 8000)) for number in numbers), order("full", name))
            assert told[-1]
            drained = pool.submit(stage.tell, order("drained", name, seconds=HANGING / 2))
            for number in numbers:  # who reads is not held up by who does not
                assert quick.text() == text_of(number, 8000)
            assert stage.is_full(name)
            assert not drained.done()
            for number in numbers:
                assert client.text() == text_of(number, 8000)
            assert drained.result() == [False]
            assert not stage.is_full(name)
            stage.tell(write(name, other, text=(5000, 10)))
            assert client.text() == quick.text() == text_of(5000, 10)
    assert client.raw == quick.raw


def test_whoever_waits_for_a_connection_that_is_not_full_goes_on_at_once(stage: Stage) -> None:
    name, client = stage.connect()
    stage.tell(write(name, text=(1, 1000)), order("drained", name, seconds=HANGING / 2))
    assert client.text() == text_of(1, 1000)


# Between each other


@pytest.mark.parametrize("full", [False, True], ids=["all fits", "the buffer is full"])
def test_what_is_written_what_is_sent_and_pongs_keep_their_order_and_their_bounds(stage: Stage, full: bool) -> None:
    name, client = stage.connect(buffer=SMALL if full else 0)
    if full:
        assert stage.tell(write(name, text=(9999, HUGE)), order("full", name))[1]
    sizes = (3, 200, 70_000, 126)
    for turn in range(20):
        client.send(PING, f"before {turn}".encode())
        numbers = range(turn * 8, turn * 8 + 8)
        stage.tell(*((write, send)[number % 2](name, text=(number, sizes[number // 2 % 4] + 5)) for number in numbers))
        client.send(PING, f"after {turn}".encode())
    frames: list[Frame] = []
    if full:
        assert client.text() == text_of(9999, HUGE)
    while len(frames) < 20 * 10:
        frames.append(client.frame())
    assert [frame.payload.decode() for frame in frames if frame.opcode == TEXT] == [
        text_of(number, sizes[number // 2 % 4] + 5) for number in range(20 * 8)
    ]
    assert [frame.payload.decode() for frame in frames if frame.opcode == PONG] == [
        f"{when} {turn}" for turn in range(20) for when in ("before", "after")
    ]


def test_pings_of_many_who_are_written_to_all_the_while_are_answered_between_whole_frames(stage: Stage) -> None:
    clients = dict(stage.connect(buffer=SMALL) for _ in range(5))

    def reads(client: Client) -> tuple[list[str], int]:
        texts, pongs = list[str](), 0
        while len(texts) < 300 or pongs < 300:
            frame = client.frame()
            if frame.opcode == TEXT:
                texts.append(frame.payload.decode())
            else:
                assert frame == Frame(PONG, b"%d" % pongs)
                pongs += 1
        return texts, pongs

    def pings(client: Client) -> None:
        for number in range(300):
            client.send(PING, b"%d" % number)

    with ThreadPoolExecutor(10) as pool:
        reading = [pool.submit(reads, client) for client in clients.values()]
        pinging = [pool.submit(pings, client) for client in clients.values()]
        for number in range(0, 300, 10):
            stage.tell(*(write(*clients, text=(n, 20_000)) for n in range(number, number + 10)))
        for pinged in pinging:
            pinged.result()
        for read in reading:
            assert read.result() == ([text_of(number, 20_000) for number in range(300)], 300)


# After the end


def leaving(name: str, client: Client, how: str) -> list[dict[str, Any]]:
    """The client leaves; or the order that has the server do it."""
    match how:
        case "server":
            return [order("close", name, code=1012)]
        case "close frame":
            client.send(CLOSE, (1000).to_bytes(2))
        case "reset":
            client.resets()
        case "violation":  # of the protocol, by reserved bits: the server hangs up without a word
            client.send(BINARY, b"x", first=0xF0)
    return []


@pytest.mark.parametrize("how", ["server", "close frame", "reset"])
def test_a_message_to_a_connection_that_ends_is_dropped_and_the_others_get_theirs(stage: Stage, how: str) -> None:
    name, client = stage.connect()
    other, reader = stage.connect()
    first = leaving(name, client, how)
    texts = [(number, 3000) for number in range(30)]
    stage.tell(*first, *(write(name, other, text=text) for text in texts))
    if how == "server":
        assert client.frame() == Frame(CLOSE, (1012).to_bytes(2)), "something was written after the close frame"
        client.send(CLOSE, (1012).to_bytes(2))
        client.hears_the_end()
    elif how == "close frame":
        frame = client.frame()
        while frame.opcode == TEXT:  # what was under way
            frame = client.frame()
        assert frame == Frame(CLOSE, (1000).to_bytes(2))
        client.hears_the_end()
    stage.knows_that_it_is_gone(name)
    stage.tell(write(name, other, text=(100, 3000)), send(name, (100, 100)), order("close", name, code=1000))
    stage.tell(order("drained", name, seconds=HANGING / 2))
    for text in [*texts, (100, 3000)]:
        assert reader.text() == text_of(*text)


@pytest.mark.parametrize("how", ["server", "close frame", "reset", "violation"])
def test_the_end_of_a_full_connection_harms_nobody(stage: Stage, how: str) -> None:
    name, client = stage.connect(buffer=SMALL)
    other, reader = stage.connect()
    assert stage.tell(write(name, text=(1, HUGE)), order("full", name))[1]
    stage.tell(*leaving(name, client, how), write(name, other, text=(2, 3000)))
    if how == "close frame":  # whoever reads on gets all from before its end
        assert client.text() == text_of(1, HUGE)
        while (frame := client.frame()).opcode == TEXT:
            assert frame.payload.decode() == text_of(2, 3000)
        assert frame == Frame(CLOSE, (1000).to_bytes(2))
        client.hears_the_end()
    stage.knows_that_it_is_gone(name)
    stage.tell(write(name, other, text=(3, 3000)))
    assert [reader.text(), reader.text()] == [text_of(2, 3000), text_of(3, 3000)]


@pytest.mark.parametrize("how", ["server", "close frame", "reset", "violation"])
def test_who_waits_for_a_full_connection_learns_that_it_ended(stage: Stage, how: str) -> None:
    name, client = stage.connect(buffer=SMALL)
    assert stage.tell(write(name, text=(1, HUGE)), order("full", name))[1]
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(stage.tell, order("drained", name, seconds=HANGING / 2))
        stage.tell(*leaving(name, client, how))
        assert waiting.result() == [False]
    if how == "close frame":
        client.resets()  # until then the server holds what waits for it to be read
    stage.knows_that_it_is_gone(name)
    assert stage.tell(order("drained", name, seconds=HANGING / 2)) == [False]


# Deflated


def test_deflated_messages_are_the_same_bytes_for_all_and_each_inflates_on_its_own(stage: Stage) -> None:
    names, clients = zip(*(stage.connect(OFFER) for _ in range(2)), strict=True)
    plain, old = stage.connect()
    for client in clients:
        assert client.agreed[0] == "permessage-deflate"
        assert set(client.agreed[1:]) <= {"server_no_context_takeover", "client_no_context_takeover"}
    texts: list[tuple[Any, ...]] = [(1, 1000), (2, 50), (1, 1000), (3, 500_000, "é⚽"), (4, 100_000), (1, 1000)]
    told = stage.tell(
        *(write(*names, plain, text=text) for text in texts), order("drained", plain, seconds=HANGING / 2)
    )
    assert told[-1] is False
    stream = zlib.decompressobj(wbits=-15)  # as who was not told that it may forget what came before
    for text in texts:
        assert old.text() == text_of(*text)
        one, two = (client.frame() for client in clients)
        assert one == two
        assert one.deflated == (text[1] > 50)
        assert (inflated(one.payload) if one.deflated else one.payload).decode() == text_of(*text)
        assert not one.deflated or stream.decompress(one.payload + b"\x00\x00\xff\xff").decode() == text_of(*text)
    assert clients[0].raw == clients[1].raw
    assert len(clients[0].raw) < len(old.raw) * 0.7


def test_who_is_sent_deflated_messages_is_told_that_each_stands_for_itself(stage: Stage) -> None:
    """So it need not keep a window of 32 KiB for the next; and it may not refer to earlier ones of its own."""
    for offer in (OFFER, "permessage-deflate"):
        _, client = stage.connect(offer)
        assert client.agreed[0] == "permessage-deflate"
        assert set(client.agreed[1:]) == {"server_no_context_takeover", "client_no_context_takeover"}


def test_what_is_sent_the_ordinary_way_stays_plain_between_deflated_messages(stage: Stage) -> None:
    name, client = stage.connect(OFFER)
    stage.tell(*(each(name, text=(number, 2000)) for number in range(10) for each in (write, send)))
    for number in range(10):
        for is_deflated in (True, False):
            frame = client.frame()
            assert frame.deflated == is_deflated
            text = inflated(frame.payload) if is_deflated else frame.payload
            assert text.decode() == text_of(number, 2000)


def test_a_deflated_message_from_a_browser_is_understood(stage: Stage) -> None:
    name, client = stage.connect(OFFER)
    texts = ["Here I am", "Here I am", "x" * LIMIT, "⚽" * 1000, "plain", "in pieces " * 100, "Here I am"]
    for text in texts:
        if text == "plain":
            client.send(TEXT, text.encode())
        elif text.startswith("in pieces"):
            data = deflated(text)
            client.send(TEXT, data[:10], first=0x40)
            client.send(PING, b"between")
            client.send(0, data[10:])
        else:
            client.send(TEXT, deflated(text), first=0xC0)
    wait_until(lambda: len(stage.received(name)) >= len(texts), "all messages")
    assert stage.received(name) == [f"receive {text}" for text in texts]
    assert client.frame() == Frame(PONG, b"between")
    stage.tell(write(name, text=(1, 1000)))
    assert client.text() == text_of(1, 1000)


@pytest.mark.parametrize(
    "sends",
    [
        lambda client: client.send(TEXT, deflated("x" * (LIMIT + 1)), first=0xC0),
        lambda client: client.send(TEXT, deflated("x" * 10_000_000), first=0xC0),
        lambda client: (
            client.send(TEXT, deflated("x" * 30_000)[:25], first=0x40),
            client.send(0, deflated("x" * 30_000)[25:]),
        ),
        lambda client: client.send(TEXT, b"\xff" * 100, first=0xC0),
        lambda client: client.send(TEXT, deflated("x" * 300)[::-1], first=0xC0),
    ],
    ids=["a byte too much", "10 MB", "too much in pieces", "not deflated", "reversed"],
)
def test_a_deflated_message_that_is_too_much_or_none_ends_its_connection_alone(
    stage: Stage, sends: Callable[[Client], object]
) -> None:
    name, client = stage.connect(OFFER)
    other, reader = stage.connect(OFFER)
    sends(client)
    stage.knows_that_it_is_gone(name)
    assert [what for what in stage.received(name) if what.startswith("receive")] == []
    stage.tell(write(name, other, text=(1, 1000)))
    assert reader.text() == text_of(1, 1000)
    reader.send(TEXT, deflated("Still here"), first=0xC0)
    wait_until(lambda: stage.received(other) == ["receive Still here"], "the other's message")


@pytest.mark.parametrize(
    "offer",
    ["", "permessage-deflate; server_max_window_bits=10", "x-webkit-deflate-frame", "permessage-bzip2"],
)
def test_nothing_is_deflated_for_who_did_not_offer_what_we_can_agree_to(stage: Stage, offer: str) -> None:
    name, client = stage.connect(offer)
    other, _ = stage.connect(OFFER)
    assert client.agreed == []
    texts = [(number, size) for number, size in enumerate((50, 1000, 100_000))]
    stage.tell(*(write(other, name, text=text) for text in texts), send(name, (5, 5000)))
    for text in [*texts, (5, 5000)]:
        assert client.text() == text_of(*text)
    assert client.raw == b"".join(frame_of(text_of(*text)) for text in [*texts, (5, 5000)])
    client.send(TEXT, deflated("Not agreed"), first=0xC0)
    stage.knows_that_it_is_gone(name)
    assert [what for what in stage.received(name) if what.startswith("receive")] == []


def test_the_first_offer_that_we_can_agree_to_is_taken(stage: Stage) -> None:
    name, client = stage.connect(f"permessage-deflate; server_max_window_bits=10, {OFFER}")
    assert client.agreed[0] == "permessage-deflate"
    assert not [part for part in client.agreed if "window_bits" in part]
    stage.tell(write(name, text=(1, 1000)))
    frame = client.frame()
    assert (frame.deflated, inflated(frame.payload).decode()) == (True, text_of(1, 1000))
