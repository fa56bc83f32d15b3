from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError
from django.utils import timezone

from feeds.management import QUICK_CHECKS
from feeds.models import Comment, Entry, Event
from feeds.transfer import backups


class Command(BaseCommand):
    """Makes a backup of the database while everything runs."""

    help = "Write a backup of the database, while everything runs, and read it back."
    requires_system_checks = QUICK_CHECKS

    def add_arguments(self, parser: CommandParser) -> None:
        """The folder, and the number of backups that stay there."""
        parser.add_argument("--to", default="", metavar="FOLDER", help="where to (default: backups/ in DATA_DIR)")
        parser.add_argument("--keep", type=int, default=0, metavar="NUMBER", help="delete all but the newest ones")

    def handle(self, *, to: str, keep: int, **options: object) -> None:
        """Prints the path and what is in it. Raises `CommandError` if the backup cannot be made or read back."""
        if "://" in to:
            raise CommandError("--to is a folder of this machine. Copy the backup from there to where you want it.")
        if keep < 0:
            raise CommandError("--keep is a number of backups, such as --keep 14. Without it, all of them stay.")
        folder = Path(to).expanduser().absolute() if to else settings.VAR / "backups"
        try:
            held = (Event.everything.count(), Entry.objects.count(), Comment.objects.count())
            path = backups.make(folder, timezone.now())
        except backups.Unusable as problem:
            raise CommandError(str(problem)) from problem
        except DatabaseError as error:
            raise CommandError(f"The database does not answer ({str(error).strip().splitlines()[0]}).") from error
        said = "{} events, {} entries and {} comments".format(*held)
        self.stdout.write(f"{path}: {said}, {path.stat().st_size:,} bytes, read back.")
        for old in backups.forget_all_but(folder, keep) if keep else []:
            self.stdout.write(f"Deleted {old.name}, since {keep} newer ones are there.")
