"""Fixtures for the gallery and live reload."""

import pytest

from feeds.gallery import live_reload


@pytest.fixture
def watch():
    """The watcher, as in a new process. No thread of an earlier test still looks at templates."""
    live_reload.watch.reset()
    yield live_reload.watch
    live_reload.watch.reset()
