"""A tab of a person's browser, and the network behind it."""

from typing import Self

from playwright.sync_api import BrowserContext, Locator

from e2e.proxy import Proxy
from e2e.watch import NETWORK_ERRORS, Watch

APPLY = "text => htmx.swap({sourceElement: document.getElementById('live'), text, swap: 'none'})"
"""Applies a frame or an answer in a page, as htmx does when it arrives."""


def uses(link_or_button: Locator) -> None:
    """Press Enter on it: elements of the list move away under a mouse whenever somebody posts."""
    link_or_button.press("Enter")


class Tab:
    """One tab of a person with a browser of their own. `tab()` is the same person in another tab."""

    def __init__(self, who: str, url: str, context: BrowserContext, watch: Watch) -> None:
        self.who, self.url, self.context, self.watch = who, url, context, watch
        self.page = context.new_page()
        self._network: Proxy | None = None

    @property
    def network(self) -> Proxy:
        """The proxy between a person with a bad network and the server."""
        assert self._network, f"{self.who} has a network that works: cast.reader(…, bad_network=True)"
        return self._network

    def tab(self) -> Self:
        return type(self)(self.who, self.url, self.context, self.watch)

    def loses_the_network(self) -> None:
        """Expect the browser's own messages about a lost network from here on."""
        self.watch.allowed += NETWORK_ERRORS

    def is_refused(self, status: int) -> None:
        """Expect the browser's own message about an answer with this status from here on."""
        self.watch.allowed.append(rf"Failed to load resource: the server responded with a status of {status} \(")

    def presses(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).click()

    def follows(self, name: str) -> None:
        self.page.get_by_role("link", name=name, exact=True).click()
