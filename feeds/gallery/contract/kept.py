"""Findings of the last checks, kept in a file: while no file has changed, a check costs nothing."""

import hashlib
import json
import logging
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import TypedDict

from django.conf import settings

from feeds.gallery.contract.needs import engine
from feeds.gallery.contract.sources import kept_texts
from feeds.gallery.tried_templates import files

logger = logging.getLogger(__name__)

MOST = 4
"""Number of checks whose findings are kept, such as those of several themes."""
_APART = ("SECRET", "DATABASES", "CACHES", "CHANNEL_LAYERS", "BUILD", "LOGGING", "SERVESTATIC", "LANG_INFO")
"""Beginnings of settings that no template can tell of, or that follow from files."""
_STARTED = time.time()


class Kept(TypedDict):
    """Findings as the file has them."""

    problems: dict[str, list[str]]
    wrong: list[str]
    hints: list[str]


@dataclass
class Findings:
    """Findings of a check. `problems` are those of each template, the others belong to none."""

    problems: dict[str, list[str]] = field(default_factory=dict)
    wrong: list[str] | None = None
    hints: list[str] | None = None
    """None: nobody has looked yet."""


def recall(key: str) -> Findings | None:
    """The findings of a check of the same files; None if there was none."""
    found = _read().get(key)
    return None if found is None else Findings(**found)


def keep(key: str, findings: Findings) -> None:
    """Keeps the findings of a check, if the folder for data can be written to."""
    kept = {key: asdict(findings)} | {other: found for other, found in _read().items() if other != key}
    try:
        _file().write_text(json.dumps(dict(list(kept.items())[:MOST])))
    except OSError as error:
        logger.debug("The findings could not be kept: %s", error)


def key_of_files() -> str:
    """Digest of everything that the findings depend on: templates, all files of the style sheets' folders and of the
    theme, settings, our code and texts, and packages."""
    found = hashlib.sha256(_digest_of_code().encode())
    texts = kept_texts(engine())
    if texts is not None:  # those in use, which may not be those on the disk
        for path, text in sorted(texts.items()):
            found.update(b"%b\0%b\0" % (path.encode(), text.encode()))
    for path, content in _contents(texts is None):
        found.update(b"%b\0%b\0" % (path.encode(), content))
    for name in sorted(dir(settings)):
        if name.isupper() and not name.startswith(_APART):
            found.update(f"{name}={getattr(settings, name)!r}\0".encode())
    return found.hexdigest()


def _contents(with_templates: bool) -> Iterator[tuple[str, bytes]]:
    folders = [*(engine().dirs if with_templates else ()), *settings.STATICFILES_DIRS, settings.THEME_DIR]
    for path in sorted({path for folder in folders if folder for path in files(folder)}):
        try:
            yield path, Path(path).read_bytes()
        except OSError:  # it has just been removed
            yield path, b""


@cache
def _digest_of_code() -> str:
    """Digest of the code that runs, its texts, and the packages. Code that is newer than this process has no other."""
    found = hashlib.sha256(sys.version.encode())
    paths = {settings.ROOT / "feeds": ".py", settings.ROOT / "site": ".py", settings.ROOT / "locale": ".mo"}
    for folder, suffix in paths.items():
        for path in sorted(each for each in files(folder) if each.endswith(suffix) and "/tests/" not in each):
            if Path(path).stat().st_mtime >= _STARTED:
                found.update(str(_STARTED).encode())
            found.update(b"%b\0%b\0" % (path.encode(), Path(path).read_bytes()))
    found.update((settings.ROOT / "feeds/gallery/contract/properties.txt").read_bytes())
    found.update("".join(sorted(f"{each.name} {each.version}\n" for each in metadata.distributions())).encode())
    return found.hexdigest()


def _file() -> Path:
    return Path(settings.VAR, "checked-templates.json")


def _read() -> dict[str, Kept]:
    """The findings that are kept; none if the file is missing or of another version."""
    try:
        found: dict[str, Kept] = dict(json.loads(_file().read_text()))
    except (OSError, ValueError):
        return {}
    names = Kept.__annotations__.keys()
    return {key: each for key, each in found.items() if isinstance(each, dict) and each.keys() == names}
