"""A reader in WebKit, and an event; nobody but these stories needs Selenium."""

from collections.abc import Iterator

import pytest

from e2e.deployment import Deployment
from e2e.given import Given
from e2e.protocol.visitor import Visitor
from e2e.webkit.reader import Reader, missing


@pytest.fixture
def given(deployment: Deployment) -> Given:
    """Events and posts from before the story begins."""
    return Given(deployment)


@pytest.fixture
def event(given: Given) -> str:
    """A live event with three entries by Ann."""
    return given.an_event(entries=3)


@pytest.fixture
def ann(deployment: Deployment) -> Visitor:
    """Ann, elsewhere and without a browser."""
    return Visitor(deployment.url)


@pytest.fixture
def rita(deployment: Deployment) -> Iterator[Reader]:
    """Rita, in a window of WebKit."""
    if lacking := missing():
        pytest.skip(lacking)
    rita = Reader(deployment.url)
    yield rita
    rita.leaves()
