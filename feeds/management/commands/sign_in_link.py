from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError, CommandParser

from feeds.management import QUICK_CHECKS
from feeds.views.account import one_time_path


def one_time_url(user: User) -> str:
    """The address that signs a user in once."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(settings.HOST, settings.HOST)
    shown = f"[{host}]" if ":" in host else host
    return (settings.PUBLIC_URL or f"http://{shown}:{settings.PORT}") + one_time_path(user)


class Command(BaseCommand):
    """Prints a one-time link."""

    help = "Print a link that signs a user in once, within a day."
    requires_system_checks = QUICK_CHECKS

    def add_arguments(self, parser: CommandParser) -> None:
        """The user name."""
        parser.add_argument("username", nargs="?", default="owner")

    def handle(self, username: str, **options: object) -> None:
        """Prints the link. Raises `CommandError` for an unknown user."""
        user = get_user_model().objects.filter(username=username, is_active=True).first()
        if user is None:
            raise CommandError(f"There is no active user “{username}”.")
        self.stdout.write(one_time_url(user))
