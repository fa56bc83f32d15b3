"""Every partial as it is kept in pictures/: a phone, light beside dark. `make gallery` compares, `make pictures` keeps.

The time stands still, ids are those of the gallery's samples, and all fonts are one family in one version, so what is
left to differ is the templates and styles.
"""

import hashlib
import io
import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, Route, sync_playwright

from e2e import evidence
from e2e.cast import FLAGS, chromium
from e2e.deployment import Deployment
from e2e.gallery.compare import difference
from e2e.people.going import PASSWORD

HERE = Path(__file__).parent
KEPT, RESULTS = HERE / "pictures", evidence.RESULTS / "gallery"
UPDATE = bool(os.environ.get("PICTURES"))
FONT, VERSION = Path("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf"), KEPT / "font.txt"
WIDTH, HEIGHT = 360, 800


@pytest.fixture
def page(one_process: Deployment) -> Iterator[Page]:
    """Olga's browser, in which the day never passes. She may see the gallery."""
    one_process.event("stock", visibility="draft")
    one_process.clock.stops("2026-07-04 18:30 UTC")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium(),
            args=[*FLAGS, "--hide-scrollbars", "--font-render-hinting=none"],
            env={**os.environ, "FONTCONFIG_FILE": str(HERE / "fonts.conf")},
        )
        page = browser.new_page(base_url=one_process.url, viewport={"width": WIDTH, "height": HEIGHT}, locale="en-GB")
        page.emulate_media(reduced_motion="reduce")
        page.goto("/sign-in/")
        page.get_by_label("Username").fill("olga")
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in", exact=True).click()
        page.get_by_role("button", name="Sign out").wait_for()
        page.mouse.move(0, 0)  # or whatever comes to lie under it looks as it does there
        page.route("**/*", stays)
        yield page
        browser.close()
    one_process.clock.is_right_again()


def stays(route: Route) -> None:
    """Some partials lead elsewhere by themselves."""
    leaves = route.request.is_navigation_request() and "/design/" not in route.request.url
    route.abort("aborted") if leaves else route.continue_()


def fonts() -> str:
    return hashlib.sha256(FONT.read_bytes()).hexdigest() if FONT.exists() else "missing"


def addresses(page: Page) -> dict[str, str]:
    """Addresses by the names of their pictures: each partial in its first state, and every state of the entry."""
    html = page.request.get("/design/").text()
    found: dict[str, str] = {}
    for path in dict.fromkeys(re.findall(r'href="(/design/partials/[^"?]+/)"', html)):
        template, state = re.fullmatch(r"/design/partials/.+/(\w+)\.html/([\w-]+)/", path).groups()  # type: ignore[union-attr]
        if template == "entry" or not any(name.startswith(f"{template}--") for name in found):
            found[f"{template}--{state}"] = path
    return found


def photograph(page: Page, path: str) -> Image.Image:
    """Light on the left, dark on the right."""
    page.goto(path)
    height = min(HEIGHT, max(40, page.evaluate("Math.ceil(document.body.getBoundingClientRect().bottom)")))
    both = Image.new("RGB", (2 * WIDTH, height))
    for place, scheme in enumerate(("light", "dark")):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        page.evaluate("document.getAnimations().forEach(each => each.finish())")  # colours pass into each other
        shot = page.screenshot(clip={"x": 0, "y": 0, "width": WIDTH, "height": height}, animations="disabled")
        both.paste(Image.open(io.BytesIO(shot)), (place * WIDTH, 0))
    return both


def test_every_partial_looks_as_it_is_kept(page: Page) -> None:
    if UPDATE:
        shutil.rmtree(KEPT, ignore_errors=True)
        KEPT.mkdir()
        VERSION.write_text(fonts() + "\n")
    elif fonts() != VERSION.read_text().strip():
        pytest.skip(f"{FONT} is missing or of another version than in the pictures: install fonts-dejavu-core")
    shutil.rmtree(RESULTS, ignore_errors=True)
    RESULTS.mkdir(parents=True)
    complaints, shown = list[str](), addresses(page)
    assert len(shown) > 40, shown
    for name, path in shown.items():
        now, kept = photograph(page, path), KEPT / f"{name}.png"
        if UPDATE:
            now.save(kept, optimize=True)
        elif not kept.exists():
            complaints.append(f"{name}: it has no picture yet")
        elif mask := difference(Image.open(kept).convert("RGB"), now):
            now.save(RESULTS / f"{name}-now.png")
            mask.save(RESULTS / f"{name}-difference.png")
            complaints.append(f"{name}: {path} looks different")
    complaints += [f"{kept.stem}: is no longer in the gallery" for kept in KEPT.glob("*.png") if kept.stem not in shown]
    advice = f"\nLook at {RESULTS}, beside {KEPT}. If it should be so: make pictures"
    assert not complaints, "\n".join(complaints) + advice
