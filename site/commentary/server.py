"""Daphne as Commentary runs it, for `manage.py serve` and `manage.py runserver` alike."""

from typing import Any

from daphne.endpoints import build_endpoint_description_strings
from daphne.server import Server as DaphneServer

MESSAGE_LIMIT = 16 * 1024
"""Bytes a browser may send in one message; ours sends about 700."""


class Server(DaphneServer):
    """Daphne with small limits, a backlog that suits a storm of reconnects, and an error to show for a busy port."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        limits = {"websocket_max_message_size": MESSAGE_LIMIT, "websocket_max_frame_size": MESSAGE_LIMIT}
        super().__init__(*args, **(limits | kwargs))
        self.listen_problem: OSError | None = None

    def listen_error(self, failure: Any) -> None:
        """Keep what went wrong for the caller of `run()`, which returns at once then."""
        self.listen_problem = failure.value.socketError
        self.stop()


def endpoints(host: str, port: int) -> list[str]:
    """Twisted's spelling of an address to listen on."""
    return [f"{address}:backlog=4096" for address in build_endpoint_description_strings(host=host, port=port)]
