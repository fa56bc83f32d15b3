from functools import partial

from daphne.management.commands.runserver import Command as DaphneRunserver

from commentary.server import Server
from feeds.middleware import LIMITS


class Command(DaphneRunserver):
    server_cls = partial(Server, bodies=LIMITS)
