"""An event's own accent and logo: readable in both schemes, raster only, re-encoded, live, and exported."""

import io
import json
import re

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from feeds.forms import Cursor
from feeds.forms.branding import read_picture
from feeds.models import Act, Event, Logo
from feeds.tests.helpers import FORM, errors, fetch, picture_file
from feeds.timeline.frames import frame_between
from feeds.transfer import exports
from feeds.transfer.imports import ImportForm
from feeds.values import colours

LIGHT, DARK = colours.LIGHT, colours.DARK
MATCH = FORM | {"title": "Match", "slug": "match"}
HOSTILE = ["#ffffff", "#ffff00", "#7fff00", "#00ffff", "#ff69b4", "#808080", "#0b6157", "#000000", "#000080", "#a0522d"]


def file(content, name="logo.png"):
    return SimpleUploadedFile(name, content)


def saved(client, path="/events/match/settings/", **fields):
    return client.post(path, MATCH | fields)


def test_contrast_is_that_of_wcag():
    assert (colours.contrast("#000000", "#ffffff"), colours.contrast("#777777", "#777777")) == (21, 1)
    assert round(colours.contrast("#767676", "#ffffff"), 2) == 4.54


@pytest.mark.parametrize("theme", [None, "example"])
@pytest.mark.parametrize("accent", HOSTILE)
def test_whatever_was_chosen_is_readable_in_both_schemes(settings, accent, theme, request):
    """Readable are text in the accent on all papers, text on the accent, and all text on the paper made from it."""
    if theme:
        request.getfixturevalue("example_theme")
    for scheme in (LIGHT, DARK):
        shades, tokens = colours.shades(accent, scheme), colours.tokens()
        for on in (*colours.papers(scheme), shades.soft, shades.ink):
            assert colours.contrast(shades.accent, on) >= 4.5
        for text in ("ink", "quiet"):
            assert colours.contrast(tokens[text][scheme], shades.soft) >= 4.5


def test_tokens_are_those_of_the_style_sheets_in_use():
    assert colours.tokens()["paper"] == ("#fbfaf7", "#14181a")
    assert colours.is_readable(colours.tokens()["accent"][LIGHT], colours.papers())


def test_all_text_is_readable_in_the_theme_as_well(example_theme):
    tokens = colours.tokens()
    assert tokens["paper"] == ("#ffe14d", "#17131f")
    for scheme in (LIGHT, DARK):
        for paper in (*colours.PAPERS, "accent-soft"):
            for text in ("ink", "quiet", "accent", "live", "danger"):
                assert colours.contrast(tokens[text][scheme], tokens[paper][scheme]) >= 4.5, (text, paper, scheme)
        for text, paper in (("accent-ink", "accent"), ("card", "danger")):
            assert colours.contrast(tokens[text][scheme], tokens[paper][scheme]) >= 4.5, (text, paper, scheme)


def test_a_host_chooses_a_colour_and_everybody_has_it_at_once(event, as_hugo, rita):
    start = Cursor(event.epoch, event.head)
    assert saved(as_hugo, accent="7A0B56").status_code == 302
    event.refresh_from_db()
    assert event.accent == "#7a0b56"
    link = f'href="/accent/7a0b56.css?{settings.BUILD}"'
    for html in (
        fetch(rita, "/events/match/"),
        fetch(rita, "/events/match/wall/"),
        frame_between(event.pk, start).html,
    ):
        assert html.count(link) == 1
    assert "hugo set accent colour: #7a0b56" in map(str, Act.objects.all())
    assert rita.get("/accent/7a0b56.css?another-build")["Cache-Control"] == "no-cache"
    sheet = rita.get(event.accent_url)
    assert "--accent: light-dark(#7a0b56, #" in sheet.content.decode()
    assert (sheet["Content-Type"], sheet["X-Content-Type-Options"]) == ("text/css; charset=utf-8", "nosniff")
    assert "immutable" in sheet["Cache-Control"]
    assert "Vary" not in sheet or "Cookie" not in sheet["Vary"]
    saved(as_hugo, accent="")
    assert "/accent/" not in fetch(rita, "/events/match/")


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("#ffff00", "Text in #ffff00 would be hard to read: its contrast is 1.0, and 4.5 is needed."),
        ("#8a8a8a", "Text in #8a8a8a would be hard to read: its contrast is 3.0, and 4.5 is needed."),
        ("red", "Write a colour as # and six digits or letters from a to f, such as #0b6157."),
        ("#12345", "Write a colour as # and six digits or letters from a to f, such as #0b6157."),
        ("#0b6157}*{", "Write a colour as # and six digits or letters from a to f, such as #0b6157."),
    ],
)
def test_a_colour_that_cannot_be_read_is_refused_with_the_nearest_that_can(event, as_hugo, typed, said):
    answer = saved(as_hugo, accent=typed, title="The final")
    assert answer.status_code == 422
    (told,) = errors(answer)[1:]
    assert told.startswith(said)
    html = answer.content.decode()
    assert f'value="{typed}"' in html
    assert 'value="The final"' in html
    if nearest := re.search(r"The nearest readable colour is (#[0-9a-f]{6})\.", told):
        assert saved(as_hugo, accent=nearest[1]).status_code == 302
    else:
        assert len(said) == len(told)


@pytest.mark.parametrize("path", ["/accent/0b615.css", "/accent/red.css", "/accent/0b6157g.css", "/accent/0B6157.css"])
def test_there_is_no_style_sheet_for_what_is_no_colour(db, rita, path):
    assert rita.get(path).status_code == 404


@pytest.mark.parametrize(
    ("kind", "mode", "size", "kept"),
    [
        ("PNG", "RGBA", (60, 30), (60, 30)),
        ("PNG", "P", (1500, 500), (720, 240)),
        ("JPEG", "RGB", (3000, 2000), (360, 240)),
        ("JPEG", "CMYK", (100, 400), (60, 240)),
        ("WEBP", "RGB", (10, 10), (10, 10)),
        ("PNG", "1", (2, 2), (2, 2)),
    ],
)
def test_a_logo_is_encoded_again_small_and_stays_the_same_from_then_on(kind, mode, size, kept):
    content = picture_file(kind, size, "RGB") if mode == "CMYK" else b""
    if mode == "CMYK":
        image = io.BytesIO()
        Image.open(io.BytesIO(content)).convert("CMYK").save(image, kind)
        content = image.getvalue()
    elif mode in {"P", "1"}:
        image = io.BytesIO()
        Image.open(io.BytesIO(picture_file("PNG", size))).convert(mode).save(image, kind)
        content = image.getvalue()
    else:
        content = picture_file(kind, size, mode)
    picture = read_picture(content)
    found = Image.open(io.BytesIO(picture.content))
    assert (found.format, found.size) == ("WEBP", kept) == ("WEBP", (picture.width, picture.height))
    assert read_picture(picture.content) == picture


def test_nothing_but_pixels_is_kept_and_they_are_the_right_way_up():
    exif = Image.Exif()
    exif[0x0112], exif[0x010E] = 6, "SECRET"  # turned by a quarter; a description
    picture = read_picture(picture_file("JPEG", (60, 30), exif=exif, comment=b"SECRET"))
    assert (picture.width, picture.height) == (30, 60)
    assert b"SECRET" not in picture.content
    assert b"EXIF" not in picture.content


def test_a_logo_is_on_the_page_with_its_words_and_served_from_an_address_of_its_own(event, as_hugo, rita):
    start = Cursor(event.epoch, event.head)
    assert saved(as_hugo, logo=file(picture_file()), logo_alt="FC <Final>").status_code == 302
    event.refresh_from_db()
    element = (
        f'<img class="logo" src="/events/match/logo/{event.logo}.webp" alt="FC &lt;Final&gt;" width="60" height="30">'
    )
    for html in (
        fetch(rita, "/events/match/"),
        fetch(rita, "/events/match/wall/"),
        frame_between(event.pk, start).html,
    ):
        assert html.count(element) == 1
    answer = rita.get(event.logo_url)
    assert Image.open(io.BytesIO(answer.content)).size == (60, 30)
    assert (answer["Content-Type"], answer["X-Content-Type-Options"]) == ("image/webp", "nosniff")
    assert (answer["Cache-Control"], "Cookie" in answer.get("Vary", "")) == ("public, max-age=86400, immutable", False)
    acts = [str(act) for act in Act.objects.filter(subject__name__startswith="logo").order_by("pk")]
    assert acts == ["hugo set logo: yes", "hugo set logo description: FC <Final>"]
    assert "logo: yes" in fetch(as_hugo, "/events/match/host/log/")
    old = event.logo_url
    saved(as_hugo, logo=file(picture_file(size=(90, 30))), logo_alt="FC")
    event = Event.objects.get()
    assert '<img class="logo wide"' in fetch(rita, "/events/match/")
    assert (rita.get(old).status_code, rita.get(event.logo_url).status_code, Logo.objects.count()) == (404, 200, 1)
    assert saved(as_hugo, logo_alt="FC").status_code == 302  # without a file it stays
    assert Event.objects.get().logo == event.logo
    assert saved(as_hugo, remove_logo="on").status_code == 302
    assert (rita.get(event.logo_url).status_code, Logo.objects.count()) == (404, 0)
    assert "<img" not in fetch(rita, "/events/match/")


def test_the_logo_of_a_draft_is_for_its_hosts(event, as_hugo, rita):
    event.configure(picture=read_picture(picture_file()), visibility="draft")
    answer = as_hugo.get(event.logo_url)
    assert (answer.status_code, answer["Cache-Control"]) == (200, "private, no-cache")
    assert rita.get(event.logo_url).status_code == 404


def bomb():
    """A few kilobytes that are 400 million pixels."""
    content = io.BytesIO()
    Image.new("1", (20_000, 20_000)).save(content, "PNG")
    return content.getvalue()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (
            lambda: b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
            "This picture cannot be read",
        ),
        (lambda: b"GIF89a" + b"\0" * 50, "This picture cannot be read"),
        (lambda: picture_file()[:60], "This picture cannot be read"),
        (lambda: picture_file("GIF"), "This picture cannot be read"),
        (lambda: b"", "This file is empty."),
        (bomb, "This picture has more than 6 million pixels."),
        (lambda: b"\x89PNG" + b"\0" * (4 * 1024 * 1024), "This file is 4.0 MB, and the limit is 4 MB."),
    ],
    ids=["svg", "nonsense", "half", "gif", "empty", "bomb", "large"],
)
def test_what_is_no_small_picture_is_refused_and_what_was_typed_stays(event, as_hugo, content, said):
    answer = saved(as_hugo, logo=file(content()), title="The final")
    assert answer.status_code == 422
    assert errors(answer)[1].startswith(said)
    assert 'value="The final"' in answer.content.decode()
    assert Logo.objects.count() == 0


def test_a_file_is_to_be_chosen_again_where_something_else_is_wrong(event, as_hugo):
    answer = saved(as_hugo, logo=file(picture_file()), title="")
    assert errors(answer)[-1] == "Choose the file again: browsers do not keep it."


def test_a_body_beyond_any_logo_is_not_read(event, as_hugo, rita):
    large = file(b" " * (9 * 1024 * 1024))
    answer = saved(as_hugo, logo=large)
    assert (answer.status_code, "A logo can be at most 4 MB" in answer.content.decode()) == (413, True)


def test_a_new_event_can_have_both(as_sam):
    fields = FORM | {"accent": "#7a0b56", "logo": file(picture_file()), "logo_alt": "FC"}
    assert as_sam.post("/events/new/", fields).status_code == 302
    event = Event.objects.get()
    assert (event.accent, event.logo_alt, event.logo_width) == ("#7a0b56", "FC", 60)
    assert as_sam.get(event.logo_url).status_code == 200


def test_an_export_has_both_and_an_import_takes_them_over(event, sam):
    event.configure(accent="#7a0b56", picture=read_picture(picture_file()), logo_alt="FC")
    document = "".join(exports.pieces(Event.objects.get()))
    form = ImportForm({}, {"file": file(document.encode(), "match.json")})
    assert form.is_valid(), form.errors
    copy = form.save(sam)
    assert (copy.accent, copy.logo, copy.logo_alt) == ("#7a0b56", Event.objects.get(pk=event.pk).logo, "FC")
    assert bytes(copy.picture.content) == bytes(event.picture.content)
    again = json.loads("".join(exports.pieces(copy)))
    assert again["event"]["logo"] == json.loads(document)["event"]["logo"]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"accent": "#ffff00"}, "The event: “accent”: Text in #ffff00 would be hard to read:"),
        ({"logo": "PHN2Zz4="}, "The event: “logo”: This picture cannot be read."),
        ({"logo": "<svg>"}, "The event: “logo”: This is not valid Base64."),
        ({"logo": ["x"]}, "The event: “logo” must be text in quotes."),
    ],
)
def test_an_import_takes_no_other_colours_and_pictures(event, wrong, said):
    document = json.loads("".join(exports.pieces(event)))
    document["event"] |= wrong
    form = ImportForm({}, {"file": file(json.dumps(document).encode(), "match.json")})
    assert form.errors["file"][0].startswith(said)


def test_an_event_without_either_has_nothing_of_it(event, rita):
    assert not re.search("/accent/|logo", fetch(rita, "/events/match/"))
