"""The signs that readers without a browser take from frames."""

import pytest

from e2e.chaos.signs import signs

ASKS = '<hx-upsert hx-target="#cursor[value=e1-9] ~ #asks:has(~ * #excerpt)" key="data-position"></hx-upsert>'


@pytest.mark.parametrize(("target", "guard"), [("#cursor[value=e1-3]", "e1-3"), ("#cursor", "")])
def test_a_frame_takes_effect_where_it_moves_the_cursor_whatever_else_it_looks_for(target: str, guard: str) -> None:
    cursor = '<input id="cursor" name="after" value="e1-9">'
    assert signs(f'<hx-partial hx-target="{target}" hx-swap="outerHTML">{cursor}</hx-partial>{ASKS}').guard == guard


@pytest.mark.parametrize(
    ("html", "older"),
    [
        ("", None),
        ('<p id="older" class="older complete"><span id="older-link" tabindex="-1">All</span></p>', ""),
        (
            '<p id="older" data-from="5">\n  <a id="older-link" href="?" hx-get="/entries/?a=1&amp;before=5">',
            "/entries/?a=1&before=5",
        ),
    ],
)
def test_it_says_where_further_entries_are_that_there_are_none_or_nothing(html: str, older: str | None) -> None:
    assert signs(html).older == older
