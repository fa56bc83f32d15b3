from daphne.management.commands.runserver import Command as DaphneRunserver

from commentary.server import Server


class Command(DaphneRunserver):
    server_cls = Server
