from django.core.management.base import BaseCommand, CommandError, CommandParser

from feeds.forms import EntryForm
from feeds.management import QUICK_CHECKS
from feeds.models import Closed, Event


class Command(BaseCommand):
    """Adds an entry to an event."""

    help = "Add an entry to an event; open pages show it within two seconds, whichever process serves them."
    requires_system_checks = QUICK_CHECKS

    def add_arguments(self, parser: CommandParser) -> None:
        """The event's address, the text and the author's name."""
        parser.add_argument("slug")
        parser.add_argument("text")
        parser.add_argument("--name", required=True)

    def handle(self, slug: str, text: str, name: str, **options: object) -> None:
        """Publishes the entry. Raises `CommandError` for an unknown or closed event, and for a text that is not
        allowed."""
        event = Event.objects.filter(slug=slug).first()
        if event is None:
            raise CommandError(f"There is no event with the address “{slug}”.")
        form = EntryForm({"name": name, "text": text})
        if not form.is_valid():
            raise CommandError(
                "; ".join(f"{field}: {' '.join(map(str, errors))}" for field, errors in form.errors.items())
            )
        try:
            entry = event.publish(form.cleaned_data["name"], form.cleaned_data["text"])
        except Closed as closed:
            raise CommandError(str(closed)) from None
        self.stdout.write(f"Entry {entry.pk} is change {entry.seq} of “{slug}”.")
