"""Every template as it looks now, beside how it looked in the last commit: `make gallery`, `make gallery BASE=main`."""

import shutil
from collections import defaultdict
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from e2e import evidence
from e2e.gallery.compare import difference
from e2e.gallery.kept import Kept
from e2e.gallery.studio import Studio, studio, themes

RESULTS = evidence.RESULTS / "gallery"


@pytest.mark.parametrize("theme", themes(), ids=lambda theme: theme or "our own look")
def test_every_template_looks_as_in_the_last_commit(theme: str, camera: Browser, tmp_path: Path) -> None:
    kept, results = Kept(theme), RESULTS / (theme or "our-own")
    if theme not in themes(kept.source):
        pytest.skip(f"themes/{theme} is new since {kept.base}")
    shutil.rmtree(results, ignore_errors=True)
    results.mkdir(parents=True)
    with studio(camera, tmp_path / "now", theme) as now:
        if missing := [sight for sight in now.sights if not kept.has(sight)]:
            with studio(camera, tmp_path / "base", theme, kept.source) as base:
                for sight in missing:
                    kept.take(sight, base.photographs)
        told = "\n".join(_compared(now, kept, results))
    advice = f"Before, after and difference: {results}\nCompared with {kept.base}. BASE=… is another commit."
    assert not told, f"{told}\n{advice}"


def _compared(now: Studio, kept: Kept, results: Path) -> list[str]:
    """Differences, one line for each state."""
    found: dict[str, list[str]] = defaultdict(list)
    for sight in now.sights:
        before = kept.pictures(sight)
        for name, picture in now.photographs(sight).items():
            if name in before and (seen := difference(before[name], picture)):
                seen.picture.save(results / name)
                found[str(sight)].append(f"{seen.words} ({name})")
    return [f"{sight}: {'; '.join(said)}" for sight, said in found.items()]
