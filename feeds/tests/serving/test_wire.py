"""A message as it goes over the wire: one frame of text, with the shortest header, as it is or deflated."""

import zlib

import pytest

from serving.wire import DEFLATED_TEXT, TEXT, WORTH_DEFLATING, Message


@pytest.mark.parametrize(
    ("size", "header"),
    [
        (0, "81 00"),
        (125, "81 7d"),
        (126, "81 7e 007e"),
        (65535, "81 7e ffff"),
        (65536, "81 7f 0000000000010000"),
    ],
)
def test_a_frame_has_the_shortest_header_that_says_its_length(size, header):
    assert Message("x" * size).plain == bytes.fromhex(header) + b"x" * size


def test_the_length_is_that_of_the_bytes_and_not_of_the_characters():
    assert Message("é⚽" * 25).plain == b"\x81\x7d" + "é⚽".encode() * 25
    assert Message("é⚽" * 26).plain == b"\x81\x7e\x00\x82" + "é⚽".encode() * 26


def payload(frame):
    """Strictly: the first byte, and what follows a header that says exactly as much as there is."""
    first, length, start = frame[0], frame[1], 2
    if length == 126:
        length, start = int.from_bytes(frame[2:4]), 4
        assert length > 125
    elif length == 127:
        length, start = int.from_bytes(frame[2:10]), 10
        assert length > 65535
    assert len(frame) == start + length
    return first, frame[start:]


def inflated(data):
    """A message inflated by RFC 7692 (7.2.2), with nothing inflated before and the largest window."""
    inflate = zlib.decompressobj(wbits=-15)
    text = inflate.decompress(data + b"\x00\x00\xff\xff")
    assert (inflate.unconsumed_tail, inflate.unused_data, inflate.eof) == (b"", b"", False)
    return text.decode()


@pytest.mark.parametrize(
    "text",
    [
        "x" * WORTH_DEFLATING,
        "⚽ Tor für Österreich! " * 20,
        "".join(chr(32 + number * number % 90) for number in range(100_000)),
        "".join(chr(number) for number in range(0x4E00, 0x9FA5)),
        "\0" * 3_000_000,
    ],
    ids=["short", "German", "long", "Chinese", "nothing much"],
)
def test_a_deflated_frame_inflates_to_the_same_text(text):
    first, data = payload(Message(text).deflated)
    assert (first, inflated(data)) == (DEFLATED_TEXT, text)
    assert len(data) < len(text.encode())
    assert payload(Message(text).plain) == (TEXT, text.encode())


def test_a_text_too_short_to_be_worth_it_is_not_deflated():
    message = Message("x" * (WORTH_DEFLATING - 1))
    assert message.deflated == message.plain


def test_the_bytes_are_made_once():
    message = Message("Goal! " * 100)
    assert message.plain is message.plain
    assert message.deflated is message.deflated
