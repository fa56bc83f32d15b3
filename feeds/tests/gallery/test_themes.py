"""Each theme that comes with Commentary passes all checks, and its colours are readable."""

import pytest
from django.conf import settings as installed

from feeds.gallery import contract
from feeds.gallery.contract import sheets, theme_file
from feeds.tests.conftest import in_theme
from feeds.tests.models.post.test_hues import hues_are_readable, words_are_readable
from feeds.values import site
from feeds.values.colours import READABLE, contrast, tokens


@pytest.fixture(params=["example", "sports", "starter"])
def theme(request, settings, tmp_path):
    """One of the themes, of which nothing is kept for later tests."""
    settings.VAR = tmp_path
    folder = installed.ROOT / "themes" / request.param
    with in_theme(folder):
        site.reread()
        yield folder
    site.reread()


def test_nothing_in_it_is_found_wrong(theme):
    replaced = [path.relative_to(theme / "templates").as_posix() for path in theme.glob("templates/**/*.html")]
    assert replaced
    assert [said for template in replaced for said in contract.problems(template)] == []
    assert [*contract.hints(), *sheets.problems(), *theme_file.problems(), *theme_file.uncompiled()] == []


def test_texts_can_be_read_on_all_papers(theme):
    hues_are_readable()
    words_are_readable()
    found = tokens()
    papers = ("paper", "card", "raised", "fresh", "accent-soft")
    pairs = [(text, paper) for text in ("ink", "quiet", "accent") for paper in papers] + [("accent-ink", "accent")]
    for text, paper in pairs:
        for one, other in zip(found[text], found[paper], strict=True):
            assert contrast(one, other) >= READABLE, (text, paper, one, other)
