from typing import Any

from django.core.management.base import BaseCommand

from feeds.management import QUICK_CHECKS
from feeds.models import tidy


class Command(BaseCommand):
    help = "Forget the networks of posts that are a month old. A server does it by itself once a day."
    requires_system_checks = QUICK_CHECKS

    def handle(self, **options: Any) -> None:
        forgotten = tidy()
        self.stdout.write(f"The networks of {forgotten} post{'' if forgotten == 1 else 's'} are forgotten.")
