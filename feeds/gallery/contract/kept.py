"""Findings of the last check, kept in a file: while no file has changed, a check costs nothing."""

import hashlib
import json
import logging
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from feeds.gallery.contract import sheets
from feeds.gallery.contract.needs import engine
from feeds.gallery.tried_templates import files

logger = logging.getLogger(__name__)

MOST = 4
"""Number of checks whose findings are kept, such as those of several themes."""
Findings = list[tuple[str, str, str]]
"""Code, sentence and hint of each."""


def recall(key: str) -> Findings | None:
    """The findings of a check of the same files; None if there was none."""
    found = _read().get(key)
    return None if found is None else [(code, said, hint) for code, said, hint in found]


def keep(key: str, findings: Findings) -> None:
    """Keeps the findings of a check, if the folder for data can be written to."""
    kept = {key: findings} | {other: found for other, found in _read().items() if other != key}
    try:
        _file().write_text(json.dumps(dict(list(kept.items())[:MOST])))
    except OSError as error:
        logger.debug("The findings could not be kept: %s", error)


def key_of_files() -> str:
    """Digest of everything that the findings depend on: templates, style sheets, our code and texts, and packages."""
    found = hashlib.sha256()
    for path in sorted(set(_paths())):
        found.update(b"%b\0%b\0" % (path.encode(), Path(path).read_bytes()))
    return found.hexdigest()


def _paths() -> Iterator[str]:
    for folder in engine().dirs:
        yield from files(folder)
    yield from sheets.paths()
    for ours, suffix in ((settings.ROOT / "feeds", ".py"), (settings.ROOT / "locale", ".mo")):
        yield from (each for each in files(ours) if each.endswith(suffix) and "/tests/" not in each)
    yield str(settings.ROOT / "requirements.txt")


def _file() -> Path:
    return Path(settings.VAR, "checked-templates.json")


def _read() -> dict[str, Findings]:
    try:
        return dict(json.loads(_file().read_text()))
    except (OSError, ValueError):
        return {}
