"""Daphne's `runserver` with our server and its limits of bodies."""

from functools import partial

from daphne.management.commands.runserver import Command as DaphneRunserver

from feeds.middleware.body_limits import LIMITS
from serving.server import Server


class Command(DaphneRunserver):
    """Daphne's command with our server."""

    server_cls = partial(Server, bodies=LIMITS)
