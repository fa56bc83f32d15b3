"""The product's settings, and a clock that tests can set: see e2e/clock.py. Production knows nothing of it.

Passwords are hashed at once here, which is slow on purpose there.

What the product takes for the time of day is `timezone.now()`, with which it stamps and compares everything, and
what Django signs and checks. How long something takes (heartbeats, timeouts) goes on by the real clock.
"""

import os
import time
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

from django.core import signing
from django.utils import timezone

from commentary.settings import *  # noqa: F403

_FILE = Path(os.environ["CLOCK_FILE"])


def _time() -> float:
    """Read the time again for each call: a test sets it for every process at once."""
    try:
        how, seconds = _FILE.read_text().split()
    except FileNotFoundError:
        return time.time()
    return float(seconds) if how == "stands" else time.time() + float(seconds)


vars(signing)["time"] = SimpleNamespace(time=_time)  # all it takes from that module
vars(timezone)["now"] = lambda: datetime.fromtimestamp(_time(), UTC)
INSTALLED_APPS = [*INSTALLED_APPS, "e2e.ticks.Ticks"]  # noqa: F405
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
