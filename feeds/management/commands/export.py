import io
from tempfile import TemporaryFile
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from feeds.models import Event
from feeds.transfer import exports


class Command(BaseCommand):
    help = "Print an event with all its posts as one JSON document."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("slug")

    def handle(self, slug: str, **options: Any) -> None:
        event = Event.objects.at(slug)
        if event is None:
            raise CommandError(f"There is no event with the address “{slug}”.")
        with TemporaryFile() as file:  # the database is done with it before anybody reads
            exports.write(event.pk, file)
            file.seek(0)
            with io.TextIOWrapper(file, encoding="utf-8", newline="") as text:
                for line in text:
                    self.stdout.write(line, ending="")
