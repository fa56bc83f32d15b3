"""`make codegen`: a window at an event of a fresh server, signed in as Olga, beside Playwright's recorder.

*Record* in the recorder writes down what you do in the window, with the locators that stories use. It needs a screen.
The recorder is Playwright's own; `playwright codegen` would start a browser that is not Debian's.
"""

import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from e2e.cast import FLAGS, Cast, chromium
from e2e.deployment import Deployment


def main() -> int:
    """Serve an event, save the sign-in of its host, and open the recorder until its window is closed."""
    folder = Path(tempfile.mkdtemp(prefix="commentary-codegen-"))
    state = folder / "olga.json"
    deployment = Deployment(folder)
    deployment.prepare()
    try:
        deployment.start_all()
        slug = deployment.event("match", entries=3)
        with sync_playwright() as playwright:
            path = chromium(headed=True)
            browser = playwright.chromium.launch(executable_path=path, args=FLAGS, headless=False)
            olga = Cast(browser, folder, deployment).host("Olga")
            olga.context.storage_state(path=state)
            olga.context.close()
            print(f"Signed in as Olga: {state} is her storage state.\nServed at {deployment.url}/events/{slug}/")
            page = browser.new_context(base_url=deployment.url, storage_state=state).new_page()
            page.goto(f"/events/{slug}/")
            page.pause()
    finally:
        deployment.end_all()
    return 0


if __name__ == "__main__":
    sys.exit(main())
