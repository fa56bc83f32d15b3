"""Account of the person behind a request, or the lack of one."""

from django.contrib.auth.models import AnonymousUser, User
from django.core.exceptions import PermissionDenied

Account = User | AnonymousUser
"""Type of `request.user`. Only signed-in users host events."""


def signed_in(user: Account) -> User:
    """The user, narrowed to a signed-in one. Raises `PermissionDenied` for anybody else; views check that first."""
    if isinstance(user, AnonymousUser):
        raise PermissionDenied
    return user


def name_of(user: Account) -> str:
    """Name that others see: the full name, or the user name if there is none."""
    return names_of(user)[0]


def names_of(user: Account) -> list[str]:
    """All names of an account: the full name if it has one, then the user name."""
    full = "" if isinstance(user, AnonymousUser) else user.get_full_name()
    return [str(name) for name in (full, user.get_username()) if name]
