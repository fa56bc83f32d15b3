"""The bytes that our server writes to a socket: large messages, readers who do not read, and messages after the end."""

import socket
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from e2e.live.stage import HUGE, SMALL, Stage, order, send, write
from e2e.patience import HANGING
from e2e.raw import BINARY, CLOSE, PING, PONG, TEXT, Client, Frame, frame_of, text_of


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
            for number in numbers:  # a reader is not held up by a client that does not read
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
    """While a connection is full, only the latest ping is answered, as RFC 6455, 5.5.3 allows."""
    clients = dict(stage.connect(buffer=SMALL) for _ in range(5))

    def reads(client: Client) -> list[str]:
        texts, answered = list[str](), -1
        while len(texts) < 300 or answered < 299:
            frame = client.frame()
            if frame.opcode == TEXT:
                texts.append(frame.payload.decode())
            else:
                assert frame.opcode == PONG
                assert answered < int(frame.payload)
                answered = int(frame.payload)
        return texts

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
            assert read.result() == [text_of(number, 20_000) for number in range(300)]


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
