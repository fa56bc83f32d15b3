"""Every kind of change, from its request to the pages of readers in every process."""

import pytest

from e2e.deployment import Deployment
from e2e.live.conftest import Open
from e2e.live.effects import EVENT_CHANGED
from e2e.protocol.comparing import inserted
from e2e.protocol.content import About, Comment, Entry
from e2e.protocol.visitor import Visitor

# On the deployment where more can go wrong; the paths are the same.
pytestmark = pytest.mark.parametrize("deployment", ["two_processes"], indirect=True)


def test_new_entries_reach_readers_in_every_process_exactly_once_and_in_order(
    deployment: Deployment, slug: str, open_readers: Open
) -> None:
    readers = open_readers(slug)
    ann, ben = Visitor(deployment.urls[0]), Visitor(deployment.urls[-1], "Ben")
    for number in range(10):
        (ann if number % 2 else ben).publish(slug, f"Line {number}")
    head = ann.publish(slug, "The end")
    for reader in readers:
        page = reader.reaches(head)
        assert page.texts == ["The end", *(f"Line {number}" for number in range(9, -1, -1))]
        assert sorted(inserted(page)) == sorted(entry.id for entry in page.entries)
        reader.agrees()


def test_an_edited_entry_changes_for_every_reader(deployment: Deployment, slug: str, open_readers: Open) -> None:
    readers = open_readers(slug)
    ann = Visitor(deployment.url)
    first, second = ann.publish(slug, "Gaol!"), ann.publish(slug, "What a shot")
    entry = readers[0].reaches(second).entry("Gaol!")
    assert entry == Entry(entry.id, first, "Ann", "Gaol!", False, ())
    head = ann.edit(slug, entry, "Goal!")
    for reader in readers:
        page = reader.reaches(head)
        assert page.entries[1] == Entry(entry.id, first, "Ann", "Goal!", True, ())
        assert page.applied[-2:] == [("outerHTML", f"{entry.id}-body"), ("outerHTML", "cursor")]
        reader.agrees()


def test_a_removed_entry_goes_away_for_every_reader(deployment: Deployment, slug: str, open_readers: Open) -> None:
    readers = open_readers(slug)
    ann = Visitor(deployment.url)
    ann.publish(slug, "To stay")
    entry = readers[0].reaches(ann.publish(slug, "To go")).entry("To go")
    ann.comment(slug, entry, "A reply that goes with it")
    head = ann.remove(slug, entry)
    for reader in readers:
        page = reader.reaches(head)
        assert page.texts == ["To stay"]
        assert page.applied[-2:] == [("delete", entry.id), ("outerHTML", "cursor")]
        reader.agrees()


def test_comments_arrive_in_order_change_and_go_away(deployment: Deployment, slug: str, open_readers: Open) -> None:
    readers = open_readers(slug)
    ann, ben = Visitor(deployment.urls[0]), Visitor(deployment.urls[-1], "Ben")
    entry = readers[0].reaches(ann.publish(slug, "Half-time")).entry("Half-time")
    ann.comment(slug, entry, "First")
    ben.comment(slug, entry, "Secnod")
    head = ann.comment(slug, entry, "Third")
    first, second, third = readers[0].reaches(head).entry("Half-time").comments
    assert [first[1:], second[1:], third[1:]] == [
        ("Ann", "First", False),
        ("Ben", "Secnod", False),
        ("Ann", "Third", False),
    ]
    ben.edit(slug, second, "Second")
    head = ann.remove(slug, first)
    for reader in readers:
        page = reader.reaches(head)
        assert page.entry("Half-time").comments == (Comment(second.id, "Ben", "Second", True), third)
        assert inserted(page) == [entry.id, first.id, second.id, third.id]
        reader.agrees()


def test_a_restored_entry_is_back_where_it_was_with_its_comments(
    deployment: Deployment, slug: str, open_readers: Open
) -> None:
    readers = open_readers(slug)
    ann, host = Visitor(deployment.url), Visitor(deployment.urls[-1])
    for text in ("One", "Two", "Three"):
        head = ann.publish(slug, text)
    two = readers[0].reaches(head).entry("Two")
    head = ann.comment(slug, two, "On two")
    before = readers[0].reaches(head).view()
    head = host.sign_in().remove(slug, two)
    for reader in readers:
        assert reader.reaches(head).texts == ["Three", "One"]
    deployment.shell(f"Entry.objects.get(pk={two.pk}).restore()")
    for reader in readers:
        page = reader.reaches(head + 1)
        assert page.entries == before.entries
        reader.agrees()


def test_a_restored_comment_is_back_where_it_was(deployment: Deployment, slug: str, open_readers: Open) -> None:
    readers = open_readers(slug)
    ann, host = Visitor(deployment.url), Visitor(deployment.url)
    entry = readers[0].reaches(ann.publish(slug, "Half-time")).entry("Half-time")
    for text in ("One", "Two", "Three"):
        head = ann.comment(slug, entry, text)
    comments = readers[0].reaches(head).entry("Half-time").comments
    head = host.sign_in().remove(slug, comments[1])
    assert readers[0].reaches(head).entry("Half-time").comments == (comments[0], comments[2])
    deployment.shell(f"Comment.objects.get(pk={comments[1].id.removeprefix('comment-')}).restore()")
    for reader in readers:
        assert reader.reaches(head + 1).entry("Half-time").comments == comments
        reader.agrees()


def test_an_entry_restored_at_the_lower_end_of_a_page_is_back_there(
    deployment: Deployment, new_slug: str, open_readers: Open
) -> None:
    """Entry 36 is the oldest of 25 shown; the one below it is not on the page, so nothing there can vouch for it."""
    readers = open_readers(deployment.event(new_slug, entries=60))
    oldest = readers[0].page.entries[-1]
    assert oldest.text == "Entry 36"
    deployment.shell(f"entry = Entry.objects.get(pk={oldest.pk}); entry.retract()")
    for reader in readers:
        assert reader.reaches(61).texts[-1] == "Entry 37"
    deployment.shell("entry.restore()")
    for reader in readers:
        reader.reaches(62)
        reader.take_older(reader.older_answer())
        assert reader.reaches(62).texts == [f"Entry {number}" for number in range(60, 0, -1)]


def test_an_entry_restored_below_what_a_page_shows_stays_off_it(
    deployment: Deployment, new_slug: str, open_readers: Open
) -> None:
    """Else the page would have a hole between it and the rest."""
    readers = open_readers(deployment.event(new_slug, entries=60))
    deployment.shell(f"entry = Entry.objects.get(event__slug={new_slug!r}, text='Entry 5'); entry.retract()")
    for reader in readers:
        reader.reaches(61)
    deployment.shell("entry.restore()")
    for reader in readers:
        assert "Entry 5" not in reader.reaches(62).texts
        reader.agrees()
        reader.take_older(reader.older_answer())
        assert reader.page.texts == [f"Entry {number}" for number in range(60, 0, -1)]


def test_the_first_entry_of_an_event_that_is_shown_whole_is_back_when_restored(
    deployment: Deployment, new_slug: str, open_readers: Open
) -> None:
    readers = open_readers(deployment.event(new_slug, entries=3))
    deployment.shell(f"entry = Entry.objects.get(event__slug={new_slug!r}, text='Entry 1'); entry.retract()")
    for reader in readers:
        assert reader.reaches(4).texts == ["Entry 3", "Entry 2"]
    deployment.shell("entry.restore()")
    for reader in readers:
        assert reader.reaches(5).texts == ["Entry 3", "Entry 2", "Entry 1"]
        reader.agrees()


def test_starting_ending_and_closing_an_event_shows_on_every_page(
    deployment: Deployment, new_slug: str, open_readers: Open
) -> None:
    slug = deployment.event(new_slug, title="Final", state="scheduled")
    readers = open_readers(slug)
    host = Visitor(deployment.urls[-1]).sign_in()
    settings = {"slug": slug, "starts_at": "2026-05-30T20:45", "time_zone": "Europe/Berlin", "visibility": "public"}
    assert readers[0].page.about == About("scheduled", "open", "Final", "")
    hosts_only, closed = "Only hosts can post in this event.", "Posting is closed for now."
    ended = "This event has ended. Nothing can be added."
    steps = [
        ("start", {}, About("live", "open", "Final", "")),
        ("settings", {"title": "Final", "posting": "hosts"}, About("live", "hosts", "Final", hosts_only)),
        ("settings", {"title": "Cup", "posting": "closed"}, About("live", "closed", "Cup", closed)),
        ("end", {}, About("ended", "closed", "Cup", ended)),
    ]
    for seq, (action, fields, about) in enumerate(steps, start=1):
        path = f"/events/{slug}/{action}/"
        answer = host.post(path, htmx=False, **(settings | fields if action == "settings" else {}))
        assert answer.status == 302, answer.text
        for reader in readers:
            assert reader.reaches(seq).about == about
            # The first settings move the start, and with it every time on the page: the whole list is replaced.
            lists = ["entries", "ways", "reading", "places", "older", "own-asks"] if seq == 2 else []
            parts = [
                *EVENT_CHANGED,
                *(({"entries": "innerMorph", "own-asks": "upsert"}.get(part, "outerHTML"), part) for part in lists),
                ("outerHTML", "cursor"),
            ]
            assert reader.page.applied[-len(parts) :] == parts
            reader.agrees()


def test_a_half_typed_comment_survives_whatever_happens_to_its_entry(
    deployment: Deployment, slug: str, open_readers: Open
) -> None:
    readers = open_readers(slug)
    ann, host = Visitor(deployment.url), Visitor(deployment.url)
    entry = readers[0].reaches(ann.publish(slug, "Gaol")).entry("Gaol")
    reader = readers[-1]
    reader.sees("Gaol")
    reader.opens_comment_form(entry)
    field = reader.page.element(f"{entry.id}-comment-text")
    field.children = ["I think th"]
    ann.edit(slug, entry, "Goal")
    reader.reaches(ann.comment(slug, entry, "Whose?"))
    assert reader.page.element(f"{entry.id}-comment-text") is field
    # A page that asks for everything again gets the whole entry, and keeps its field all the same.
    reader.is_at(f"{reader.page.epoch}-0")
    reader.resume()
    reader.until(lambda page: page.applied.count(("upsert", entry.id)) == 2, "the entry again")
    assert reader.page.element(f"{entry.id}-comment-text") is field
    head = host.sign_in().post(f"/events/{slug}/end/", htmx=False)
    assert head.status == 302
    reader.until(lambda page: page.about.state == "ended", "the end")
    assert reader.page.element(f"{entry.id}-comment-text").text == "I think th"
    reader.agrees()


def test_a_post_by_the_command_arrives_although_no_process_was_woken(
    deployment: Deployment, slug: str, open_readers: Open
) -> None:
    readers = open_readers(slug)
    assert f"is change 1 of “{slug}”" in deployment.manage("post", slug, "From the ticker", "--name", "Bot")
    for reader in readers:
        page = reader.reaches(1)
        assert [entry[1:6] for entry in page.entries] == [(1, "Bot", "From the ticker", False, ())]
        reader.agrees()
