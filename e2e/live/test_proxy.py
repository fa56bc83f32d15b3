"""The bad network itself: each verb does what it says, to a server that sends back whatever it gets."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from e2e.patience import HANGING
from e2e.proxy import Proxy

HOUR = 3600.0
"""A delay that no test outlasts."""


class Echo:
    """A server that sends back what it gets, and remembers it in the order in which it came."""

    def __init__(self) -> None:
        self.got: list[bytes] = []
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listening.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        try:
            while True:
                threading.Thread(target=self._serve, args=[self._listening.accept()[0]], daemon=True).start()
        except OSError:
            pass  # closed

    def _serve(self, connection: socket.socket) -> None:
        with connection:
            try:
                while data := connection.recv(65536):
                    self.got.append(data)
                    connection.sendall(data)
            except OSError:
                pass  # reset

    def close(self) -> None:
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()


@pytest.fixture
def echo() -> Iterator[Echo]:
    echo = Echo()
    yield echo
    echo.close()


@pytest.fixture
def network(echo: Echo, proxies: Callable[[str], Proxy]) -> Proxy:
    return proxies(echo.url)


class Client:
    def __init__(self, url: str) -> None:
        self.socket = socket.create_connection(("127.0.0.1", int(url.rpartition(":")[2])), timeout=HANGING)

    def says(self, words: bytes) -> None:
        self.socket.sendall(words)

    def hears(self, words: bytes) -> bool:
        """The very next bytes are these. Waits for them."""
        heard = b""
        while len(heard) < len(words) and (data := self.socket.recv(len(words) - len(heard))):
            heard += data
        return heard == words

    def has_heard_nothing(self) -> bool:
        """Nothing has arrived up to now; what has is left for `hears`."""
        self.socket.setblocking(False)
        try:
            self.socket.recv(1, socket.MSG_PEEK)
        except BlockingIOError:
            return True
        finally:
            self.socket.settimeout(HANGING)
        return False


@pytest.fixture
def connects(network: Proxy) -> Iterator[Callable[..., Client]]:
    clients: list[Client] = []

    def connect(url: str = network.url) -> Client:
        clients.append(Client(url))
        return clients[-1]

    yield connect
    for client in clients:
        client.socket.close()


Connects = Callable[..., Client]


def test_a_good_network_hands_on_everything_in_order_and_the_end(connects: Connects) -> None:
    client = connects()
    everything = bytes(range(256)) * 8192  # 2 MB, in many chunks
    sending = threading.Thread(target=client.says, args=[everything])
    sending.start()
    assert client.hears(everything)
    sending.join()
    client.socket.shutdown(socket.SHUT_WR)
    assert client.hears(b"")


def test_dropped_connections_are_reset_and_new_ones_work(network: Proxy, connects: Connects) -> None:
    old = connects()
    old.says(b"before")
    assert old.hears(b"before")
    network.drop()
    with pytest.raises(ConnectionResetError):
        old.hears(b"anything")
    new = connects()
    new.says(b"after")
    assert new.hears(b"after")


def test_a_frozen_network_keeps_everything_back_until_it_thaws(echo: Echo, network: Proxy, connects: Connects) -> None:
    old, elsewhere = connects(), connects(echo.url)
    old.says(b"one")
    assert old.hears(b"one")
    network.freeze()
    new = connects()
    for client in (old, new, elsewhere):
        client.says(b"two")
    assert elsewhere.hears(b"two")
    assert echo.got == [b"one", b"two"]
    assert old.has_heard_nothing()
    assert new.has_heard_nothing()
    network.thaw()
    assert old.hears(b"two")
    assert new.hears(b"two")


def test_a_connection_that_freezes_and_is_then_dropped_loses_what_was_under_way(
    echo: Echo, network: Proxy, connects: Connects
) -> None:
    old = connects()
    old.says(b"one")
    assert old.hears(b"one")
    network.freeze()
    old.says(b"lost")
    network.drop()
    network.thaw()
    with pytest.raises(ConnectionResetError):
        old.hears(b"lost")
    new = connects()
    new.says(b"two")
    assert new.hears(b"two")
    assert b"lost" not in echo.got


def test_a_blackhole_swallows_open_connections_for_ever_and_new_ones_until_it_heals(
    echo: Echo, network: Proxy, connects: Connects
) -> None:
    old, elsewhere = connects(), connects(echo.url)
    old.says(b"one")
    assert old.hears(b"one")
    network.blackhole()
    old.says(b"lost")
    new = connects()
    new.says(b"two")
    elsewhere.says(b"elsewhere")
    assert elsewhere.hears(b"elsewhere")
    assert new.has_heard_nothing()
    network.thaw()  # it was not frozen
    assert new.has_heard_nothing()
    network.heal()
    assert new.hears(b"two")
    old.says(b"lost as well")
    new.says(b"three")
    assert new.hears(b"three")
    assert old.has_heard_nothing()
    assert echo.got == [b"one", b"elsewhere", b"two", b"three"]


def test_the_end_of_a_swallowed_connection_is_swallowed_too(
    proxies: Callable[[str], Proxy], connects: Connects
) -> None:
    with ExitStack() as open_ends:
        listening = open_ends.enter_context(socket.create_server(("127.0.0.1", 0)))
        network = proxies(f"http://127.0.0.1:{listening.getsockname()[1]}")

        def reaches_the_server(words: bytes) -> tuple[Client, socket.socket]:
            client = connects(network.url)
            client.says(words)
            server = open_ends.enter_context(listening.accept()[0])
            assert server.recv(len(words)) == words
            return client, server

        old, server = reaches_the_server(b"one")
        network.blackhole()
        network.heal()
        server.close()
        reaches_the_server(b"two")
        assert old.has_heard_nothing()  # not even that the server is gone
        network.drop()
        with pytest.raises(ConnectionResetError):
            old.hears(b"anything")


def test_a_slow_network_is_late_and_keeps_the_order(echo: Echo, network: Proxy, connects: Connects) -> None:
    slow, elsewhere = connects(), connects(echo.url)
    slow.says(b"one")
    assert slow.hears(b"one")
    network.delay(HOUR)
    slow.says(b"two")
    elsewhere.says(b"elsewhere")
    assert elsewhere.hears(b"elsewhere")
    assert echo.got == [b"one", b"elsewhere"]
    network.delay(0)
    slow.says(b"three")
    assert slow.hears(b"twothree")
    network.delay(0.05)
    for number in range(20):
        slow.says(b"%02d" % number)
    assert slow.hears(b"".join(b"%02d" % number for number in range(20)))


def test_sockets_are_blocked_and_nothing_else(network: Proxy, connects: Connects) -> None:
    handshake = b"GET / HTTP/1.1\r\nUpgrade: websocket\r\n\r\n"
    network.block_sockets()
    refused, page = connects(), connects()
    refused.says(handshake)
    with pytest.raises(ConnectionResetError):
        refused.hears(handshake)
    page.says(b"GET / HTTP/1.1\r\n\r\n")
    assert page.hears(b"GET / HTTP/1.1\r\n\r\n")
    network.let_sockets_through()
    again = connects()
    again.says(handshake)
    assert again.hears(handshake)


def test_one_word_heals_everything(network: Proxy, connects: Connects) -> None:
    network.freeze()
    network.delay(HOUR)
    network.block_sockets()
    held = connects()
    held.says(b"Held back")
    assert held.has_heard_nothing()
    network.heal()
    assert held.hears(b"Held back")
    handshake = b"GET / HTTP/1.1\r\nUpgrade: websocket\r\n\r\n"
    socket_too = connects()
    socket_too.says(handshake)
    assert socket_too.hears(handshake)
