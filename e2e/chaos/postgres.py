"""A PostgreSQL server of our own that can be stopped and brought back: same port, same data."""

import os
import shutil
import signal
import subprocess
import tempfile
from glob import glob
from pathlib import Path

import psycopg

from e2e.deployment import spare_port, wait_until


class Postgres:
    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, spare_port()
        self.url = f"postgres://commentary@127.0.0.1:{self.port}/commentary"
        self.process: subprocess.Popen[bytes] | None = None
        # Not below the test's folder: PostgreSQL, which is another user, has to get there.
        self.data = Path(tempfile.mkdtemp(prefix="commentary-postgres-"))
        initdb = Path(shutil.which("initdb") or sorted(glob("/usr/lib/postgresql/*/bin/initdb"))[-1]).resolve()
        self.user: list[str] = []
        if os.geteuid() == 0:  # PostgreSQL refuses to run as root
            shutil.chown(self.data, "postgres", "postgres")
            self.user = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]
        self.program = initdb.parent / "postgres"
        command = [*self.user, str(initdb), "-D", str(self.data), "-U", "commentary", "-A", "trust", "-E", "UTF8"]
        subprocess.run([*command, "--no-sync"], check=True, stdout=subprocess.DEVNULL, cwd="/")

    def create(self) -> None:
        """Start it for the first time, with an empty database."""
        self.start()
        with psycopg.connect(self.url.removesuffix("commentary") + "postgres", autocommit=True) as connection:
            connection.execute("CREATE DATABASE commentary")

    def start(self) -> None:
        settings = {"port": self.port, "listen_addresses": "127.0.0.1", "unix_socket_directories": "", "fsync": "off"}
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        with (self.folder / "postgres.log").open("ab") as log:
            command = [*self.user, str(self.program), "-D", str(self.data), *options]
            self.process = subprocess.Popen(command, stdout=log, stderr=log, cwd="/")
        wait_until(self._answers, "the start of PostgreSQL")

    def _answers(self) -> bool:
        try:
            with psycopg.connect(self.url.removesuffix("commentary") + "postgres"):
                return True
        except psycopg.OperationalError:
            return False

    def stop(self) -> None:
        """A fast shutdown: transactions are rolled back, connections are cut."""
        if self.process:
            self.process.send_signal(signal.SIGINT)
            try:
                self.process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
            self.process = None

    def remove(self) -> None:
        self.stop()
        shutil.rmtree(self.data, ignore_errors=True)
