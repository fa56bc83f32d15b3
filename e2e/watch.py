"""Watch of a browser: its complaints, its requests and the frames it received."""

import re
import time
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Request, Response, WebSocket

MUCH = 2000
"""Characters of a frame that its log shows."""

NETWORK_ERRORS = (
    r"net::ERR_(CONNECTION_(REFUSED|RESET|CLOSED)|INTERNET_DISCONNECTED|EMPTY_RESPONSE|SOCKET_NOT_CONNECTED|ABORTED)",
    r"htmx:ws:error: (\[object Event\]|Connection not open)",
    r"htmx:error: (signal is aborted|Failed to fetch)",
    r"WebSocket connection to 'ws://127\.0\.0\.1:\d+/[\w/-]*events/[\w-]+/live/\?[\w=&-]+' failed",
)

SAID_OF_GIVEN_UP = ("htmx:error: Failed to fetch", "htmx:error: signal is aborted")
CLOSED_BY_ITS_PAGE = r"WebSocket is closed before the connection is established"
"""Message after a page was left at once: nothing went wrong."""


@dataclass
class Watch:
    """Collects whatever must not happen in a browser, except what a story says it brings about."""

    origins: set[str]
    allowed: list[str] = field(default_factory=lambda: [CLOSED_BY_ITS_PAGE])
    troubles: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    sockets: list[WebSocket] = field(default_factory=list)
    console: list[str] = field(default_factory=list)
    """Everything in the browser's console."""
    network: list[str] = field(default_factory=list)
    """All requests with their answers, and all frames, in short."""
    given_up: int = 0
    """Requests that their pages gave up: they were left, or asked for something newer. htmx may call that a failure."""
    _began: float = field(default_factory=time.monotonic)

    def follow(self, context: BrowserContext) -> None:
        context.expose_binding(
            "tellOfViolation",
            lambda source, what: self.troubles.append(f"CSP violation of {what} on {source['page'].url}"),
        )
        context.add_init_script(
            "addEventListener('securitypolicyviolation', event =>"
            " tellOfViolation(`${event.effectiveDirective} by ${event.blockedURI}`))"
        )
        context.on("console", self._console)
        context.on("weberror", lambda error: self.troubles.append(f"error in the page: {error.error}"))
        context.on("request", self._request)
        context.on("response", self._response)
        context.on("requestfailed", self._request_failed)
        context.on("page", lambda page: page.on("websocket", self._socket))

    def _at(self, what: str) -> str:
        return f"{time.monotonic() - self._began:8.3f} s  {what}"

    def _console(self, message: ConsoleMessage) -> None:
        self.console.append(self._at(f"{message.type}: {message.text} ({message.location['url']})"))
        if message.type in {"error", "warning", "assert"}:
            self.troubles.append(f"console {message.type}: {message.text} ({message.location['url']})")

    def _request(self, request: Request) -> None:
        self.requests.append(request.url)
        self._own_origin(request.url)

    def _response(self, response: Response) -> None:
        self.network.append(self._at(f"{response.status} {response.request.method} {response.url}"))

    def _own_origin(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in {"data", "about"} and parts.netloc not in self.origins:
            self.troubles.append(f"request to another origin: {url}")

    def _request_failed(self, request: Request) -> None:
        self.network.append(self._at(f"failed: {request.method} {request.url}: {request.failure}"))
        if request.failure == "net::ERR_ABORTED":
            self.given_up += 1
        else:
            self.troubles.append(f"failed request: {request.method} {request.url}: {request.failure}")

    def _socket(self, socket: WebSocket) -> None:
        self.sockets.append(socket)
        self.network.append(self._at(f"socket opens: {socket.url}"))
        socket.on("framesent", lambda frame: self._frame("sent", frame))
        socket.on("framereceived", lambda frame: self._frame("received", frame))
        socket.on("close", lambda _: self.network.append(self._at(f"socket is closed: {socket.url}")))
        self._own_origin(socket.url)

    def _frame(self, way: str, frame: str | bytes) -> None:
        text = frame if isinstance(frame, str) else repr(frame)
        self.network.append(self._at(f"{way}, {len(text)} characters: {' '.join(text[:MUCH].split())}"))

    def unexpected(self) -> list[str]:
        unexpected = [each for each in self.troubles if not any(re.search(pattern, each) for pattern in self.allowed)]
        said = [each for each in unexpected if any(words in each for words in SAID_OF_GIVEN_UP)][: self.given_up]
        return [each for each in unexpected if each not in said]
