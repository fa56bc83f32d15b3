"""`manage.py serve --processes`: several processes on one address, and on a Unix socket."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from e2e.deployment import ROOT, Deployment
from e2e.patience import HANGING
from e2e.protocol.reader import ProtocolReader, agree
from e2e.protocol.visitor import Visitor
from e2e.readers import follow
from e2e.servers import accepts, redis, wait_until


@contextmanager
def served(deployment: Deployment, *options: str) -> Iterator["subprocess.Popen[bytes]"]:
    with deployment.log.open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "manage.py", "serve", *options],
            cwd=ROOT,
            env=deployment.environment | {"PORT": str(deployment.ports[0])},
            stdout=log,
            stderr=log,
        )
    try:
        yield process
    finally:
        process.terminate()
        process.wait(timeout=HANGING)


def children(process: "subprocess.Popen[bytes]") -> list[int]:
    return [int(pid) for pid in Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()]


def test_two_processes_serve_one_address_and_another_takes_the_place_of_one_that_dies(tmp_path: Path) -> None:
    with ExitStack() as stack:
        deployment = Deployment(tmp_path, REDIS_URL=stack.enter_context(redis(tmp_path)))
        deployment.prepare()
        slug = deployment.event("match")
        stack.callback(deployment.end_all)
        process = stack.enter_context(served(deployment, "--processes", "2"))
        wait_until(lambda: accepts(deployment.ports[0]), "the start")
        ann = Visitor(deployment.url)
        readers = [stack.enter_context(ProtocolReader.live(deployment.url, slug)) for _ in range(8)]
        before = children(process)
        os.kill(before[0], signal.SIGKILL)
        wait_until(lambda: len(children(process)) == 2 and children(process) != before, "another process")
        head = ann.publish(slug, "Still here")
        for reader in readers:
            follow(reader, head)
        agree(readers)
        process.terminate()
        assert process.wait(timeout=HANGING) == 0


def test_processes_that_are_told_to_stop_while_they_start_stop_in_order(tmp_path: Path) -> None:
    deployment = Deployment(tmp_path)
    deployment.prepare()
    with served(deployment, "--processes", "2") as process:
        wait_until(lambda: len(children(process)) == 2, "both processes")
        process.terminate()
        assert process.wait(timeout=HANGING) == 0


def test_a_busy_port_is_said_in_one_line(tmp_path: Path) -> None:
    deployment = Deployment(tmp_path)
    deployment.prepare()
    with socket.create_server(("127.0.0.1", deployment.ports[0])):
        deployment.environment["PORT"] = str(deployment.ports[0])
        said = deployment.manage("serve", "--processes", "2", check=False)
    assert said.startswith(f"CommandError: Cannot listen on 127.0.0.1:{deployment.ports[0]}: another program does.")
    assert said.count("\n") == 1


def test_a_unix_socket_serves_pages(tmp_path: Path) -> None:
    deployment, path = Deployment(tmp_path), tmp_path / "web.sock"
    deployment.prepare()
    with served(deployment, "--unix", str(path)), socket.socket(socket.AF_UNIX) as client:
        wait_until(path.exists, "the socket")
        client.connect(str(path))
        client.sendall(b"GET / HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n")
        assert client.recv(12) == b"HTTP/1.0 200"
