"""One HTTP request: Daphne's, without its trust in headers and without double work."""

import re
from io import BytesIO
from tempfile import SpooledTemporaryFile
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import daphne.http_protocol
from daphne.http_protocol import WebRequest
from daphne.utils import HEADER_NAME_RE, INVALID_HEADER_VALUE_BYTES

from serving import answers
from serving.wire import try_again_later

if TYPE_CHECKING:
    from serving.channel import Channel

_TARGET = re.compile(rb"/[!-\"$-~]*")
_KEY = re.compile(rb"[0-9A-Za-z+/]{22}==")
_ONCE = {b"host", b"origin", b"upgrade", b"sec-websocket-key", b"sec-websocket-version", b"sec-websocket-extensions"}


class Request(WebRequest):
    """A request that keeps at most as much of its body as its route takes, and that may open a WebSocket."""

    channel: "Channel"
    transport: Any
    target = b""
    limit = 0
    kept = pieces = 0
    asked = False
    too_large = False

    @property
    def route(self) -> str:
        """The decoded path."""
        return unquote(self.target.partition(b"?")[0].decode("latin-1"))

    @property
    def headers(self) -> list[tuple[bytes, bytes]]:
        """The headers, with names in small letters."""
        found = self.requestHeaders.getAllRawHeaders()
        return [(name.lower(), value) for name, values in found for value in values]

    def gotLength(self, length: int | None) -> None:
        """Makes a buffer for the body. Twisted would make a file on the disk for each body of unknown length."""
        usual = self.channel.server.bodies.usual
        self.content = BytesIO() if length == 0 else SpooledTemporaryFile(usual)  # noqa: SIM115  (closed by Twisted)

    def handleContentChunk(self, data: bytes) -> None:
        """Keeps a piece of the body, unless it is too large or too fragmented."""
        channel = self.channel
        self.kept += len(data)
        self.pieces += 1
        if self.too_large or channel.is_fragmented(self):
            return
        if self.kept > self.limit:
            channel.over_limit(self)
        if not self.too_large:
            self.content.write(data)

    def leave_out(self) -> None:
        """Drops the body, which is too large, and closes the connection after the answer."""
        self.too_large = True
        self.responseHeaders.setRawHeaders(b"Connection", [b"close"])
        self.content.seek(0)
        self.content.truncate()

    def requestReceived(self, command: bytes, path: bytes, version: bytes) -> None:
        """Processes the request. Twisted would also parse forms here, which Django parses and checks itself."""
        self.content.seek(0)
        self.method, self.uri, self.clientproto = command, path, version
        self.path = path.partition(b"?")[0]
        self.process()

    def process(self) -> Any:
        """Calls the application, or opens a WebSocket. Daphne would write such a request out again for autobahn to
        parse."""
        self.requestHeaders.removeHeader(b"Daphne-Root-Path")  # Daphne trusts it from anybody
        upgrade = self.requestHeaders.getRawHeaders(b"Upgrade", [b""])[0]
        if upgrade.lower() != b"websocket":
            return super().process()
        status, headers = self._opening()
        if status != 101:
            return self.basic_error(status)
        channel, server, transport = self.channel, self.server, self.channel.transport
        if not server.admission.becomes_socket(channel.key, channel, transport.fileno()):
            transport.write(try_again_later(dict(headers)[b"sec-websocket-key"]))
            return channel._part()
        protocol = server.ws_factory.buildProtocol(None)
        channel.becomes(protocol)
        protocol.open(self.uri, headers)
        server.protocol_disconnected(self)
        transport.resumeProducing()
        del self.channel, self.transport  # break reference cycles, to spare the garbage collector
        return None

    def _opening(self) -> tuple[int, list[tuple[bytes, bytes]]]:
        """101 and the headers if this is an opening handshake (RFC 6455, 4.2.1); else the status of a refusal."""
        found: dict[bytes, bytes] = {}
        headers = []
        for name, values in self.requestHeaders.getAllRawHeaders():
            key = name.lower()
            bad = any(INVALID_HEADER_VALUE_BYTES.intersection(value) for value in values)
            if bad or not HEADER_NAME_RE.fullmatch(name) or (key in _ONCE and len(values) != 1):
                return 400, []
            if b"_" not in key:  # CGI takes it for “-” (CVE-2015-0219)
                headers += [(key, value) for value in values]
                found[key] = values[0]
        opens = (
            self.method == b"GET"
            and self.clientproto == b"HTTP/1.1"
            and _TARGET.fullmatch(self.uri)
            and b"upgrade" in found.get(b"connection", b"").lower().replace(b" ", b"").split(b",")
            and _KEY.fullmatch(found.get(b"sec-websocket-key", b""))
            and b"host" in found
        )
        if not opens:
            return 400, []
        return (101, headers) if found.get(b"sec-websocket-version") == b"13" else (426, [])

    def basic_error(self, status: int, *_: object) -> None:
        """Answers without the application and closes, since more malformed requests may follow."""
        if self._response_started:
            self.channel.transport.abortConnection()
            return
        self.channel.persistent, self.channel.drops = 0, True
        start = {"type": "http.response.start", "status": status, "headers": answers.headers(status)}
        for message in (start, {"type": "http.response.body", "body": answers.body(status)}):
            self.handle_reply(message)


# Daphne makes its factories itself and offers no way to pass in other classes.
daphne.http_protocol.WebRequest = Request
