"""Differences between two pictures, other than the smoothing of letters' edges."""

from PIL import Image, ImageChops, ImageFilter

SHADES = 48
"""Difference of a colour, of 255, up to which it counts as the same."""
FEW = 12
"""Number of different pixels that nobody sees."""


def difference(kept: Image.Image, now: Image.Image) -> Image.Image | None:
    """A picture that is white where the two differ; None where they are alike.

    A pixel is alike when the other picture has its shade, or a shade beside it, right beside that place. This excuses
    the edges of letters, which every version of a browser smooths in its own way. A line that is gone or new, a
    colour, and anything that has moved by more than a pixel is a difference.
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
