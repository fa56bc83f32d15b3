"""Decoding of outside input is bounded before anything is made of it: counts, never times."""

import io
import json
import struct
import threading
import zlib

import pytest
from django.core.exceptions import ValidationError
from PIL import Image

from feeds.forms import branding, decoding
from feeds.forms.decoding import TooDeep, TooMuch, Turns, measure, require_modest
from feeds.tests.helpers import picture_file
from feeds.transfer.imports import CONTAINERS_MAX, POSTS_MAX, VALUES_MAX, ImportForm


def moving(kind):
    file = io.BytesIO()
    first, second = (Image.new("RGB", (60, 30), colour) for colour in ("navy", "gold"))
    first.save(file, kind, save_all=True, append_images=[second], duration=100)
    return file.getvalue()


@pytest.mark.parametrize(
    ("kind", "options", "whole"),
    [
        ("PNG", {}, True),
        ("WEBP", {"lossless": True}, True),
        ("WEBP", {"lossless": False}, True),
        ("WEBP", {"lossless": False, "exif": b"Exif\0\0"}, True),
        ("JPEG", {}, False),
        ("JPEG", {"comment": b"\xff\xda\xff\xc0" * 40, "icc_profile": b"\xff\xda" * 99}, False),
        ("JPEG", {"progressive": True}, True),
    ],
)
def test_a_picture_is_measured_by_its_header(kind, options, whole):
    measured = measure(picture_file(kind, (61, 33), **options))
    assert measured == (61, 33, False, whole)


@pytest.mark.parametrize(
    "content", [b"", b"\xff\xd8", b"RIFF\0\0\0\0WEBPVP8X", b"\x89PNG\r\n\x1a\n", b"GIF89a", b"<svg/>"]
)
def test_what_has_no_such_header_is_no_picture(content):
    assert measure(content) is None or 0 in measure(content)[:2] or measure(content)[:2] == (1, 1)
    with pytest.raises(ValidationError, match="cannot be read"):
        branding.read_picture(content)


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_a_picture_that_moves_is_refused(kind):
    assert measure(moving(kind)).moves
    with pytest.raises(ValidationError, match="This picture is animated"):
        branding.read_picture(moving(kind))


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def huge(kind):
    """A file of a kilobyte or so with a header that says 5,000 × 5,000, or many parts."""
    plain = {
        "png": lambda: picture_file("PNG", (5000, 5000), mode="1"),
        "webp": lambda: picture_file("WEBP", (5000, 5000), lossless=True),
        "progressive": lambda: picture_file("JPEG", (5000, 5000), progressive=True),
        "baseline": lambda: picture_file("JPEG", (8000, 8000)),
    }
    return plain[kind]()


@pytest.mark.parametrize(("kind", "limit"), [("png", 6), ("webp", 6), ("progressive", 6), ("baseline", 25)])
def test_a_picture_of_too_many_pixels_is_never_opened(kind, limit, monkeypatch):
    content = huge(kind)
    opened, original = [], Image.open
    monkeypatch.setattr(Image, "open", lambda *args, **options: opened.append(args) or original(*args, **options))
    with pytest.raises(ValidationError) as refused:
        branding.read_picture(content)
    assert refused.value.messages == [f"This picture has more than {limit} million pixels. Make it smaller."]
    assert opened == []
    assert branding.read_picture(picture_file()).width == 60
    assert len(opened) == 1


def test_a_photograph_of_a_camera_is_read_in_its_smaller_form(monkeypatch):
    content = picture_file("JPEG", (5000, 4000))
    assert measure(content).whole is False
    picture = branding.read_picture(content)
    assert (picture.width, picture.height) == (300, 240)


def test_a_file_of_many_parts_is_refused(monkeypatch):
    png = picture_file()
    head, rest = png[:33], png[33:]
    jpeg = picture_file("JPEG", progressive=True)
    scan = jpeg.rindex(b"\xff\xda")
    files = [
        head + chunk(b"tEXt", b"a\0b") * decoding.PARTS + rest,
        jpeg[:2] + b"\xff\xfe\0\2" * decoding.PARTS + jpeg[2:],
        jpeg[:scan] + jpeg[scan:-2] * decoding.SCANS + jpeg[-2:],
    ]
    for content in files:
        with pytest.raises(TooMuch):
            measure(content)
        with pytest.raises(ValidationError, match="cannot be read"):
            branding.read_picture(content)
    assert measure(head + chunk(b"tEXt", b"a\0b") * 10 + rest) == (60, 30, False, True)


def test_a_file_that_says_two_sizes_is_refused():
    png = picture_file("PNG", (60, 30))
    small = chunk(b"IHDR", struct.pack(">II", 61, 30) + png[24:29])
    webp = bytearray(picture_file("WEBP", (60, 30), lossless=True))
    webp[21] ^= 1
    for content in (png[:8] + small + png[33:], bytes(webp)):
        try:
            picture = branding.read_picture(content)
        except ValidationError:
            continue
        assert picture.width <= 61


def test_a_logo_in_a_document_is_bounded_before_it_is_decoded(monkeypatch):
    def decode(*_args, **_options):
        raise AssertionError

    monkeypatch.setattr(branding.base64, "b64decode", decode)
    with pytest.raises(ValidationError, match="more than 4 MB"):
        branding.LogoTextField(required=False).clean("A" * (6 * 1024 * 1024))


BOUNDS = {"values": 100, "containers": 50}


@pytest.mark.parametrize(
    "written",
    [
        [],
        [1] * 99,
        ["[[[[[{{{{,,,,"] * 99,
        ['"' * 50 + "\\" * 51 + "[[[[["] * 50,
        {"a": ["x" * 3_000_000, '"' * 2_000_000]},
        [[[]]] * 16,
        ["é😀\u2028"] * 99,
    ],
    ids=range(7),
)
def test_a_modest_document_passes(written):
    for ascii_only in (True, False):
        require_modest(json.dumps(written, ensure_ascii=ascii_only).encode(), **BOUNDS)


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (b"[" + b"[]," * 51 + b"[]]", TooMuch),
        (b"[" + b"{}," * 51 + b"{}]", TooMuch),
        (b"[" + b"1," * 101 + b"1]", TooMuch),
        (b'["' + b"x" * 2_000_000 + b'",' + b"1," * 101 + b"1]", TooMuch),
        (b'["\\\\",' + b"1," * 101 + b"1]", TooMuch),
        (b'["\\"",' + b"1," * 101 + b"1]", TooMuch),
        (b"{" + b'"a":1,' * 101 + b'"a":1}', TooMuch),
        (b"[" * 17, TooDeep),
        (b'{"a":' * 17, TooDeep),
    ],
    ids=range(9),
)
def test_a_document_of_too_much_is_refused_before_it_is_read(content, error):
    with pytest.raises(error):
        require_modest(content, **BOUNDS)


@pytest.mark.parametrize("content", [b'["', b'"' * 99, b'["\\', b"\x00" * 99, b"]]]]", b'["' + b"\\" * 2_000_001])
def test_what_is_no_json_is_left_to_its_reader(content):
    require_modest(content, **BOUNDS)


def test_a_file_of_empty_lists_is_never_read(monkeypatch):
    class File:
        size = 18_000_000

        def read(self):
            return b"[" + b"[]," * 6_000_000 + b"[]]"

    def loads(*_args, **_options):
        raise AssertionError

    monkeypatch.setattr(json, "loads", loads)
    form = ImportForm()
    form.cleaned_data = {"file": File()}
    with pytest.raises(ValidationError, match="larger than 50,000 entries"):
        form.clean_file()


def test_a_file_with_as_many_posts_as_there_may_be_is_within_the_bounds():
    comment = {"position": 1, "published_at": "", "edited_at": None, "name": "", "text": "", "by_host": False}
    comment |= {"markdown": False, "waiting": ""}
    entry = comment | {"moment": "", "pinned": False, "reactions": dict.fromkeys("abcde", 1), "comments": []}
    for post in (entry, comment):
        written = json.dumps([post] * 100).encode()
        require_modest(written, values=VALUES_MAX * 100 // POSTS_MAX, containers=CONTAINERS_MAX * 100 // POSTS_MAX)


def test_one_is_decoded_at_a_time_and_who_would_wait_long_is_told_to_try_again(monkeypatch):
    monkeypatch.setattr(decoding, "PATIENCE", 0.01)
    turns, entered, leave, most = Turns(), threading.Event(), threading.Event(), []

    def decode():
        with turns.take():
            most.append(turns._turn.locked())
            entered.set()
            leave.wait(30)

    thread = threading.Thread(target=decode)
    thread.start()
    assert entered.wait(30)
    with pytest.raises(ValidationError, match="Wait a moment"), turns.take():
        raise AssertionError
    leave.set()
    thread.join()
    with turns.take():
        assert most == [True]


def test_few_wait_for_their_turn(monkeypatch):
    monkeypatch.setattr(decoding, "PATIENCE", 30)
    turns, entered, leave = Turns(), threading.Semaphore(0), threading.Event()

    def decode():
        with turns.take():
            entered.release()
            leave.wait(30)

    threads = [threading.Thread(target=decode) for _ in range(1 + decoding.WAITING)]
    for thread in threads:
        thread.start()
    assert entered.acquire(timeout=30)
    while turns._places._value:  # until all have their place
        pass
    with pytest.raises(ValidationError, match="Wait a moment"), turns.take():
        raise AssertionError
    leave.set()
    for thread in threads:
        thread.join()
