"""Commentary as it is deployed, started for a test: real Daphne processes on spare ports of this machine.

Nothing of the product is imported here. Tests reach it as people and operators do: over HTTP, over
sockets, and with `manage.py`.
"""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from glob import glob
from pathlib import Path

import psycopg

ROOT = Path(__file__).resolve().parents[1]
START_SECONDS = 30

SHELL = """
import contextlib, io, json, sys, traceback
from django.db import connection
names = dict(globals())
for line in sys.stdin:
    printed = io.StringIO()
    try:
        with contextlib.redirect_stdout(printed):
            exec(json.loads(line), dict(names))
        worked = True
    except BaseException:
        printed.write(traceback.format_exc())
        worked = False
    connection.close()
    print(json.dumps([worked, printed.getvalue()]), flush=True)
"""


def spare_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until(check: object, what: str, seconds: float = START_SECONDS) -> None:
    """Call `check` until it returns something true; an OSError counts as not yet. Fails naming `what`."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            if check():  # type: ignore[operator]
                return
        except OSError:
            pass
        time.sleep(0.05)
    raise AssertionError(f"{what} did not happen within {seconds:g} s")


def accepts(port: int) -> bool:
    with socket.create_connection(("127.0.0.1", port), timeout=1):
        return True


class Deployment:
    """One or several server processes on one database, and `manage.py` with the same settings."""

    def __init__(self, folder: Path, processes: int = 1, **environment: str) -> None:
        self.folder = folder
        self.log = folder / "server.log"
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("DJANGO_", "PYTEST_"))},
            "DATABASE_URL": f"sqlite:///{folder / 'db.sqlite3'}",
            "SECRET_KEY": "only-for-tests-" * 3,
            **environment,
        }
        self.ports = [spare_port() for _ in range(processes)]
        self.urls = [f"http://127.0.0.1:{port}" for port in self.ports]
        self.processes: dict[int, subprocess.Popen[bytes]] = {}
        self._shell: subprocess.Popen[str] | None = None
        self._shell_lock = threading.Lock()

    @property
    def url(self) -> str:
        return self.urls[0]

    def manage(self, *arguments: str, check: bool = True) -> str:
        """Run `manage.py` with these arguments and return what it printed, errors included."""
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=60,
            check=False,
        )
        assert not check or done.returncode == 0, done.stdout
        return done.stdout

    def shell(self, code: str) -> str:
        """Run Python in the product, with all models imported, and return what it printed.

        One process serves all calls: starting Django for each would take most of the tests' time.
        """
        with self._shell_lock:
            if self._shell is None or self._shell.poll() is not None:
                self._shell = subprocess.Popen(
                    [sys.executable, "manage.py", "shell", "--verbosity", "0", "-c", SHELL],
                    cwd=ROOT,
                    env=self.environment,
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    text=True,
                )
            assert self._shell.stdin
            assert self._shell.stdout
            self._shell.stdin.write(json.dumps(code) + "\n")
            self._shell.stdin.flush()
            worked, printed = json.loads(self._shell.stdout.readline())
        assert worked, printed
        return str(printed)

    def event(self, slug: str, title: str = "A match", entries: int = 0, **fields: str) -> str:
        """Make a live, public event with numbered entries (“Entry 1”, …) by “Ann”; returns its slug."""
        values = {"state": "live", "visibility": "public", "time_zone": "Europe/Berlin"} | fields
        self.shell(
            "from django.contrib.auth.models import User\nfrom django.utils import timezone\n"
            "owner, made = User.objects.get_or_create(username='olga', is_staff=True, is_superuser=True)\n"
            "if made: owner.set_password('correct horse battery'); owner.save()\n"
            f"values = dict(slug={slug!r}, title={title!r}, owner=owner, starts_at=timezone.now(), **{values!r})\n"
            "event = Event.objects.create(**values)\n"
            f"for number in range(1, {entries} + 1): event.publish('Ann', f'Entry {{number}}')\n"
        )
        return slug

    def prepare(self) -> None:
        self.manage("migrate", "--verbosity", "0")

    def start(self, number: int = 0) -> None:
        """Start one process and wait until it answers."""
        with self.log.open("ab") as log:
            self.processes[number] = subprocess.Popen(
                [sys.executable, "manage.py", "serve"],
                cwd=ROOT,
                env=self.environment | {"PORT": str(self.ports[number])},
                stdout=log,
                stderr=log,
            )
        wait_until(lambda: self._answers(number), f"the start of process {number}")

    def _answers(self, number: int) -> bool:
        code = self.processes[number].poll()
        if code is not None:
            raise AssertionError(f"process {number} ended with {code}:\n{self.log.read_text()}")
        try:
            with urllib.request.urlopen(self.urls[number] + "/unreachable/", timeout=5) as answer:
                return bool(answer.status == 200)
        except urllib.error.URLError:
            return False

    def kill(self, number: int = 0) -> None:
        """kill -9: no goodbye to anybody."""
        self._end(number, signal.SIGKILL)

    def stop(self, number: int = 0) -> int:
        """SIGTERM; returns the exit code."""
        return self._end(number, signal.SIGTERM)

    def _end(self, number: int, how: signal.Signals) -> int:
        process = self.processes.pop(number)
        process.send_signal(how)
        try:
            return process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            raise AssertionError(f"process {number} did not end within 15 s of {how.name}") from None

    def start_all(self) -> None:
        for number in range(len(self.ports)):
            if number not in self.processes:
                self.start(number)

    def end_all(self) -> None:
        for number in list(self.processes):
            self.kill(number)
        if self._shell:
            self._shell.kill()
            self._shell.communicate()
            self._shell = None


@contextmanager
def redis(folder: Path) -> Iterator[str]:
    """A Redis server of our own; yields its URL."""
    port = spare_port()
    command = ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
    with _running([*command, "--dir", str(folder)], folder / "redis.log", port):
        yield f"redis://127.0.0.1:{port}/0"


@contextmanager
def postgres(folder: Path) -> Iterator[str]:
    """A PostgreSQL server of our own, with an empty database; yields its URL."""
    # Not below the test's folder: PostgreSQL, which is another user, has to get there.
    data, port = Path(tempfile.mkdtemp(prefix="commentary-postgres-")), spare_port()
    binaries = Path(shutil.which("initdb") or sorted(glob("/usr/lib/postgresql/*/bin/initdb"))[-1]).resolve().parent
    user: list[str] = []
    if os.geteuid() == 0:  # PostgreSQL refuses to run as root
        shutil.chown(data, "postgres", "postgres")
        user = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]
    initdb = [*user, str(binaries / "initdb"), "-D", str(data), "-U", "commentary", "-A", "trust", "-E", "UTF8"]
    subprocess.run([*initdb, "--no-sync"], check=True, stdout=subprocess.DEVNULL, cwd="/")
    settings = {"port": port, "listen_addresses": "127.0.0.1", "unix_socket_directories": "", "fsync": "off"}
    options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    with _running([*user, str(binaries / "postgres"), "-D", str(data), *options], folder / "postgres.log", port):
        url = f"postgres://commentary@127.0.0.1:{port}"

        def answers() -> bool:
            try:
                with psycopg.connect(f"{url}/postgres", autocommit=True) as connection:
                    connection.execute("CREATE DATABASE commentary")
                return True
            except psycopg.OperationalError:
                return False

        wait_until(answers, "the start of PostgreSQL")
        yield f"{url}/commentary"
    shutil.rmtree(data, ignore_errors=True)


@contextmanager
def _running(command: list[str], log: Path, port: int) -> Iterator[None]:
    with log.open("wb") as output:
        process = subprocess.Popen(command, stdout=output, stderr=output, cwd="/")
    try:
        wait_until(lambda: accepts(port), f"the start of {command[0]}")
        yield
    finally:
        process.send_signal(signal.SIGINT)  # PostgreSQL: fast shutdown
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
