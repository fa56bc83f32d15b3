import errno
import os
import sys
from typing import Any

from channels.routing import get_default_application
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from commentary.server import Server, endpoints
from feeds.hub import hub


class Command(BaseCommand):
    help = "Serve pages and sockets on HOST and PORT until it is stopped."

    def handle(self, **options: Any) -> None:
        host, port = settings.HOST, settings.PORT
        shown = f"[{host}]" if ":" in host else host
        server = Server(
            get_default_application(),
            endpoints=endpoints(host, port),
            ready_callable=self.ready,
            before_stop=hub.say_goodbye,
        )
        self.address = settings.PUBLIC_URL or f"http://{shown}:{port}"
        server.run()
        if problem := server.listen_problem:
            advice = {
                errno.EADDRINUSE: f"another program does. Stop it, or choose another port, such as PORT={port + 1}",
                errno.EACCES: "the system does not let you. Choose a port over 1023, such as PORT=8000",
                errno.EADDRNOTAVAIL: "this machine does not have that address. Set HOST=127.0.0.1 or HOST=0.0.0.0",
            }.get(problem.errno or 0, f"{problem.strerror or problem}. Check HOST and PORT")
            raise CommandError(f"Cannot listen on {shown}:{port}: {advice}.")
        # Twisted leaves sockets open behind it, and the interpreter's teardown crashes on them
        # (signal 11); everything worth keeping is in the database by now.
        sys.stdout.flush()
        os._exit(0)

    def ready(self) -> None:
        self.stdout.write(f"Commentary is at {self.address} (Ctrl+C stops it)")
        if settings.HOST in {"0.0.0.0", "::"} and not settings.PUBLIC_URL:
            self.stdout.write("Set PUBLIC_URL to the address others use, or their browsers are refused.")
