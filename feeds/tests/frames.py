"""Operations of a frame, in short, and a page that applies them."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

from feeds.forms import Cursor
from feeds.timeline.frames import frame_between
from feeds.timeline.variants import Variant

VOID = {"br", "hr", "img", "input", "link", "meta"}


@dataclass
class Operation:
    """One instruction of a frame: what happens to which elements, and which posts it brings.

    Of several entries in one swap each counts as one.
    """

    swap: str
    target: str
    """Without the guard."""
    guard: str = ""
    """The cursor that a page must be at, where the target says so."""
    ids: list[str] = field(default_factory=list)
    posts: dict[str, str] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    """Reactions of each kind to the entry."""


class Operations(HTMLParser):
    """Reads a frame, or with `whole` anything, as one operation that holds its posts."""

    def __init__(self, html, *, whole=False):
        super().__init__()
        self.found = [Operation("", "")] if whole else []
        self.open, self.post, self.reading, self.whole, self.kind = [], "", False, whole, ""
        self.feed(html)
        self.close()
        assert whole or self.open == [], f"not closed: {self.open}"

    def handle_starttag(self, tag, attrs):
        given = {name: value or "" for name, value in attrs}
        if tag in {"hx-upsert", "hx-partial"} and not self.whole:
            assert not self.open, f"{tag} inside {self.open}"
            swap = "upsert" if tag == "hx-upsert" else given["hx-swap"]
            guard = re.match(r"#cursor\[value=([^]]*)\]", given["hx-target"])
            target = given["hx-target"].replace(f"[value={guard[1]}]", "") if guard else given["hx-target"]
            self.found.append(Operation(swap, target, guard[1] if guard else ""))
        elif given.get("class") == "entry" and self.open == ["hx-upsert"] and self.found[-1].ids:
            this = self.found[-1]
            self.found.append(Operation(this.swap, this.target, this.guard, [given["id"]]))
        elif "id" in given and (len(self.open) == 1 or tag == "article"):
            self.found[-1].ids.append(given["id"])
        if given.get("id", "").endswith("-body"):
            self.post = given["id"].removesuffix("-body")
            self.found[-1].posts[self.post] = ""
        if given.get("form") == "react" and not given["name"].startswith("report-"):
            self.kind = given["name"].partition("-")[0]
            self.found[-1].counts[self.kind] = 0
        if given.get("class") == "text":
            self.reading = True
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if tag == "div":
            self.reading = False
        if tag == "button":
            self.kind = ""
        if tag not in VOID and not self.whole:
            assert self.open.pop() == tag

    def handle_data(self, data):
        if self.kind and (number := re.search(r"\d+$", data)):
            self.found[-1].counts[self.kind], self.kind = int(number[0]), ""
        if self.reading and self.post:  # the pinned copy does not count as a post
            self.found[-1].posts[self.post] += data.strip()


TYPED = "textarea:not(:placeholder-shown)"


def operations(html):
    """The operations of a frame for pages in which nobody types."""
    found = Operations(html).found
    for operation in found:
        operation.target = operation.target.replace(f":not(:has({TYPED}))", "")
    # Where pages ask for themselves, keep what somebody types, and show the number of comments.
    aside = (TYPED, "~ #asks", "~ #moving", "> .say")
    return [operation for operation in found if not any(each in operation.target for each in aside)]


def steps(html):
    """A frame in short: (what happens, where, to which elements) for each of its operations."""
    return [(operation.swap, operation.target, operation.ids) for operation in operations(html)]


def posts_in(html):
    """Ids and words of the entries and comments in some HTML, in order."""
    return Operations(html, whole=True).found[0].posts


def follow(page, event, variant=None):
    """Apply to a page the frames that lead from its cursor to the head."""
    while frame := frame_between(event.pk, Cursor.parse(page.cursor), variant=variant or Variant.plain()):
        page.swap(frame.html)


def counts_of(entry):
    """Reactions of each kind that one can see or make, 0 included."""
    return {kind: entry.counts.get(kind, 0) for kind in entry.event.kinds}


class Page:
    """A page that applies frames: entries with their comments, as {id: (words, {id: words})}.

    `complete` is whether it shows the event from its beginning.
    """

    def __init__(self, entries, *, complete):
        self.complete = complete
        self.entries = {
            entry.element_id: (entry.text, {comment.element_id: comment.text for comment in entry.shown_comments})
            for entry in entries
        }
        self.counts = {entry.element_id: counts_of(entry) for entry in entries}

    def apply(self, html):
        for operation in operations(html):
            where = operation.target.removeprefix("#cursor ~ * ")
            if operation.swap == "delete" and ":not(" in where:
                continue  # above comments that are too many, of which there are none here
            if operation.swap == "delete":
                self._delete(where.removeprefix("#entries > ").removeprefix("#"))
            elif operation.swap == "upsert" and where.startswith("#entries"):
                if self._has(where):
                    self._put_entry(operation.posts)
                    self.counts[next(iter(operation.posts))] = operation.counts
            elif operation.swap == "upsert":
                self._put_comment(where.removeprefix("#").partition("-comments")[0], operation.posts)
            elif where.endswith("-body"):
                self._revise(operation.posts)
            elif where.endswith(" > .reactions"):
                self.counts[where.removeprefix("#").removesuffix(" > .reactions")] = operation.counts

    def _has(self, target):
        """Whether the page is one that a restored entry is meant for."""
        condition = re.search(r":has\(([^)]*)\)", target)
        terms = [term.strip() for term in condition[1].split(",")] if condition else []
        return not terms or any(
            self.complete if term == "~ #older.complete" else term.removeprefix("> #") in self.entries for term in terms
        )

    def _put_entry(self, posts):
        (entry, words), *comments = posts.items()
        self.entries[entry] = (words, dict(comments))

    def _put_comment(self, entry, posts):
        if entry in self.entries:
            self.entries[entry][1].update(posts)

    def _revise(self, posts):
        ((post, words),) = posts.items()
        if post in self.entries:
            self.entries[post] = (words, self.entries[post][1])
        for _, comments in self.entries.values():
            if post in comments:
                comments[post] = words

    def _delete(self, post):
        self.entries.pop(post, None)
        for _, comments in self.entries.values():
            comments.pop(post, None)
