"""Proof that pictures show what they should, and nothing else: `make gallery-proof`."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from e2e.gallery.changed import copied, reports
from e2e.gallery.compare import difference
from e2e.gallery.mutations import MUTATIONS
from e2e.gallery.studio import Sight, Studio, studio, themes

REPEATS = 5


def test_each_small_change_of_a_token_or_a_rule_is_reported(camera: Browser, tmp_path: Path) -> None:
    root = copied(tmp_path / "sources")
    with studio(camera, tmp_path / "now", "", root) as now:
        told = {mutation: reports(root, mutation, now, _fullest(now, mutation.template)) for mutation in MUTATIONS}
    for mutation, said in told.items():
        print(f"{mutation.sheet}: {mutation.after}: {'; '.join(said) or 'NOT REPORTED'}")
    assert not [mutation for mutation, said in told.items() if not said]


def _fullest(of: Studio, template: str) -> list[Sight]:
    """The template's fullest state, which comes first, at each width."""
    found = [sight for sight in of.sights if sight.template == template]
    return [sight for sight in found if sight.state == found[0].state]


@pytest.mark.parametrize("theme", themes(), ids=lambda theme: theme or "our own look")
def test_where_nothing_changed_nothing_is_reported(theme: str, camera: Browser, tmp_path: Path) -> None:
    with studio(camera, tmp_path / "first", theme) as first:
        before = {sight: first.photographs(sight) for sight in first.sights}
    for repeat in range(REPEATS):
        with studio(camera, tmp_path / str(repeat), theme) as again:
            for sight, pictures in before.items():
                now = again.photographs(sight)
                told = [seen.words for name in pictures if (seen := difference(pictures[name], now[name]))]
                assert not told, f"{sight}: {told}"
