"""An event's colour and logo. Nothing of a logo's file is kept but its pixels."""

import base64
import binascii
import io
import re
import warnings

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.formats import number_format
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from feeds.forms import decoding
from feeds.models import Picture, validate_accent

KINDS = ("PNG", "JPEG", "WEBP")
LOGO_MAX_MB = 4
PIXELS_MAX = 25_000_000
"""Limit for a photograph, which is read at the size that is needed. Every camera's pictures fit."""
WHOLE_PIXELS_MAX = 6_000_000
"""Limit for any other picture, which is in memory as a whole, several times, until it is made smaller."""
KEPT = (720, 240)
"""Width and height that a logo is made to fit into: three times what a page shows, for dense screens."""


def read_picture(content: bytes) -> Picture:
    """A logo made again from the file's pixels alone, so that nothing else in the file reaches a browser.

    It is stored without loss: exporting and importing it changes no byte. Raises `ValidationError`.
    """
    measured = _require_modest(content)
    with decoding.pictures.take():
        try:
            return _smaller(content, measured)
        except (OSError, SyntaxError, ValueError, EOFError, OverflowError) as error:
            raise _unreadable() from error


def _require_modest(content: bytes) -> decoding.Measure:
    """The size that the file claims, checked before it is decoded."""
    measured = decoding.measure_still(content, _unreadable())
    limit = WHOLE_PIXELS_MAX if measured.whole else PIXELS_MAX
    if measured.width * measured.height > limit:
        said = _("This picture has more than %(limit)s million pixels. Make it smaller.")
        raise ValidationError(said, params={"limit": limit // 1_000_000})
    return measured


def _unreadable() -> ValidationError:
    return ValidationError(f"{_('This picture cannot be read.')} {_('Choose a PNG, JPEG or WebP file.')}")


def _smaller(content: bytes, measured: decoding.Measure) -> Picture:
    from PIL import Image, ImageOps, PngImagePlugin  # noqa: PLC0415  (takes megabytes, and few requests have a logo)

    PngImagePlugin.MAX_TEXT_MEMORY = 1024 * 1024  # its texts are dropped
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # the size is checked above
        image: Image.Image = Image.open(io.BytesIO(content), formats=KINDS)
    if image.size != (measured.width, measured.height):
        raise ValueError("The file contradicts itself")
    image.draft("RGB", KEPT)  # reads a photograph only at the size that is needed
    ImageOps.exif_transpose(image, in_place=True)
    mode = "RGBA" if image.has_transparency_data else "RGB"
    image = image if image.mode == mode else image.convert(mode)
    image.thumbnail(KEPT)
    kept = io.BytesIO()
    image.save(kept, "WEBP", lossless=True, quality=80, exif=b"", icc_profile=None)
    return Picture(kept.getvalue(), image.width, image.height)


class AccentField(forms.CharField):
    """A colour as people write it, such as #ABC or 0b6157."""

    default_validators = [validate_accent]

    def to_python(self, value: object) -> str:
        """The colour as in #0b6157; any other text as it is, for the validator."""
        written = (super().to_python(value) or "").strip().lower()
        if short := re.fullmatch(r"#?([0-9a-f])([0-9a-f])([0-9a-f])", written):
            return "#" + "".join(2 * digit for digit in short.groups())
        return f"#{written}" if re.fullmatch(r"[0-9a-f]{6}", written) else written


class LogoField(forms.FileField):
    """The file of a logo, at most `LOGO_MAX_MB`."""

    default_error_messages = {
        "invalid": gettext_lazy("Choose a PNG, JPEG or WebP file."),
        "missing": gettext_lazy("Choose a PNG, JPEG or WebP file."),
        "empty": gettext_lazy("This file is empty. Choose a PNG, JPEG or WebP file."),
    }

    def __init__(self) -> None:
        limit = gettext_lazy("A PNG, JPEG or WebP file of at most {limit} MB.")
        super().__init__(
            label=gettext_lazy("Logo"),
            help_text=format_lazy(limit, limit=LOGO_MAX_MB),
            widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg,image/webp"}),
            required=False,
        )

    def clean(self, data: object, initial: object = None) -> Picture | None:
        """The picture in the file, or None without one. Raises `ValidationError` if it is too large or unreadable."""
        file = super().clean(data, None)
        if not isinstance(file, UploadedFile):
            return None
        length = file.size or 0
        if length > LOGO_MAX_MB * 1024 * 1024:
            size = number_format(length / 1024 / 1024, 1)
            said = _("This file is %(size)s MB, and the limit is %(limit)s MB. Make the picture smaller.")
            raise ValidationError(said, params={"size": size, "limit": LOGO_MAX_MB})
        return read_picture(file.read())


class LogoTextField(forms.CharField):
    """A logo in a document, as base64: see docs/export.md."""

    def clean(self, value: object) -> Picture | None:
        """The picture in the text, or None without one. Raises `ValidationError` if it is too large or unreadable."""
        written = super().clean(value)
        if not written:
            return None
        if len(written) > LOGO_MAX_MB * 1024 * 1024 * 4 // 3 + 4:
            raise ValidationError(
                _("This is more than %(limit)s MB. Make the picture smaller.") % {"limit": LOGO_MAX_MB}
            )
        try:
            return read_picture(base64.b64decode(written, validate=True))
        except binascii.Error:
            raise ValidationError(_("This is not valid Base64.")) from None
