"""Branding of an event: an accent colour, and a logo, which is kept in the database like all other data."""

import hashlib
import re
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from feeds.values import colours

LOGO_ALT_MAX = 120
"""Characters of the logo's description."""
LOGO_TYPE = "image/webp"


class Picture(NamedTuple):
    """A logo as it is stored and sent: WebP made by `feeds.forms.pictures`, with its size in pixels."""

    content: bytes
    width: int
    height: int

    @property
    def digest(self) -> str:
        """First 12 hexadecimal digits of the content's SHA-256, for the logo's address."""
        return hashlib.sha256(self.content).hexdigest()[:12]


def validate_accent(value: str) -> None:
    """Raises `ValidationError` for a colour in which text on the page would be hard to read.

    Dark mode uses the colour in another lightness.
    """
    if not re.fullmatch(r"#[0-9a-f]{6}", value):
        raise ValidationError(_("Write a colour as # and six digits or letters from a to f, such as #0b6157."))
    papers = colours.papers()
    if not colours.is_readable(value, papers):
        said = _(
            "Text in %(colour)s would be hard to read: its contrast is %(contrast)s, and %(least)s is needed. The "
            "nearest readable colour is %(nearest)s."
        )
        found = {"colour": value, "nearest": colours.nearest_readable(value, papers), "least": colours.READABLE}
        contrast = int(colours.least_contrast(value, papers) * 10) / 10  # 4.46 is not 4.5
        raise ValidationError(said, params=found | {"contrast": contrast})


def logo_fields(picture: Picture | None) -> dict[str, str | int]:
    """Fields of an event's row that describe this logo, or none."""
    width, height = (picture.width, picture.height) if picture else (0, 0)
    return {"logo": picture.digest if picture else "", "logo_width": width, "logo_height": height}
