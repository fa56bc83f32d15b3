"""Comparing two pages of one event, which may reach back differently far."""

from difflib import unified_diff

from e2e.protocol.page import Page, is_post


class Thread:
    """The comments on an entry, as far as a page shows them."""

    def __init__(self, page: Page, entry: str) -> None:
        self.page, self.entry = page, entry
        self.list = next(page.ids[each][0] for each in (f"{entry}-comments", f"{entry}-excerpt") if each in page.ids)
        self.header = self.list.first("earlier")
        self.is_opened = self.list.first("opened") is not None
        self.link = page.element(f"{entry}-earlier-link").attributes.get("hx-get", "") if self.header else ""
        """Address of earlier comments; "" where all are shown."""
        shown = [float(node.attributes["data-position"]) for node in self.list.elements if is_post(node)]
        self.floor = min(shown, default=float("inf")) if self.link else 0
        """Position down to which every comment is shown."""
        self.ceiling = max(shown, default=0) if self.list.first("later") else float("inf")
        """Position up to which every comment is shown."""

    def cut(self, floor: float, ceiling: float) -> None:
        """Keep only the comments between these positions, and nothing that tells how many are open."""
        for node in self.list.elements:
            out_of_range = node.tag == "article" and not floor <= float(node.attributes["data-position"]) <= ceiling
            if out_of_range or "later" in node.attributes["class"].split():
                self.page.remove(node)
        self.list.attributes = {**self.list.attributes, "id": f"{self.entry}-comments"}
        if self.header:
            total = self.page.element(f"{self.entry}-total")
            self.page.remove(total)
            for node in self.header.elements:
                self.page.remove(node)
            self.header.attributes, self.header.children = {**self.header.attributes, "class": "earlier"}, []
            self.page.place(self.header, 0, [total])
            if not total.text.strip():
                self.page.remove(self.header)


def alike(shown: Page, fresh: Page) -> tuple[Page, Page]:
    """Copies of two pages with each opened thread cut to the comments that both show."""
    shown, fresh = shown.copy(), fresh.copy()
    for entry in {entry for page in (shown, fresh) for entry in page.headed if Thread(page, entry).is_opened}:
        if all(entry in page.ids for page in (shown, fresh)):
            threads = Thread(shown, entry), Thread(fresh, entry)
            floor, ceiling = max(each.floor for each in threads), min(each.ceiling for each in threads)
            for thread in threads:
                thread.cut(floor, ceiling)
    return shown, fresh


def unlike(shown: Page, fresh: Page) -> list[str]:
    """Lines of a diff between a page and a fresh one that reaches as far back; lines with + are the fresh page's."""
    before, after = (page.normalised(shown.floor).splitlines() for page in (shown, fresh))
    return [] if before == after else list(unified_diff(before, after, "shown", "fresh", lineterm="", n=2))


def inserted(page: Page) -> list[str]:
    """Ids of the entries and comments in frames so far, once for each time that a frame contained one."""
    return [identity for style, identity in page.applied if style == "upsert"]
