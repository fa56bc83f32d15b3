"""Passes by which a server knows that a request comes from `manage.py doctor` of the same installation."""

from django.core.signing import BadSignature, TimestampSigner

SECONDS = 60
_signer = TimestampSigner(salt="commentary.doctor")


def issue() -> str:
    """A pass for the next minute."""
    return _signer.sign("doctor")


def is_one(word: str) -> bool:
    """Whether a pass was issued with this installation's key, within the last minute."""
    try:
        return _signer.unsign(word, max_age=SECONDS) == "doctor"
    except BadSignature:
        return False
