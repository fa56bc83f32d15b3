"""Frames that were under way when the page went elsewhere, and what was removed since."""

from contextlib import ExitStack

from e2e.deployment import Deployment
from e2e.protocol.reader import ProtocolReader, agree
from e2e.protocol.visitor import Visitor


def test_a_frame_under_way_while_earlier_entries_are_fetched_costs_no_change(deployment: Deployment) -> None:
    """The page goes back to where it asked, and the connection breaks before what lies between is sent again."""
    slug, ann = deployment.event(f"order-{deployment.ports[0]}", entries=60), Visitor(deployment.url)
    with ProtocolReader.live(deployment.url, slug) as reader, ProtocolReader.live(deployment.url, slug) as other:
        answer = reader.older_answer()
        asked_at = reader.page.cursor
        deployment.shell(f"Entry.objects.get(event__slug={slug!r}, text='Entry 5').retract()")
        reader.reaches(61)
        head = ann.publish(slug, "Under way")
        other.reaches(head)
        reader.take_older(answer)
        assert "Entry 5" in reader.page.texts
        reader.receive()
        assert reader.page.cursor == asked_at
        reader.connect()
        reader.resume()
        reader.reaches(head)
        assert "Entry 5" not in reader.page.texts
        reader.agrees()


def test_what_was_removed_or_changed_is_sent_to_nobody_who_comes_later(deployment: Deployment, slug: str) -> None:
    ann, late = Visitor(deployment.url), [ProtocolReader(deployment.url, slug) for _ in range(3)]
    with ExitStack() as stack:
        reader = stack.enter_context(ProtocolReader.live(deployment.url, slug))
        stack.enter_context(late[0])
        stack.enter_context(late[1])
        page = reader.reaches(ann.publish(slug, "SECRET entry"))
        page = reader.reaches(ann.publish(slug, "Commented"))
        page = reader.reaches(ann.comment(slug, page.entry("Commented"), "SECRET comment"))
        for each in late[:2]:  # one frame is made for both, and kept
            each.connect()
            each.resume()
            each.reaches(page.seq)
            each.disconnect()
        reader.reaches(ann.remove(slug, page.entry("SECRET entry")))
        reader.reaches(ann.edit(slug, page.entry("Commented").comments[0], "No secret"))
        late[2].connect()
        late[2].resume()
        late[2].reaches(reader.page.seq)
        assert "SECRET" not in "".join(late[2].frames)
        late[2].disconnect()
        agree([reader, late[2]])


def test_a_page_that_is_not_where_it_should_be_is_told_with_the_heartbeat(deployment: Deployment, slug: str) -> None:
    ann = Visitor(deployment.url)
    with ProtocolReader.live(deployment.url, slug) as reader:
        start = reader.page.cursor
        head = ann.publish(slug, "Goal!")
        reader.reaches(head)
        reader.is_at(start)
        reader.until(lambda page: page.seq == head, "the heartbeat and what follows", 20)
        reader.agrees()


def test_what_a_page_says_after_the_grace_brings_it_no_further_back(deployment: Deployment, slug: str) -> None:
    """A slow handshake: the page is caught up unasked, and then its own cursor arrives."""
    ann = Visitor(deployment.url)
    with ProtocolReader(deployment.url, slug) as reader:
        loaded_at = reader.page.cursor
        heads = [ann.publish(slug, f"Entry {number}") for number in range(3)]
        reader.connect()
        reader.reaches(heads[-1])  # unasked
        heads.append(ann.publish(slug, "Entry 3"))
        reader.reaches(heads[-1])
        cursors = []
        reader.resume(loaded_at)
        heads.append(ann.publish(slug, "Entry 4"))
        while "Entry 4" not in reader.page.texts:
            assert reader.receive() is not None
            cursors.append(reader.page.seq)
        assert cursors == sorted(cursors)
        ann.publish(slug, "Entry 5")
        reader.sees("Entry 5")
        reader.agrees()
