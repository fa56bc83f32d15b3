"""Deflated messages: the same bytes for everybody, each one readable alone."""

import zlib
from collections.abc import Callable
from typing import Any

import pytest

from e2e.live.stage import OFFER, Stage, order, send, write
from e2e.patience import HANGING
from e2e.raw import PING, PONG, TEXT, Client, Frame, deflated, frame_of, inflated, text_of
from e2e.servers import wait_until

LIMIT = 16 * 1024


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
    """No window of 32 KiB need be kept for the next message, and none of a client's own may refer to earlier ones."""
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
