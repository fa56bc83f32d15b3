"""Pages that come from somewhere in the past: nothing is sent twice, nothing left out."""

import time

import pytest

from e2e.deployment import Deployment
from e2e.live.conftest import Open
from e2e.live.effects import EVENT_CHANGED, WHOLE_LIST
from e2e.protocol.comparing import inserted
from e2e.protocol.content import Comment, Entry
from e2e.protocol.page import Page
from e2e.protocol.reader import ProtocolReader
from e2e.protocol.visitor import Visitor


def test_nothing_is_sent_before_the_page_says_where_it_is(
    deployment: Deployment, slug: str, open_readers: Open
) -> None:
    ann, readers = Visitor(deployment.url), open_readers(slug)
    with ProtocolReader(deployment.url, slug) as reader:
        for _ in range(5):  # again if this machine was so slow that the 3 s of grace may be over
            reader.connect()
            connected = time.monotonic()
            head = ann.publish(slug, "Goal!")
            for other in readers:
                other.reaches(head)
            frame = reader.receive(0)
            if time.monotonic() - connected < 2:
                break
        else:
            pytest.skip("this machine takes longer for a post than a page has to say where it is")
        assert frame is None
        reader.resume()
        assert reader.reaches(head).texts[0] == "Goal!"
        reader.agrees()


def test_a_page_that_never_says_where_it_is_is_taken_from_its_address(deployment: Deployment, slug: str) -> None:
    ann = Visitor(deployment.url)
    ann.publish(slug, "Seen")
    with ProtocolReader(deployment.url, slug) as reader:
        entry = reader.page.entry("Seen")
        head = ann.publish(slug, "Missed")
        reader.connect()
        missed = reader.reaches(head).entry("Missed")
        assert reader.page.applied == [("upsert", missed.id), ("outerHTML", "cursor")]
        assert reader.page.entries == (missed, entry)
        reader.until(lambda page: page.heartbeat == ("live", "1 reader"), "the heartbeat")
        reader.reaches(ann.publish(slug, "Live"))
        reader.agrees()


@pytest.mark.parametrize("beta", [True, False], ids=["htmx 4 beta 6", "htmx 4.0.1"])
def test_both_spellings_of_the_resume_are_understood(deployment: Deployment, slug: str, beta: bool) -> None:
    with ProtocolReader(deployment.url, slug) as reader:
        head = Visitor(deployment.url).publish(slug, "Missed")
        reader.connect()
        reader.resume(beta=beta)
        reader.until(lambda page: page.heartbeat[0] == "live", "the heartbeat")
        assert reader.page.applied == [("upsert", reader.page.entries[0].id), ("outerHTML", "cursor")]
        assert reader.page.seq == head
        reader.agrees()


def much_happens(deployment: Deployment, slug: str, ann: Visitor, page: Page) -> tuple[Comment, Entry, Entry]:
    """Make twelve changes that this page with five entries by Ann misses.

    Returns the comment that stays, the entry that is published, and one that was published and removed.
    """
    host = Visitor(deployment.url).sign_in()
    _untouched, edited, removed, restored, commented = reversed(page.entries)
    ann.edit(slug, edited, "Edited once")
    ann.edit(slug, edited, "Edited at last")
    ann.remove(slug, removed)
    host.remove(slug, restored)
    deployment.shell(f"Entry.objects.get(pk={restored.pk}).restore()")
    ann.comment(slug, commented, "To stay")
    ann.comment(slug, commented, "To go")
    with ProtocolReader(deployment.url, slug) as other:
        stays, goes = other.page.entry("Commented").comments
        ann.remove(slug, goes)
        ann.publish(slug, "Published")
        came = ann.publish(slug, "Published and removed")
        other.connect()
        other.resume()
        ann.remove(slug, other.reaches(came).entry("Published and removed"))
        published, gone = other.page.entry("Published"), other.page.entry("Published and removed")
        host.post(f"/events/{slug}/end/", htmx=False)
        other.reaches(page.seq + 12)  # so is the room, then: what this page misses is one frame
    return stays, published, gone


def test_a_resume_brings_exactly_what_is_missing_in_its_latest_state(deployment: Deployment, slug: str) -> None:
    ann = Visitor(deployment.url)
    for text in ("Untouched", "Edited twice", "Removed", "Removed and restored", "Commented"):
        ann.publish(slug, text)
    with ProtocolReader(deployment.url, slug) as reader:
        untouched, edited, removed, restored, commented = reversed(reader.page.entries)
        stays, published, gone = much_happens(deployment, slug, ann, reader.page)

        reader.connect()
        reader.resume()
        page = reader.reaches(reader.page.seq + 12)
        assert page.applied == [
            *EVENT_CHANGED,
            ("upsert", published.id),
            ("upsert", restored.id),
            ("outerHTML", f"{edited.id}-body"),
            ("innerHTML", ""),  # the number of comments in the link to comment, which has no id
            ("upsert", stays.id),
            # What came and went, and what was never here, is told of as removed: there is nothing to delete.
            ("delete", removed.id),
            ("outerHTML", "cursor"),
        ]
        assert page.entries == (
            published,
            commented._replace(comments=(stays,)),
            restored,
            edited._replace(text="Edited at last", edited=True),
            untouched,
        )
        assert gone.id not in page.ids
        reader.agrees()


@pytest.mark.parametrize("deployment", ["one_process"], indirect=True)
def test_a_page_up_to_500_changes_behind_is_caught_up_200_changes_at_a_time(deployment: Deployment, slug: str) -> None:
    with ProtocolReader(deployment.url, slug) as reader:
        deployment.shell(
            f"event = Event.objects.get(slug={slug!r})\n"
            "for number in range(1, 126):\n"
            "    entry = event.publish('Ann', f'Entry {number}')\n"
            "    entry.comment('Ben', f'Comment {number}')\n"
            "    entry.revise(f'Changed {number}')\n"
            "    entry.comment('Ann', 'Thanks')\n"
        )
        reader.connect()
        reader.resume()
        places = []
        while reader.page.heartbeat[0] != "live":
            assert reader.receive() is not None
            places.append(reader.page.seq)
        assert places == [200, 400, 500, 500]
        assert reader.page.texts == [f"Changed {number}" for number in range(125, 0, -1)]
        assert [comment.text for comment in reader.page.entries[0].comments] == ["Comment 125", "Thanks"]
        reader.agrees()


def test_neighbours_that_were_restored_in_different_frames_are_both_back(deployment: Deployment, slug: str) -> None:
    """The upper one comes in the first frame, when the lower one is not on the page yet."""
    deployment.shell(
        f"event = Event.objects.get(slug={slug!r})\n"
        "one, two, three = (event.publish('Ann', text) for text in ('One', 'Two', 'Three'))\n"
        "one.retract(); two.retract()\n"
    )
    with ProtocolReader(deployment.url, slug) as reader:
        assert reader.page.texts == ["Three"]
        deployment.shell("two.restore()\nfor number in range(220): three.revise(f'Three {number}')\none.restore()")
        reader.connect()
        reader.resume()
        assert reader.reaches(5 + 222).texts == ["Three 219", "Two", "One"]
        reader.agrees()


def test_a_page_of_another_history_or_too_far_behind_is_replaced_in_one_frame(
    deployment: Deployment, slug: str
) -> None:
    deployment.shell(
        f"event = Event.objects.get(slug={slug!r})\nfor n in range(1, 6): event.publish('Ann', f'Entry {{n}}')"
    )
    pages = {name: ProtocolReader(deployment.url, slug) for name in ("epoch", "ahead", "behind", "zero", "nonsense")}
    deployment.shell(
        "for n in range(6, 112): entry = event.publish('Ann', f'Entry {n}')\n"
        "Event.objects.filter(pk=event.pk).update(head=540)\n"  # as after hundreds of changes to posts that are gone
        "entry.retract()"
    )
    epoch = pages["epoch"].page.epoch
    cursors = {
        "epoch": "e0123456789ab-541",
        "ahead": f"{epoch}-542",
        "behind": f"{epoch}-5",
        "zero": f"{epoch}-0",
        "nonsense": "none-0",
    }
    for name, reader in pages.items():
        with reader:
            reader.is_at(cursors[name])
            reader.connect()
            reader.resume()
            page = reader.sees("Entry 110")
            assert page.seq == 541
            assert page.texts == [f"Entry {number}" for number in range(110, 85, -1)]
            assert page.older == 86
            assert page.applied == WHOLE_LIST
            reader.agrees()
    with pages["epoch"] as reader:
        reader.connect()
        reader.take_older(reader.older_answer())
        reader.resume()
        reader.until(lambda page: page.heartbeat[0] == "live", "the heartbeat")
        assert reader.page.texts == [f"Entry {number}" for number in range(110, 35, -1)]
        reader.agrees()


def test_live_pages_follow_a_database_that_was_put_back_to_an_earlier_state(
    deployment: Deployment, slug: str, open_readers: Open
) -> None:
    readers, ann = open_readers(slug), Visitor(deployment.url)
    for text in ("One", "Two", "Three"):
        head = ann.publish(slug, text)
    for reader in readers:
        reader.reaches(head)
    deployment.shell(
        f"Entry.objects.get(event__slug={slug!r}, text='Three').delete()\n"
        f"Event.objects.filter(slug={slug!r}).update(epoch='e00000000bac', head=2)\n"
    )
    for reader in readers:
        reader.until(lambda page: page.cursor == "e00000000bac-2", "the new history")
        reader.agrees()
    head = ann.publish(slug, "Three, again")
    for reader in readers:
        assert reader.reaches(head).texts == ["Three, again", "Two", "One"]
        reader.agrees()


def test_a_page_that_resumes_while_it_is_live_loses_and_repeats_nothing_new(
    deployment: Deployment, slug: str, open_readers: Open
) -> None:
    readers, ann = open_readers(slug), Visitor(deployment.url)
    for number in range(15):
        for reader in readers:
            reader.resume()
        head = ann.publish(slug, f"Entry {number}")
    for reader in readers:
        reader.reaches(head)
        assert set(inserted(reader.page)) == {entry.id for entry in reader.page.entries}
        reader.agrees()


def test_the_heartbeat_that_follows_a_resume_says_live_and_how_many_read(deployment: Deployment, slug: str) -> None:
    with ProtocolReader(deployment.url, slug) as one, ProtocolReader(deployment.url, slug) as two:
        assert one.page.heartbeat == ("connecting", "")
        for number, reader in enumerate((one, two), start=1):
            reader.connect()
            reader.resume()
            frame = reader.receive()
            assert frame is not None
            assert 'hx-target="#heartbeat"' in frame
            assert reader.page.heartbeat == ("live", "1 reader" if number == 1 else "2 readers")
            assert reader.page.applied == []
