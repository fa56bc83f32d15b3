from django.contrib.auth.models import User
from django.core.management import call_command

from feeds.management.commands import setup
from feeds.management.commands.sign_in_link import one_time_url
from feeds.models import Event


class Command(setup.Command):
    """Prepares the database of somebody who tries Commentary: see `setup`, which servers use."""

    help = "Bring the database up to date; on an empty one, make the account “owner” and the demo events."

    def greet(self, owner: User) -> None:
        """Makes the demo events, and prints a link with which the owner signs in once."""
        if not Event.objects.exists():
            call_command("demo")
        self.stdout.write(f"You are the owner. Sign in once with {one_time_url(owner)}")
