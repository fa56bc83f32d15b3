"""The key of a rendered form, which also tells when it was rendered."""

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

NOT_SAID = {"csrfmiddlewaretoken", "sender"}
"""Fields that differ between two submissions of the same."""


def new_form_key() -> str:
    """32 hexadecimal digits that nobody else has: first the time, in milliseconds. Not signed: who would go to the
    trouble of forging it can as well wait."""
    return f"{time.time_ns() // 1_000_000:012x}{uuid.uuid4().hex[:20]}"


def is_form_key(key: str) -> bool:
    return bool(re.fullmatch(r"[0-9a-f]{32}", key))


def age_of(key: str) -> float | None:
    """Seconds since a form with this key was rendered; None for a key of another kind, or from the future."""
    age = time.time() - int(key[:12], 16) / 1000 if is_form_key(key) else -1.0
    return age if age >= 0 else None


class Keyed(BaseForm):
    """A form that has a key."""

    @property
    def own_key(self) -> str:
        """The key it was sent with, if it is one of ours: a form that is refused goes on being that form."""
        key = str(self.data.get("key", ""))
        return key if is_form_key(key) else ""


class MadeOnce(Keyed):
    """A form of which a second submission leads to what the first one made."""

    data: QueryDict
    _submission: str | None = None

    def submission(self, user: AbstractBaseUser | AnonymousUser) -> str | None:
        """Digest that identifies a repeated submission: same person, same rendered form, same words and files.

        The words count: somebody who goes back and writes others wants something else. None without a key.
        """
        if self.own_key and self._submission is None:
            self._submission = self._digest(user)
        return self._submission

    def _digest(self, user: AbstractBaseUser | AnonymousUser) -> str:
        said = sorted((name, values) for name, values in self.data.lists() if name not in NOT_SAID)
        digest = hashlib.sha256(repr((type(self).__name__, user.pk, said)).encode("utf-8", "surrogatepass"))
        for name, file in sorted(cast("dict[str, UploadedFile]", self.files.dict()).items()):
            digest.update(repr((name, file.size)).encode())
            for chunk in file.chunks():
                digest.update(chunk)
            file.seek(0)
        return digest.hexdigest()
