"""The guide for designers has the same sentences as the checks."""

import re
from pathlib import Path

from django.conf import settings

from feeds.gallery.contract.changes import changes
from feeds.tests.gallery.test_contract import MISSING
from feeds.tests.gallery.test_mistakes import MISTAKES
from feeds.tests.gallery.test_names import NAMES
from feeds.tests.gallery.test_refreshing import STALE
from feeds.tests.gallery.test_sheets import SHEETS
from feeds.tests.gallery.test_theme_file import TOML

GUIDE = Path(settings.ROOT, "docs/designers.md").read_text()


def test_the_guide_lists_them_with_the_same_sentences():
    said = {mistake: sentence for mistake, (*_, sentence) in (MISTAKES | SHEETS | STALE | NAMES | TOML).items()}
    listed = dict(re.findall(r"^\| ([^|]+) \| `(.+)` \|$", GUIDE.partition("## Mistakes")[2], re.MULTILINE))
    assert listed
    known = {"a required id or class that is gone": MISSING[0][3].partition(": ")[2]} | said
    assert {mistake: known.get(mistake) for mistake in listed} == listed


def test_the_guide_says_of_each_change_what_is_refreshed():
    for _, change in changes():
        assert re.search(rf"^\| {change.when}[^|]* \|", GUIDE, re.MULTILINE), change.when
