"""Examinations of an installation by `manage.py doctor`: each says what is well, or what is wrong and what to do."""

import http.client
import json
import shutil
import smtplib
import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import get_connection
from django.db import DatabaseError, connection

from commentary import doctors, private, schema
from serving import admission
from serving.health import PASS

LEAST = {"postgresql": (14,), "sqlite": (3, 31), "redis": (6,)}
"""Least versions."""
LEAST_FREE = 500
"""Megabytes that the disk with the data should have left."""
OLDEST_BACKUP = 2
"""Days after which a backup is old."""
FEW_READERS = 1000
SECONDS = 10
"""Seconds to wait for anybody."""


@dataclass(frozen=True)
class Finding:
    """Result of one examination. `cure` says what to do; "" when all is well."""

    about: str
    said: str
    cure: str = ""
    is_serious: bool = True

    def __str__(self) -> str:
        grade = "ok     " if not self.cure else "WRONG  " if self.is_serious else "look   "
        return f"{grade} {self.about}: {self.said}" + (f". {self.cure}" if self.cure else "")


def examine() -> Iterator[Finding]:
    """Examine everything, one after the other."""
    for each in (_folder, _disk, _descriptors, _database, _redis, _backups, _mail, _address):
        try:
            yield from each()
        except Exception as error:  # one that fails must not hide the others
            name = each.__name__.strip("_").capitalize()
            yield Finding(name, f"could not be examined ({error})", "Please report this.", is_serious=False)


def _folder() -> Iterator[Finding]:
    open_ones = private.exposed()
    cure = f"Run: chmod go-rwx {' '.join(map(str, open_ones))}" if open_ones else ""
    yield Finding("Data", f"{settings.VAR}" + (" can be read by others" if open_ones else " is private"), cure)


def _disk() -> Iterator[Finding]:
    place = Path(settings.DATABASES["default"]["NAME"]) if connection.vendor == "sqlite" else settings.VAR
    there = next(each for each in (place, *place.absolute().parents) if each.exists())
    free = shutil.disk_usage(there).free // 2**20
    cure = "" if free >= LEAST_FREE else "Delete what is not needed, or old backups, before posts are refused."
    yield Finding("Disk", f"{free:,} MB are free", cure)


def _descriptors() -> Iterator[Finding]:
    readers = admission.readers_for(admission.raise_limit())
    cure = "" if readers >= FEW_READERS else "Allow more descriptors: “ulimit -Hn”, or LimitNOFILE= in a systemd unit."
    yield Finding("Readers", f"a process holds about {readers:,}", cure, is_serious=False)


def _database() -> Iterator[Finding]:
    about = "Database"
    try:
        before = time.time()
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT sqlite_version(), 0" if connection.vendor == "sqlite"
                else "SELECT current_setting('server_version'), extract(epoch FROM clock_timestamp())"
            )  # fmt: skip
            version, now = cursor.fetchone()
        problem = schema.problem()
    except DatabaseError as error:
        yield Finding(
            about, f"it does not answer ({str(error).strip().splitlines()[0]})", "Start it, or set DATABASE_URL."
        )
        return
    least = LEAST[connection.vendor]
    parts = tuple(int(part) for part in version.split()[0].split(".")[:2])
    cure = f"Upgrade it: this version needs {'.'.join(map(str, least))}." if parts < least else ""
    yield Finding(about, f"{connection.display_name} {version}", cure)
    yield Finding("Tables", "they do not fit" if problem else "they fit this version", problem)
    if now and abs(float(now) - before) > 2:
        apart = abs(float(now) - before)
        yield Finding("Clocks", f"the database's is {apart:.0f} s apart", "Let both machines keep time by NTP.")


def _redis() -> Iterator[Finding]:
    if not settings.REDIS_URL:
        yield Finding("Redis", "none is set, which is right for one process")
        return
    from redis import Redis  # noqa: PLC0415  (only those who use it need it)
    from redis.exceptions import RedisError  # noqa: PLC0415

    try:
        with closing(Redis.from_url(settings.REDIS_URL)) as client:
            version = str(client.info("server")["redis_version"])
    except RedisError as error:
        cure = "Start it, or correct REDIS_URL. Until then, pages show posts up to two seconds late."
        yield Finding("Redis", f"it does not answer ({error})", cure)
        return
    is_old = int(version.partition(".")[0]) < LEAST["redis"][0]
    cure = f"Upgrade it: this version needs Redis {LEAST['redis'][0]}." if is_old else ""
    yield Finding("Redis", version, cure)


def _backups() -> Iterator[Finding]:
    made = sorted((settings.VAR / "backups").glob("commentary-*"), key=lambda path: path.stat().st_mtime)
    cure = "Let “manage.py backup --keep 14” run every night. If your backups are elsewhere, ignore this."
    if not made:
        yield Finding("Backups", f"none is in {settings.VAR / 'backups'}", cure, is_serious=False)
        return
    days = (time.time() - made[-1].stat().st_mtime) / 86400
    yield Finding(
        "Backups", f"the newest is {days:.1f} days old", cure if days > OLDEST_BACKUP else "", is_serious=False
    )


def _mail() -> Iterator[Finding]:
    if not settings.EMAIL_HOST:
        yield Finding("Mail", "none is sent, since EMAIL_URL is not set")
        return
    try:
        with get_connection(fail_silently=False, timeout=SECONDS):
            pass
    except (OSError, smtplib.SMTPException) as error:
        yield Finding("Mail", f"{settings.EMAIL_HOST} does not take any ({error})", "Correct EMAIL_URL.")
        return
    yield Finding("Mail", f"{settings.EMAIL_HOST} takes it")


def _address() -> Iterator[Finding]:
    where = settings.PUBLIC_URL
    if not where:
        is_open = "127.0.0.1" != settings.HOST not in {"localhost", "::1"}
        cure = "Set PUBLIC_URL to the address that others use." if is_open else ""
        yield Finding("Address", "PUBLIC_URL is not set, so only this machine is served", cure)
        return
    try:
        status, body = _asked("/healthz", {PASS.decode(): doctors.issue()})
        page, _ = _asked("/", {})
        live, _ = _asked("/events/doctor/live/", WEBSOCKET | {"Origin": where})
    except (OSError, http.client.HTTPException) as error:
        cure = "Start the server, or look at the proxy and DNS."
        yield Finding("Address", f"{where} does not answer ({error})", cure)
        return
    if status != 200:
        yield Finding("Address", f"{where} answers {status}", "Start the server, and let the proxy lead to it.")
        return
    known = _known(body)
    if "host" not in known:
        yield Finding("Address", f"another server answers at {where}", "Let it lead here, with the same SECRET_KEY.")
        return
    yield _host(page, known["host"])
    yield _proxies(len([each for each in known["forwarded_for"].split(",") if each.strip()]))
    cure = "" if live in {101, 403} else "Let the proxy pass Upgrade and Connection on: see deploy/nginx.conf."
    yield Finding("Live pages", f"WebSockets {'do not ' if cure else ''}pass", cure)


WEBSOCKET = {
    "Connection": "Upgrade",
    "Upgrade": "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "Y29tbWVudGFyeWRvY3Rvcg==",
}
"""Headers of a handshake. It is for an event that does not exist: a server that gets it refuses it with 403."""


def _known(body: bytes) -> dict[str, str]:
    try:
        known = json.loads(body)
    except ValueError:
        return {}
    return known if isinstance(known, dict) else {}


def _host(page: int, host: str) -> Finding:
    if page < 400:
        return Finding("Address", f"{settings.PUBLIC_URL} leads here")
    cure = "Let the proxy pass on the Host that it is asked for: see deploy/nginx.conf."
    return Finding("Address", f"pages answer {page}, and the Host arrives as {host!r}", cure)


def _proxies(number: int) -> Finding:
    trusted = settings.TRUSTED_PROXIES
    said = f"{number} pass requests on, and TRUSTED_PROXIES is {trusted}"
    if number == trusted:
        return Finding("Proxies", said)
    effect = "no limit for a visitor's network holds" if number < trusted else "all visitors count as one network"
    return Finding("Proxies", f"{said}, so {effect}", f"Set TRUSTED_PROXIES={number}.")


def _asked(path: str, headers: dict[str, str]) -> tuple[int, bytes]:
    """Status and first bytes of the answer at the public address. Raises `OSError` or `HTTPException`."""
    parts = urlsplit(settings.PUBLIC_URL)
    made: Callable[[], http.client.HTTPConnection] = (
        (lambda: http.client.HTTPSConnection(parts.netloc, timeout=SECONDS, context=ssl.create_default_context()))
        if parts.scheme == "https"
        else (lambda: http.client.HTTPConnection(parts.netloc, timeout=SECONDS))
    )
    with closing(made()) as wire:
        wire.request("GET", path, headers=headers)
        answer = wire.getresponse()
        return answer.status, b"" if answer.status == 101 else answer.read(64 * 1024)
