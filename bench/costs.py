"""`make costs`: CPU for the most expensive texts within the limits. More than 50 ms for one of them is too much."""

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from types import SimpleNamespace
from typing import Any

import django
from django.core.exceptions import ValidationError

sys.path.insert(0, "site")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "commentary.settings")
django.setup()

from feeds.access import impersonation  # noqa: E402  (models want settings first)
from feeds.forms.fields import NameField, TextField  # noqa: E402
from feeds.models import ENTRY_MAX, NAME_MAX  # noqa: E402
from feeds.models.moderation.suspicions import addresses_in, blocked_words_in, validate_blocked_words  # noqa: E402
from feeds.tests.values.adversarial import texts  # noqa: E402
from feeds.values.markup import marked_up, written  # noqa: E402
from feeds.values.words import fold, plain  # noqa: E402

BOUND = 0.05


def cases() -> Iterator[tuple[str, Callable[[str], Any], int]]:
    """Work on a text, and the greatest length that the text may have."""
    event: Any = SimpleNamespace(protected_names=lambda: {"Olga Petrova", "hugo", "x" * 150, "\ufdfa" * 60})
    yield "a name", lambda name: (NameField().clean(name), impersonation.judge(name, event)), NAME_MAX
    yield "the field of an entry", TextField(limit=ENTRY_MAX).clean, ENTRY_MAX
    yield "an entry of a host", marked_up, ENTRY_MAX
    yield "an entry of a visitor", written, ENTRY_MAX
    yield "its links", addresses_in, ENTRY_MAX
    yield "its words", lambda text: blocked_words_in("a\nspam\n禁\n" * 9, text), ENTRY_MAX
    yield "a list of words", lambda text: _listed(validate_blocked_words, blocked_words_in, text), 4000
    yield "a search", lambda text: (fold(text), plain(text)), 500
    yield "a body", TextField(limit=ENTRY_MAX).clean, 65_000


def _listed(validate: Callable[[str], None], found: Callable[[str, str], Any], text: str) -> None:
    lines = "\n".join(text[at : at + 3] for at in range(0, 3000, 3))
    validate(lines)
    found(lines, "a b " * 500)


def cost(function: Callable[[str], Any], text: str) -> float:
    """Seconds of CPU, the least of three tries: other programs use the machine's caches as well."""
    found = []
    for _each in range(3):
        began = time.process_time()
        with suppress(ValidationError):  # a refusal costs something, too
            function(text)
        found.append(time.process_time() - began)
    return min(found)


def main() -> int:
    too_much = 0
    for name, function, limit in cases():
        costs = sorted(((cost(function, text), called) for called, text in texts(limit)), reverse=True)
        print(f"{name}, up to {limit:,} characters: at most {costs[0][0] * 1000:.1f} ms")
        for seconds, called in costs[:3]:
            print(f"  {seconds * 1000:7.1f} ms  {called}")
        too_much += sum(seconds > BOUND for seconds, _called in costs)
    print(
        f"{too_much} cost more than {BOUND * 1000:.0f} ms"
        if too_much
        else f"None costs more than {BOUND * 1000:.0f} ms."
    )
    return bool(too_much)


if __name__ == "__main__":
    sys.exit(main())
