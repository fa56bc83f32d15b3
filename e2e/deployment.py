"""Commentary as it is deployed, started for a test: real Daphne processes on spare ports of this machine.

Nothing of the product is imported here. Tests reach it as people and operators do: over HTTP, over
sockets, and with `manage.py`.
"""

import json
import os
import re
import signal
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlsplit

from e2e.clock import Clock
from e2e.patience import HANGING
from e2e.servers import Server, load, save, spare_port, wait_until

ROOT = Path(__file__).resolve().parents[1]

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


COMMANDS = {
    "serve": "manage.py serve",
    "daphne": "-m daphne -b 127.0.0.1 -p {port} commentary.asgi:application",
    "uvicorn": "-m uvicorn --host 127.0.0.1 --port {port} --log-level warning commentary.asgi:application",
}
"""Arguments of Python, by the name of the server."""

NO_LIMITS = dict.fromkeys(
    ("CONNECTIONS_PER_ADDRESS", "POSTS_PER_MINUTE", "POSTS_PER_NETWORK", "SAME_TEXT_MINUTES", "FASTEST_POST"), "0"
)
"""People in tests post faster than any, and from one address. Tests of the limits give others."""


KEPT = ROOT / ".venv" / "databases"


@cache
def _tables() -> str:
    """A word that is another one when something has changed that tables are made from."""
    code = [path for folder in ("models", "migrations") for path in sorted((ROOT / "feeds" / folder).rglob("*.py"))]
    made_from = [ROOT / "requirements.txt", *code]
    return sha256(b"".join(path.read_bytes() for path in made_from)).hexdigest()[:16]


class Deployment:
    """One or several server processes on one database, and `manage.py` with the same settings."""

    def __init__(self, folder: Path, processes: int = 1, server: str = "serve", **environment: str) -> None:
        self.folder = folder
        self.root = ROOT
        """The sources: those of another commit have other templates."""
        self.server = server
        self.log = folder / "server.log"
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("DJANGO_", "PYTEST_"))},
            "DATABASE_URL": f"sqlite:///{folder / 'db.sqlite3'}",
            "SECRET_KEY": "only-for-tests-" * 3,
            "DJANGO_SETTINGS_MODULE": "e2e.settings",
            "CLOCK_FILE": str(folder / "clock"),
            **NO_LIMITS,
            **environment,
        }
        self.ports = [spare_port() for _ in range(processes)]
        self.addresses = [f"http://127.0.0.1:{port}" for port in self.ports]
        self.front = ""
        """Address of the proxy in front of the processes; "" without one."""
        self.redis: Server | None = None
        self.database: Server | None = None
        self.clock = Clock(folder / "clock")
        self.processes: dict[int, subprocess.Popen[bytes]] = {}
        self._shell: subprocess.Popen[str] | None = None
        self._shell_lock = threading.Lock()

    @property
    def urls(self) -> list[str]:
        """Addresses that lead to each process; a proxy in front of them chooses by itself."""
        return [self.front or address for address in self.addresses]

    @property
    def url(self) -> str:
        return self.urls[0]

    def manage(self, *arguments: str, check: bool = True) -> str:
        """Run `manage.py` with these arguments and return what it printed, errors included."""
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=self.root,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=HANGING,
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
                    cwd=self.root,
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

    def event(self, slug: str, title: str = "A match", entries: int = 0, **fields: object) -> str:
        """Make a live, public event with numbered entries (“Entry 1”, …) by “Ann”. Returns its slug.

        It is another one where an earlier try of the same test has left an event with this slug.
        """
        values = {"state": "live", "visibility": "public", "time_zone": "Europe/Berlin"} | fields
        return self.shell(
            "from django.contrib.auth.models import User\nfrom django.utils import timezone\n"
            "owner, made = User.objects.get_or_create(username='olga', is_staff=True, is_superuser=True)\n"
            "if made: owner.set_password('correct horse battery'); owner.save()\n"
            f"slug, values = {slug!r}, dict(title={title!r}, owner=owner, starts_at=timezone.now()) | {values!r}\n"
            "while Event.objects.filter(slug=slug).exists(): slug += '-again'\n"
            "event = Event.objects.create(slug=slug, **values)\n"
            f"for number in range(1, {entries} + 1): event.publish('Ann', f'Entry {{number}}')\n"
            "print(slug)\n"
        ).strip()

    def prepare(self) -> None:
        """Make the tables: as the last run has kept them, since to migrate takes longer than many a test."""
        url = self.environment["DATABASE_URL"]
        kept = KEPT / f"{urlsplit(url).scheme}-{_tables()}"
        if kept.exists():
            load(url, kept)
            return
        self.manage("migrate", "--verbosity", "0")
        KEPT.mkdir(parents=True, exist_ok=True)
        new = kept.with_suffix(f".{os.getpid()}")
        save(url, new)
        new.rename(kept)

    def start(self, number: int = 0) -> None:
        """Start one process and wait until it answers."""
        port = str(self.ports[number])
        path = {} if self.server == "serve" else {"PYTHONPATH": f"site{os.pathsep}."}
        with self.log.open("ab") as log:
            self.processes[number] = subprocess.Popen(
                [sys.executable, *COMMANDS[self.server].format(port=port).split()],
                cwd=self.root,
                env=self.environment | {"PORT": port} | path,
                stdout=log,
                stderr=log,
            )
        wait_until(lambda: self._answers(number), f"the start of process {number}")

    def _answers(self, number: int) -> bool:
        code = self.processes[number].poll()
        if code is not None:
            raise AssertionError(f"process {number} ended with {code}:\n{self.log.read_text()}")
        try:
            with urllib.request.urlopen(self.addresses[number] + "/unreachable/", timeout=HANGING) as answer:
                return bool(answer.status == 200)
        except urllib.error.URLError:
            return False

    def kill(self, number: int = 0) -> None:
        """kill -9: no goodbye to anybody."""
        self._end(number, signal.SIGKILL)

    def stop(self, number: int = 0) -> int:
        """SIGTERM; returns the exit code."""
        return self._end(number, signal.SIGTERM)

    def tell_to_stop(self, number: int = 0) -> "subprocess.Popen[bytes]":
        """SIGTERM, without waiting for what comes of it."""
        process = self.processes.pop(number)
        process.send_signal(signal.SIGTERM)
        return process

    def memory(self, number: int = 0) -> int:
        """Bytes of memory that a process holds."""
        found = re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{self.processes[number].pid}/status").read_text())
        assert found
        return int(found[1]) * 1024

    def _end(self, number: int, how: signal.Signals) -> int:
        process = self.processes.pop(number)
        process.send_signal(how)
        try:
            return process.wait(timeout=HANGING)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            raise AssertionError(f"process {number} did not end within {HANGING:g} s of {how.name}") from None

    @contextmanager
    def without_ticks(self) -> Iterator[None]:
        """Processes do not look at the database by themselves, so that what comes is what woke them: e2e/ticks.py."""
        forgone = self.folder / "no-ticks"
        forgone.touch()
        try:
            yield
        finally:
            forgone.unlink()

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
