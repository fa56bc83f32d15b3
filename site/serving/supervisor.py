"""Several server processes on one address: starts them, replaces one that dies, and stops them together.

Each has its own listening socket (`SO_REUSEPORT`: the kernel spreads connections over them). This process keeps the
sockets open, so that a process that dies costs its readers a second and refuses nobody. Sockets are passed on as
systemd does (`LISTEN_FDS`, sd_listen_fds(3)), so systemd can start a process as well.
"""

import logging
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

from serving.server import BACKLOG

logger = logging.getLogger(__name__)

PATIENCE = 15.0
"""Seconds that processes get to stop; each limits its own stop to ten."""
SOON = 5.0
"""Seconds after its start within which a process that ends cannot run at all."""
INHERITED = ("systemd:domain=INET:index=0", "systemd:domain=INET6:index=0", "systemd:domain=UNIX:index=0")


def listen(host: str, port: int, unix: str = "", number: int = 1) -> list[socket.socket]:
    """Sockets that listen on the same address, `number` of them. Raises OSError if it cannot be used."""
    if unix:
        with suppress(FileNotFoundError):  # left by a server that was killed
            if Path(unix).is_socket():
                Path(unix).unlink()
        listening = socket.socket(socket.AF_UNIX)
        listening.bind(unix)
        _let_proxy_in(unix)
        listening.listen(BACKLOG)
        return [listening] * number
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    address = socket.getaddrinfo(host, port, family, socket.SOCK_STREAM)[0][4]
    probe = socket.socket(family)  # without SO_REUSEPORT, which would share an address in use
    probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    probe.bind(address)
    probe.close()
    found = []
    for _ in range(number):
        listening = socket.socket(family)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        listening.bind(address)
        listening.listen(BACKLOG)
        found.append(listening)
    return found


def _let_proxy_in(unix: str) -> None:
    """Lets only the folder's group connect; an operator makes that the proxy's group.

    Everybody who can connect is trusted with X-Forwarded-For, by TRUSTED_PROXIES.
    """
    with suppress(PermissionError):  # not a group of ours
        os.chown(unix, -1, Path(unix).absolute().parent.stat().st_gid)
    Path(unix).chmod(0o660)


def endpoint(family: int) -> str:
    """Twisted's name for the socket that this process inherited."""
    return INHERITED[(socket.AF_INET, socket.AF_INET6, socket.AF_UNIX).index(socket.AddressFamily(family))]


class Supervisor:
    """Keeps one process running for each listening socket until SIGTERM or SIGINT."""

    def __init__(self, sockets: list[socket.socket]) -> None:
        self.sockets = sockets
        self.processes: dict[int, subprocess.Popen[bytes]] = {}
        self.started: dict[int, float] = {}
        self.stopping = False

    def run(self) -> int:
        """Runs until it is told to stop. Returns 0 if all processes stopped in order, 1 if one cannot run."""
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, self._stop)
        for number in range(len(self.sockets)):
            self._start(number)
        while not self.stopping:
            time.sleep(0.2)
            for number, process in self.processes.items():
                if (code := process.poll()) is not None and not self.stopping:
                    if code > 0 and time.monotonic() - self.started[number] < SOON:
                        logger.error("Process %s ended with %s as soon as it was started.", number + 1, code)
                        self._stop()
                        self._wait()
                        return 1
                    logger.warning("Process %s ended with %s; another takes its place.", number + 1, code)
                    self._start(number)
        return self._wait()

    def _start(self, number: int) -> None:
        listening = self.sockets[number].fileno()
        # LISTEN_PID has to name the process that the shell becomes ($$); 3 is the first descriptor.
        script = f'export LISTEN_PID=$$ LISTEN_FDS=1 LISTEN_FDNAMES=web; exec "$@" 3<&{listening}'
        command = [sys.executable, sys.argv[0], "serve", "--skip-checks", "--inherit"]
        command += [str(int(self.sockets[number].family)), "--processes", str(len(self.sockets))]
        command = ["/bin/sh", "-c", script, "sh", *command]
        self.processes[number] = subprocess.Popen(command, pass_fds=[listening])  # noqa: S603  (no part is from outside)
        self.started[number] = time.monotonic()
        if self.stopping:  # the signal came meanwhile, and could not reach this one
            self.processes[number].terminate()

    def _stop(self, *_: object) -> None:
        self.stopping = True
        for listening in self.sockets:
            listening.close()
        for process in self.processes.values():
            process.terminate()

    def _wait(self) -> int:
        """Waits for all processes. Returns 0 if each stopped in order, or was told to before it was ready, else 1."""
        end = time.monotonic() + PATIENCE
        codes = []
        for process in self.processes.values():
            try:
                codes.append(process.wait(max(0.0, end - time.monotonic())))
            except subprocess.TimeoutExpired:
                process.kill()
                codes.append(process.wait())
        return int(any(code not in {0, -signal.SIGTERM} for code in codes))
