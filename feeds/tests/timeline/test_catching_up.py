"""The promise itself: whatever happened and wherever a page was, its frames end in the right page."""

import random
from contextlib import suppress
from itertools import count

import pytest

from feeds.forms import Cursor
from feeds.models import KINDS, Comment, Entry, Gone, Tally
from feeds.tests.frames import Page, counts_of, operations
from feeds.timeline import frames, listing, threads
from feeds.timeline.frames import frame_between
from feeds.timeline.variants import ORDERS, VIEWS, Variant


class Host:
    """Does things in an event at random, each of them one change."""

    def __init__(self, event, seed):
        self.event, self.random, self.numbers = event, random.Random(seed), count()

    def act(self):
        head = self.event.head
        while self.event.head == head:
            verb = self.random.choices(
                [
                    self.publish,
                    self.comment,
                    self.revise,
                    self.remove,
                    self.restore,
                    self.react,
                    self.configure,
                    self.mark,
                ],
                weights=[5, 5, 3, 5, 5, 5, 2, 4],
            )[0]
            with suppress(Gone, IndexError):  # nothing there to do that with
                verb()
            self.event.refresh_from_db()

    def words(self):
        return f"words {next(self.numbers)}"

    def any(self, *models):
        return self.random.choice([post for model in models for post in model.objects.filter(event=self.event)])

    def publish(self):
        self.event.publish("Paul", self.words(), user=self.random.choice([None, self.event.owner]))

    def comment(self):
        self.any(Entry).comment("Rita", self.words())

    def revise(self):
        self.any(Entry, Comment).revise(self.words())

    def remove(self):
        self.any(Entry, Entry, Comment).retract(erase=self.random.random() < 0.2)

    def restore(self):
        self.any(Entry, Entry, Comment).restore()

    def react(self):
        """Two people tap, which becomes one change; Rita takes one back where she has reacted like this before."""
        entry = self.random.choice(list(Entry.objects.visible().filter(event=self.event)))
        kind = self.random.choice(entry.event.kinds)
        entry.react(kind, visitor="rita")
        entry.react(kind, visitor=self.words())
        Tally.objects.update(last=None, last_but_one=None)  # long ago
        entry.publish_counts()

    def mark(self):
        """Make a key moment of it, or change its label, or make it none again."""
        self.any(Entry).mark(self.random.choice(["", self.words()]))

    def configure(self):
        if self.random.random() < 0.5:
            self.event.configure(reactions=" ".join(self.random.sample(list(KINDS), 3)))
        else:
            self.event.configure(title=self.words())


VARIANTS = [Variant.parse({"order": order, "view": view}) for order in ORDERS for view in VIEWS]
NEWEST_FIRST = Variant.plain()
in_each_variant = pytest.mark.parametrize("variant", VARIANTS, ids=str)


def opened(event, variant):
    """A page as it is when it is opened now, where it is, and the entries that it must go on to have."""
    run = listing.run(event, variant)
    return Page(run.entries, complete=run.more is None), Cursor(event.epoch, event.head), run.more


def catch_up(page, event, cursor, variant):
    while frame := frame_between(event.pk, cursor, variant=variant):
        assert frame.end.seq > cursor.seq or frame.reset
        page.apply(frame.html)
        cursor = frame.end
    return cursor


def check(page, event, more, variant):
    """The page shows visible entries from its top without a gap, as far as it did, and paging goes on from there."""
    entries = variant.among(Entry.objects.visible().filter(event=event))
    visible = list(entries.order_by("position" if variant.is_oldest_first else "-position"))
    threads.give_newest(visible)
    whole = Page(visible, complete=True).entries
    if variant.is_oldest_first:
        must = [entry.element_id for entry in visible if more is None or entry.position <= more]
    else:
        must = [entry.element_id for entry in visible if entry.position >= (more or 0)]
    shown = [entry for entry in whole if entry in page.entries]
    assert page.entries == {entry: whole[entry] for entry in shown}
    assert set(must) <= set(shown), "an entry is lost"
    assert shown == list(whole)[: len(shown)], "there is a gap"
    counts = {entry.element_id: counts_of(entry) for entry in visible}
    assert {entry: page.counts[entry] for entry in shown} == {entry: counts[entry] for entry in shown}


@in_each_variant
@pytest.mark.parametrize("window", [200, 3])
def test_a_page_that_shows_the_whole_event_ends_up_right_from_every_cursor(event, monkeypatch, variant, window):
    monkeypatch.setattr(frames, "FRAME", window)
    host = Host(event, window)
    pages = [opened(event, variant)]
    for _ in range(14):
        host.act()
        pages.append(opened(event, variant))
    for page, cursor, more in pages:
        assert catch_up(page, event, cursor, variant) == Cursor(event.epoch, event.head)
        check(page, event, more, variant)


@in_each_variant
@pytest.mark.parametrize("window", [200, 3])
def test_a_page_that_shows_the_first_entries_only_ends_up_right_from_every_cursor(event, monkeypatch, variant, window):
    monkeypatch.setattr(frames, "FRAME", window)
    monkeypatch.setattr(listing, "FIRST", 3)
    monkeypatch.setattr(listing, "PAGE", 3)
    host = Host(event, window)
    for _ in range(12):
        host.publish()
        host.mark()
    event.refresh_from_db()
    pages = [opened(event, variant)]
    for _ in range(14):
        host.act()
        pages.append(opened(event, variant))
    for page, cursor, more in pages:
        catch_up(page, event, cursor, variant)
        check(page, event, more, variant)


@in_each_variant
def test_a_page_that_follows_live_is_right_after_every_change(event, monkeypatch, variant):
    monkeypatch.setattr(listing, "FIRST", 3)
    monkeypatch.setattr(listing, "PAGE", 3)
    host = Host(event, 7)
    for _ in range(8):
        host.publish()
        host.mark()
    event.refresh_from_db()
    readers = []
    for _ in range(10):
        readers.append(opened(event, variant))
        host.act()
        readers = [(page, catch_up(page, event, cursor, variant), more) for page, cursor, more in readers]
        for page, _, more in readers:
            check(page, event, more, variant)


@pytest.mark.parametrize("seed", range(2))
def test_one_frame_mentions_exactly_what_changed(event, seed):
    host = Host(event, seed)
    for _ in range(30):
        host.act()
    for seq in range(event.head):
        expected = set()
        for entry in Entry.objects.filter(event=event):
            comments = entry.comments.all()
            if entry.is_shown and entry.shown > seq:
                expected.add(("upsert", entry.element_id, *(comment.element_id for comment in comments.visible())))
                continue
            if entry.seq > seq:
                expected.add(("revise", entry.element_id) if entry.is_shown else ("delete", entry.element_id))
            for comment in comments.filter(seq__gt=seq) if entry.is_shown else []:
                if comment.is_shown:
                    expected.add(("upsert", comment.element_id))
                else:
                    expected.add(("delete", comment.element_id))
            if entry.counted > seq:
                expected.update({("revise", entry.element_id + " reactions")} if entry.is_shown else ())
        if event.seq > seq:
            expected |= {(part, part) for part in PARTS_OF_THE_EVENT}

        found = [mention(operation) for operation in operations(frame_between(event.pk, Cursor(event.epoch, seq)).html)]
        assert found.pop() == ("cursor", "cursor")
        assert sorted(found) == sorted(expected)


PARTS_OF_THE_EVENT = ("event", "notices", "about", "pinned", "moments", "moment-count")


def mention(operation):
    if operation.swap == "upsert":
        return ("upsert", *operation.posts)
    if operation.target.endswith(" > .reactions"):
        return ("revise", operation.target.rsplit("#", 1)[1].removesuffix(" > .reactions") + " reactions")
    if operation.swap == "delete":
        return ("delete", operation.target.rsplit("#", 1)[1])
    (element,) = operation.ids or [operation.target.rsplit("#", 1)[1]]
    return ("revise", element.removesuffix("-body")) if element.endswith("-body") else (element, element)


@pytest.mark.parametrize("seed", range(2))
def test_a_frame_that_is_applied_twice_changes_nothing_more(event, seed):
    host = Host(event, seed)
    for _ in range(20):
        host.act()
    page, cursor, older = opened(event, NEWEST_FIRST)
    for _ in range(20):
        host.act()
    catch_up(page, event, cursor, NEWEST_FIRST)
    catch_up(page, event, cursor, NEWEST_FIRST)
    check(page, event, older, NEWEST_FIRST)


def test_the_last_entry_of_a_page_comes_back_when_it_is_restored(event):
    for number in range(60):
        event.publish("Paul", f"Entry {number}")
    event.refresh_from_db()
    page, cursor, older = opened(event, NEWEST_FIRST)
    last = Entry.objects.get(text="Entry 35")
    assert list(page.entries)[-1] == last.element_id
    last.retract()
    cursor = catch_up(page, event, cursor, NEWEST_FIRST)
    assert last.element_id not in page.entries
    last.restore()
    catch_up(page, event, cursor, NEWEST_FIRST)
    check(page, event, older, NEWEST_FIRST)


def test_two_restored_neighbours_both_come_back_when_a_frame_ends_between_them(event, monkeypatch):
    one, two = event.publish("Paul", "One"), event.publish("Paul", "Two")
    one.retract()
    two.retract()
    event.refresh_from_db()
    page, cursor, older = opened(event, NEWEST_FIRST)
    assert page.entries == {}
    two.restore()
    one.restore()
    monkeypatch.setattr(frames, "FRAME", 1)
    catch_up(page, event, cursor, NEWEST_FIRST)
    check(page, event, older, NEWEST_FIRST)


def test_a_restored_entry_comes_back_though_the_one_below_it_was_removed_meanwhile(event):
    for number in range(60):
        event.publish("Paul", f"Entry {number}")
    restored, below = Entry.objects.get(text="Entry 36"), Entry.objects.get(text="Entry 35")
    restored.retract()
    event.publish("Paul", "The newest")
    event.refresh_from_db()
    page, cursor, older = opened(event, NEWEST_FIRST)
    assert list(page.entries)[-1] == below.element_id
    restored.restore()
    below.retract()
    catch_up(page, event, cursor, NEWEST_FIRST)
    check(page, event, older, NEWEST_FIRST)
