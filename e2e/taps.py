"""Taps of a crowd on reactions: many visitors, each with an open connection, at a rate of taps for all together.

`python -m e2e.taps` drives a server of its own: `--processes 2` on PostgreSQL and Redis, otherwise one on SQLite.
"""

import argparse
import asyncio
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from e2e.deployment import Deployment
from e2e.protocol.content import Entry
from e2e.protocol.reader import ProtocolReader
from e2e.protocol.visitor import Visitor
from e2e.servers import postgres, redis

NO_LIMITS = {"REACTIONS_PER_MINUTE": "0", "REACTIONS_PER_NETWORK": "0"}


class Burst(NamedTuple):
    answers: dict[int, int]
    """Numbers of answers, by status."""
    seconds: float
    waits: list[float]
    """Seconds that each tap took, the quickest first."""

    @property
    def rate(self) -> float:
        return sum(self.answers.values()) / self.seconds

    def slowest(self, share: float) -> float:
        return self.waits[min(len(self.waits) - 1, int(len(self.waits) * share))]


async def _taps(
    url: str, button: str, slug: str, token: Visitor, beats: list[float], start: float
) -> list[tuple[int, float]]:
    """Tap as one visitor, at these moments or as soon as the tap before is answered."""
    parts = urlsplit(url)
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
    path, body = f"/events/{slug}/react/", f"{button}=".encode()
    cookies, done = dict(token.cookies), []
    for beat in beats:
        await asyncio.sleep(max(0.0, start + beat - time.monotonic()))
        sent = time.monotonic()
        cookie = "; ".join(f"{name}={value}" for name, value in cookies.items())
        writer.write(
            f"POST {path} HTTP/1.1\r\nHost: {parts.netloc}\r\nOrigin: {url}\r\nCookie: {cookie}\r\n"
            f"X-CSRFToken: {token.token}\r\nHX-Request: true\r\nAccept-Encoding: gzip\r\n"
            f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n".encode()
            + body
        )
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        length = 0
        for line in head.split("\r\n"):
            name, _, value = line.partition(": ")
            if name.lower() == "content-length":
                length = int(value)
            elif name.lower() == "set-cookie":
                cookie_name, _, rest = value.partition("=")
                cookies[cookie_name] = rest.partition(";")[0]
        await reader.readexactly(length)
        done.append((int(head.split(" ", 2)[1]), time.monotonic() - sent))
    writer.close()
    return done


async def _crowd(urls: list[str], button: str, slug: str, visitors: int, taps: int, rate: float) -> Burst:
    token = Visitor(urls[0])
    token.fetch_token()
    token.cookies.pop("commentary_visitor", None)  # each gets one of their own with the first answer
    start = time.monotonic() + 0.2
    crowd = [
        _taps(
            urls[number % len(urls)],
            button,
            slug,
            token,
            [(turn * visitors + number) / rate if rate else 0.0 for turn in range(taps)],
            start,
        )
        for number in range(visitors)
    ]
    done = [each for one in await asyncio.gather(*crowd) for each in one]
    answers: dict[int, int] = {}
    for status, _ in done:
        answers[status] = answers.get(status, 0) + 1
    return Burst(answers, time.monotonic() - start, sorted(wait for _, wait in done))


def tap(urls: list[str], entry: Entry, slug: str, *, visitors: int, taps: int, rate: float, button: str = "") -> Burst:
    """Let each of these visitors tap `taps` times; all together `rate` times a second, or as fast as answers come.

    `button`: the name of one, such as that of an option of a poll, if it is not the reaction “Like”.
    """
    return asyncio.run(_crowd(urls, button or f"like-{entry.pk}", slug, visitors, taps, rate))


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m e2e.taps", description=__doc__)
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--visitors", type=int, default=100)
    parser.add_argument("--taps", type=int, default=21, help="by each of them; if odd, all react in the end")
    parser.add_argument("--rate", type=float, default=200, help="taps a second; 0: as fast as they are answered")
    options = parser.parse_args()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="commentary-taps-")))
        environment = dict(NO_LIMITS)
        if options.processes > 1:
            environment |= {
                "DATABASE_URL": stack.enter_context(postgres(folder)),
                "REDIS_URL": stack.enter_context(redis(folder)),
            }
        deployment = Deployment(folder, options.processes, **environment)
        stack.callback(deployment.end_all)
        deployment.prepare()
        deployment.start_all()
        slug = deployment.event("taps", entries=1)
        reader = stack.enter_context(ProtocolReader.live(deployment.urls[-1], slug))
        entry = reader.page.entries[0]
        tap(deployment.urls, entry, slug, visitors=10, taps=2, rate=0)  # until all is loaded
        before, frames = cpu(deployment), len(reader.frames)
        burst = tap(deployment.urls, entry, slug, visitors=options.visitors, taps=options.taps, rate=options.rate)
        used = cpu(deployment) - before
        told = f"Like, {options.visitors if options.taps % 2 else 0}"
        if options.taps % 2:
            reader.until(lambda page: told in page.element(entry.id).text, "the last tap")
        counted = sum("> .reactions" in frame for frame in reader.frames[frames:])
    total = sum(burst.answers.values())
    print(f"{total} taps of {options.visitors} visitors in {burst.seconds:.1f} s: {burst.rate:.0f} a second")
    half, most = (burst.slowest(share) * 1000 for share in (0.5, 0.99))
    print(f"answers {burst.answers}; half within {half:.0f} ms, 99 % within {most:.0f} ms")
    print(f"CPU of the servers {used / total * 1000:.2f} ms a tap")
    print(f"{counted} frames, {counted / burst.seconds:.1f} a second")


def cpu(deployment: Deployment) -> float:
    """Seconds of CPU that the processes have used."""
    seconds = 0.0
    for process in deployment.processes.values():
        fields = Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()
        seconds += (int(fields[11]) + int(fields[12])) / 100
    return seconds


if __name__ == "__main__":
    main()
