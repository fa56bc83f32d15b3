"""Fixtures of the tests of the live path, beside the two deployments."""

import itertools
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

import pytest

from e2e.deployment import ROOT, Deployment
from e2e.live.stage import Stage
from e2e.patience import HANGING
from e2e.protocol.reader import ProtocolReader
from e2e.servers import accepts, spare_port, wait_until

LOOP = """
import contextlib, io, json, sys, traceback
space = dict(globals())
for line in sys.stdin:
    out, error = io.StringIO(), ""
    with contextlib.redirect_stdout(out):
        try:
            exec(json.loads(line), space)
        except BaseException:
            error = traceback.format_exc()
    print(json.dumps([out.getvalue(), error]), flush=True)
"""


@contextmanager
def backstage(deployment: Deployment) -> Iterator[None]:
    """Keep `manage.py shell` open for `deployment.shell()`: a start takes a second, and these tests need it often."""
    process = subprocess.Popen(
        [sys.executable, "manage.py", "shell", "--verbosity", "0", "-c", LOOP],
        cwd=ROOT,
        env=deployment.environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )

    def run(code: str) -> str:
        assert process.stdin
        assert process.stdout
        process.stdin.write(json.dumps(code) + "\n")
        process.stdin.flush()
        printed, error = json.loads(process.stdout.readline())
        assert not error, error
        return str(printed)

    deployment.shell = run  # type: ignore[method-assign]
    yield
    process.communicate(timeout=HANGING)


@pytest.fixture(scope="session")
def one_process(one_process: Deployment) -> Iterator[Deployment]:
    with backstage(one_process):
        yield one_process


@pytest.fixture(scope="session")
def two_processes(two_processes: Deployment) -> Iterator[Deployment]:
    with backstage(two_processes):
        yield two_processes


@pytest.fixture(scope="session")
def plain_daphne(plain_daphne: Deployment) -> Iterator[Deployment]:
    with backstage(plain_daphne):
        yield plain_daphne


@pytest.fixture(scope="session")
def uvicorn(uvicorn: Deployment) -> Iterator[Deployment]:
    with backstage(uvicorn):
        yield uvicorn


@pytest.fixture
def deployment(deployment: Deployment) -> Iterator[Deployment]:
    """Each deployment in turn. No test may leave a traceback in its log."""
    before = len(deployment.log.read_text())
    yield deployment
    assert "Traceback" not in deployment.log.read_text()[before:]


@pytest.fixture
def one_process_again(one_process: Deployment) -> Iterator[Deployment]:
    """One process for tests that end it: it runs again afterwards."""
    yield one_process
    one_process.start_all()


@pytest.fixture
def two_processes_again(two_processes: Deployment) -> Iterator[Deployment]:
    yield two_processes
    two_processes.start_all()


_numbers = itertools.count(1)


@pytest.fixture
def slug(deployment: Deployment) -> str:
    """A live, public event without entries."""
    return deployment.event(f"event-{next(_numbers)}")


@pytest.fixture
def new_slug() -> str:
    """An address for an event that the test makes itself."""
    return f"event-{next(_numbers)}"


Open = Callable[..., list[ProtocolReader]]


@pytest.fixture
def open_readers(deployment: Deployment) -> Iterator[Open]:
    """Opens live pages of an event, one in each process, and closes them after the test."""
    with ExitStack() as stack:

        def open_all(slug: str) -> list[ProtocolReader]:
            return [stack.enter_context(ProtocolReader.live(url, slug)) for url in deployment.urls]

        yield open_all


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    port, log = spare_port(), tmp_path_factory.mktemp("wire") / "server.log"
    with log.open("wb") as file:
        process = subprocess.Popen(
            [sys.executable, "-m", "e2e.live.wire_server", str(port)],
            cwd=ROOT,
            env=os.environ | {"PYTHONPATH": "site"},
            stdout=file,
            stderr=file,
        )
    try:
        wait_until(lambda: process.poll() is not None or accepts(port), "the start of the server")
        yield port
    finally:
        process.kill()
        process.wait()
    assert log.read_text() == ""


@pytest.fixture
def stage(port: int) -> Iterator[Stage]:
    stage = Stage(port)
    with stage.open:
        yield stage
