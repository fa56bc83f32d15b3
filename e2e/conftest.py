"""The two deployments every test of the live path runs on, each started once per session, others, and bad networks."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from e2e.address import Address
from e2e.clock import Clock
from e2e.deployment import Deployment
from e2e.faults import Faults
from e2e.options import OPTIONS, Options
from e2e.proxies import Caddy, Haproxy, Nginx, ReverseProxy
from e2e.proxy import Proxy
from e2e.servers import Postgres, Redis


def pytest_configure(config: pytest.Config) -> None:
    config.stash[OPTIONS] = options = Options.of(config)
    config.option.browser = options.engines


def pytest_sessionstart(session: pytest.Session) -> None:
    """Above the tests, quiet as they are: what they run in and against."""
    if not hasattr(session.config, "workerinput") and (
        reporter := session.config.pluginmanager.get_plugin("terminalreporter")
    ):
        shutil.rmtree(session.config.getoption("output"), ignore_errors=True)  # what failed before may pass now
        for line in session.config.stash[OPTIONS].described():
            reporter.write_line(line)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Try tests with a browser or a server twice, and name them at the end with -rR. Others run once."""
    for item in items:
        if {"stories", "live"} & set(item.path.relative_to(item.config.rootpath).parts[:2]):
            item.add_marker(pytest.mark.flaky(reruns=1))


@pytest.fixture(scope="session")
def one_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    """The deployment of `make run`: one process, SQLite, the in-memory channel layer."""
    with _one_process_of("serve", tmp_path_factory) as deployment:
        yield deployment


@pytest.fixture(scope="session")
def two_processes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    """Two processes on PostgreSQL and Redis."""
    with _two_processes(tmp_path_factory.mktemp("two")) as deployment:
        yield deployment


@pytest.fixture(scope="session")
def nginx(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    """Two processes on PostgreSQL and Redis, behind nginx, as docs/operating.md tells operators."""
    with _two_processes(tmp_path_factory.mktemp("nginx"), in_front=Nginx) as deployment:
        yield deployment


@pytest.fixture(scope="session")
def caddy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    """The same behind Caddy."""
    with _two_processes(tmp_path_factory.mktemp("caddy"), in_front=Caddy) as deployment:
        yield deployment


@pytest.fixture(scope="session")
def haproxy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    """The same behind HAProxy."""
    with _two_processes(tmp_path_factory.mktemp("haproxy"), in_front=Haproxy) as deployment:
        yield deployment


@contextmanager
def _two_processes(folder: Path, in_front: type[ReverseProxy] | None = None) -> Iterator[Deployment]:
    if in_front and not in_front.is_installed():
        pytest.skip(f"{in_front.program} is not installed (Debian: apt install {in_front.program})")
    with ExitStack() as servers:
        database, layer = servers.enter_context(Postgres(folder)), servers.enter_context(Redis(folder))
        deployment = Deployment(folder, processes=2, DATABASE_URL=database.url, REDIS_URL=layer.url)
        deployment.database, deployment.redis = database, layer
        if in_front:
            deployment.front = servers.enter_context(in_front(folder, deployment.ports)).url
            deployment.environment |= {"PUBLIC_URL": deployment.front, "TRUSTED_PROXIES": "1"}
        deployment.prepare()
        deployment.start_all()
        servers.callback(deployment.end_all)
        yield deployment


@pytest.fixture(scope="session")
def address(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Address:
    """The server that --base-url names."""
    options = request.config.stash[OPTIONS]
    return Address(options.url, options.event, tmp_path_factory.mktemp("address"))


@pytest.fixture(scope="session")
def daphne(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    """One process and SQLite, served by Daphne as it is."""
    with _one_process_of("daphne", tmp_path_factory) as deployment:
        yield deployment


@pytest.fixture(scope="session")
def plain_daphne(daphne: Deployment) -> Deployment:
    return daphne


@pytest.fixture(scope="session")
def uvicorn(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    """One process and SQLite, served by uvicorn."""
    with _one_process_of("uvicorn", tmp_path_factory) as deployment:
        yield deployment


@pytest.fixture(scope="session")
def themed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    """The deployment of `THEME_DIR=themes/example make run`."""
    with _one_process_of("serve", tmp_path_factory, THEME_DIR="themes/example") as deployment:
        yield deployment


@contextmanager
def _one_process_of(server: str, tmp_path_factory: pytest.TempPathFactory, **environment: str) -> Iterator[Deployment]:
    deployment = Deployment(tmp_path_factory.mktemp(server), 1, server, **environment)
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
def faults(deployment: Deployment, proxies: "Callable[[str], Proxy]") -> Iterator[Faults]:
    """Faults of the deployment; all is well again after the test."""
    faults = Faults(deployment, proxies)
    yield faults
    faults.heal()


@pytest.fixture
def clock(deployment: Deployment) -> Iterator[Clock]:
    """The clock of the server, which is right again after the test."""
    yield deployment.clock
    deployment.clock.is_right_again()


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
