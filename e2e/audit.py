"""Findings of axe-core on a page."""

from pathlib import Path
from typing import Any

import axe_playwright_python
from playwright.sync_api import Page

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text()
MORE_OF_THE_SAME = ".entry:nth-of-type(n + 9):not(:nth-last-of-type(-n + 2))"
"""Entries of long lists that are left out: axe takes as long for each one."""
RUN = "([tags, but]) => axe.run({exclude: [[but]]}, {runOnly: tags, resultTypes: ['violations']})"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
LIGHT_ON_A_PHONE: tuple[int, int, Any] = (360, 740, "light")
DARK_ON_A_DESKTOP: tuple[int, int, Any] = (1280, 800, "dark")


def audit(page: Page, state: str, *screens: tuple[int, int, Any]) -> list[str]:
    """One line for each violation, with the state of the page that it was found in."""
    found = []
    page.evaluate(AXE)  # not by a script element, which the page's policy forbids
    for width, height, scheme in screens:
        page.set_viewport_size({"width": width, "height": height})
        # While something fades in, its colours are none that stay.
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        result = page.evaluate(RUN, [RULES, MORE_OF_THE_SAME])
        for violation in result["violations"]:
            where = ", ".join(str(node["target"][0]) for node in violation["nodes"][:3])
            why = violation["nodes"][0].get("failureSummary", "").replace("\n", " ")
            found.append(f"{state}, {width} px, {scheme}: {violation['id']} on {where}: {why}")
    return found
