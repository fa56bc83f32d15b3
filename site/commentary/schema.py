"""Tables of the database, compared with those that this version of the code needs."""

from django.conf import settings
from django.db import connection
from django.db.migrations.loader import MigrationLoader


def problem() -> str:
    """Say in a sentence what is wrong with the tables, and what to do; "" if nothing is.

    Raises `DatabaseError` if the database does not answer.
    """
    loader = MigrationLoader(connection)
    if said := _newer(loader):
        return said
    missing = len(set(loader.graph.nodes) - set(loader.applied_migrations))
    if missing:
        are = "1 migration is" if missing == 1 else f"{missing} migrations are"
        return f"{are} missing in the database: run “{_command()}”, and start again."
    return ""


def newer() -> str:
    """Say in a sentence that a newer version made the database; "" if none did. Raises `DatabaseError`."""
    return _newer(MigrationLoader(connection))


def _newer(loader: MigrationLoader) -> str:
    unknown = sorted({name for app, name in loader.applied_migrations if app == "feeds"} - _known(loader))
    if not unknown:
        return ""
    return (
        f"This database was made by a newer version of Commentary (it has {unknown[-1]}): run that version, or restore "
        "the backup from before the upgrade."
    )


def known() -> set[str]:
    """Names of the migrations of `feeds` that this version knows, those that others have replaced included."""
    return _known(MigrationLoader(None))


def _known(loader: MigrationLoader) -> set[str]:
    replaced = {key for each in loader.replacements.values() for key in each.replaces}
    return {name for app, name in set(loader.disk_migrations or ()) | replaced if app == "feeds"}


def _command() -> str:
    return "make run" if settings.WATCH_TEMPLATES else ".venv/bin/python manage.py setup"
