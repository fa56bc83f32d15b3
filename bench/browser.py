"""The work that new entries make for a reader's browser: Chromium as on a phone that is four times slower.

It is CPU time of the main thread of the page, so what else runs matters little. Pages are long, since whoever
asks for earlier entries keeps all of them. Beside it, how much the page moves under the reader (web.dev/cls).
"""

import time
from typing import Any

from playwright.sync_api import CDPSession, Page, expect, sync_playwright

from bench.book import Book
from bench.load import Load
from bench.servers import EVENT, TEXT, Commentary
from e2e.cast import FLAGS, chromium
from e2e.patience import HANGING

SLOWER = 4
PARTS = {
    "all": "TaskDuration",
    "scripts": "ScriptDuration",
    "styles": "RecalcStyleDuration",
    "layout": "LayoutDuration",
}
SHIFT = "layout shift"
"""In percent: 2 is what browsers report as 0.02."""
PHONE, DESKTOP = "phone", "desktop"
SCREENS: dict[str, Any] = {
    PHONE: {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True},
    DESKTOP: {"viewport": {"width": 1280, "height": 840}},
}
AT_TOP, FURTHER_DOWN = "at the top", "further down"
ONE, BURST = 1, 50
FILL = """
event = Event.objects.get(slug={slug!r})
for number in range({count}):
    entry = event.publish('Ann', f'Minute {{number}}. {text}')
    if number % 3 == 0:
        for name in ('Ben', 'Carla'): entry.comment(name, 'What a sight!')
"""
PUBLISH = """
event = Event.objects.get(slug={slug!r})
for number in range({count}): event.publish('Ann', f'{{number}}. {text}')
print(Event.objects.get(pk=event.pk).head)
"""
REACHED = """new Promise(done => {{
    const main = document.getElementById("live");
    const reached = () => document.getElementById("cursor").value.endsWith("-{head}");
    const paint = () => requestAnimationFrame(() => requestAnimationFrame(() => done("")));
    const watch = new MutationObserver(() => {{ if (reached()) {{ watch.disconnect(); paint(); }} }});
    setTimeout(() => done("too late"), {hanging} * 1000);
    if (reached()) paint(); else watch.observe(main, {{childList: true}});
}})"""
WATCH = """
const moved = entries => entries.reduce((sum, shift) => sum + (shift.hadRecentInput ? 0 : shift.value), 0);
window.shifted = 0;
window.shifts = new PerformanceObserver(list => { shifted += moved(list.getEntries()); });
shifts.observe({type: "layout-shift"});
window.shift = () => { const sum = shifted + moved(shifts.takeRecords()); shifted = 0; return sum; };
"""


class Reader:
    """One page in a browser that is slowed down four times."""

    def __init__(self, page: Page, ours: Commentary, entries: int) -> None:
        self.page, self.ours = page, ours
        page.set_default_timeout(HANGING * 1000)
        page.add_init_script(WATCH)
        page.goto(ours.deployment.url + ours.page)
        expect(page.get_by_text("Live updates").first).to_be_visible(timeout=HANGING * 1000)
        shown = page.locator("#entries > .entry")
        while (before := shown.count()) < entries:
            page.locator("#older-link").press("Enter")
            expect(shown.nth(before)).to_be_attached(timeout=HANGING * 1000)
        self.devtools: CDPSession = page.context.new_cdp_session(page)
        self.devtools.send("Performance.enable", {"timeDomain": "threadTicks"})
        self.devtools.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})

    def spent(self) -> dict[str, float]:
        """Milliseconds that its main thread has worked so far."""
        found = {each["name"]: each["value"] for each in self.devtools.send("Performance.getMetrics")["metrics"]}
        return {part: found[name] * 1000 for part, name in PARTS.items()}

    def asked(self, expression: str) -> Any:
        """Evaluate this in the page. A locator would take as long as an entry does."""
        answer = self.devtools.send("Runtime.evaluate", {"expression": expression, "awaitPromise": True})
        return answer["result"].get("value", "")

    def returns(self) -> None:
        """Go to the top, as somebody who follows."""
        self.page.evaluate("scrollTo(0, 0)")
        expect(self.page.get_by_text("Following live")).to_have_count(1, timeout=HANGING * 1000)

    def scrolls(self) -> None:
        entry = self.page.locator("#entries > .entry").nth(25)
        entry.evaluate("element => element.scrollIntoView({block: 'center'})")
        expect(self.page.get_by_text("New entries on hold")).to_have_count(1, timeout=HANGING * 1000)

    def follows(self, count: int) -> dict[str, float]:
        """Milliseconds of each part of the work for this number of new entries, and the layout shift."""
        self.rests()
        self.asked("shift()")
        before = self.spent()
        told = self.ours.deployment.shell(PUBLISH.format(slug=EVENT, count=count, text=TEXT))
        late = self.asked(REACHED.format(head=told.strip(), hanging=HANGING))
        assert not late, f"{count} new entries did not come"
        after = self.spent()
        return {part: after[part] - before[part] for part in PARTS} | {SHIFT: 100 * self.asked("shift()")}

    def rests(self) -> None:
        """Wait until its main thread has been idle for a while. A smoke run measures nothing, so it does not wait."""
        for _ in range(0 if Load.hasty else 20):
            before = self.spent()["all"]
            time.sleep(0.5)
            if self.spent()["all"] - before < 4:
                return


def measure_browser(book: Book, ours: Commentary, *, entries: int, rounds: int) -> None:
    ours.deployment.shell(FILL.format(slug=EVENT, count=entries, text=TEXT))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        for who, screen in SCREENS.items():
            context = browser.new_context(**screen)
            reader = Reader(context.new_page(), ours, entries)
            for where in (AT_TOP, FURTHER_DOWN):
                if where == FURTHER_DOWN:
                    reader.scrolls()
                else:
                    reader.returns()
                for _ in range(rounds):
                    for count in (ONE, BURST):
                        for part, spent in reader.follows(count).items():
                            book.add("browser", f"{who}, {where}", f"{count}: {part}", spent)
            context.close()
        browser.close()
