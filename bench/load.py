"""Readers and posters: the load client in bench/load.c, and the requests that it sends."""

import json
import struct
import subprocess
import threading
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from bench.machine import CLIENT_CORE, PEERS, ROOT, on_core
from e2e.patience import HANGING

STAMP = "~q" + "0" * 10 + "t" + "0" * 20 + "~"
"""Place in the text for a change's number and the time at which it was sent."""
PROGRAM = PEERS / "load"
BROWSER = (
    "Connection: Upgrade\r\nPragma: no-cache\r\nCache-Control: no-cache\r\n"
    "User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 "
    "Safari/537.36\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nAccept-Encoding: gzip, deflate, br, zstd\r\n"
    "Accept-Language: en-GB,en;q=0.9\r\n"
    "Cookie: commentary_visitor=eyJpZCI6IjM4YzQ2ZjQ5ZjVhNDQ0NTBhZTc0ZjE0ZjI3OWE2YTMwIiwibmFtZSI6IiJ9:1vMwJY:hHbLgJ\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
)
DEFLATE = "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n"


def build() -> None:
    source = ROOT / "bench" / "load.c"
    if not PROGRAM.exists() or PROGRAM.stat().st_mtime < source.stat().st_mtime:
        PEERS.mkdir(exist_ok=True)
        subprocess.run(["cc", "-O2", "-Wall", "-Wextra", "-o", str(PROGRAM), str(source), "-lz"], check=True)


def handshake(port: int, path: str, *, deflate: bool = False) -> bytes:
    """A handshake with the headers of a browser, the same for every server."""
    host = f"127.0.0.1:{port}"
    extra = DEFLATE if deflate else ""
    return f"GET {path} HTTP/1.1\r\nHost: {host}\r\nOrigin: http://{host}\r\n{BROWSER}{extra}\r\n".encode()


def text_frame(text: str) -> bytes:
    """A text message as a browser sends it. Masked with zeros, so that the client can write a stamp into it."""
    data = text.encode()
    size = bytes([0x80 | len(data)]) if len(data) < 126 else bytes([0x80 | 126]) + struct.pack("!H", len(data))
    return b"\x81" + size + b"\0\0\0\0" + data


def post_request(port: int, path: str, body: str, headers: dict[str, str]) -> bytes:
    """A post as HTMX sends it."""
    head = {
        "Host": f"127.0.0.1:{port}",
        "Origin": f"http://127.0.0.1:{port}",
        "User-Agent": "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0",
        "Accept": "text/html",
        "Accept-Encoding": "gzip, deflate, br, zstd",
        "Accept-Language": "en-GB,en;q=0.9",
        "Content-Type": "application/x-www-form-urlencoded",
        "Content-Length": str(len(body)),
        "HX-Request": "true",
        **headers,
    }
    lines = "".join(f"{name}: {value}\r\n" for name, value in head.items())
    return f"POST {path} HTTP/1.1\r\n{lines}\r\n{body}".encode()


class Wrong(AssertionError):
    """A reader did not get every change once and in order, or a request was refused."""


class Load:
    """One load client, which keeps its readers and counts the changes that it published."""

    hasty = False
    """Whether a few changes are enough, because everything only has to work."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.published = 0
        self.files = 0
        with on_core(CLIENT_CORE):
            self.process = subprocess.Popen(
                [str(PROGRAM)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        self.process.kill()
        self.process.communicate()

    def tell(self, command: str, seconds: float = 0) -> dict[str, Any]:
        """Send a command and return the answer. A client is ended that takes this much longer than the usual limit."""
        assert self.process.stdin
        assert self.process.stdout
        ends = threading.Timer(seconds + HANGING, self.process.kill)
        ends.start()
        try:
            self.process.stdin.write(command + "\n")
            line = self.process.stdout.readline()
        except OSError:
            line = ""
        finally:
            ends.cancel()
        if not line:
            raise RuntimeError(f"The load client died, or did not answer {command!r} within {seconds + HANGING:g} s")
        answer: dict[str, Any] = json.loads(line)
        if "problem" in answer:
            raise Wrong(f"{command!r}: {answer['problem']}")
        return answer

    def _file(self, content: bytes) -> Path:
        self.files += 1
        path = self.folder / f"sent-{self.process.pid}-{self.files}"
        path.write_bytes(content)
        return path

    def aim(self, *targets: tuple[int, bytes, bytes | None]) -> None:
        """Targets that readers connect to by turns: port, handshake, and the message once the socket is open."""
        self.tell("targets")
        for port, hello, resume in targets:
            self.tell(f"target {port} {self._file(hello)} {self._file(resume) if resume else '-'}")

    def publish_by_socket(self, port: int, path: str, fragment: str) -> None:
        self.tell("publishers")
        self.tell(f"socket {port} {self._file(text_frame(fragment))} {self._file(handshake(port, path))}")

    def publish_by_post(self, port: int, request: bytes, posters: int = 1) -> None:
        self.tell("publishers")
        file = self._file(request)
        for _ in range(posters):
            self.tell(f"poster {port} {file}")

    def open(self, readers: int, at_once: int, *, behind: int = 0, seconds: float = 90) -> dict[str, Any]:
        """Connect readers. Each counts once its handshake is answered, it received a frame and it has every change."""
        answer = self.tell(f"open {readers} {at_once} {behind} {int(seconds * 1000)}", seconds)
        answer["all"] = answer["live"] == readers
        return answer

    def run(
        self,
        *,
        batch: int = 1,
        window: int = 1,
        changes: int,
        seconds: float,
        rate: float = 0,
        drain: float = 60,
        strict: bool = True,
    ) -> dict[str, Any]:
        """Publish `batch` changes at a time, with at most `window` under way; or at a `rate` a second."""
        if self.hasty and changes > 50 * batch:  # bursts need more than a server lets a browser send at once
            changes, seconds = 50 * batch, min(seconds, 0.5)
        if self.hasty and rate:
            changes = min(changes, 3)
        command = f"run {batch} {window} {changes} {int(seconds * 1000)} {rate} {int(drain * 1000)}"
        answer = self.tell(command, seconds + drain)
        self.published += answer["changes"]
        wrong = {name: answer[name] for name in ("missing", "wrong", "lost", "failed") if answer[name]}
        if wrong and strict:
            raise Wrong(f"{command!r}: {wrong}")
        return answer

    def post(self, seconds: float) -> dict[str, Any]:
        """Post with all posters at once, each as soon as its last post was answered."""
        seconds = min(seconds, 0.3) if self.hasty else seconds
        answer = self.tell(f"post {int(seconds * 1000)}", seconds + 20)
        if answer["failed"]:
            raise Wrong(f"{answer['failed']} posts failed")
        self.published += answer["posts"]
        return answer

    def drop(self) -> None:
        self.tell("drop")
