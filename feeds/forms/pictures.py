"""Pictures in forms: each file is checked by its head before anything is decoded, and each mistake gets a sentence."""

import base64
import binascii
from typing import Any, NamedTuple

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from feeds.forms import decoding
from feeds.forms.cards import CardFields
from feeds.forms.fields import WrittenField
from feeds.models import Event
from feeds.models.post.cards import CardData
from feeds.models.post.pictures import ALT_MAX, PICTURES_MAX, digest_of
from feeds.values.renditions import Unreadable, size_of

FILE_MAX_MB = 10
MILLIONS = {"photograph": 64, "progressive": 16, "WebP": 6, "other": 9}
"""Limits in millions of pixels. A photograph is read at a reduced size; others are in memory as a whole while they are
read, and what is made of a picture may take 150 MB at most."""
SLENDER = 12
"""Times that one side may be as long as the other."""
ACCEPTED = "image/jpeg,image/png,image/webp,image/avif"
"""Types that browsers offer. A phone that takes HEIC pictures sends JPEG where HEIC is not in the list."""
_HEIC = {b"ftypheic", b"ftypheix", b"ftyphevc", b"ftyphevx", b"ftypheim", b"ftypheis"}


class Sent(NamedTuple):
    """A file that may become a picture."""

    content: bytes
    width: int
    height: int


def checked(content: bytes) -> Sent:
    """The file with its size, if it may be decoded. Raises `ValidationError` with the reason if not."""
    if content[4:12] in _HEIC:
        raise ValidationError(_("HEIC pictures cannot be read here. Choose the picture as JPEG."))
    measured = decoding.measure_still(content, _unreadable())
    width, height = measured.width, measured.height
    limit = _limit(content, measured)
    if width * height > limit * 1_000_000:
        said = _("This picture has more than %(limit)s million pixels. Make it smaller.")
        raise ValidationError(said, params={"limit": limit})
    if min(width, height) < 1 or max(width, height) > SLENDER * min(width, height):
        raise ValidationError(_("This picture is too long and narrow. Crop it."))
    try:
        with decoding.pictures.take():
            shown = size_of(content)
    except Unreadable as error:
        raise _unreadable() from error
    if sorted(shown) != sorted((width, height)):
        raise _unreadable()
    return Sent(content, *shown)


def _limit(content: bytes, measured: decoding.Measure) -> int:
    if content.startswith(b"\xff\xd8"):
        return MILLIONS["progressive" if measured.whole else "photograph"]
    return MILLIONS["WebP" if content.startswith(b"RIFF") else "other"]


def _unreadable() -> ValidationError:
    return ValidationError(f"{_('This picture cannot be read.')} {_('Choose a JPEG, PNG, WebP or AVIF file.')}")


class PictureField(forms.FileField):
    """The file of a picture, at most `FILE_MAX_MB`."""

    default_error_messages = dict.fromkeys(
        ("invalid", "missing", "empty"),
        gettext_lazy("This file is empty. Choose a JPEG, PNG, WebP or AVIF file."),
    )

    def clean(self, data: object, initial: object = None) -> Sent | None:
        """The checked file, or None without one. Raises `ValidationError` if it cannot be a picture."""
        file = super().clean(data, None)
        if not isinstance(file, UploadedFile):
            return None
        length = file.size or 0
        if length > FILE_MAX_MB * 1024 * 1024:
            said = _("This file is %(size)s MB, and the limit is %(limit)s MB. Make the picture smaller.")
            raise ValidationError(said, params={"size": number_format(length / 1024**2, 1), "limit": FILE_MAX_MB})
        return checked(file.read())


class PicturesFields(CardFields):
    """Fields of pictures: a file and a description for each. Only hosts add them."""

    kind = "pictures"
    names = tuple(f"{name}_{place}" for place in range(1, PICTURES_MAX + 1) for name in ("picture", "alt"))
    label = gettext_lazy("Add pictures")
    legend = gettext_lazy("Pictures")
    without = gettext_lazy("Remove the pictures")
    is_drafted = False
    further = names[2:]
    """Fields of all pictures but the first."""

    def fields(self, event: Event) -> dict[str, forms.Field]:
        """The files and descriptions, in order."""
        found: dict[str, forms.Field] = {}
        for place in range(1, PICTURES_MAX + 1):
            found[f"picture_{place}"] = PictureField(
                required=False,
                label=_("Picture %(n)s") % {"n": place},
                widget=forms.FileInput(attrs={"accept": ACCEPTED}),
            )
            found[f"alt_{place}"] = WrittenField(
                limit=ALT_MAX,
                required=False,
                label=_("Description of picture %(n)s") % {"n": place},
                widget=forms.TextInput(attrs={"dir": "auto", "autocomplete": "off"}),
            )
        return found

    def require(self, form: forms.BaseForm) -> None:
        """Add an error if no picture was chosen."""
        chosen = [form.cleaned_data.get(f"picture_{place}") for place in range(1, PICTURES_MAX + 1)]
        wrong = {name for name in form.errors if name.startswith("picture_")}
        if not any(chosen) and not wrong:
            form.add_error("picture_1", _("Choose a picture, or remove the pictures."))

    def data_in(self, form: forms.BaseForm) -> CardData:
        """The pictures in a valid form."""
        said, found = form.cleaned_data, []
        for place in range(1, PICTURES_MAX + 1):
            if sent := said[f"picture_{place}"]:
                found.append({"alt": said[f"alt_{place}"], **sent._asdict()})
        return {"kind": self.kind, "pictures": found}

    def digest(self, data: CardData) -> str:
        """Text that differs for other pictures and other descriptions."""
        return repr([(each["alt"], digest_of(each["content"])) for each in data["pictures"]])

    def as_typed(self, data: CardData) -> dict[str, object]:
        """Nothing: drafts keep no pictures."""
        return {}

    def read(self, part: dict[str, Any]) -> CardData:
        """The pictures of a document: see docs/export.md."""
        listed = part.get("pictures")
        if part.keys() - {"kind", "pictures"} or not isinstance(listed, list) or not 1 <= len(listed) <= PICTURES_MAX:
            said = _("“pictures” must be a list of one to %(limit)s pictures, and nothing else be beside it.")
            raise ValidationError(said, params={"limit": PICTURES_MAX})
        return {"kind": self.kind, "pictures": [_read(each) for each in listed]}


def _read(part: object) -> dict[str, Any]:
    said = _("A picture must have a “file” in Base64 and an “alt”, its description or an empty text.")
    if not isinstance(part, dict) or part.keys() != {"alt", "file"}:
        raise ValidationError(said)
    alt, file = part["alt"], part["file"]
    if not isinstance(alt, str) or not isinstance(file, str) or len(file) > FILE_MAX_MB * 1024 * 1024 * 4 // 3 + 4:
        raise ValidationError(said)
    try:
        content = base64.b64decode(file, validate=True)
    except (binascii.Error, ValueError):
        raise ValidationError(_("This is not valid Base64.")) from None
    return {"alt": WrittenField(limit=ALT_MAX, required=False).clean(alt), **checked(content)._asdict()}
