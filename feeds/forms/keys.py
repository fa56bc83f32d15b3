"""Key of a rendered form, which also tells when the form was rendered."""

import hashlib
import re
import time
import uuid
from typing import cast

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.core.files.uploadedfile import UploadedFile
from django.forms import BaseForm
from django.http import QueryDict

NOT_COMPARED = {"csrfmiddlewaretoken", "sender"}
"""Fields that may differ between two submissions of the same form."""


def new_form_key() -> str:
    """32 unique hexadecimal digits, beginning with the time in milliseconds.

    It is not signed: forging one takes more trouble than waiting.
    """
    return f"{time.time_ns() // 1_000_000:012x}{uuid.uuid4().hex[:20]}"


def is_form_key(key: str) -> bool:
    """Whether this text is a key as `new_form_key` makes them."""
    return bool(re.fullmatch(r"[0-9a-f]{32}", key))


def age_of(key: str) -> float | None:
    """Seconds since the form with this key was rendered; None for another kind of key, or one from the future."""
    age = time.time() - int(key[:12], 16) / 1000 if is_form_key(key) else -1.0
    return age if age >= 0 else None


class Keyed(BaseForm):
    """A form with a key."""

    @property
    def own_key(self) -> str:
        """The key it was sent with; "" if it is not one of ours. A refused form is shown again with the same key."""
        key = str(self.data.get("key", ""))
        return key if is_form_key(key) else ""


class MadeOnce(Keyed):
    """A form whose second submission leads to the result of the first."""

    data: QueryDict
    _submission: str | None = None

    def submission(self, user: AbstractBaseUser | AnonymousUser) -> str | None:
        """Digest that identifies a repeated submission: same person, same rendered form, same words and files. None
        without a key.

        The words count: somebody who goes back and changes them wants something new.
        """
        if self.own_key and self._submission is None:
            self._submission = self._digest(user)
        return self._submission

    def _digest(self, user: AbstractBaseUser | AnonymousUser) -> str:
        said = sorted((name, values) for name, values in self.data.lists() if name not in NOT_COMPARED)
        digest = hashlib.sha256(repr((type(self).__name__, user.pk, said)).encode("utf-8", "surrogatepass"))
        for name, file in sorted(cast("dict[str, UploadedFile]", self.files.dict()).items()):
            digest.update(repr((name, file.size)).encode())
            for chunk in file.chunks():
                digest.update(chunk)
            file.seek(0)
        return digest.hexdigest()
