from typing import Any

from django.core.management.base import BaseCommand, CommandError

from feeds import documents
from feeds.models import Event


class Command(BaseCommand):
    help = "Print an event with all its posts as one JSON document."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("slug")

    def handle(self, slug: str, **options: Any) -> None:
        event = Event.objects.at(slug)
        if event is None:
            raise CommandError(f"There is no event with the address “{slug}”.")
        for piece in documents.pieces(event):
            self.stdout.write(piece, ending="")
