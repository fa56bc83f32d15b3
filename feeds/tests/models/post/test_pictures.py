"""Pictures on entries: files that come in, what is made of them, their readers, and what is left of them."""

import base64
import io
import json
import struct
import zlib

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from feeds.forms.pictures import FILE_MAX_MB, checked
from feeds.models import Draft, Entry, Event, PictureFile, Pictures
from feeds.models.post import pictures
from feeds.models.post.pictures import Picture
from feeds.tests.helpers import errors, fetch, now, picture_file
from feeds.tests.transfer.documents import text_of, upload
from feeds.timeline.frames import frame_between
from feeds.values import renditions

FIELDS = {"name": "Hugo", "text": "The start", "markdown": "on", "card": "pictures", "alt_1": "Two boats"}


def sent(content, name="start.jpg"):
    return SimpleUploadedFile(name, content)


def post(client, content, **fields):
    """Post an entry with one picture, as the form does."""
    return client.post("/events/match/entries/", FIELDS | {"picture_1": sent(content)} | fields)


@pytest.fixture
def entry(event, as_hugo):
    """An entry with a picture of 1000 × 500 pixels, which is not made yet."""
    assert post(as_hugo, picture_file("JPEG", (1000, 500))).status_code == 303
    return Entry.objects.get()


def made_of(entry):
    while pictures.make_next():
        pass
    return PictureFile.objects.filter(picture__card=entry.pk)


def test_an_entry_appears_at_once_with_a_box_and_the_picture_comes_by_a_change(event, entry, rita):
    html = fetch(rita, "/events/match/")
    assert 'viewBox="0 0 1000 500" width="1000"' in html
    assert "<picture>" not in html
    before = now(event)
    made_of(entry)
    frame = frame_between(event.pk, before).html
    assert f"#{entry.element_id}-body" in frame
    assert ('width="1000" height="500" alt="Two boats" loading="lazy"' in frame, "<svg" in frame) == (True, False)


def test_there_are_renditions_in_every_form_and_size_and_nothing_else_of_the_file(event, as_hugo):
    exif = Image.Exif()
    exif[0x0112], exif[0x010E] = 6, "Elm Street"
    file = picture_file("JPEG", (2400, 1200), exif=exif.tobytes(), comment=b"555-1234")
    assert b"Elm Street" in file
    post(as_hugo, file)
    files = made_of(Entry.objects.get())
    sizes = {(each.form, each.width, each.height) for each in files}
    assert sizes == {(form, width, 2 * width) for form in ("avif", "webp") for width in (480, 960, 1200)}
    for each in files:
        with Image.open(io.BytesIO(each.content)) as image:
            assert (image.format.lower(), image.size) == (each.form, (each.width, each.height))
            assert not image.getexif()
        assert b"Elm Street" not in bytes(each.content)
        assert b"555-1234" not in bytes(each.content)
    assert Picture.objects.get().content is None


def test_browsers_keep_a_picture_and_get_none_of_a_removed_entry(event, entry, rita, as_hugo, hugo):
    made_of(entry)
    picture = Picture.objects.get()
    addresses = [*(picture.address(form, 480) for form in ("avif", "webp")), picture.page]
    answers = [rita.get(address) for address in addresses]
    assert [answer.status_code for answer in answers] == [200, 200, 200]
    assert [answer["Content-Type"].split(";")[0] for answer in answers] == ["image/avif", "image/webp", "text/html"]
    assert answers[0]["Cache-Control"] == "private, max-age=31536000, immutable"
    for wrong in (picture.address("webp", 481), picture.address("png", 480), picture.address("webp", 480) + "x"):
        assert rita.get(wrong).status_code == 404
    entry.retract(by=hugo)
    assert [client.get(address).status_code for client in (rita, as_hugo) for address in addresses] == 6 * [404]
    entry.restore(by=hugo)
    event.configure(visibility="draft")
    assert [rita.get(address).status_code for address in addresses] == [404] * 3
    assert [as_hugo.get(address)["Cache-Control"] for address in addresses] == ["private, no-store"] * 3


def test_a_picture_is_of_its_event_alone(event, entry, elsewhere, rita):
    made_of(entry)
    address = Picture.objects.get().address("webp", 480)
    assert rita.get(address).status_code == 200
    assert rita.get(address.replace("/match/", "/regatta/")).status_code == 404


def test_erasing_an_entry_erases_the_bytes(event, entry, olga):
    made_of(entry)
    entry.retract(by=olga, erase=True)
    assert [model.objects.count() for model in (Pictures, Picture, PictureFile)] == [0, 0, 0]


def test_an_entry_that_is_erased_before_its_picture_is_made_stays_erased(event, entry, olga, monkeypatch):
    original = renditions.made_of

    def meanwhile(content):
        entry.retract(by=olga, erase=True)
        return original(content)

    monkeypatch.setattr(renditions, "made_of", meanwhile)
    assert not made_of(entry)
    assert PictureFile.objects.count() == 0


def test_one_picture_is_made_at_a_time_and_one_that_was_left_is_made_again(event, entry):
    Picture.objects.update(begun_at=Entry.objects.get().published_at)
    assert not made_of(entry)
    Picture.objects.update(begun_at=Entry.objects.get().published_at - pictures.LEASE)
    assert made_of(entry)


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width, height, *chunks, depth=8, colour=2):
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + b"".join(chunks) + chunk(b"IEND", b"")


def moving(kind):
    file = io.BytesIO()
    frames = [Image.new("RGB", (60, 30), colour) for colour in ("navy", "gold")]
    frames[0].save(file, kind, save_all=True, append_images=frames[1:], duration=100)
    return file.getvalue()


def drawn(mode):
    file = io.BytesIO()
    Image.new(mode, (60, 30), 7).save(file, "PNG")
    return file.getvalue()


BOMB = chunk(b"IDAT", zlib.compress(bytes(50_000_000), 9))
PLAIN = {kind: picture_file(kind, (60, 30)) for kind in ("PNG", "JPEG", "WEBP", "AVIF")}
REFUSED = {
    "zero bytes": b"",
    "one byte": b"x",
    "text": b"Not a picture at all" * 20,
    "SVG": b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
    "HTML": b"<!doctype html><script>alert(1)</script>",
    "PDF": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3",
    "ZIP": b"PK\x03\x04" + bytes(200),
    "GIF": moving("GIF"),
    "BMP": picture_file("BMP", (60, 30)),
    "TIFF": picture_file("TIFF", (60, 30)),
    "ICO": picture_file("ICO", (32, 32)),
    "HEIC": b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(100),
    "animated PNG": moving("PNG"),
    "animated WebP": moving("WEBP"),
    "animated AVIF": moving("AVIF"),
    "PNG of 1 × 60,000": picture_file("PNG", (1, 60_000)),
    "PNG of 60,000 × 1": picture_file("PNG", (60_000, 1)),
    "JPEG of 1 × 60,000": picture_file("JPEG", (1, 60_000)),
    "PNG bomb": png(30_000, 30_000, BOMB),
    "PNG of no size": png(0, 0),
    "PNG of negative size": png(2**31 - 1, 2**31 - 1),
    "JPEG of too many pixels": picture_file("JPEG", (9000, 9000)),
    "progressive JPEG of too many": picture_file("JPEG", (5000, 5000), progressive=True),
    "WebP of too many": picture_file("WEBP", (3000, 3000)),
    "AVIF of too many": picture_file("AVIF", (4000, 4000), speed=10),
    "PNG of many parts": png(60, 30, *[chunk(b"tEXt", b"a\0b")] * 6000),
    "JPEG of many scans": PLAIN["JPEG"][:-2] + b"\xff\xda\x00\x02" * 100 + b"\xff\xd9",
    "half a PNG head": PLAIN["PNG"][:20],
    "half a JPEG head": PLAIN["JPEG"][:12],
    "half a WebP head": PLAIN["WEBP"][:20],
    "half an AVIF head": PLAIN["AVIF"][:40],
    "WebP cut off": picture_file("WEBP", (600, 300))[:-60],
}
FAIL_LATER = {
    "PNG cut off": PLAIN["PNG"][:-40],
    "PNG without pixels": png(60, 30),
    "PNG with rubbish": png(60, 30, chunk(b"IDAT", b"rubbish" * 9)),
    "JPEG without pixels": PLAIN["JPEG"][: PLAIN["JPEG"].index(b"\xff\xda")] + b"\xff\xd9",
}
TAKEN = {
    **PLAIN,
    "wrong extension": PLAIN["PNG"],
    "polyglot of JPEG and ZIP": PLAIN["JPEG"] + b"PK\x03\x04" + b"<script>alert(1)</script>" * 9,
    "polyglot of PNG and HTML": PLAIN["PNG"] + b"<script>alert(1)</script>",
    "CMYK": picture_file("JPEG", (60, 30), mode="CMYK"),
    "16 bits of grey": drawn("I;16"),
    "16 bits of colour": png(2, 2, chunk(b"IDAT", zlib.compress((b"\0" + bytes(12)) * 2)), depth=16),
    "grey": picture_file("PNG", (60, 30), mode="L"),
    "palette": drawn("P"),
    "one bit": picture_file("PNG", (60, 30), mode="1"),
    "transparent": picture_file("PNG", (60, 30), mode="RGBA"),
    "bad profile": picture_file("JPEG", (60, 30), icc_profile=b"rubbish" * 99),
    "one pixel": picture_file("PNG", (1, 1)),
}


@pytest.mark.parametrize("content", REFUSED.values(), ids=REFUSED)
def test_a_file_that_is_no_picture_gets_a_sentence_beside_its_field_and_the_text_stays(event, as_hugo, content):
    answer = post(as_hugo, content)
    assert answer.status_code == 422
    assert any(said.endswith(".") for said in errors(answer))
    assert "The start</textarea>" in answer.content.decode()
    assert Entry.objects.count() == 0


@pytest.mark.parametrize("content", FAIL_LATER.values(), ids=FAIL_LATER)
def test_a_file_that_cannot_be_decoded_is_told_in_its_place(event, as_hugo, rita, content):
    assert post(as_hugo, content).status_code == 303
    assert not made_of(Entry.objects.get())
    assert Picture.objects.get().content is None
    assert "This picture could not be read." in fetch(rita, "/events/match/")


@pytest.mark.parametrize("content", TAKEN.values(), ids=TAKEN)
def test_any_real_picture_is_made_again_without_what_hides_in_it(event, as_hugo, content):
    assert post(as_hugo, content, picture_1=sent(content, "picture.svg")).status_code == 303
    files = made_of(Entry.objects.get())
    assert {each.form for each in files} == {"avif", "webp"}
    assert not any(b"script" in bytes(each.content) for each in files)


def test_a_file_of_too_many_bytes_is_refused_by_its_length(event, as_hugo):
    answer = post(as_hugo, PLAIN["PNG"] + bytes(FILE_MAX_MB * 1024 * 1024))
    assert "This file is 10.0 MB, and the limit is 10 MB. Make the picture smaller." in errors(answer)


def test_a_decoder_that_never_ends_is_ended(event, entry, monkeypatch, rita):
    monkeypatch.setattr(renditions, "SECONDS", 0.01)
    assert not made_of(entry)
    assert "This picture could not be read." in fetch(rita, "/events/match/")


def test_a_composer_needs_a_picture_and_drafts_keep_none(event, as_hugo):
    answer = as_hugo.post("/events/match/entries/", FIELDS)
    assert errors(answer) == ["Choose a picture, or remove the pictures."]
    answer = as_hugo.post("/events/match/host/drafts/", FIELDS | {"picture_1": sent(PLAIN["PNG"])})
    assert "A draft cannot keep pictures." in answer.content.decode()
    assert Draft.objects.count() == 0


def test_a_visitor_cannot_post_pictures(event, rita):
    assert post(rita, PLAIN["PNG"], name="Rita").status_code == 303
    assert (Entry.objects.get().carries, Picture.objects.count()) == ("", 0)


def test_up_to_four_pictures_keep_their_order_and_descriptions(event, as_hugo, rita):
    more = {f"picture_{n}": sent(picture_file("PNG", (60 + n, 30))) for n in range(1, 5)}
    more |= {f"alt_{n}": f"Boat {n}" for n in range(1, 5)}
    assert as_hugo.post("/events/match/entries/", FIELDS | more).status_code == 303
    assert [(each.width, each.alt) for each in Picture.objects.order_by("place")] == [
        (60 + n, f"Boat {n}") for n in range(1, 5)
    ]
    made_of(Entry.objects.get())
    assert fetch(rita, "/events/match/").count("<picture>") == 4
    assert [*Entry.objects.with_words("boat 3")] == [Entry.objects.get()]


def test_the_same_form_again_makes_one_entry_and_other_pictures_another(event, as_hugo):
    for size in (60, 60, 61):
        post(as_hugo, picture_file("PNG", (size, 30)), key="k" * 32)
    assert [each.width for each in Picture.objects.order_by("pk")] == [60, 61]


def test_an_import_brings_pictures_back(event, entry, as_olga):
    made_of(entry)
    document = json.loads(text_of(event))
    told = document["entries"][0]["card"]["pictures"]
    assert [each["alt"] for each in told] == ["Two boats"]
    assert checked(base64.b64decode(told[0]["file"]))[1:] == (1000, 500)
    assert upload(as_olga, document).status_code == 302
    copy = Event.objects.latest("pk").entries.get()
    assert len(made_of(copy)) == 6
    for wrong in ({"pictures": []}, {"pictures": [{"alt": ""}]}, {"pictures": [{"alt": "", "file": "x"}]}):
        document["entries"][0]["card"] = {"kind": "pictures"} | wrong
        assert upload(as_olga, document).status_code == 422
