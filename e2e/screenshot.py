"""`make screenshot`: docs/event.png, from the running product with its demo content."""

import shutil
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from e2e.deployment import ROOT, Deployment
from e2e.people import FLAGS, Cast


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        deployment = Deployment(Path(folder))
        deployment.manage("prepare")
        deployment.start_all()
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        reader = Cast(browser, Path(folder)).joins("Reader", deployment.url, viewport={"width": 1100, "height": 1000})
        reader.opens("petrel-7")
        deployment.manage("post", "petrel-7", "--name", "Amara", "Second burn! You can see it from here, a new star.")
        reader.sees("Second burn! You can see it from here, a new star.")
        (ROOT / "docs").mkdir(exist_ok=True)
        reader.page.screenshot(path=ROOT / "docs" / "event.png")
        browser.close()
        deployment.end_all()


if __name__ == "__main__":
    main()
