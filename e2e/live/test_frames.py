"""Sockets that send more than any page does: the server looks at a part of it, says why, and ends that connection."""

import socket
from contextlib import suppress

import pytest

from e2e.live.stage import HUGE, OFFER, SMALL, Stage, order, write
from e2e.patience import HANGING
from e2e.raw import BINARY, CLOSE, PING, PONG, TEXT, Frame, deflated, masked, text_of
from e2e.servers import wait_until

MANY = 20_000
CONTINUATION = 0
POLICY_VIOLATION = (1008).to_bytes(2)

FLOODS = {
    "pings": masked(PING) * MANY,
    "pings with something in them": masked(PING, b"x" * 125) * MANY,
    "pongs": masked(PONG) * MANY,
    "empty parts of one message": masked(TEXT, first=0) + masked(CONTINUATION, first=0) * MANY,
    "small parts of one message": masked(TEXT, b"x", first=0) + masked(CONTINUATION, b"x", first=0) * (MANY // 2),
    "empty messages": masked(TEXT) * MANY,
    "tiny messages": masked(TEXT, b"{}") * MANY,
    "empty binary messages": masked(BINARY) * MANY,
    "messages of 16 KiB": masked(TEXT, b"x" * 16384) * 100,
    "pings within one message": (masked(CONTINUATION, first=0) + masked(PING)) * MANY,
}
FLOODS["pings within one message"] = masked(TEXT, first=0) + FLOODS["pings within one message"]


@pytest.mark.parametrize("flood", FLOODS)
def test_a_flood_of_frames_of_any_kind_is_cut_off_and_nobody_else_notices(
    stage: Stage,
    flood: str,
) -> None:
    name, client = stage.connect()
    other, reader = stage.connect()
    client.floods(FLOODS[flood])
    frames = client.until_the_end()
    stage.knows_that_it_is_gone(name)
    assert len([what for what in stage.received(name) if what.startswith("receive")]) <= 400
    assert len(frames) <= 401
    assert frames == [] or frames[-1] == Frame(CLOSE, POLICY_VIOLATION)  # a reset may have overtaken it
    stage.tell(write(name, other, text=(1, 3000)))
    assert reader.text() == text_of(1, 3000)
    reader.send(PING, b"still here")
    assert reader.frame() == Frame(PONG, b"still here")


def test_deflated_messages_count_as_what_they_are_on_the_wire_and_as_frames(stage: Stage) -> None:
    name, client = stage.connect(OFFER)
    client.floods(masked(TEXT, deflated("x" * 16384), first=0xC0) * 2000)
    client.until_the_end()
    stage.knows_that_it_is_gone(name)
    assert len([what for what in stage.received(name) if what.startswith("receive")]) <= 400


def test_as_much_as_pages_send_is_taken(stage: Stage) -> None:
    """htmx sends up to a hundred frames at once, of what was typed while the network was away."""
    name, client = stage.connect()
    for number in range(200):
        client.send(TEXT, b"%d" % number + b" " * 700)
    wait_until(lambda: len(stage.received(name)) >= 200, "all messages", HANGING)
    assert [what.strip() for what in stage.received(name)] == [f"receive {number}" for number in range(200)]


def test_pings_of_who_reads_nothing_are_not_all_answered(stage: Stage) -> None:
    name, client = stage.connect(buffer=SMALL)
    assert stage.tell(write(name, text=(1, HUGE)), order("full", name))[1]
    for number in range(300):
        client.send(PING, b"%d" % number)
    client.send(TEXT, b"That was all")
    wait_until(lambda: stage.received(name), "the message after the pings", HANGING)
    assert client.text() == text_of(1, HUGE)
    pongs = [client.frame()]
    while pongs[-1] != Frame(PONG, b"299"):
        pongs.append(client.frame())
    numbers = [int(pong.payload) for pong in pongs]
    assert numbers == sorted(numbers)
    assert len(numbers) < 100


@pytest.mark.parametrize("goes_on_with", ["pings", "tiny messages"])
def test_who_goes_on_after_the_server_has_closed_is_cut_off(stage: Stage, goes_on_with: str) -> None:
    name, client = stage.connect()
    stage.tell(order("close", name, code=1008))
    assert client.frame() == Frame(CLOSE, POLICY_VIOLATION)
    client.floods(FLOODS[goes_on_with])
    assert client.until_the_end() == []
    stage.knows_that_it_is_gone(name)


def test_frames_before_the_handshake_is_answered_end_the_connection(stage: Stage) -> None:
    request = (
        f"GET /hasty HTTP/1.1\r\nHost: 127.0.0.1:{stage.port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", stage.port), timeout=HANGING) as hasty:
        hasty.sendall(request.encode() + masked(TEXT, b"too early"))
        with suppress(ConnectionError):
            while hasty.recv(4096):
                pass
    name, client = stage.connect()
    client.send(TEXT, b"in time")
    wait_until(lambda: stage.received(name) == ["receive in time"], "the message", HANGING)
