"""Account of the person behind a request, or the lack of one."""

from django.contrib.auth.models import AnonymousUser, User
from django.core.exceptions import PermissionDenied

Account = User | AnonymousUser
"""What `request.user` is. Only accounts host events."""


def signed_in(user: Account) -> User:
    """The account itself. Raises `PermissionDenied` without one: views ask before."""
    if isinstance(user, AnonymousUser):
        raise PermissionDenied
    return user


def name_of(user: Account) -> str:
    """The name that others see: the full name, or else the name to sign in with."""
    return names_of(user)[0]


def names_of(user: Account) -> list[str]:
    """All names of an account: the full name where it has one, and the name to sign in with."""
    full = "" if isinstance(user, AnonymousUser) else user.get_full_name()
    return [str(name) for name in (full, user.get_username()) if name]
