"""Messages on a socket that no page of ours sends."""

from contextlib import ExitStack, suppress

import pytest
from websockets.exceptions import ConnectionClosed

from e2e.deployment import Deployment
from e2e.live.conftest import Open
from e2e.live.nonsense import A_FEW, LIMIT, NONSENSE
from e2e.protocol.reader import ProtocolReader
from e2e.protocol.visitor import Visitor

# On the deployment where more can go wrong; the paths are the same.
pytestmark = pytest.mark.parametrize("deployment", ["two_processes"], indirect=True)


def test_nonsense_on_a_socket_changes_nothing_for_anybody(
    deployment: Deployment, slug: str, open_readers: Open
) -> None:
    readers = open_readers(slug)
    with ExitStack() as stack:
        for start in range(0, len(NONSENSE), A_FEW):
            reader = stack.enter_context(ProtocolReader.live(deployment.url, slug))
            for message in NONSENSE[start : start + A_FEW]:
                reader.send(message)
            readers.append(reader)
        head = Visitor(deployment.url).publish(slug, "Goal!")
        for reader in readers:
            reader.reaches(head)
            assert reader.page.applied == [("upsert", reader.page.entries[0].id), ("outerHTML", "cursor")]
            reader.agrees()


def test_nonsense_before_the_resume_is_no_resume(deployment: Deployment, slug: str) -> None:
    readers = [ProtocolReader(deployment.url, slug) for _ in range(0, len(NONSENSE), A_FEW)]
    head = Visitor(deployment.url).publish(slug, "Goal!")
    for number, reader in enumerate(readers):
        with reader:
            reader.connect()
            for message in NONSENSE[number * A_FEW : (number + 1) * A_FEW]:
                reader.send(message)
            reader.resume()
            reader.reaches(head)
            assert reader.page.applied == [("upsert", reader.page.entries[0].id), ("outerHTML", "cursor")]
            reader.agrees()


@pytest.mark.parametrize("size", [LIMIT + 1, 1024 * 1024])
def test_a_message_over_16_kib_ends_its_connection_and_no_other(
    deployment: Deployment, slug: str, open_readers: Open, size: int
) -> None:
    others = open_readers(slug)
    for message in ("x" * size, b"\x00" * size):
        with ProtocolReader.live(deployment.url, slug) as reader:
            reader.send(message)
            assert reader.is_closed() in {1006, 1009}
    head = Visitor(deployment.url).publish(slug, "Goal!")
    for other in others:
        other.reaches(head)
        other.agrees()


def test_a_message_over_16_kib_in_small_pieces_ends_its_connection(deployment: Deployment, slug: str) -> None:
    with ProtocolReader.live(deployment.url, slug) as reader:
        assert reader.socket
        reader.socket.send(["x" * 1024] * 17)
        assert reader.is_closed() in {1006, 1009}


def test_broken_utf_8_in_a_text_message_ends_its_connection_and_no_other(
    deployment: Deployment, slug: str, open_readers: Open
) -> None:
    others = open_readers(slug)
    with ProtocolReader.live(deployment.url, slug) as reader:
        assert reader.socket
        reader.socket.send(b'{"after": "\xff"}', text=True)
        assert reader.is_closed() in {1006, 1007}
    head = Visitor(deployment.url).publish(slug, "Goal!")
    for other in others:
        other.reaches(head)


def test_thousands_of_resumes_in_a_row_end_their_connection_and_keep_nobody_waiting(
    deployment: Deployment, slug: str, open_readers: Open
) -> None:
    others, ann = open_readers(slug), Visitor(deployment.url)
    ann.publish(slug, "Entry")
    with ProtocolReader.live(deployment.url, slug) as reader:
        cursors = [reader.page.cursor, f"{reader.page.epoch}-0", "e0-0"]
        with suppress(ConnectionClosed):
            for number in range(3000):
                reader.resume(cursors[number % len(cursors)])
        head = ann.publish(slug, "Goal!")
        for other in others:
            other.reaches(head)
            other.agrees()
        assert reader.is_closed() == 1008
        reader.connect()
        reader.resume()
        assert reader.reaches(head).texts == ["Goal!", "Entry"]
        reader.agrees()
