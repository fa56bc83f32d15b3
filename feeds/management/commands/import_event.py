from pathlib import Path

from django.contrib.auth import get_user_model
from django.core.files import File
from django.core.management.base import BaseCommand, CommandError, CommandParser

from feeds.transfer.imports import ImportForm


class Command(BaseCommand):
    """Makes an event from its document."""

    help = "Make an event, as a draft, from a file that “export” made. Its hosts are taken over where they exist here."

    def add_arguments(self, parser: CommandParser) -> None:
        """The file, and the new owner's user name."""
        parser.add_argument("file")
        parser.add_argument("--owner", required=True, metavar="USERNAME")

    def handle(self, file: str, owner: str, **options: object) -> None:
        """Makes the event. Raises `CommandError` for an unknown owner, or a file that cannot be read."""
        user = get_user_model().objects.filter(username=owner, is_active=True).first()
        if user is None:
            raise CommandError(f"There is no active user “{owner}”.")
        try:
            with Path(file).open("rb") as opened:
                form = ImportForm({}, {"file": File(opened)}, limited=False)
                valid = form.is_valid()
        except OSError as error:
            raise CommandError(f"Cannot read {file} ({error.strerror}).") from None
        if not valid:
            raise CommandError("\n".join(map(str, form.errors["file"])))
        event = form.save(user, with_hosts=True)
        self.stdout.write(f"“{event.title}” is at {event.get_absolute_url()}, a draft of {owner}.")
