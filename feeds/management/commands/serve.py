import errno
import os
import sys
from collections.abc import Callable

from channels.routing import get_default_application
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError, connection

from commentary import schema
from feeds.gallery.live_reload import watch
from feeds.live.process import process
from feeds.management import QUICK_CHECKS
from feeds.middleware.body_limits import LIMITS
from serving import admission, supervisor
from serving.server import Server, endpoints

FEW = 5000
"""Number of readers below which operators are told how to allow more."""


class Command(BaseCommand):
    """Serves pages and sockets."""

    help = "Serve pages and sockets until it is stopped."
    requires_system_checks = QUICK_CHECKS

    def add_arguments(self, parser: CommandParser) -> None:
        """The address to listen on, and the number of processes."""
        parser.add_argument("--host", default=settings.HOST, help="address to listen on (default: HOST)")
        parser.add_argument("--port", type=int, default=settings.PORT, help="port to listen on (default: PORT)")
        parser.add_argument("--unix", default="", metavar="PATH", help="listen on this Unix socket instead")
        parser.add_argument(
            "--processes", type=int, default=settings.WEB_CONCURRENCY, choices=range(1, 65), metavar="1…64"
        )
        parser.add_argument(
            "--inherit", type=int, default=0, help="listen on the socket that was handed over: its family"
        )

    def handle(self, *, host: str, port: int, unix: str, processes: int, inherit: int, **options: object) -> None:
        """Serves until it is stopped. Raises `CommandError` if it cannot listen."""
        shown = f"[{host}]" if ":" in host else host
        if shown not in settings.ALLOWED_HOSTS and host not in {"0.0.0.0", "::"}:
            settings.ALLOWED_HOSTS.append(shown)
        where = unix or f"{shown}:{port}"
        self.descriptors = admission.raise_limit()
        if inherit:
            settings.WATCH_TEMPLATES = False  # another process may have applied the change already
            process.alone = processes == 1
            self._serve([supervisor.endpoint(inherit)], where)
            return
        self._require_tables()
        self.ready = f"Commentary is at {settings.PUBLIC_URL or unix or f'http://{where}'} (Ctrl+C stops it)"
        try:
            if processes > 1 or unix:
                sockets = supervisor.listen(host, port, unix, processes)
                self._say_ready(host, processes)
                if processes > 1 and not settings.REDIS_URL:
                    self.stdout.write(
                        "Set REDIS_URL: without it one process hears of another's posts after two seconds."
                    )
                code = supervisor.Supervisor(sockets).run()
                sys.exit(code)
            self._serve(endpoints(host, port), where, lambda: self._say_ready(host, processes))
        except OSError as problem:
            raise self._cannot_listen(problem, where, port) from problem

    def _serve(self, addresses: list[str], where: str, ready: Callable[[], None] | None = None) -> None:
        server = Server(
            get_default_application(),
            endpoints=addresses,
            ready_callable=ready,
            after_start=self._start,
            on_stop=process.begin_to_stop,
            before_stop=process.hub.say_goodbye,
            bodies=LIMITS,
            admission=admission.Admission(settings.CONNECTIONS_PER_ADDRESS, self.descriptors),
            proxies=settings.TRUSTED_PROXIES,
        )
        server.run()
        if problem := server.listen_problem:
            raise problem
        if connection.vendor == "sqlite":  # threads leave connections open, and changes in the WAL file
            connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
        # Twisted leaves sockets open behind it, and the interpreter's teardown crashes on them
        # (signal 11); everything worth keeping is in the database by now.
        sys.stdout.flush()
        os._exit(0)

    def _start(self) -> None:
        process.hub.start()
        watch.start()

    def _require_tables(self) -> None:
        try:
            if problem := schema.problem():
                raise CommandError(problem)
            connection.close()
        except DatabaseError as error:  # pages say so until it is there
            self.stderr.write(f"The database does not answer ({str(error).strip().splitlines()[0]}).")

    def _cannot_listen(self, problem: OSError, where: str, port: int) -> CommandError:
        advice = {
            errno.EADDRINUSE: f"another program does. Stop it, or choose another port, such as PORT={port + 1}",
            errno.EACCES: "the system does not let you. Choose a port over 1023, such as PORT=8000",
            errno.EADDRNOTAVAIL: "this machine does not have that address. Set HOST=127.0.0.1 or HOST=0.0.0.0",
        }.get(problem.errno or 0, f"{problem.strerror or problem}. Check HOST and PORT")
        return CommandError(f"Cannot listen on {where}: {advice}.")

    def _say_ready(self, host: str, processes: int) -> None:
        self.stdout.write(self.ready)
        readers = admission.readers_for(self.descriptors, processes)
        advice = (
            "" if readers >= FEW else ": allow more descriptors (“ulimit -Hn”, or LimitNOFILE= in a unit of systemd)"
        )
        self.stdout.write(f"It holds about {readers:,} readers{advice}.")
        if host in {"0.0.0.0", "::"} and not settings.PUBLIC_URL:
            self.stdout.write("Set PUBLIC_URL to the address others use, or their browsers are refused.")
