"""Fixtures for the gallery and live reload."""

from pathlib import Path

import pytest
from django.conf import settings

from feeds.gallery import live_reload

SHIPPED = Path(settings.ROOT, "templates")


@pytest.fixture
def watch():
    """The watcher, as in a new process."""
    return live_reload.watch


@pytest.fixture
def theme(tmp_path, settings):
    """Puts a template of ours into a theme, with something in it replaced."""
    options = settings.TEMPLATES[0]
    settings.TEMPLATES = [options | {"DIRS": [tmp_path, *options["DIRS"]]}]

    def put(name, old="", new="", text=None):
        shipped = (SHIPPED / name).read_text() if text is None else text
        assert old in shipped
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(shipped.replace(old, new))

    return put
