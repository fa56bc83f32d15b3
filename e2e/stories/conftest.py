"""The cast of the stories: a browser, and people who each have a context of their own in it.

A story fails on anything a browser complains about, wherever that happened: errors and warnings in the
console, errors in a page, violations of the content security policy, failed and foreign requests.
What a failed story looked like is kept in e2e/results/. It is told once more, with all that can be recorded.

Options, marks and fixtures of pytest-playwright work as its documentation says: `page` is at the story's deployment.
"""

import re
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Playwright, expect, sync_playwright

from e2e.address import Address
from e2e.cast import FLAGS, Cast, chromium
from e2e.deployment import Deployment
from e2e.evidence import attach, shortened
from e2e.given import Given
from e2e.options import OPTIONS, installed
from e2e.patience import HANGING
from e2e.people.person import Person
from e2e.proxy import Proxy

STOCK = 40


@pytest.fixture(scope="package")
def playwright() -> Iterator[Playwright]:
    # Not for the session: as long as Playwright runs, its event loop is the running one of this thread, and
    # tests elsewhere that have a loop of their own fail in it.
    expect.set_options(timeout=HANGING * 1000)
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="package")
def browser(
    playwright: Playwright,
    browser_name: str,
    browser_type_launch_args: dict[str, Any],
    request: pytest.FixtureRequest,
) -> Iterator[Browser]:
    """Debian's Chromium, or what --browser names, with the options of pytest-playwright."""
    how = {**browser_type_launch_args}
    if browser_name == "chromium":
        how |= {"args": FLAGS}
        if "channel" not in how:
            how["executable_path"] = chromium(headed=request.config.stash[OPTIONS].headed)
    elif browser_name not in installed():
        pytest.skip(f"{browser_name} is not installed: .venv/bin/playwright install {browser_name}")
    browser = getattr(playwright, browser_name).launch(**how)
    yield browser
    browser.close()


@pytest.fixture
def base_url(deployment: Deployment) -> str:
    """The address that pages of pytest-playwright begin at."""
    return deployment.url


@pytest.fixture
def browser_context_args(playwright: Playwright, device: str | None, base_url: str) -> dict[str, Any]:
    """Arguments of every browser context. There are no videos of Playwright's, which need a program of its own."""
    return {**(playwright.devices[device] if device else {}), "base_url": base_url}


@pytest.fixture(scope="session")
def stocks() -> dict[str, list[str]]:
    return {}


@pytest.fixture
def event(deployment: Deployment, stocks: dict[str, list[str]]) -> str:
    """A live event of the story's own, by olga, with three entries by Ann: “Entry 1” to “Entry 3”.

    They are made a stock at a time, since every run of `manage.py` costs a second. At an address that is not ours it
    is the event there, whatever is in it.
    """
    if isinstance(deployment, Address):
        return deployment.public_event
    if deployment.url not in stocks:
        deployment.event("stock", visibility="draft")  # makes olga as well
    if not stocks.get(deployment.url):
        stocks[deployment.url] = deployment.shell(
            "from django.contrib.auth.models import User\nfrom django.utils import timezone\n"
            "owner = User.objects.get(username='olga')\n"
            # Not numbered by the events there are: stories delete some.
            "from uuid import uuid4\n"
            f"for name in (uuid4().hex[:8] for _ in range({STOCK})):\n"
            "    event = Event.objects.create(slug=f'match-{name}', title=f'Match {name}', owner=owner,"
            " starts_at=timezone.now(), state='live', visibility='unlisted', time_zone='Europe/Berlin')\n"
            "    for entry in range(1, 4): event.publish('Ann', f'Entry {entry}')\n"
            "    print(event.slug)\n"
        ).split()
    return stocks[deployment.url].pop()


@pytest.fixture
def given(deployment: Deployment, event: str) -> Given:
    """Events and posts from before the story begins: `given.an_event(entries=200)`."""
    return Given(deployment)


@pytest.fixture
def cast(
    browser: Browser,
    browser_context_args: dict[str, Any],
    deployment: Deployment,
    proxies: Callable[[str], Proxy],
    event: str,  # there is an Olga then
    request: pytest.FixtureRequest,
) -> Iterator[Cast]:
    name = re.sub(r"[^\w.-]+", "-", request.node.name).strip("-")
    if (attempt := getattr(request.node, "execution_count", 1)) > 1:
        name += f"-again-{attempt}"
    films = request.config.stash[OPTIONS].films or attempt > 1
    folder = Path(request.config.getoption("output")).absolute() / name
    cast = Cast(browser, folder, deployment, proxies, films=films, usual=browser_context_args)
    yield cast
    cast.leaves()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, Any, Any]:
    cast: Cast | None = getattr(item, "funcargs", {}).get("cast")
    try:
        result = yield
        if cast and (troubles := cast.troubles()):
            pytest.fail("The browsers complained:\n" + "\n".join(troubles), pytrace=False)
    except BaseException as problem:
        if cast and not isinstance(problem, pytest.skip.Exception):
            if troubles := cast.said():
                problem.add_note("\n".join(["The browsers complained:", *troubles]))
            cast.keeps_evidence()
            where = f"What everybody saw, asked for and heard is in {cast.results}"
            problem.add_note(where)
            item.add_report_section("call", "browsers", where)
        raise problem.with_traceback(shortened(problem.__traceback__)) from None
    if cast and (always := item.config.stash[OPTIONS].always):
        cast.keeps(always)
    return result


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    cast: Cast | None = getattr(item, "funcargs", {}).get("cast")
    if cast and report.when == "call" and cast.results.exists():
        attach(report, item, cast.results)
    return report


@pytest.hookimpl(tryfirst=True)
def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """With --deployment or --base-url, every story runs against what they name, whatever it says itself."""
    options = metafunc.config.stash[OPTIONS]
    chosen = ["address"] if options.url else options.deployments
    if not chosen or "deployment" not in metafunc.fixturenames or "/stories/" not in metafunc.module.__file__:
        return
    usual = metafunc.parametrize
    usual("deployment", chosen, indirect=True)

    def parametrize(names: Any, *arguments: Any, **options: Any) -> None:
        if names != "deployment":
            usual(names, *arguments, **options)

    vars(metafunc)["parametrize"] = parametrize


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    stories = [item for item in items if "/stories/" in str(item.path)]
    # Those of one deployment together, so that not every worker has to start each.
    sorted_stories = iter(sorted(stories, key=_deployment, reverse=True))
    items[:] = [next(sorted_stories) if "/stories/" in str(item.path) else item for item in items]
    options = config.stash[OPTIONS]
    if not options.url:
        return
    for item in items:
        if item.get_closest_marker("posting"):
            if not options.posting:
                item.add_marker(pytest.mark.skip(reason=f"posts; --posting allows that at {options.url}"))
        elif not item.get_closest_marker("read_only"):
            item.add_marker(pytest.mark.skip(reason=f"needs manage.py on the server, and {options.url} is not ours"))


def _deployment(story: pytest.Item) -> str:
    return str(vars(story)["callspec"].params.get("deployment", "")) if "callspec" in vars(story) else ""


@pytest.fixture
def anna(cast: Cast) -> Person:
    """A person on the first process."""
    return cast.poster("Anna")


@pytest.fixture
def ben(cast: Cast) -> Person:
    """A person on the last process, which is another one where there are two."""
    return cast.poster("Ben", on=-1)


@pytest.fixture
def olga(cast: Cast) -> Person:
    """The host of every event, signed in, on the first process."""
    return cast.host("Olga")


@pytest.fixture
def carla(cast: Cast) -> Person:
    """A person on the first process, behind a bad network."""
    return cast.poster("Carla", bad_network=True)


@pytest.fixture
def nora(deployment: Deployment, cast: Cast) -> Person:
    """A person whose browser runs no JavaScript, on the last process."""
    return cast.joins("Nora", deployment.urls[-1], java_script_enabled=False)


@pytest.fixture
def network(carla: Person) -> Proxy:
    """The network between Carla and the first process."""
    return carla.network
