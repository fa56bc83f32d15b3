"""Differences between two pictures of one browser on one machine, and a picture that shows them."""

import io
from dataclasses import dataclass

from PIL import Image, ImageChops, ImageFilter

from e2e.gallery.align import Aligned, aligned

SHADES, FEW = 48, 12
"""Rule of edges: more than this many pixels that are this much darker or lighter than all around their place before."""
STEP, AREA = 2, 40
"""Rule of areas: more than this many pixels in which a colour has changed by more than this, of 255."""
CHANGED, GAP = (214, 0, 0), 12
"""The colour of changed pixels, and the pixels between pictures side by side."""


@dataclass(frozen=True)
class Difference:
    """A difference between two pictures, in words and as a picture."""

    words: str
    picture: Image.Image


def difference(kept: bytes, now: bytes) -> Difference | None:
    """The difference of two PNG files, or None where nobody sees one.

    An edge is a line or a letter: few pixels, in strong contrast to what was there. An area is a background, a border
    or a shadow: many pixels, each of which may have changed by a few shades only.
    """
    if kept == now:
        return None
    before, after = (Image.open(io.BytesIO(file)).convert("RGB") for file in (kept, now))
    both, grown = aligned(before, after), after.height - before.height
    mask, shades = _changes(both)
    changed = mask.histogram()[255]
    if not grown and changed <= AREA and not _has_new_edges(before, after):
        return None
    words = [f"{changed:,} pixels by up to {shades} shades"] if changed else []
    words += [f"{abs(grown)} px {'taller' if grown > 0 else 'shorter'}"] if grown else []
    return Difference(", ".join(words), _side_by_side(both, mask))


def _has_new_edges(before: Image.Image, after: Image.Image) -> bool:
    mask = ImageChops.lighter(_beyond(before, after), _beyond(after, before))
    return mask.histogram()[255] > FEW


def _beyond(around: Image.Image, pixels: Image.Image) -> Image.Image:
    """White where a pixel is darker or lighter than all that is around its place in the other picture."""
    lightest, darkest = around.filter(ImageFilter.MaxFilter(3)), around.filter(ImageFilter.MinFilter(3))
    return _white(
        ImageChops.lighter(ImageChops.subtract(pixels, lightest), ImageChops.subtract(darkest, pixels)), SHADES
    )


def _changes(both: Aligned) -> tuple[Image.Image, int]:
    """White where a row that both have is different; and by how many shades, at most."""
    apart = ImageChops.difference(both.before, both.after)
    both.fill(apart, gone=(0, 0, 0), new=(0, 0, 0))
    highest = max(band.getextrema()[1] for band in apart.split())
    return _white(apart, STEP), int(highest)  # type: ignore[arg-type]


def _white(picture: Image.Image, above: int) -> Image.Image:
    """White where one of the three colours is above this."""
    red, green, blue = (band.point(lambda shade: 255 if shade > above else 0) for band in picture.split())
    return ImageChops.lighter(ImageChops.lighter(red, green), blue)


def _side_by_side(both: Aligned, mask: Image.Image) -> Image.Image:
    """Before, after, and what has changed in red over a pale picture. New rows are blue, and those that went pink."""
    pale = Image.blend(both.after, Image.new("RGB", both.after.size, "white"), 0.75)
    pale.paste(CHANGED, mask=mask)
    both.fill(pale)
    width, height = both.after.size
    all_three = Image.new("RGB", (3 * width + 2 * GAP, height), "gray")
    for place, picture in enumerate((both.before, both.after, pale)):
        all_three.paste(picture, (place * (width + GAP), 0))
    return all_three
