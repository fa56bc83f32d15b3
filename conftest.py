"""Options of the stories, and the number of tests that run at a time. How long they wait is in e2e/patience.py, too."""

import pytest

from e2e import options, patience


def pytest_addoption(parser: pytest.Parser) -> None:
    options.add_options(parser)


@pytest.fixture(scope="session", autouse=True)
def delete_output_dir() -> None:
    """Do nothing, unlike pytest-playwright: a worker that begins late would delete what others have kept."""


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """With `-n auto`."""
    return patience.workers()
