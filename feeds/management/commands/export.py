import io
from tempfile import TemporaryFile

from django.core.management.base import BaseCommand, CommandError, CommandParser

from feeds.models import Event
from feeds.transfer import exports


class Command(BaseCommand):
    """Prints an event's document."""

    help = "Print an event with all its posts as one JSON document."

    def add_arguments(self, parser: CommandParser) -> None:
        """The event's address."""
        parser.add_argument("slug")

    def handle(self, slug: str, **options: object) -> None:
        """Writes the document to the output. Raises `CommandError` for an unknown event."""
        event = Event.objects.at(slug)
        if event is None:
            raise CommandError(f"There is no event with the address “{slug}”.")
        with TemporaryFile() as file:  # the database is done before anybody reads slowly
            exports.write(event.pk, file)
            file.seek(0)
            with io.TextIOWrapper(file, encoding="utf-8", newline="") as text:
                for line in text:
                    self.stdout.write(line, ending="")
