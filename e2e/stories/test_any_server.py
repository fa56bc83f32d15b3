"""Stories for every server, whatever its events hold: also for one that is not ours (`make e2e URL=https://…`).

The first half changes nothing. The second posts, and takes away what it posted: `--posting` allows it there.
"""

import secrets

import pytest
from playwright.sync_api import expect

from e2e.cast import Cast

pytestmark = pytest.mark.parametrize("deployment", ["one_process"], indirect=True)


@pytest.mark.read_only
def test_two_readers_are_live_at_the_same_place_on_a_phone_and_a_desktop(event: str, cast: Cast) -> None:
    mia, noah = cast.reader("Mia", phone=True), cast.reader("Noah", on=-1, dark=True, reduced_motion=False)
    for reader in (mia, noah):
        reader.opens(event)
    mia.is_where(noah)
    assert mia.entries() == noah.entries()
    assert not mia.scrolls_sideways()


@pytest.mark.read_only
def test_a_reader_without_javascript_and_one_with_forced_colours_read_the_same(event: str, cast: Cast) -> None:
    nora, lea = cast.reader("Nora", javascript=False), cast.reader("Lea", forced_colours=True)
    nora.reads_along(event)
    lea.opens(event)
    expect(lea.page.get_by_role("heading", level=1)).to_be_visible()
    assert nora.entries() == lea.entries()


@pytest.mark.posting
def test_a_post_reaches_a_reader_is_edited_and_goes_again(event: str, cast: Cast) -> None:
    text = f"A test post, {secrets.token_hex(4)}"
    paul, mia = cast.poster("Paul", phone=True, reduced_motion=False), cast.reader("Mia", on=-1, reduced_motion=False)
    for person in (paul, mia):
        person.opens(event)
    paul.types_and_posts(text)
    mia.sees(text)
    paul.edits(text, f"{text}, put right")
    mia.sees_edited(f"{text}, put right")
    paul.removes(f"{text}, put right")
    mia.does_not_see(f"{text}, put right")
    mia.is_where(paul)
