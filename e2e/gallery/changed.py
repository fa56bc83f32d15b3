"""Copies of the sources in which a style sheet is changed."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from e2e.deployment import ROOT
from e2e.gallery.compare import difference
from e2e.gallery.mutations import Mutation
from e2e.gallery.studio import Sight, Studio

SOURCES = ("e2e", "feeds", "locale", "site", "static", "templates", "themes")


def copied(folder: Path) -> Path:
    """A copy of the sources as they are now, committed or not."""
    for name in SOURCES:
        left_out = shutil.ignore_patterns("__pycache__", "results", "failed", "tests", "stories")
        shutil.copytree(ROOT / name, folder / name, ignore=left_out)
    shutil.copy(ROOT / "manage.py", folder)
    return folder


@contextmanager
def changed(root: Path, mutation: Mutation) -> Iterator[None]:
    """The mutation is in the sources within the block."""
    sheet = root / "static" / mutation.sheet
    text = sheet.read_text()
    assert mutation.before in text, f"{mutation.sheet} no longer has “{mutation.before}”: see e2e/gallery/mutations.py"
    sheet.write_text(text.replace(mutation.before, mutation.after, 1))
    try:
        yield
    finally:
        sheet.write_text(text)


def reports(root: Path, mutation: Mutation, of: Studio, sights: list[Sight]) -> list[str]:
    """The report on each picture of these sights that shows the mutation."""
    before = [of.photographs(sight) for sight in sights]
    with changed(root, mutation):
        of.forget_sheets()
        after = [of.photographs(sight) for sight in sights]
    of.forget_sheets()
    pairs = [(old[name], new[name]) for old, new in zip(before, after, strict=True) for name in old]
    return [seen.words for pair in pairs if (seen := difference(*pair))]
