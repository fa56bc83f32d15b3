"""A reader with a window of WebKit."""

import os
import shutil
import warnings
from collections.abc import Callable
from glob import glob

from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.wait import WebDriverWait
from selenium.webdriver.webkitgtk.service import Service

from e2e.evidence import RESULTS, SIGN_OF_HTMX
from e2e.patience import HANGING
from e2e.protocol.comparing import unlike
from e2e.protocol.page import Page

BROWSERS = "/usr/lib/*/webkit2gtk-4.*/MiniBrowser"
XPATH_OF = {
    "button": "//button[normalize-space()='{name}']",
    "link": "//a[normalize-space()='{name}']",
    "field": "//*[@aria-label='{name}' or @id=//label[normalize-space()='{name}']/@for]",
}


def missing() -> str:
    """A sentence about the thing that WebKit needs and this machine lacks; "" if it has all."""
    if not shutil.which("WebKitWebDriver") or not glob(BROWSERS):
        return "Debian's WebKit is not installed: make webkit"
    return "" if os.environ.get("DISPLAY") else "WebKit needs a screen, such as xvfb-run is: make webkit"


class Reader:
    """A window of a phone's width. Everything is awaited."""

    def __init__(self, url: str) -> None:
        self.url = url
        options = webdriver.WebKitGTKOptions()
        options.binary_location = sorted(glob(BROWSERS))[-1]
        options.add_argument("--automation")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # Selenium warns of what it does itself
            self.driver = webdriver.WebKitGTK(options=options, service=Service(shutil.which("WebKitWebDriver")))
        self.driver.set_window_size(390, 844)

    def leaves(self) -> None:
        self.driver.quit()

    def opens(self, slug: str, query: str = "") -> None:
        self.driver.get(f"{self.url}/events/{slug}/{query}")
        self._await(lambda: self.page.heartbeat[0] == "live", "the page is not live")

    @property
    def page(self) -> Page:
        """The page as it is now, for our own reading."""
        return Page(self.driver.page_source.replace(SIGN_OF_HTMX, ""))

    def sees(self, *texts: str) -> None:
        """Wait until these are the words of the entries, from the top."""
        self._await(lambda: self.page.texts == list(texts), f"not {texts}")

    def sees_words(self, words: str) -> None:
        self._await(lambda: words in self.driver.find_element(By.ID, "live").text, f"“{words}” is not on the page")

    def sees_posting(self, posting: str) -> None:
        """Wait until the page is for this rule of posting."""
        self._await(lambda: self.page.about.posting == posting, f"posting is not “{posting}”")

    def presses(self, name: str, kind: str = "button", within: str = "live") -> None:
        element = self._found(kind, name, within)
        self.driver.execute_script("arguments[0].scrollIntoView({block: 'center'})", element)
        element.click()

    def writes(self, name: str, words: str, within: str = "live") -> None:
        self._found("field", name, within).send_keys(words)

    def reads_what_a_fresh_page_says(self) -> None:
        """Compare the page with itself after a reload, without what differs between two moments."""
        shown = self.page
        self.driver.refresh()
        fresh = self.page
        differences = unlike(shown, fresh)
        assert not differences, "\n".join(differences)

    def _found(self, kind: str, name: str, within: str) -> WebElement:
        path = f"//*[@id='{within}']{XPATH_OF[kind].format(name=name)}"
        found: list[WebElement] = []

        def is_there() -> bool:
            found[:] = [each for each in self.driver.find_elements(By.XPATH, path) if each.is_displayed()]
            return bool(found)

        self._await(is_there, f"no {kind} “{name}” to be seen")
        return found[0]

    def _await(self, condition: Callable[[], bool], complaint: str) -> None:
        try:
            WebDriverWait(self.driver, HANGING).until(lambda _driver: condition())
        except Exception:
            RESULTS.mkdir(exist_ok=True)
            self.driver.get_screenshot_as_file(str(RESULTS / "webkit.png"))
            raise AssertionError(f"{complaint}: see e2e/results/webkit.png") from None
