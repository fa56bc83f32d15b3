"""For whom a form was rendered: it says so, and nobody sends it as somebody else.

Signing in and out in another tab, or being removed as a host, does not change pages that are open. Without this
a host's draft would go out as a visitor's post, and a visitor's as a host's.
"""

import re
from dataclasses import dataclass, replace
from typing import Any, Self

FIELD, HEADER = "sender", "Commentary-Sender"
"""A field of each form; for forms in frames, which are the same for everybody, a header that their page sends along."""


@dataclass(frozen=True)
class Sender:
    """An account (0: none), and whether it hosts the event; None where the page does not depend on that."""

    user: int = 0
    hosting: bool | None = None

    def __str__(self) -> str:
        return str(self.user) + {None: "", True: ".host", False: ".guest"}[self.hosting]

    @classmethod
    def of(cls, user: Any, hosting: bool | None = None) -> Self:
        return cls(user.pk if getattr(user, "is_authenticated", False) else 0, hosting)

    @classmethod
    def parse(cls, text: str | None) -> Self | None:
        """The sender that a form names; None where it names none, or one that makes no sense."""
        found = re.fullmatch(r"([0-9]{1,18})(\.host|\.guest)?", text or "")
        if not found:
            return None
        return cls(int(found[1]), {None: None, ".host": True, ".guest": False}[found[2]])

    def is_still(self, now: "Sender") -> bool:
        """Whether it is the same one that sends it now."""
        return self == (now if self.hosting is not None else replace(now, hosting=None))
