"""Permission to open a socket, and its end."""

from contextlib import ExitStack

import pytest
from websockets.sync.client import connect
from websockets.typing import Origin

from e2e.deployment import Deployment
from e2e.live.conftest import Open
from e2e.protocol.page import Page
from e2e.protocol.reader import ProtocolReader
from e2e.protocol.visitor import Answer, Visitor, handshake

# On the deployment where more can go wrong; the paths are the same.
pytestmark = pytest.mark.parametrize("deployment", ["two_processes"], indirect=True)


def compared(answer: Answer) -> tuple[int, list[tuple[str, str]], str]:
    headers = [(name, value) for name, value in answer.headers.items() if name.lower() != "date"]
    return answer.status, headers, answer.text


def test_every_refusal_of_a_socket_looks_the_same(deployment: Deployment, slug: str) -> None:
    url, path = deployment.url, f"/events/{slug}/live/?after=e0-0"
    netloc = Visitor(url).netloc
    port = netloc.rpartition(":")[2]
    assert handshake(url, path, {"Origin": url}).status == 101
    refused = {
        "another site": handshake(url, path, {"Origin": "http://evil.example"}),
        "a site with our name in front": handshake(url, path, {"Origin": f"http://127.0.0.1.evil.example:{port}"}),
        "a site that names us as user": handshake(url, path, {"Origin": f"http://{netloc}@evil.example"}),
        "another port": handshake(url, path, {"Origin": "http://127.0.0.1:1"}),
        "another scheme": handshake(url, path, {"Origin": f"ftp://{netloc}"}),
        "null": handshake(url, path, {"Origin": "null"}),
        "none": handshake(url, path, {}),
        "another host with our origin": handshake(url, path, {"Host": "evil.example", "Origin": url}),
        "another host with its origin": handshake(
            url, path, {"Host": f"evil.example:{port}", "Origin": f"http://evil.example:{port}"}
        ),
        "a host that is none": handshake(url, path, {"Host": "[::1", "Origin": url}),
        "an unknown path": handshake(url, "/nowhere/", {"Origin": url}),
        "an unknown path of an event": handshake(url, f"/events/{slug}/", {"Origin": url}),
        "an event's name that is none": handshake(url, "/events/%ff%00/live/", {"Origin": url}),
    }
    expected = compared(refused["another site"])
    assert expected[0] == 403
    assert {what: compared(answer) for what, answer in refused.items()} == dict.fromkeys(refused, expected)


def farewell(url: str, slug: str, query: str = "") -> tuple[str, int]:
    """Frames and close code of a socket of this event, for a visitor who may not read it."""
    with connect(
        f"{url.replace('http', 'ws', 1)}/events/{slug}/live/{query}", origin=Origin(url), proxy=None
    ) as socket:
        said = "".join(map(str, socket))  # until it is closed, and not for an error
        return said, socket.close_code or 0


def test_a_socket_tells_a_draft_from_no_event_to_its_hosts_alone(deployment: Deployment, new_slug: str) -> None:
    """A refused handshake would be tried again for ever, so it is accepted and told."""
    slug = deployment.event(new_slug, visibility="draft")
    host = Visitor(deployment.url).sign_in()
    said = farewell(deployment.url, slug)
    assert said == farewell(deployment.url, "no-such-event")
    epoch = deployment.shell(f"print(Event.objects.get(slug={slug!r}).epoch)").strip()
    german = f"?language=de&order=oldest&after={epoch}-0"
    in_german = farewell(deployment.url, slug, german)
    assert in_german == farewell(deployment.url, "no-such-event", german) != said
    assert "This event is no longer available" in said[0]
    assert said[1] == 1000
    assert Visitor(deployment.url).get(f"/events/{slug}/").status == 404
    with ProtocolReader.live(deployment.url, slug, host) as reader:
        reader.reaches(host.publish(slug, "A rehearsal"))
        assert reader.page.texts == ["A rehearsal"]
        reader.agrees()


@pytest.mark.parametrize("state", ["scheduled", "live"])
def test_an_unlisted_event_is_live_for_whoever_has_its_address(
    deployment: Deployment, new_slug: str, state: str
) -> None:
    slug = deployment.event(new_slug, visibility="unlisted", state=state)
    with ProtocolReader.live(deployment.url, slug) as reader:
        reader.agrees()


def is_put_out(reader: ProtocolReader, words: str = "This event is no longer available") -> None:
    assert reader.is_closed() == 1000
    live = reader.page.element("live")
    assert next(node.text for node in live.elements if node.tag == "h1") == words
    assert reader.page.socket_path == ""
    assert not {"entries", "cursor", "heartbeat"} & reader.page.ids.keys()


def test_readers_are_put_out_when_an_event_becomes_a_draft_and_its_host_is_not(
    deployment: Deployment, slug: str, open_readers: Open
) -> None:
    readers = open_readers(slug)
    host = Visitor(deployment.urls[-1]).sign_in()
    host.publish(slug, "Too early")
    with ProtocolReader.live(host.url, slug, host) as hosting:
        late = [ProtocolReader(url, slug) for url in deployment.urls]
        deployment.shell(f"Event.objects.get(slug={slug!r}).configure(visibility='draft')")
        for reader in readers:
            is_put_out(reader)
        for reader in late:  # their page is from before, and their socket comes after
            assert reader.visitor.get(f"/events/{slug}/changes/?after={reader.page.cursor}").status == 404
            reader.page.swap(reader.poll(status=404))
            assert reader.page.socket_path == ""
            reader.page = Page(reader.html)
            reader.connect()
            is_put_out(reader)
        hosting.reaches(host.publish(slug, "A rehearsal"))
        assert hosting.page.texts == ["A rehearsal", "Too early"]


def test_nothing_written_after_an_event_became_a_draft_reaches_those_who_are_put_out(
    deployment: Deployment, slug: str, open_readers: Open
) -> None:
    readers = open_readers(slug)
    deployment.shell(
        f"event = Event.objects.get(slug={slug!r})\n"
        "event.configure(visibility='draft')\nevent.publish('Olga', 'A secret', user=event.owner)"
    )
    for reader in readers:
        is_put_out(reader)
        assert "A secret" not in "".join(reader.frames)


def test_readers_are_put_out_when_an_event_is_deleted(deployment: Deployment, slug: str, open_readers: Open) -> None:
    readers = open_readers(slug)
    deployment.shell(f"Event.objects.get(slug={slug!r}).delete()")
    for reader in readers:
        is_put_out(reader)
        reader.page = Page(reader.html)
        reader.connect()
        is_put_out(reader)


def test_somebody_who_is_banned_is_put_out_everywhere_and_told_why(
    deployment: Deployment, slug: str, open_readers: Open
) -> None:
    readers, paul = open_readers(slug), Visitor(deployment.urls[-1], "Paul")
    head = paul.publish(slug, "Buy my watches")
    with ExitStack() as stack:
        pages = [stack.enter_context(ProtocolReader.live(paul.url, slug, paul)) for _ in range(2)]
        polling = ProtocolReader(paul.url, slug, paul)
        deployment.shell(
            f"event = Event.objects.get(slug={slug!r})\n"
            "event.ban(event.entries.get(), by=event.owner, note='No advertisements')"
        )
        for page in pages:
            is_put_out(page, "You are banned from this event")
        polling.page.swap(polling.poll(status=403))
        pages[0].page = Page(polling.html)
        pages[0].connect()
        for page in (pages[0], polling):
            if page.socket:
                is_put_out(page, "You are banned from this event")
            words = page.page.element("live").text
            assert "A host has banned you from this event for good. “No advertisements”" in words
            assert page.page.socket_path == ""
        assert paul.post(f"/events/{slug}/entries/", name="Paul", text="More").status == 403
    for reader in readers:
        reader.reaches(head + 1)
        reader.agrees()
