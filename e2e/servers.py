"""Redis and PostgreSQL of our own, on spare ports, which tests may stop, kill, make hang and bring back."""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from glob import glob
from pathlib import Path
from typing import Self

import psycopg

from e2e.patience import HANGING


def spare_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


_nothing = threading.Event()
"""Never happens."""


def wait_until(check: Callable[[], object], what: str, seconds: float = HANGING) -> None:
    """Call `check` until it returns something true; an OSError counts as not yet. Fails naming `what`."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            if check():
                return
        except OSError:
            pass
        _nothing.wait(0.05)
    raise AssertionError(f"{what} did not happen within {seconds:g} s")


def stays(check: Callable[[], object], what: str, seconds: float) -> None:
    """Check that `check` stays true for these seconds. Fails naming `what` as soon as it is not."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        assert check(), f"{what} did not stay so for {seconds:g} s"
        _nothing.wait(0.2)


def accepts(port: int) -> bool:
    with socket.create_connection(("127.0.0.1", port), timeout=HANGING):
        return True


class Server(ABC):
    """One program on one port. It comes back on the same port and with the data it has on disk."""

    name: str

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, spare_port()
        self.process: subprocess.Popen[bytes] | None = None

    @property
    @abstractmethod
    def command(self) -> list[str]: ...

    def answers(self) -> bool:
        return accepts(self.port)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *problem: object) -> None:
        self.stop()

    def start(self) -> None:
        with (self.folder / f"{self.name}.log").open("ab") as log:
            self.process = subprocess.Popen(self.command, stdout=log, stderr=log, cwd="/")
        wait_until(self.answers, f"the start of {self.name}")

    def stop(self) -> None:
        """Stop PostgreSQL at once, as an operator does: transactions are rolled back, connections are cut."""
        if self.process:
            self.go_on()
            self.process.send_signal(signal.SIGINT)
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(timeout=HANGING)
            self.kill()

    def kill(self) -> None:
        """kill -9, with the processes that it has started."""
        if self.process:
            self._signal(signal.SIGKILL)
            self.process.wait()
            self.process = None

    def pause(self) -> None:
        """It keeps its connections and answers nobody."""
        self._signal(signal.SIGSTOP)

    def go_on(self) -> None:
        self._signal(signal.SIGCONT)

    def _signal(self, number: signal.Signals) -> None:
        assert self.process
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        started = children.read_text().split() if children.exists() else []
        self.process.send_signal(number)
        for child in map(int, started):
            with suppress(ProcessLookupError):
                os.kill(child, number)


class Redis(Server):
    name = "redis"

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    @property
    def socket_url(self) -> str:
        return f"unix://{self.folder / 'redis.sock'}?db=0"

    @property
    def command(self) -> list[str]:
        options = {"port": str(self.port), "bind": "127.0.0.1", "save": "", "appendonly": "no", "dir": str(self.folder)}
        options["unixsocket"] = str(self.folder / "redis.sock")
        return ["redis-server", *(part for name, value in options.items() for part in (f"--{name}", value))]


class Postgres(Server):
    """PostgreSQL, with an empty database “commentary” from its first start on."""

    name = "postgres"

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.url = f"postgres://commentary@127.0.0.1:{self.port}/commentary"
        self._server_url = self.url.removesuffix("commentary") + "postgres"
        # Not below the test's folder: PostgreSQL, which is another user, has to get there.
        self.data = Path(tempfile.mkdtemp(prefix="commentary-postgres-"))
        self.user = list[str]()
        if os.geteuid() == 0:  # PostgreSQL refuses to run as root
            shutil.chown(self.data, "postgres", "postgres")
            self.user = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]
        options = ["-D", str(self.data), "-U", "commentary", "-A", "trust", "-E", "UTF8", "--no-sync"]
        subprocess.run(
            [*self.user, str(binaries() / "initdb"), *options], check=True, stdout=subprocess.DEVNULL, cwd="/"
        )
        self._made = False

    @property
    def command(self) -> list[str]:
        settings = {"port": self.port, "listen_addresses": "127.0.0.1", "unix_socket_directories": "", "fsync": "off"}
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        return [*self.user, str(binaries() / "postgres"), "-D", str(self.data), *options]

    def answers(self) -> bool:
        try:
            with psycopg.connect(self._server_url):
                return True
        except psycopg.OperationalError:
            return False

    def start(self) -> None:
        super().start()
        if not self._made:
            self.create()
            self._made = True

    def create(self) -> None:
        with psycopg.connect(self._server_url, autocommit=True) as connection:
            connection.execute("CREATE DATABASE commentary")

    def __exit__(self, *problem: object) -> None:
        super().__exit__(*problem)
        shutil.rmtree(self.data, ignore_errors=True)

    def back_up(self) -> None:
        """Make a backup as operators do, while everything runs."""
        save(self.url, self.folder / "backup")

    def restore(self) -> None:
        """Put the backup in place of the database. Who is connected to that loses the connection."""
        with psycopg.connect(self._server_url, autocommit=True) as connection:
            connection.execute("DROP DATABASE commentary WITH (FORCE)")
        self.create()
        load(self.url, self.folder / "backup")


def binaries() -> Path:
    """Folder of PostgreSQL's programs."""
    initdb = shutil.which("initdb") or sorted(glob("/usr/lib/postgresql/*/bin/initdb"))[-1]
    return Path(initdb).resolve().parent


def save(url: str, path: Path) -> None:
    """Save everything in a database that nobody has open."""
    if url.startswith("postgres"):
        subprocess.run(
            [str(binaries() / "pg_dump"), "--format=custom", f"--file={path}", url], check=True, timeout=HANGING
        )
    else:
        shutil.copy(url.removeprefix("sqlite:///"), path)


def load(url: str, path: Path) -> None:
    """Put what is kept there into an empty database."""
    if url.startswith("postgres"):
        subprocess.run([str(binaries() / "pg_restore"), f"--dbname={url}", str(path)], check=True, timeout=HANGING)
    else:
        shutil.copy(path, url.removeprefix("sqlite:///"))


@contextmanager
def redis(folder: Path) -> Iterator[str]:
    """A Redis server; yields its URL."""
    with Redis(folder) as server:
        yield server.url


@contextmanager
def postgres(folder: Path) -> Iterator[str]:
    """A PostgreSQL server with an empty database; yields its URL."""
    with Postgres(folder) as server:
        yield server.url
