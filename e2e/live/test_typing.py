"""“Someone is typing”: told to everybody else, in every process, and nothing of what is typed."""

import json
import time

import pytest

from e2e.deployment import Deployment
from e2e.protocol.reader import ProtocolReader

SHOWN = "Someone is typing"


def types(reader: ProtocolReader, form: object, *, beta: bool = True) -> None:
    headers, body = {"HX-Target": form}, {"typing": True, "text": "A secret draft"}
    reader.send(json.dumps({"headers": headers, "body": body} if beta else {**body, "headers": headers}))


def is_told(reader: ProtocolReader, place: int) -> None:
    reader.until(lambda page: f"typing-{place}" in page.ids, "somebody's typing")


def test_everybody_else_is_told_in_every_process_once_a_second(two_processes: Deployment, new_slug: str) -> None:
    slug = two_processes.event(new_slug, entries=1)
    here, there = (ProtocolReader.live(url, slug) for url in two_processes.urls)
    typist, other = (ProtocolReader.live(url, slug) for url in two_processes.urls)
    pk = typist.page.entries[0].pk
    start = time.monotonic()
    for _ in range(30):  # which is more than other messages may be
        types(typist, "form#entry-form", beta=False)
    for reader in (here, there):
        is_told(reader, 0)
    types(other, f"form#entry-{pk}-comment-form")
    for reader in (here, there):
        is_told(reader, pk)
        told = [frame for frame in reader.frames if SHOWN in frame]
        assert len(told) <= time.monotonic() - start + 2
        assert not any("secret" in frame for frame in reader.frames)
    two_processes.shell(f"Entry.objects.get(pk={pk}).comment('Ann', 'There')")
    for reader in (here, there):
        reader.until(lambda page: f"typing-{pk}" not in page.ids, "that it is over")
    for reader in (typist, other):
        reader.until(lambda page: page.entries[0].comments, "the comment")
    assert not any("typing-0" in frame for frame in typist.frames)
    for reader in (here, there, typist, other):
        reader.agrees()
        reader.disconnect()


@pytest.mark.parametrize("deployment", ["one_process"], indirect=True)
@pytest.mark.parametrize("fields", [{"show_typing": False}, {"posting": "closed"}, {"posting": "hosts"}], ids=str)
def test_nobody_is_told_where_a_host_does_not_want_it_or_nobody_can_post(
    deployment: Deployment, slug: str, fields: dict[str, object]
) -> None:
    with ProtocolReader.live(deployment.url, slug) as reader, ProtocolReader.live(deployment.url, slug) as typist:
        head = int(
            deployment.shell(
                f"event = Event.objects.get(slug={slug!r})\nevent.configure(**{fields!r})\nprint(event.head)"
            )
        )
        for each in (reader, typist):
            each.reaches(head)
        forms: tuple[object, ...] = (
            "form#entry-form",
            "form#entry-1-comment-form",
            "form#entry-٣-comment-form",
            "div#problem",
            5,
            None,
            [],
        )
        for form in forms:
            types(typist, form)
        deployment.shell(f"Event.objects.get(slug={slug!r}).configure(title='Another')")
        for each in (reader, typist):
            each.reaches(head + 1)
            assert not any(SHOWN in frame for frame in each.frames)
