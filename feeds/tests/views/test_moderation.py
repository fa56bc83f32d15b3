"""Moderation of single posts: pinning an entry, banning an author."""

from datetime import timedelta

import pytest
from django.utils import timezone

from feeds.forms import Cursor
from feeds.models import Ban, Gone
from feeds.tests.frames import operations
from feeds.tests.helpers import HTMX, fetch, now, submit
from feeds.timeline.frames import frame_between


def pinned_in(html):
    """The words in the pinned part of a page or frame, "" where nothing is pinned."""
    start = html.index('<section id="pinned"')
    section = html[start : html.index("</section>", start)]
    return section.split('<div class="text" dir="auto"><p>')[1].split("</p>")[0] if "<p" in section else ""


def brought(event, cursor):
    return {(operation.swap, *operation.ids) for operation in operations(frame_between(event.pk, cursor).html)}


ABOUT = {
    *{("outerHTML", "event"), ("outerHTML", "notices"), ("outerHTML", "cursor")},
    *{("outerMorph", "about"), ("outerMorph", "pinned"), ("outerMorph", "moments"), ("innerHTML",)},
}


# Pinning


def test_one_entry_is_pinned_and_the_next_takes_its_place(event, rita):
    goal, save = event.publish("Paul", "Goal!"), event.publish("Paul", "What a save")
    assert pinned_in(fetch(rita, event.get_absolute_url())) == ""
    start = now(event)
    assert goal.pin() == 3
    assert brought(event, start) == ABOUT
    assert pinned_in(frame_between(event.pk, start).html) == "Goal!"
    save.pin()
    assert pinned_in(fetch(rita, event.get_absolute_url())) == "What a save"
    assert goal.unpin() == now(event).seq == 4, "it was no longer pinned"
    assert save.unpin() == 5
    assert pinned_in(frame_between(event.pk, start).html) == ""


def test_pinning_what_is_pinned_changes_nothing(event, head):
    entry = event.publish("Paul", "Goal!")
    assert entry.pin() == entry.pin() == head(event)


def test_what_is_pinned_changes_at_the_top_when_it_is_edited_and_goes_when_it_is_removed(event):
    entry, comment = event.publish("Paul", "Gaol!"), None
    comment = entry.comment("Rita", "Typo")
    entry.pin()
    start = now(event)
    comment.revise("A typo")
    assert brought(event, start) == {("outerHTML", f"{comment.element_id}-body"), ("outerHTML", "cursor")}
    start = now(event)
    entry.revise("Goal!")
    assert brought(event, start) == ABOUT | {("outerHTML", f"{entry.element_id}-body")}
    assert pinned_in(frame_between(event.pk, start).html) == "Goal!"
    entry.retract()
    assert "Goal!" not in frame_between(event.pk, start).html
    entry.restore()
    assert pinned_in(frame_between(event.pk, start).html) == ""


def test_a_removed_entry_cannot_be_pinned(event):
    entry = event.publish("Paul", "Goal!")
    entry.retract()
    with pytest.raises(Gone):
        entry.pin()


def test_a_host_pins_and_unpins_with_and_without_htmx(event, as_hugo, rita):
    path = f"{event.get_absolute_url()}entries/{event.publish('Paul', 'Goal!').pk}/"
    assert "Pin entry</button>" in fetch(as_hugo, f"{path}pin/", htmx=True)
    answer = as_hugo.post(f"{path}pin/", headers=HTMX)
    assert (answer.status_code, answer["Commentary-Seq"]) == (200, "2")
    page = fetch(rita, event.get_absolute_url())
    assert pinned_in(page) == "Goal!"
    links = [
        f'href="{path}{way}/" class="{way}"' in fetch(as_hugo, event.get_absolute_url()) for way in ("pin", "unpin")
    ]
    assert links == [True, True]  # where both are, states.css shows the second one
    assert f"{path}pin/" not in page
    assert "Unpin entry</button>" in fetch(as_hugo, f"{path}unpin/")
    answer = as_hugo.post(f"{path}unpin/")
    assert (answer.status_code, answer["Location"]) == (303, event.get_absolute_url())
    assert pinned_in(fetch(rita, event.get_absolute_url())) == ""


@pytest.mark.parametrize("what", ["pin", "unpin", "ban"])
def test_only_hosts_do_that(event, draft, paul, as_sam, as_hugo, what):
    submit(paul, event)
    path = f"{event.get_absolute_url()}entries/{event.entries.get().pk}/{what}/"
    hidden = f"{draft.get_absolute_url()}entries/{draft.publish('Olga', 'Secret').pk}/{what}/"
    form = {"period": "good", "note": ""}
    for client in (paul, as_sam):
        assert [client.get(path).status_code, client.post(path, form).status_code] == [403, 403]
        assert [client.get(hidden).status_code, client.post(hidden, form).status_code] == [404, 404]
    assert as_hugo.post(path, form).status_code == 303


# Banning


@pytest.fixture
def written(event, paul):
    """Paul's entry."""
    submit(paul, event, "Buy my watches")
    return event.entries.get()


def addresses(event, entry):
    """Everything of an event that can be read, by its path."""
    page = event.get_absolute_url()
    return [
        page,
        f"{page}changes/?after={Cursor(event.epoch, 0)}",
        f"{page}entries/?before=9",
        f"{page}entries/{entry.pk}/",
        f"{page}own-posts.css",
    ]


def test_who_is_banned_reads_and_posts_nothing_here_and_is_told_why(event, elsewhere, written, olga, paul, rita):
    event.ban(written, by=olga, note="No advertisements, please")
    for path in addresses(event, written):
        answer = paul.get(path, headers=HTMX if "?" in path else {})
        words = answer.content.decode()
        assert (path, answer.status_code) == (path, 403)
        assert "A host has banned you from this event for good. “No advertisements, please”" in words
        assert "Buy my watches" not in words
    for path in ("entries/", f"entries/{written.pk}/comments/", f"entries/{written.pk}/edit/"):
        assert paul.post(event.get_absolute_url() + path, {"name": "Paul", "text": "More"}).status_code == 403
    assert [entry.text for entry in event.entries.all()] == ["Buy my watches"]
    fetch(paul, elsewhere.get_absolute_url())
    assert "Buy my watches" in fetch(rita, event.get_absolute_url())


def test_a_post_that_waited_for_the_lock_while_its_author_was_banned_is_refused(event, written, olga):
    event.ban(written, by=olga)
    with pytest.raises(Exception, match="A host has banned you"):
        event.publish("Paul", "One more", visitor=written.visitor)


def test_a_ban_ends_by_itself_or_is_lifted(event, written, olga, paul, as_olga):
    event.ban(written, by=olga, until=timezone.now() + timedelta(hours=1))
    assert paul.get(event.get_absolute_url()).status_code == 403
    Ban.objects.update(until=timezone.now() - timedelta(seconds=1))
    fetch(paul, event.get_absolute_url())
    event.ban(written, by=olga)
    assert paul.get(event.get_absolute_url()).status_code == 403
    ban = event.bans.get()
    settings = fetch(as_olga, f"{event.get_absolute_url()}settings/")
    assert f"{event.get_absolute_url()}bans/{ban.pk}/lift/" in settings
    assert as_olga.post(f"{event.get_absolute_url()}bans/{ban.pk}/lift/").status_code == 302
    fetch(paul, event.get_absolute_url())


def test_a_ban_takes_a_number_so_that_it_reaches_open_pages(event, written, olga):
    start = now(event)
    event.ban(written, by=olga)
    frame = frame_between(event.pk, start)
    assert {visitor: str(banned) for visitor, banned in frame.banned.items()} == {
        written.visitor: "A host has banned you from this event for good."
    }
    assert written.visitor not in frame.html


def test_who_polls_is_told_of_a_ban_of_somebody_else_by_nothing(event, written, olga, rita):
    start = now(event)
    event.ban(written, by=olga, until=timezone.now() + timedelta(hours=1))
    path = f"{event.get_absolute_url()}changes/?after={start}"
    first, second = (fetch(rita, path, htmx=True) for _ in range(2))  # the second is kept from the first
    assert f'value="{now(event)}"' in first
    assert f'value="{now(event)}"' in second
    assert "banned" not in first + second


def test_a_host_bans_with_the_form(event, written, as_hugo, paul):
    path = f"{event.get_absolute_url()}entries/{written.pk}/ban/"
    assert "For a day" in fetch(as_hugo, path, htmx=True)
    answer = as_hugo.post(path, {"period": "never", "note": "x" * 201}, headers=HTMX)
    assert answer.status_code == 422
    for words in ("Choose how long the ban lasts.", "shorten it by 1", "x" * 201):
        assert words in answer.content.decode()
    answer = as_hugo.post(path, {"period": "day", "note": ""}, headers=HTMX)
    assert (answer.status_code, answer["Commentary-Seq"]) == (200, "2")
    ban = event.bans.get()
    assert (ban.name, ban.visitor, ban.banned_by.username) == ("Paul", written.visitor, "hugo")
    assert timedelta(hours=23) < ban.until - timezone.now() < timedelta(hours=25)
    assert paul.get(event.get_absolute_url()).status_code == 403


def test_a_host_cannot_be_banned(event, as_olga, as_hugo, olga):
    submit(as_olga, event, "Welcome")
    entry = event.entries.get()
    answer = as_hugo.post(f"{event.get_absolute_url()}entries/{entry.pk}/ban/", {"period": "day"})
    assert answer.status_code == 403
    event.ban(entry, by=olga)  # an account that became a host after its visitor was banned
    fetch(as_olga, event.get_absolute_url())


def test_a_flood_is_removed_with_few_queries(event, olga, django_assert_max_num_queries):
    for number in range(30):
        flood = event.publish("Paul", f"Spam {number}", visitor="1" * 32)
    flood.mark("Spam", by=olga)
    kept = event.publish("Rita", "Goal!", visitor="2" * 32)
    flood.pin(by=olga)
    with django_assert_max_num_queries(16):
        event.remove_all_by(flood, by=olga)
    event.refresh_from_db()
    gone = event.entries.removed_by_hosts()
    assert [*event.entries.visible()] == [kept]
    assert sorted(gone.values_list("seq", flat=True)) == [*range(event.head - 29, event.head + 1)]
    assert (event.pinned, event.seq, event.moments) == (None, gone.get(text="Spam 29").seq, [])
