"""Differences between two pictures, other than the smoothing of letters' edges."""

from PIL import Image, ImageChops, ImageFilter

SHADES = 48
"""By so much of 255 may a colour differ."""
FEW = 12
"""So many pixels that differ are no difference that anybody sees."""


def difference(kept: Image.Image, now: Image.Image) -> Image.Image | None:
    """White where they differ; None where they do not.

    A pixel is no other when the kept picture has its shade, or one on either side of it, right beside that place, and
    the other way round: so are the edges of letters, which every version of a browser smooths in its own way. A line
    that is gone or new, a colour, and whatever has moved by more than a pixel is a difference.
    """
    if kept.size != now.size:
        return Image.new("L", now.size, 255)
    mask = ImageChops.lighter(_beyond(kept, now), _beyond(now, kept))
    return mask if mask.histogram()[255] > FEW else None


def _beyond(around: Image.Image, pixels: Image.Image) -> Image.Image:
    """White where a pixel is darker or lighter than all that is around its place in the other picture."""
    masks = []
    for near, own in zip(around.convert("RGB").split(), pixels.convert("RGB").split(), strict=True):
        lightest, darkest = near.filter(ImageFilter.MaxFilter(3)), near.filter(ImageFilter.MinFilter(3))
        over = ImageChops.lighter(ImageChops.subtract(own, lightest), ImageChops.subtract(darkest, own))
        masks.append(over.point(lambda shade: 255 if shade > SHADES else 0))
    return ImageChops.lighter(ImageChops.lighter(masks[0], masks[1]), masks[2])
