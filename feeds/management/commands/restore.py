from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection
from django.utils import timezone

from commentary import running
from feeds.management import QUICK_CHECKS
from feeds.models import Event
from feeds.transfer import backups


class Command(BaseCommand):
    """Puts a backup in place of the database."""

    help = "Put a backup in place of the database, while no server runs. What was there is backed up first."
    requires_system_checks = QUICK_CHECKS

    def add_arguments(self, parser: CommandParser) -> None:
        """The backup."""
        parser.add_argument("backup", metavar="FILE")

    def handle(self, *, backup: str, **options: object) -> None:
        """Prints where to find what was there. Raises `CommandError` while a server runs, or for a bad backup."""
        path = Path(backup).expanduser().absolute()
        if not path.is_file():
            raise CommandError(f"{path} does not exist.")
        with running.nobody_serves(settings.VAR) as is_free:
            if not is_free:
                raise CommandError("A server runs on this database. Stop it, and try again.")
            try:
                backups.check(path)
                if others := backups.others():
                    raise CommandError(
                        f"The database has {others} other connections. Stop the servers on all machines, and try again."
                    )
                if connection.introspection.table_names():
                    before = backups.make(settings.VAR / "backups" / "before-restore", timezone.now())
                    self.stdout.write(f"What was there is in {before}.")
                backups.restore(path)
            except backups.Unusable as problem:
                raise CommandError(str(problem)) from problem
        self.stdout.write(f"Restored {Event.everything.count()} events. Start the server now.")
