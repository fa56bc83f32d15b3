"""A server with an application that obeys, and the clients connected to it."""

import http.client
import json
import secrets
from contextlib import ExitStack
from typing import Any

from e2e.patience import HANGING
from e2e.raw import Client
from e2e.servers import wait_until

SMALL = 4096
"""Bytes that the kernel buffers for a client that does not read."""
HUGE = 8_000_000
"""More bytes than the kernel holds for a connection at both of its ends."""
OFFER = "permessage-deflate; client_max_window_bits"


def order(do: str, *names: str, **details: Any) -> dict[str, Any]:
    return {"do": do, "names": names, **details}


def write(*names: str, text: tuple[Any, ...]) -> dict[str, Any]:
    """The same bytes to all of them, by the Outlet."""
    return order("write", *names, text=text)


def send(name: str, text: tuple[Any, ...]) -> dict[str, Any]:
    """The ordinary way of an ASGI application."""
    return order("send", name, text=text)


class Stage:
    """The server, the application that obeys, and those who are connected to it."""

    def __init__(self, port: int) -> None:
        self.port = port
        self._names = 0
        self.open = ExitStack()

    def connect(self, offer: str = "", buffer: int = 0) -> tuple[str, Client]:
        self._names += 1
        name = f"client-{self._names}-{secrets.token_hex(4)}"
        client = Client(self.port, name, offer, buffer)
        self.open.callback(client.close)
        return name, client

    def tell(self, *orders: dict[str, Any], status: int = 200) -> list[Any]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=HANGING)
        try:
            connection.request("POST", "/", json.dumps(orders))
            answer = connection.getresponse()
            body = answer.read()
            assert answer.status == status, (answer.status, body)
            return list(json.loads(body))
        finally:
            connection.close()

    def received(self, name: str) -> list[str]:
        return list(self.tell(order("received", name))[0])

    def knows_that_it_is_gone(self, name: str) -> None:
        wait_until(lambda: [what for what in self.received(name) if what.startswith("disconnect")], "the disconnect")

    def is_full(self, name: str) -> bool:
        return bool(self.tell(order("full", name))[0])
