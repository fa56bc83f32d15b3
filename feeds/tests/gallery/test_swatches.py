"""Swatches of the gallery: colours on their papers, with a contrast that can be trusted."""

import re

import pytest

from feeds.gallery import swatches
from feeds.gallery.swatches import Swatch
from feeds.tests.helpers import fetch


def low():
    return [
        (scheme.name, each.name, each.on)
        for scheme in swatches.schemes()
        for each in (*scheme.filled, *(one for _, _, row in scheme.rows for one in row))
        if each.is_low
    ]


def test_no_colour_of_ours_has_too_little_contrast():
    assert low() == []


def test_nor_has_one_of_the_example_theme(example_theme):
    assert low() == []


@pytest.mark.parametrize(
    ("colour", "least", "shown", "is_low"), [("#777777", 4.5, 4.4, True), ("#777777", 3, 4.4, False)]
)
def test_contrast_is_rounded_down_and_compared_with_what_is_needed(colour, least, shown, is_low):
    swatch = Swatch("quiet", "paper", colour, "#ffffff", least)
    assert (swatch.contrast, swatch.is_low) == (shown, is_low)


def test_the_page_shows_each_colour_on_each_paper_in_both_schemes_and_names_what_is_too_low(as_admin, monkeypatch):
    page = fetch(as_admin, "/design/colours/")
    pairs = len(swatches.PAPERS) * (len(swatches.TEXTS) + 1) + len(swatches.FILLED)
    assert page.count("<svg") == 2 * pairs
    assert "too low" not in page
    assert re.search(r'fill="#fbfaf7".*?fill="#1b2023">Aa</text></svg> 15\.\d', page)
    monkeypatch.setattr(swatches, "READABLE", 22)
    assert "too low" in fetch(as_admin, "/design/colours/")
    assert 'href="/design/colours/"' in fetch(as_admin, "/design/")
