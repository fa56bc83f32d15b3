"""Posts that are too many, and posts that nobody wants: what each of the people sees of them."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from e2e.cast import Cast
from e2e.deployment import Deployment

# The people are on a server of this file's own; what there is beside it is not used, and the same for all.
pytestmark = pytest.mark.parametrize("deployment", ["one_process"], indirect=True)


@pytest.fixture(scope="module")
def limited(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    """One process where a visitor may post three times a minute and nothing twice."""
    deployment = Deployment(tmp_path_factory.mktemp("limited"), POSTS_PER_MINUTE="3", SAME_TEXT_MINUTES="5")
    deployment.prepare()
    deployment.start_all()
    yield deployment
    deployment.end_all()


@pytest.mark.parametrize("scripts", [True, False], ids=["with JavaScript", "without"])
def test_who_posts_too_fast_is_told_when_to_go_on_next_to_the_button(
    limited: Deployment, cast: Cast, scripts: bool
) -> None:
    slug = limited.event(f"flood-{scripts}".lower())
    anna = cast.joins("Anna", limited.url, java_script_enabled=scripts, viewport={"width": 320, "height": 640})
    ben = cast.joins("Ben", limited.url)
    for person in (anna, ben):
        person.opens(slug)
    for text in ("One", "Two", "Three"):
        anna.posts(text)
    anna.fails_to_post("Four", status=429)
    refusal = anna.composer.get_by_role("alert")
    expect(refusal).to_contain_text("You are posting very fast. Your text is kept here: try again in ")
    expect(anna.entry_text).to_have_value("Four")
    expect(anna.entry_name).to_have_value("Anna")
    below = anna.composer.get_by_role("button", name="Post entry").bounding_box()
    above = refusal.bounding_box()
    assert above
    assert below
    assert 0 <= below["y"] - (above["y"] + above["height"]) < 40
    ben.sees("Three")
    assert ben.entries() == ["Three", "Two", "One"]
    limited.shell(
        "from datetime import timedelta\n"
        "for entry in Entry.objects.filter(name='Anna'):\n"
        "    Entry.objects.filter(pk=entry.pk).update(published_at=entry.published_at - timedelta(minutes=1))\n"
    )
    anna.presses("Post entry")
    ben.sees("Four")
    anna.sees("Four")
    expect(anna.entry_text).to_have_value("")


def test_what_a_host_has_on_the_list_waits_and_what_is_said_twice_is_refused(limited: Deployment, cast: Cast) -> None:
    slug = limited.event("unwanted")
    olga, anna, ben = (cast.joins(who, limited.url) for who in ("Olga", "Anna", "Ben"))
    for person in (anna, ben):
        person.opens(slug)
    olga.signs_in()
    olga.goes_to(f"/events/{slug}/settings/")
    expect(olga.page.get_by_role("heading", name="Moderation")).to_be_visible()
    networks, words = (olga.page.get_by_label(name) for name in ("Blocked networks", "Blocked words"))
    words.fill("spoiler\ncheap watches")
    networks.fill("203.0.113.0/24\nnext door")
    olga.is_refused(422)
    olga.presses("Save")
    olga.reads("Line 2, “next door”, is not a network. Write one such as 203.0.113.0/24 or 2001:db8::/32.")
    expect(words).to_have_value("spoiler\ncheap watches")
    networks.fill("203.0.113.0/24")
    olga.presses("Save")
    olga.reads("Saved.")
    anna.posts("No SPOILER: they win")
    anna.posts("Look at https://example.org/")
    anna.posts("Fair play on both sides, all evening")
    ben.sees("Fair play on both sides, all evening")
    assert ben.entries() == ["Fair play on both sides, all evening"]
    limited.shell("Entry.objects.waiting().delete()")  # so that this minute has room
    anna.fails_to_post("Fair play on both sides, all evening", status=429)
    expect(anna.composer.get_by_role("alert")).to_contain_text("You just posted this.")
    expect(anna.entry_text).to_have_value("Fair play on both sides, all evening")
    anna.posts("Fair play on both sides, all evening!")
    ben.sees("Fair play on both sides, all evening!")
    assert ben.entries() == ["Fair play on both sides, all evening!", "Fair play on both sides, all evening"]
