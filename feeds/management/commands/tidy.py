from django.core.management.base import BaseCommand

from feeds.management import QUICK_CHECKS
from feeds.models import tidy


class Command(BaseCommand):
    """Deletes data whose time is over."""

    help = "Forget the networks of posts that are a month old. A server does it by itself once a day."
    requires_system_checks = QUICK_CHECKS

    def handle(self, **options: object) -> None:
        """Deletes it, and prints how many posts are without their network now."""
        forgotten = tidy()
        self.stdout.write(f"The networks of {forgotten} post{'' if forgotten == 1 else 's'} are forgotten.")
