"""Backups of the whole database, made while everything runs and read back; and databases put back from them.

An SQLite database becomes an SQLite file, by SQLite's own online backup. A PostgreSQL database becomes an archive of
`pg_dump`.
"""

import os
import shutil
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from glob import glob
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections

from commentary import private, schema
from feeds.models import Event
from feeds.models.event.history import EPOCHS, new_epoch

ENDS = {"sqlite": ".sqlite3", "postgresql": ".dump"}
"""End of a backup's name, by the kind of database."""


PATIENCE = 5.0
"""Seconds for connections of ended processes to go."""


class Unusable(Exception):
    """A backup cannot be made or used. The message says why, in a sentence."""


def make(folder: Path, now: datetime) -> Path:
    """Write a backup of the database into `folder`, which is made if necessary, and read it back.

    Returns its path, whose name has the time in UTC. Raises `Unusable` if anything is wrong; then nothing stays.
    """
    path = folder / f"commentary-{now:%Y%m%d-%H%M%S}{ENDS[connection.vendor]}"
    part = path.with_name(f"{path.name}.part")
    try:
        folder.mkdir(private.FOLDER, parents=True, exist_ok=True)
        private.make_file(part)
        if connection.vendor == "sqlite":
            with closing(sqlite3.connect(settings.DATABASES["default"]["NAME"])) as source, _file(part) as target:
                source.backup(target)
                target.execute("PRAGMA journal_mode=DELETE")  # one file, without a log beside it
        else:
            _run("pg_dump", "--format=custom", f"--file={part}")
        check(part)
        part.rename(path)
    except (OSError, sqlite3.Error) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise Unusable(f"The backup cannot be written to {folder} ({reason}).") from error
    finally:
        part.unlink(missing_ok=True)
    return path


def check(path: Path) -> None:
    """Read a whole backup. Raises `Unusable` if it is broken, or not one of this kind of database."""
    if connection.vendor == "sqlite":
        try:
            with _file(path, "ro") as file:
                problems = [row[0] for row in file.execute("PRAGMA integrity_check(1)")]
                ran = {row[0] for row in file.execute("SELECT name FROM django_migrations WHERE app = 'feeds'")}
        except sqlite3.Error as error:
            raise Unusable(f"{path} is not a backup of Commentary ({error}).") from error
        if problems != ["ok"]:
            raise Unusable(f"{path} is broken ({problems[0]}).")
        _check_migrations(path, ran)
        return
    listed = _run("pg_restore", "--list", str(path))
    if " feeds_event " not in listed:
        raise Unusable(f"{path} is not a backup of Commentary.")
    _run("pg_restore", f"--file={os.devnull}", str(path))
    rows = _run("pg_restore", "--data-only", "--table=django_migrations", "--file=-", str(path)).splitlines()
    _check_migrations(path, {row.split("\t")[2] for row in rows if row.count("\t") == 3 and "\tfeeds\t" in row})


def _check_migrations(path: Path, ran: set[str]) -> None:
    if newer := sorted(ran - schema.known()):
        raise Unusable(
            f"{path} was made by a newer version of Commentary (it has {newer[-1]}): restore it with that version."
        )


def forget_all_but(folder: Path, number: int) -> list[Path]:
    """Delete the oldest backups in `folder` until `number` of them are left. Returns those that are gone."""
    end = ENDS[connection.vendor]
    kept = sorted(folder.glob(f"commentary-????????-??????{end}"))
    gone = kept[: max(0, len(kept) - number)]
    for path in gone:
        path.unlink()
    return gone


def restore(path: Path) -> None:
    """Put a backup in place of the database, bring its tables up to date, and begin new epochs.

    Pages that have seen more than the backup has are recognised by the epoch, and have their list replaced.
    Raises `Unusable`, and then leaves the database as it was.
    """
    check(path)
    if connection.vendor == "sqlite":
        _restore_file(path)
    else:
        _restore_dump(path)
    connections.close_all()
    call_command("migrate", verbosity=0, interactive=False)
    for event in Event.everything.only("epoch", "head", "earlier_epochs").order_by("pk").iterator():
        earlier = [*event.earlier_epochs, [event.epoch, event.head]][-EPOCHS:]
        Event.everything.filter(pk=event.pk).update(epoch=new_epoch(), earlier_epochs=earlier)


def others() -> int:
    """Number of connections that others have to a PostgreSQL database; 0 for SQLite, which does not know.

    Those of processes that have just ended get a few seconds to go.
    """
    if connection.vendor == "sqlite":
        return 0
    query = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    end = time.monotonic() + PATIENCE
    with connection.cursor() as cursor:
        while True:
            cursor.execute(query)
            if not (number := int(cursor.fetchone()[0])) or time.monotonic() > end:
                return number
            time.sleep(0.2)


def _restore_file(path: Path) -> None:
    connections.close_all()
    place = Path(settings.DATABASES["default"]["NAME"])
    new = place.with_name(f"{place.name}.restored")
    try:
        new.unlink(missing_ok=True)
        private.make_file(new)
        with _file(path, "ro") as source, _file(new) as target:
            source.backup(target)
        new.replace(place)
        for beside in private.of_database(place)[1:]:
            beside.unlink(missing_ok=True)
    except (OSError, sqlite3.Error) as error:
        new.unlink(missing_ok=True)
        raise Unusable(f"The backup cannot be put in place of {place} ({error}).") from error


def _restore_dump(path: Path) -> None:
    """Replace everything in one transaction, so that a failure leaves what was there."""
    connections.close_all()
    sql = path.with_name(f"{path.name}.sql.part")
    try:
        private.make_file(sql)
        _run("pg_restore", "--no-owner", "--no-privileges", f"--file={sql}", str(path))
        fresh = "DROP SCHEMA public CASCADE; CREATE SCHEMA public"
        _run("psql", "-q", "-X", "-v", "ON_ERROR_STOP=1", "--single-transaction", "-c", fresh, "-f", str(sql))
    finally:
        sql.unlink(missing_ok=True)


@contextmanager
def _file(path: Path, mode: str = "rw") -> Iterator[sqlite3.Connection]:
    alone = "&immutable=1" if mode == "ro" and not path.with_name(f"{path.name}-wal").exists() else ""
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode={mode}{alone}", uri=True)) as file:
        yield file


def _run(program: str, *arguments: str) -> str:
    """Run a program of PostgreSQL on the database, with the password where other users cannot see it."""
    found = shutil.which(program) or next(iter(sorted(glob(f"/usr/lib/postgresql/*/bin/{program}"), reverse=True)), "")
    if not found:
        raise Unusable(f"{program} is missing: install PostgreSQL's client (Debian: apt install postgresql-client).")
    place = settings.DATABASES["default"]
    options = place.get("OPTIONS", {})
    values = {
        "PGHOST": place["HOST"],
        "PGPORT": str(place["PORT"] or ""),
        "PGUSER": place["USER"],
        "PGPASSWORD": place["PASSWORD"],
        "PGDATABASE": place["NAME"],
        "PGSSLMODE": options.get("sslmode", ""),
        "PGSSLROOTCERT": options.get("sslrootcert", ""),
    }
    environment = os.environ | {name: value for name, value in values.items() if value}
    done = subprocess.run([found, *arguments], env=environment, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        said = (done.stderr.strip().splitlines() or ["it said nothing"])[0]
        raise Unusable(f"{program} failed: {said}")
    return done.stdout
