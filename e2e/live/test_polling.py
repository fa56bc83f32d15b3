"""The same frames over HTTP, where answers may come late and out of order."""

import re

import pytest

from e2e.deployment import Deployment
from e2e.live.effects import WHOLE_LIST
from e2e.protocol.reader import ProtocolReader
from e2e.protocol.visitor import Visitor

# On the deployment where more can go wrong; the paths are the same.
pytestmark = pytest.mark.parametrize("deployment", ["two_processes"], indirect=True)


def without_guards(frame: str) -> str:
    """A frame without what only a poll's answer has, and without the keys that are new in every form."""
    return re.sub(r"\[value=[\w-]+\]|(?<=name=\"key\" value=\")\w+", "", frame).strip()


def test_a_poll_is_answered_with_the_frame_that_the_socket_sends(deployment: Deployment, slug: str) -> None:
    ann, host = Visitor(deployment.url), Visitor(deployment.url).sign_in()
    ann.publish(slug, "Edited")
    ann.publish(slug, "Removed")
    with ProtocolReader(deployment.url, slug) as live, ProtocolReader(deployment.urls[-1], slug) as polling:
        ann.edit(slug, live.page.entry("Edited"), "Edit")
        ann.remove(slug, live.page.entry("Removed"))
        ann.comment(slug, live.page.entry("Edited"), "Comment")
        ann.publish(slug, "New")
        host.post(f"/events/{slug}/entries/{live.page.entry('Edited').pk}/pin/")
        live.connect()
        live.resume()
        frame, answer = live.receive(), polling.poll()
        assert frame is not None
        content, heartbeat, _ = without_guards(answer).partition('<hx-partial hx-target="#heartbeat"')
        assert content.strip() == without_guards(frame)
        assert heartbeat
        polling.page.swap(answer)
        assert polling.page.applied == live.page.applied
        assert polling.page.view() == live.page.view()
        assert polling.page.heartbeat == ("polling", "")
        polling.agrees()


def test_a_poll_that_finds_nothing_new_only_says_that_the_page_polls(deployment: Deployment, slug: str) -> None:
    Visitor(deployment.url).publish(slug, "Seen")
    reader = ProtocolReader(deployment.url, slug)
    before = reader.page.view()
    reader.page.swap(reader.poll())
    assert (reader.page.applied, reader.page.view(), reader.page.heartbeat) == ([], before, ("polling", ""))


def test_a_poll_with_a_cursor_that_makes_no_sense_is_answered_with_the_whole_list(
    deployment: Deployment, slug: str
) -> None:
    reader = ProtocolReader(deployment.url, slug)
    Visitor(deployment.url).publish(slug, "Goal!")
    epoch, applied = reader.page.epoch, reader.page.applied
    element = reader.page.element("cursor")
    for nonsense in ("", "nonsense", "none-0", f"{epoch}-", f"{epoch}-99", "%00", "%ff", "-1", f"{epoch}-{'9' * 5000}"):
        answer = reader.visitor.get(f"/events/{slug}/changes/?after={nonsense}")
        # The page is elsewhere: nothing happens to it …
        reader.page.swap(answer.text)
        assert (reader.page.texts, applied) == ([], [])
    answer = reader.visitor.get(f"/events/{slug}/changes/")
    # … and a page that has such a cursor gets everything.
    element.attributes = {**element.attributes, "value": "none-0"}
    reader.page.swap(answer.text)
    assert applied == WHOLE_LIST
    reader.agrees()


def test_pages_that_only_poll_follow_everything(deployment: Deployment, slug: str) -> None:
    readers = [ProtocolReader(url, slug) for url in deployment.urls]
    ann = Visitor(deployment.url)
    for number in range(5):
        ann.publish(slug, f"Entry {number}")
        for reader in readers:
            reader.page.swap(reader.poll())
    ann.remove(slug, readers[0].page.entry("Entry 2"))
    ann.edit(slug, readers[0].page.entry("Entry 3"), "Entry three")
    for reader in readers:
        reader.page.swap(reader.poll())
        assert reader.page.texts == ["Entry 4", "Entry three", "Entry 1", "Entry 0"]
        reader.agrees()


def test_a_late_answer_to_a_poll_undoes_nothing_that_came_since(deployment: Deployment, slug: str) -> None:
    ann = Visitor(deployment.url)
    ann.publish(slug, "Stays")
    with ProtocolReader(deployment.url, slug) as reader:
        stays = reader.page.entry("Stays")
        ann.edit(slug, stays, "Stays, edited")
        head = ann.publish(slug, "Removed soon")
        late = reader.poll()
        assert "Removed soon" in late
        assert "Stays, edited" in late
        reader.connect()
        reader.resume()
        goes = reader.reaches(head).entry("Removed soon")
        ann.edit(slug, stays, "Stays, edited again")
        reader.reaches(ann.remove(slug, goes))
        before, applied = reader.page.view(), list(reader.page.applied)
        reader.page.swap(late)
        assert (reader.page.view(), reader.page.applied) == (before, applied)
        reader.agrees()


def test_earlier_entries_that_were_read_before_a_removal_do_not_bring_back_what_was_removed(
    deployment: Deployment, new_slug: str
) -> None:
    slug = deployment.event(new_slug, entries=60)
    host = Visitor(deployment.url).sign_in()
    pk = int(deployment.shell(f"print(Entry.objects.get(event__slug={slug!r}, text='Entry 5').pk)"))
    with ProtocolReader.live(deployment.url, slug) as reader:
        answer = reader.older_answer()
        head = host.post(f"/events/{slug}/entries/{pk}/remove/").seq
        reader.reaches(head)
        reader.take_older(answer)
        assert "Entry 5" in reader.page.texts  # for a moment, at the cursor the answer was asked with
        assert reader.page.seq == head - 1
        assert reader.reaches(head).texts == [f"Entry {number}" for number in range(60, 0, -1) if number != 5]
        reader.agrees()


def test_earlier_entries_are_repaired_by_the_next_poll_where_there_is_no_socket(
    deployment: Deployment, new_slug: str
) -> None:
    slug = deployment.event(new_slug, entries=60)
    reader, host = ProtocolReader(deployment.url, slug), Visitor(deployment.url).sign_in()
    pk = int(deployment.shell(f"print(Entry.objects.get(event__slug={slug!r}, text='Entry 5').pk)"))
    reader.page.swap(reader.poll())
    answer = reader.older_answer()
    host.post(f"/events/{slug}/entries/{pk}/remove/")
    reader.page.swap(reader.poll())
    reader.take_older(answer)
    assert "Entry 5" in reader.page.texts
    reader.page.swap(reader.poll())
    assert reader.page.texts == [f"Entry {number}" for number in range(60, 0, -1) if number != 5]
    reader.agrees()
