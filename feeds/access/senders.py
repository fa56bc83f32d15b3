"""The sender that a form was rendered for: the form names it, and nobody else can send it.

Signing in or out in another tab, or being removed as a host, does not change pages that are open. Without this check a
host's draft would go out as a visitor's post, and a visitor's draft as a host's.
"""

import re
from dataclasses import dataclass, replace
from typing import Self

from feeds.models.accounts.account import Account

FIELD, HEADER = "sender", "Commentary-Sender"
"""The field's name in each form, and the header for forms in frames. Frames are the same for everybody, so their
page sends the header."""


@dataclass(frozen=True)
class Sender:
    """An account's primary key (0: signed out), and whether it hosts the event; None if the page does not depend on
    that."""

    user: int = 0
    hosting: bool | None = None

    def __str__(self) -> str:
        return str(self.user) + {None: "", True: ".host", False: ".guest"}[self.hosting]

    @classmethod
    def of(cls, user: Account, hosting: bool | None = None) -> Self:
        """The sender for a user of a request, and whether that user hosts the event."""
        return cls(user.pk or 0, hosting)

    @classmethod
    def parse(cls, text: str | None) -> Self | None:
        """The sender that a form names; None if the text names none or is malformed."""
        found = re.fullmatch(r"([0-9]{1,18})(\.host|\.guest)?", text or "")
        if not found:
            return None
        return cls(int(found[1]), {None: None, ".host": True, ".guest": False}[found[2]])

    def is_still(self, now: "Sender") -> bool:
        """Whether the form may be sent by `now`, the sender of the request."""
        return self == (now if self.hosting is not None else replace(now, hosting=None))
