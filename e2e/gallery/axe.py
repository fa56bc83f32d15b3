"""`make states`: axe on each state of `/design/`, light and dark, in our own look or that of THEME_DIR.

What it finds, contrast among it, is kept in var/axe/, and the gallery shows it beside the state.
"""

import json
import os
import sys
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from e2e.audit import AXE, RULES, RUN
from e2e.cast import FLAGS, chromium
from e2e.deployment import ROOT, Deployment
from e2e.gallery.studio import PHONE, SCHEMES, SHOWN, VIEW

LIST = """
import json
from feeds import gallery
found = [(name, state.slug) for name in gallery.templates() if name.startswith({only!r}) and name.endswith(".html")
    for state in gallery.states_of(name) if "http-equiv" not in state.render()]
print(json.dumps(found))
"""
"""Code that lists the states of templates whose names begin so. What leads elsewhere cannot be looked at."""
NOWHERE = "#nothing-is-left-out"
MOST = 12
"""Findings of one state that are kept."""


def main() -> int:
    """Looks at the states of the templates whose names begin with the first argument, or at all."""
    only, theme = (sys.argv[1:] or [""])[0], os.environ.get("THEME_DIR", "")
    file = ROOT / "var" / "axe" / f"{Path(theme).name if theme else 'our-own'}.json"
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        deployment = Deployment(Path(folder), DEBUG="1", THEME_DIR=str(Path(theme).absolute()) if theme else "")
        deployment.prepare()
        states = json.loads(deployment.shell(LIST.format(only=only)))
        try:
            deployment.start_all()
            browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
            page = browser.new_page(base_url=deployment.url, locale="en-GB", reduced_motion="reduce")
            page.set_viewport_size({"width": PHONE, "height": VIEW})
            seen: dict[str, dict[str, object]] = {}
            for template, state in states:
                seen.setdefault(template, {})[state] = {"found": _found(page, template, state), "at": time.time()}
        finally:
            deployment.end_all()
    _keep(file, seen, whole=not only)
    lines = [
        f"{template} “{state}”: {said}"
        for template, each in seen.items()
        for state, of in each.items()
        for said in of["found"]  # type: ignore[index]
    ]
    print("\n".join([*lines, f"{len(states)} states, {len(lines)} findings. The gallery shows them: {file}"]))
    return bool(lines)


def _found(page: Page, template: str, state: str) -> list[str]:
    """Findings in one state, each once, with the schemes that have it."""
    tags = RULES if not template.startswith("partials/") else [tag for tag in RULES if tag != "best-practice"]
    found: dict[str, list[str]] = {}
    page.goto(f"/design/{template}/{state}/")
    page.evaluate(SHOWN)
    page.evaluate(AXE)  # not by a script element, which the page's policy forbids
    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        page.evaluate("document.getAnimations().forEach(each => each.finish())")
        for violation in page.evaluate(RUN, [tags, NOWHERE])["violations"]:
            first = violation["nodes"][0]
            why = first.get("failureSummary", "").partition("\n")[2].strip().partition("\n")[0]
            found.setdefault(f"{violation['id']} on {first['target'][0]}: {why}", []).append(scheme)
    return [f"{' and '.join(schemes)}: {said}" for said, schemes in found.items()][:MOST]


def _keep(file: Path, seen: dict[str, dict[str, object]], *, whole: bool) -> None:
    """Writes what was seen, beside what was seen before of other templates."""
    before = json.loads(file.read_text()) if file.exists() and not whole else {}
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(before | seen, ensure_ascii=False, indent=1))


if __name__ == "__main__":
    sys.exit(main())
