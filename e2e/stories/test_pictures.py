"""Pictures of the gallery show a small change, and nothing where none was made. `make gallery-proof` tries many."""

from pathlib import Path

from playwright.sync_api import Browser

from e2e.gallery.changed import copied, reports
from e2e.gallery.mutations import ENTRY, TOKENS, Mutation
from e2e.gallery.studio import PHONE, Sight, studio

SHADE = Mutation(TOKENS, "--accent: light-dark(#0b6157", "--accent: light-dark(#13695f", ENTRY)
LINE = Mutation("components/entry.css", "border-top: 1px solid", "border-top: 2px solid", ENTRY)
NOTHING = Mutation(TOKENS, "--accent: light-dark(#0b6157", "--accent: light-dark(#0b6157", ENTRY)


def test_a_shade_and_a_line_are_reported_and_where_nothing_changed_nothing_is(browser: Browser, tmp_path: Path) -> None:
    root, entry = copied(tmp_path / "sources"), Sight(ENTRY, "with-comments", PHONE)
    with studio(browser, tmp_path / "now", "", root) as now:
        (light,) = reports(root, SHADE, now, [entry])
        both = reports(root, LINE, now, [entry])
        neither = reports(root, NOTHING, now, [entry])
    assert light.endswith("by up to 8 shades")
    assert both == ["1 px taller", "1 px taller"]
    assert neither == []
