"""The two deployments every test of the live path runs on, each started once per session, others, and bad networks."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

import pytest

from e2e.deployment import Deployment
from e2e.proxy import Proxy
from e2e.servers import postgres, redis


@pytest.fixture(scope="session")
def one_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    """What `make run` gives: one process, SQLite, the in-memory channel layer."""
    with _one_process_of("serve", tmp_path_factory) as deployment:
        yield deployment


@pytest.fixture(scope="session")
def two_processes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    """Two processes on PostgreSQL and Redis."""
    folder = tmp_path_factory.mktemp("two")
    with ExitStack() as servers:
        database, layer = servers.enter_context(postgres(folder)), servers.enter_context(redis(folder))
        deployment = Deployment(folder, processes=2, DATABASE_URL=database, REDIS_URL=layer)
        deployment.prepare()
        deployment.start_all()
        servers.callback(deployment.end_all)
        yield deployment


@pytest.fixture(scope="session")
def plain_daphne(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    """One process and SQLite, served by Daphne as it is."""
    with _one_process_of("daphne", tmp_path_factory) as deployment:
        yield deployment


@pytest.fixture(scope="session")
def uvicorn(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    """One process and SQLite, served by uvicorn."""
    with _one_process_of("uvicorn", tmp_path_factory) as deployment:
        yield deployment


@contextmanager
def _one_process_of(server: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    deployment = Deployment(tmp_path_factory.mktemp(server), server=server)
    deployment.prepare()
    try:
        deployment.start_all()
        yield deployment
    finally:
        deployment.end_all()


@pytest.fixture(params=["one_process", "two_processes"])
def deployment(request: pytest.FixtureRequest) -> Iterator[Deployment]:
    """Each deployment in turn, with all its processes running again after a test that ended some."""
    deployment: Deployment = request.getfixturevalue(request.param)
    yield deployment
    deployment.start_all()


@pytest.fixture
def proxies() -> Iterator[Callable[[str], Proxy]]:
    """Networks that can be told to misbehave: `proxies(url)` is one in front of that server."""
    made: list[Proxy] = []

    def proxy(target: str) -> Proxy:
        made.append(Proxy(target))
        return made[-1]

    yield proxy
    for each in made:
        each.close()
