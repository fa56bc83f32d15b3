"""The key of a rendered form, which also tells when it was rendered."""

import re
import time
import uuid


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
