"""A reader in WebKit, and an event; nobody but these stories needs Selenium."""

import itertools
import os
from collections.abc import Iterator

import pytest

from e2e.deployment import Deployment
from e2e.protocol.visitor import Visitor
from e2e.webkit.reader import Reader, missing

_numbers = itertools.count(os.getpid())


@pytest.fixture
def event(deployment: Deployment) -> str:
    """A live event with three entries by Ann."""
    return deployment.event(f"webkit-{next(_numbers)}", entries=3)


@pytest.fixture
def ann(deployment: Deployment) -> Visitor:
    """Somebody elsewhere, without a browser."""
    return Visitor(deployment.url)


@pytest.fixture
def rita(deployment: Deployment) -> Iterator[Reader]:
    if lacking := missing():
        pytest.skip(lacking)
    rita = Reader(deployment.url)
    yield rita
    rita.leaves()
