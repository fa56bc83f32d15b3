"""The window: scrolling, hiding the tab, and the browser's clock."""

from playwright.sync_api import expect

from e2e.people.parts import Parts
from e2e.people.tab import uses


class Window(Parts):
    """A person who scrolls, turns to another tab, or lets time pass."""

    def reads_at(self, text: str) -> None:
        """Scroll this entry to the middle of the window, and wait until the page holds that place."""
        self.post(text).evaluate("element => element.scrollIntoView({block: 'center'})")
        expect(self.page.get_by_text("New entries on hold")).to_have_count(1)

    def pauses(self) -> None:
        """Hold all new entries back."""
        uses(self.page.get_by_role("button", name="Pause"))
        expect(self.page.get_by_text("Paused", exact=True)).to_be_focused()

    def goes_on_following(self) -> None:
        """Let new entries in again, at the top."""
        uses(self.page.get_by_role("button", name="Follow"))
        expect(self.page.get_by_text("Following live")).to_have_count(1)

    def hides_the_tab(self) -> None:
        """Bring another tab to the front, as far as the page can tell, and wait until it closes its socket."""
        with self.watch.sockets[-1].expect_event("close"):
            self._turn_visibility("hidden")

    def has_one_socket(self) -> None:
        """Check that only the last socket stays open, and wait for the others to close."""
        *others, last = self.watch.sockets
        for other in others:
            if not other.is_closed():
                other.wait_for_event("close")
        assert not last.is_closed()

    def shows_the_tab(self) -> None:
        self._turn_visibility("visible")

    def has_a_clock(self) -> None:
        """Install a clock that `lets_time_pass` can move, from the next page on."""
        self.page.clock.install()

    def lets_time_pass(self, seconds: float) -> None:
        """Move this browser's timers and animations forward by these seconds, at once."""
        self.page.clock.fast_forward(int(seconds * 1000))
        self.page.evaluate(
            "ms => document.getAnimations().forEach(each => { each.currentTime = (each.currentTime ?? 0) + ms })",
            seconds * 1000,
        )

    def lets_frames_pass(self, count: int) -> None:
        """Wait until the browser has painted this many frames."""
        self.page.evaluate("async n => { while (n--) await new Promise(requestAnimationFrame) }", count)

    def _turn_visibility(self, state: str) -> None:
        self.page.evaluate(
            """state => {
              Object.defineProperty(document, 'hidden', {configurable: true, get: () => state === 'hidden'})
              Object.defineProperty(document, 'visibilityState', {configurable: true, get: () => state})
              document.dispatchEvent(new Event('visibilitychange'))
            }""",
            state,
        )
