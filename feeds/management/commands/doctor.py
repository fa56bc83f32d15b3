import sys

from django.core.management.base import BaseCommand

from feeds.management import examination


class Command(BaseCommand):
    """Examines an installation, from its files to its public address."""

    help = "Examine this installation while it runs, and say what is wrong and what to do."
    requires_system_checks: list[str] = []

    def handle(self, **options: object) -> None:
        """Prints a line for each finding. Ends with 1 if one of them is serious."""
        found = []
        for finding in examination.examine():
            self.stdout.write(str(finding))
            found.append(finding)
        if any(finding.cure and finding.is_serious for finding in found):
            sys.exit(1)
