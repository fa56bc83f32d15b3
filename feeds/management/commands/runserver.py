from commentary.server import Server
from daphne.management.commands.runserver import Command as DaphneRunserver


class Command(DaphneRunserver):
    server_cls = Server
