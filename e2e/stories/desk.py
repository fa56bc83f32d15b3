"""The host desk under a thumb: taps where a button is, and the state that a desk asks for every two seconds."""

from playwright.sync_api import Locator

from e2e.people.person import Person


def taps(host: Person, button: Locator) -> tuple[float, float]:
    """Tap a button where it is: Playwright would scroll to one that takes no taps yet. Returns the place of the tap."""
    handle, box = button.element_handle(), button.bounding_box()
    assert box
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    host.page.wait_for_function(
        "([button, x, y]) => button.contains(document.elementFromPoint(x, y))", arg=[handle, x, y]
    )
    host.page.touchscreen.tap(x, y)
    return x, y


def is_asked_again(host: Person, times: int = 2) -> None:
    """Wait until the desk has asked for its state this many times."""
    for _ in range(times):
        with host.page.expect_response("**/host/state/**"):
            pass
