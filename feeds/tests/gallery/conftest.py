"""Fixtures for the gallery and live reload."""

from pathlib import Path

import pytest
from django.conf import settings

from feeds.gallery import live_reload

SHIPPED = Path(settings.ROOT, "templates")
ENTRY, BODY, PAGE = "partials/entry/entry.html", "partials/post/post_body.html", "event/event.html"


def line_of(template, text):
    shipped = (SHIPPED / template).read_text()
    return shipped[: shipped.index(text)].count("\n") + 1


@pytest.fixture
def watch():
    """The watcher, as in a new process."""
    return live_reload.watch


@pytest.fixture
def theme(tmp_path, tmp_path_factory, settings):
    """Puts a template of ours into a theme, with something in it replaced. Checks keep nothing for later."""
    settings.VAR = tmp_path_factory.mktemp("var")
    options = settings.TEMPLATES[0]
    settings.TEMPLATES = [options | {"DIRS": [tmp_path, *options["DIRS"]]}]

    def put(name, old="", new="", text=None):
        shipped = (SHIPPED / name).read_text() if text is None else text
        assert old in shipped
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(shipped.replace(old, new))

    return put
