"""An event's end closes connections, its clock ends it, and pages come back when it is reopened."""

import re

from e2e.deployment import Deployment
from e2e.live.conftest import Open
from e2e.protocol.page import Page
from e2e.protocol.reader import ProtocolReader
from e2e.protocol.visitor import Visitor
from e2e.servers import stays, wait_until


def is_at_rest(page: Page) -> None:
    """Check that the page shows the end of the event, and asks only whether it goes on."""
    assert (page.about.state, page.heartbeat[0], page.socket_path) == ("ended", "over", "")
    asking = [node.attributes for node in page.element("live").all() if "hx-ws:connect" in node.attributes]
    asking += [
        node.attributes
        for node in page.element("heartbeat").all()
        if "/rest/" not in node.attributes.get("hx-get", "/rest/")
    ]
    assert asking == []
    assert "resume" not in page.ids


def state_of(deployment: Deployment, slug: str) -> list[str]:
    """The event's state, how long ago it ended in minutes, and what the audit log says."""
    return deployment.shell(
        "from django.utils import timezone\n"
        f"event = Event.objects.get(slug={slug!r})\n"
        "print(event.state)\n"
        "print(event.ended_at and round((timezone.now() - event.ended_at).total_seconds() / 60))\n"
        "for act in event.acts.order_by('pk'): print(act)\n"
    ).splitlines()


def idle(deployment: Deployment, slug: str, minutes: int) -> None:
    """Make the last post of this event older, so that it is due to end after two hours without a post."""
    deployment.shell(
        "from datetime import timedelta\nfrom django.utils import timezone\n"
        f"Event.objects.filter(slug={slug!r})"
        f".update(auto_end_hours=2, busy_at=timezone.now() - timedelta(minutes={minutes}))"
    )


def test_the_end_closes_every_page_for_good_but_those_of_hosts(
    deployment: Deployment, slug: str, open_readers: Open
) -> None:
    readers, ann = open_readers(slug), Visitor(deployment.url)
    host = Visitor(deployment.urls[-1]).sign_in()
    head = ann.publish(slug, "Full time")
    entry = readers[0].reaches(head).entry("Full time")
    alone = ProtocolReader.live(deployment.urls[-1], slug, entry=entry)
    with alone, ProtocolReader.live(host.url, slug, host) as hosting:
        assert host.post(f"/events/{slug}/end/", htmx=False).status == 302
        for reader in (*readers, alone):
            assert reader.is_closed() == 1000
            is_at_rest(reader.page)
            assert (reader.page.texts, reader.page.seq) == (["Full time"], head + 1)
            reader.agrees()
            assert "this page updates automatically" in reader.page.element("heartbeat").text
        hosting.reaches(host.edit(slug, entry, "Full time: 2–1"))
        assert (hosting.page.about.state, hosting.page.heartbeat[0]) == ("ended", "live")
        hosting.agrees()
        host.post(f"/events/{slug}/start/", htmx=False)
        hosting.until(lambda page: page.about.state == "live", "the reopening")
    for reader in open_readers(slug):  # as whoever reloads
        assert reader.reaches(ann.publish(slug, f"Extra time at {reader.visitor.url}")).about.state == "live"


def test_a_page_from_before_the_end_gets_everything_and_then_no_more(deployment: Deployment, slug: str) -> None:
    ann, host = Visitor(deployment.url), Visitor(deployment.url).sign_in()
    late = [ProtocolReader(url, slug) for url in deployment.urls for _ in range(2)]
    asleep = [ProtocolReader.live(url, slug) for url in deployment.urls]
    for page in asleep:
        page.disconnect()
    head = ann.publish(slug, "The end")
    host.post(f"/events/{slug}/end/", htmx=False)
    for number, reader in enumerate((*late, *asleep)):
        if number % 2:
            reader.page.swap(reader.poll())
        else:
            reader.connect()
            reader.resume()
            assert reader.is_closed() == 1000
        is_at_rest(reader.page)
        assert (reader.page.texts, reader.page.seq) == (["The end"], head + 1)
        reader.agrees()


def test_a_page_that_is_not_where_the_end_is_goes_on_until_it_is(deployment: Deployment, slug: str) -> None:
    """It went back for earlier entries while the end was on its way, so the end did nothing to it."""
    ann, host = Visitor(deployment.url), Visitor(deployment.url).sign_in()
    head = ann.publish(slug, "The end")
    with ProtocolReader.live(deployment.urls[-1], slug) as reader:
        here = reader.page.cursor
        reader.is_at(f"{reader.page.epoch}-0")
        host.post(f"/events/{slug}/end/", htmx=False)
        assert reader.is_closed() == 1000
        assert (reader.page.about.state, reader.page.socket_path != "") == ("live", True)
        reader.is_at(here)
        reader.connect()  # as htmx does, since there is a socket to connect
        reader.resume()
        assert reader.is_closed() == 1000
        is_at_rest(reader.page)
        assert reader.page.seq == head + 1


def without_host(reader: ProtocolReader) -> str:
    """The page without its own address, which it tells search engines: the two processes have different ports."""
    return re.sub(r"http://127\.0\.0\.1:\d+", "", reader.html)


def test_a_page_that_is_loaded_after_the_end_is_at_rest_and_the_same_for_everybody(
    deployment: Deployment, slug: str
) -> None:
    ann, host = Visitor(deployment.url), Visitor(deployment.url).sign_in()
    ann.publish(slug, "The end")
    host.post(f"/events/{slug}/end/", htmx=False)
    pages = [ProtocolReader(url, slug, visitor) for url in deployment.urls for visitor in (Visitor(url), ann)]
    for reader in pages:
        is_at_rest(reader.page)
        assert without_host(reader) == without_host(pages[0])
    answer = Visitor(deployment.urls[-1]).get(f"/events/{slug}/")
    assert (answer.headers["Cache-Control"], answer.headers["Set-Cookie"]) == (
        "public, max-age=0, s-maxage=30",
        None,
    )


def test_the_clock_ends_an_idle_event_once_and_closes_its_pages(
    deployment: Deployment, slug: str, open_readers: Open
) -> None:
    readers = open_readers(slug)
    idle(deployment, slug, minutes=150)
    for reader in readers:
        assert reader.is_closed() == 1000
        is_at_rest(reader.page)
        assert reader.page.seq == 1
    ended = ["ended", "30", "Commentary ended the event"]
    stays(lambda: state_of(deployment, slug) == ended, "the one end, while the clocks of all processes come round", 2.5)


def test_an_event_starts_by_itself_on_pages_that_wait_for_it(
    deployment: Deployment, new_slug: str, open_readers: Open
) -> None:
    slug = deployment.event(new_slug, state="scheduled")  # it starts now
    readers = open_readers(slug)
    deployment.shell(f"Event.objects.filter(slug={slug!r}).update(auto_start=True)")
    for reader in readers:
        reader.until(lambda page: page.about.state == "live", "the start")
        reader.agrees()
    assert state_of(deployment, slug) == ["live", "None", "Commentary started the event"]


def test_what_was_due_while_no_process_ran_is_done_by_the_next_one_as_of_then(
    one_process_again: Deployment, new_slug: str
) -> None:
    deployment = one_process_again
    slug = deployment.event(new_slug)
    deployment.kill()
    idle(deployment, slug, minutes=600)
    assert state_of(deployment, slug) == ["live", "None"]
    deployment.start()
    wait_until(lambda: state_of(deployment, slug)[0] == "ended", "the end, though nobody asks for the event")
    assert state_of(deployment, slug) == ["ended", "480", "Commentary ended the event"]


SCHEDULE = """
from datetime import timedelta
from django.utils import timezone
event, now = Event.objects.get(slug={slug!r}), timezone.now()
for hours, text in ((1, 'While pages are open'), (3, 'While nothing runs')):
    event.draft(by=event.owner, name='Olga', text=text, publish_at=now + timedelta(hours=hours))
"""
PUBLISHED = """
event = Event.objects.get(slug={slug!r})
times = event.entries.order_by('position').values_list('text', 'published_at')
print(*(f'{{text}}: {{(at - times[0][1]).total_seconds():.0f}}' for text, at in times), event.drafts.count(), sep=', ')
"""


def test_scheduled_entries_are_published_once_and_as_of_their_time_with_pages_open_and_with_no_process(
    one_process_again: Deployment, new_slug: str
) -> None:
    deployment, slug = one_process_again, one_process_again.event(new_slug)
    published = PUBLISHED.format(slug=slug)
    deployment.shell(SCHEDULE.format(slug=slug))
    with ProtocolReader.live(deployment.url, slug) as anna, ProtocolReader.live(deployment.url, slug) as ben:
        deployment.clock.advances(hours=1, seconds=1)
        for reader in (anna, ben):
            reader.sees("While pages are open")
            reader.agrees()
    assert deployment.shell(published).strip() == "While pages are open: 0, 1"
    deployment.kill()
    deployment.clock.advances(hours=9)
    assert deployment.shell(published).strip() == "While pages are open: 0, 1"
    deployment.start()
    both = "While pages are open: 0, While nothing runs: 7200, 0"
    wait_until(lambda: deployment.shell(published).strip() == both, "the entry, though nobody asks for the event")
    assert ProtocolReader(deployment.url, slug).page.texts == ["While nothing runs", "While pages are open"]
