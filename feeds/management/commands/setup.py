import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import User
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from commentary import private, schema
from feeds.management import QUICK_CHECKS

LOCK = 5_276_321
"""Number of PostgreSQL's advisory lock that is held while the database is prepared."""
HALF_WAY = (
    "This database is older than the migrations of this version. Bring it up to date with commit e654281 first "
    "(git checkout e654281, then make run), and come back to this version then."
)


def is_half_way(executor: MigrationExecutor) -> bool:
    """Whether only some of the migrations ran that a single one replaces now."""
    loader = executor.loader
    ran = ([name in loader.applied_migrations for name in each.replaces] for each in loader.replacements.values())
    return any(any(each) and not all(each) for each in ran)


@contextmanager
def _alone() -> Iterator[None]:
    """Lets machines that share a PostgreSQL database prepare it one after the other."""
    if connection.vendor != "postgresql":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])


class Command(BaseCommand):
    """Prepares the database for a start of the server."""

    help = "Bring the database up to date; on an empty one, make the account “owner”."
    requires_system_checks = QUICK_CHECKS

    def handle(self, **options: object) -> None:
        """Prepares the database, one process at a time. Raises `CommandError` if it or the folder cannot be used."""
        try:
            private.make_folder(settings.VAR)
            lock = os.fdopen(os.open(settings.VAR / "prepare.lock", os.O_WRONLY | os.O_CREAT, private.FILE), "w")
        except OSError as error:
            raise CommandError(
                f"Cannot write to {settings.VAR} ({error.strerror}): make that folder writable."
            ) from None
        with lock:
            fcntl.flock(lock, fcntl.LOCK_EX)  # two processes that start together prepare one after the other
            try:
                with _alone():
                    self.prepare()
            except DatabaseError as error:
                raise CommandError(self.explain(error)) from None

    def explain(self, error: DatabaseError) -> str:
        """The message for a database that cannot be used."""
        where = settings.DATABASES["default"]
        place = where["NAME"] if connection.vendor == "sqlite" else f"{where['HOST']}:{where['PORT'] or 5432}"
        reason = (str(error).strip().splitlines() or [type(error).__name__])[0]
        return f"Cannot use the database at {place} ({reason}): start it or make it writable, or set DATABASE_URL."

    def prepare(self) -> None:
        """Migrates the database; in an empty one, makes the owner."""
        if problem := schema.newer():
            raise CommandError(problem)
        executor = MigrationExecutor(connection)
        if is_half_way(executor):
            raise CommandError(HALF_WAY)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            call_command("migrate", verbosity=0, interactive=False)
        users = get_user_model()
        if not users.objects.exists():
            self.greet(users.objects.create_superuser("owner"))

    def greet(self, owner: User) -> None:
        """Says how the owner signs in. A link of theirs has no place in a server's log."""
        self.stdout.write("You are the owner. Print a link to sign in once with: manage.py sign_in_link")
