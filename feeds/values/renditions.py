"""Renditions of a picture: its pixels in smaller files, made by a process of their own with bounds of time and memory.

The file is also the program of that process, which knows nothing but Pillow. So a hostile file meets no secret, no
database and no other request, and a decoder that crashes or never ends takes nothing with it.
"""

import io
import json
import subprocess
import sys
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from PIL import Image

SIZES = (480, 960, 1600)
"""Widths of renditions, in pixels, as far as the picture has them."""
FORMS = {"avif": "image/avif", "webp": "image/webp"}
"""Forms of renditions, the smaller one first, each with its media type."""
KINDS = ("JPEG", "PNG", "WEBP", "AVIF")
TURNED = {"JPEG", "WEBP"}
"""Kinds whose files may say how the pixels are turned. Decoders turn an AVIF themselves; in a PNG it is not looked for,
since it may come after the pixels."""
SECONDS = 40
"""Time in which all renditions of a picture must be made."""
MEMORY = 1024 * 1024 * 1024
"""Bytes of addresses that the process may use. Pictures within the limits of pixels need a fraction in fact."""
QUALITY = {"avif": {"quality": 58, "speed": 8, "max_threads": 1}, "webp": {"quality": 78, "method": 3}}


class Unreadable(ValueError):
    """Raised for content that cannot be decoded as a picture within the bounds."""


class Rendition(NamedTuple):
    """One file made of a picture's pixels, with its width and height."""

    form: str
    width: int
    height: int
    content: bytes


def size_of(content: bytes) -> tuple[int, int]:
    """Width and height as the picture is shown, read from its head alone. Raises `Unreadable`."""
    from PIL import Image  # noqa: PLC0415  (takes megabytes, and few requests have a picture)

    Image.MAX_IMAGE_PIXELS = None  # the caller has checked the size
    try:
        with Image.open(io.BytesIO(content), formats=KINDS) as image:
            width, height = image.size
            turned = image.format in TURNED and image.getexif().get(0x0112, 1) in {5, 6, 7, 8}
    except Exception as error:  # of any decoder, about any file
        raise Unreadable(str(error)) from error
    return (height, width) if turned else (width, height)


def made_of(content: bytes) -> list[Rendition]:
    """The renditions of a picture in every form and size. Raises `Unreadable` if it cannot be decoded in time."""
    try:
        done = subprocess.run(  # noqa: S603  (this file, with this Python)
            [sys.executable, "-I", __file__], input=content, capture_output=True, timeout=SECONDS, check=True
        )
    except (subprocess.SubprocessError, OSError) as error:
        raise Unreadable(str(error)) from error
    head, _newline, rest = done.stdout.partition(b"\n")
    renditions, at = [], 0
    for form, width, height, length in json.loads(head):
        renditions.append(Rendition(form, width, height, rest[at : at + length]))
        at += length
    return renditions


def _plain(image: "Image.Image", kind: str | None) -> "Image.Image":
    """The same pixels upright, with 8 bits for each colour, in the colours of screens."""
    from PIL import ImageOps  # noqa: PLC0415

    if image.mode.startswith("I"):  # 16 bits of grey
        image = image.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    image = ImageOps.exif_transpose(image) if kind in TURNED else image
    mode = "RGBA" if image.has_transparency_data else "RGB"
    return image if image.mode == mode else image.convert(mode)


def _make(content: bytes) -> list[Rendition]:
    """Work of the process: decode once, at a reduced size where the format can, and write each rendition."""
    from PIL import Image, PngImagePlugin  # noqa: PLC0415

    Image.MAX_IMAGE_PIXELS = None  # checked by the caller, who also knows the format
    PngImagePlugin.MAX_TEXT_MEMORY = 1024 * 1024
    largest = SIZES[-1]
    with Image.open(io.BytesIO(content), formats=KINDS) as opened:
        opened.draft("RGB", (largest, largest))
        opened.load()
        image: Image.Image = opened
        image.thumbnail((2 * largest, 2 * largest), Image.Resampling.BOX, reducing_gap=1.0)
        image = _plain(image, opened.format)
    widths = dict.fromkeys(min(width, image.width) for width in SIZES)
    made = []
    for width in sorted(widths, reverse=True):
        height = max(1, round(image.height * width / image.width))
        image = image.resize((width, height), Image.Resampling.LANCZOS) if width < image.width else image
        for form in FORMS:
            file = io.BytesIO()
            image.save(file, form.upper(), exif=b"", icc_profile=None, **QUALITY[form])
            made.append(Rendition(form, width, height, file.getvalue()))
    return made


def _main() -> None:
    import resource  # noqa: PLC0415  (of this process alone)

    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    made = _make(sys.stdin.buffer.read())
    head = json.dumps([(each.form, each.width, each.height, len(each.content)) for each in made])
    sys.stdout.buffer.write(head.encode() + b"\n" + b"".join(each.content for each in made))


if __name__ == "__main__":
    _main()
