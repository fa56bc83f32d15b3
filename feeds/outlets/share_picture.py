"""Share pictures: an event in 1200 × 630 pixels, for messengers and social networks that show one beside a link."""

import hashlib
import io
import threading
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.translation import override

from feeds.memo import Memo
from feeds.models import Event, Logo
from feeds.outlets.fonts import BOLD, REGULAR, font, is_right_to_left, runs
from feeds.outlets.texts import line
from feeds.values import colours
from feeds.values.site import site

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageDraw import ImageDraw

WIDTH, HEIGHT, MARGIN, STRIPE = 1200, 630, 72, 20
TITLE_SIZES, STATUS_SIZE = (84, 72, 60, 50, 42), 56
TITLE_TOP, TITLE_ROOM = 168, 362
LEADING = 1.3
LOGO = (300, 110)
TYPE = "image/png"
DRAWN_AS = 1
"""Number of this drawing: change it with the drawing, since caches keep pictures by their digest."""

pictures: Memo[bytes] = Memo(len, number=64, size=8 * 1024 * 1024)
_drawing = threading.Lock()


def digest_of(event: Event, language: str) -> str:
    """First 12 hexadecimal digits of a hash of everything that the picture shows."""
    shown = (event.title, event.state, event.status_line, event.accent, event.logo, site().name)
    parts = [str(each) for each in (DRAWN_AS, settings.BUILD, language, *shown)]
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:12]


def picture(event: Event, language: str) -> bytes:
    """The picture as PNG, with the event's state in this language. A process draws one at a time."""
    key = (event.pk, language, digest_of(event, language))

    def draw() -> bytes:
        """The file, drawn once."""
        logo = Logo.objects.filter(event=event.pk).first() if event.logo else None
        with _drawing, override(language):
            return _file(event, bytes(logo.content) if logo else b"")

    return pictures.get(key, draw)


def _file(event: Event, logo: bytes) -> bytes:
    from PIL import Image, ImageDraw  # noqa: PLC0415  (takes megabytes, and few requests draw)

    tokens = {name: pair[colours.LIGHT] for name, pair in colours.tokens().items()}
    accent = event.accent or tokens["accent"]
    shades = colours.shades(accent, colours.LIGHT)
    image = Image.new("RGB", (WIDTH, HEIGHT), tokens["paper"])
    pen = _Pen(ImageDraw.Draw(image), is_right_to_left(event.title))
    pen.draw.rectangle((0, 0, WIDTH, STRIPE), fill=shades.accent)
    if logo:
        _put_logo(image, logo, at_right=not pen.mirrored)
    pen.badge(str(event.get_state_display()), MARGIN, (shades.accent, shades.ink))
    size, lines = _fitted(line(event.title, 120), TITLE_ROOM - (STATUS_SIZE * 1.5 if event.status_line else 0))
    for number, each in enumerate(lines):
        pen.write(each, TITLE_TOP + round(number * size * LEADING), size, BOLD, tokens["ink"])
    if event.status_line:
        top = TITLE_TOP + round(len(lines) * size * LEADING) + 8
        pen.write(line(event.status_line), top, STATUS_SIZE, BOLD, shades.accent)
    pen.write(site().name, HEIGHT - MARGIN - 20, 32, REGULAR, tokens["quiet"])
    file = io.BytesIO()
    image.quantize(64).save(file, "PNG", optimize=True)
    return file.getvalue()


class _Pen:
    """Writes lines at the margin where the title's direction begins."""

    def __init__(self, draw: "ImageDraw", mirrored: bool) -> None:
        self.draw, self.mirrored = draw, mirrored

    def write(self, text: str, top: int, size: int, weight: int, colour: str, inset: int = 0) -> None:
        """One line; what does not fit is cut off at the margin."""
        while text and width_of(text, size, weight) > WIDTH - 2 * MARGIN:
            text = text[:-2].rstrip() + "…"
        width = width_of(text, size, weight)
        left = WIDTH - MARGIN - inset - width if self.mirrored else MARGIN + inset
        for part in runs(text):
            drawn = font(part.font, size, weight)
            self.draw.text((left, top + size), part.text, fill=colour, font=drawn, anchor="ls")
            left += drawn.getlength(part.text)

    def badge(self, text: str, top: int, colour: tuple[str, str]) -> None:
        """A word on a rounded field; `colour` of the field, and of the word."""
        width, pad = width_of(text, 32, BOLD), 24
        left = WIDTH - MARGIN - width - 2 * pad if self.mirrored else MARGIN
        self.draw.rounded_rectangle((left, top, left + width + 2 * pad, top + 64), 32, fill=colour[0])
        self.write(text, top + 12, 32, BOLD, colour[1], inset=pad)


def width_of(text: str, size: int, weight: int) -> float:
    """Width of a line in pixels."""
    return sum(font(part.font, size, weight).getlength(part.text) for part in runs(text))


def _fitted(title: str, room: float) -> tuple[int, list[str]]:
    """The largest size at which a title fits into a height in pixels, with its lines; at the smallest it is cut off."""
    for size in TITLE_SIZES:
        lines, most = _wrapped(title, size), int(room / (size * LEADING))
        if len(lines) <= most:
            return size, lines
    return size, [*lines[: most - 1], f"{lines[most - 1]}…"]


def _wrapped(text: str, size: int) -> list[str]:
    lines = [""]
    for word in text.split(" "):
        joined = f"{lines[-1]} {word}".strip()
        if width_of(joined, size, BOLD) <= WIDTH - 2 * MARGIN:
            lines[-1] = joined
            continue
        lines += [] if lines[-1] == "" else [""]
        for char in word:  # one long word is broken anywhere
            if width_of(lines[-1] + char, size, BOLD) > WIDTH - 2 * MARGIN:
                lines.append("")
            lines[-1] += char
    return lines


def _put_logo(image: "Image", logo: bytes, *, at_right: bool) -> None:
    from PIL import Image  # noqa: PLC0415  (as above)

    drawn = Image.open(io.BytesIO(logo), formats=("WEBP",)).convert("RGBA")
    drawn.thumbnail(LOGO)
    left = WIDTH - MARGIN - drawn.width if at_right else MARGIN
    image.paste(drawn, (left, STRIPE + 28), drawn)
