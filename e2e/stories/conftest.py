"""The cast of the stories: a browser, and people who each have a context of their own in it.

A story fails on anything a browser complains about, wherever that happened: errors and warnings in the
console, errors in a page, violations of the content security policy, failed and foreign requests.
What a failed story looked like is kept in e2e/results/.
"""

import re
import shutil
from collections.abc import Callable, Generator, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from e2e.deployment import ROOT, Deployment
from e2e.people import FLAGS, SOON, Cast, Person
from e2e.proxy import Proxy

RESULTS = ROOT / "e2e" / "results"
STOCK = 40


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    # Not for the session: as long as Playwright runs, its event loop is the running one of this thread, and
    # tests elsewhere that have a loop of their own fail in it.
    chromium = shutil.which("chromium")
    assert chromium, "these tests need Chromium: e2e/install-servers installs it"
    expect.set_options(timeout=SOON)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def stocks() -> dict[str, list[str]]:
    return {}


@pytest.fixture
def event(deployment: Deployment, stocks: dict[str, list[str]]) -> str:
    """A live event of the story's own, by olga, with three entries by Ann: “Entry 1” to “Entry 3”.

    They are made a stock at a time, since every run of `manage.py` costs a second.
    """
    if deployment.url not in stocks:
        deployment.event("stock", visibility="draft")  # makes olga as well
    if not stocks.get(deployment.url):
        stocks[deployment.url] = deployment.shell(
            "from django.contrib.auth.models import User\nfrom django.utils import timezone\n"
            "owner = User.objects.get(username='olga')\n"
            "first = Event.objects.count()\n"
            f"for number in range(first, first + {STOCK}):\n"
            "    event = Event.objects.create(slug=f'match-{number}', title=f'Match {number}', owner=owner,"
            " starts_at=timezone.now(), state='live', visibility='unlisted', time_zone='Europe/Berlin')\n"
            "    for entry in range(1, 4): event.publish('Ann', f'Entry {entry}')\n"
            "    print(event.slug)\n"
        ).split()
    return stocks[deployment.url].pop()


@pytest.fixture
def cast(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Cast]:
    folder = RESULTS / re.sub(r"[^\w.-]+", "-", request.node.name).strip("-")
    shutil.rmtree(folder, ignore_errors=True)
    cast = Cast(browser, folder)
    yield cast
    cast.leaves()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, Any, Any]:
    cast: Cast | None = getattr(item, "funcargs", {}).get("cast")
    try:
        result = yield
        if cast and (troubles := cast.troubles()):
            pytest.fail("The browsers complained:\n" + "\n".join(troubles), pytrace=False)
    except BaseException:
        if cast:
            cast.keeps_evidence()
            item.add_report_section("call", "browsers", f"Screenshots and traces are in {cast.results}")
        raise
    return result


@pytest.fixture
def anna(deployment: Deployment, cast: Cast) -> Person:
    """Somebody on the first process."""
    return cast.joins("Anna", deployment.urls[0])


@pytest.fixture
def ben(deployment: Deployment, cast: Cast) -> Person:
    """Somebody on the last process, which is another one where there are two."""
    return cast.joins("Ben", deployment.urls[-1])


@pytest.fixture
def olga(deployment: Deployment, cast: Cast, event: str) -> Person:
    """The host of every event, signed in, on the first process."""
    olga = cast.joins("Olga", deployment.urls[0])
    olga.signs_in()
    return olga


@pytest.fixture
def network(deployment: Deployment, proxies: Callable[[str], Proxy]) -> Proxy:
    """The network between Carla and the first process."""
    return proxies(deployment.urls[0])


@pytest.fixture
def carla(network: Proxy, cast: Cast) -> Person:
    """Somebody on the first process, behind a bad network."""
    return cast.joins("Carla", network.url)
