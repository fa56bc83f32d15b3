"""The browser that takes the pictures."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from e2e.cast import FLAGS, chromium


@pytest.fixture(scope="package")
def camera() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=[*FLAGS, "--hide-scrollbars"])
        yield browser
        browser.close()
