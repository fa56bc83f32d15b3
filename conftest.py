"""The number of tests that run at a time. How long they wait is in e2e/patience.py, too."""

import pytest

from e2e import patience


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """With `-n auto`."""
    return patience.workers()
