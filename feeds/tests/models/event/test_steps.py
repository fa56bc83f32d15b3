"""Steps of an event's life that are taken twice, and undone."""

import pytest

from feeds.models import Overtaken, Presence
from feeds.tests.helpers import HTMX, fetch, values
from feeds.tests.models.event.lives import day, life_of


@pytest.mark.parametrize("htmx", [True, False], ids=["in place", "without HTMX"])
@pytest.mark.parametrize(
    ("state", "step", "after"),
    [
        ("scheduled", "start", "live"),
        ("live", "end", "ended"),
        ("ended", "archive", "archived"),
        ("ended", "start", "live"),
    ],
)
def test_the_second_of_two_taps_does_nothing_and_says_what_the_first_one_did(
    new_event, hugo, as_hugo, head, state, step, after, htmx
):
    event = new_event(state=state, hosts=[hugo])
    said = []
    for _ in range(2):
        answer = as_hugo.post(f"/events/match/{step}/", {"seen": state}, headers=HTMX if htmx else {}, follow=not htmx)
        assert answer.status_code == 200
        said.append("Nothing was changed" in answer.content.decode())
        assert f"/host/acts/{event.acts.get().pk}/undo/" in answer.content.decode()
    assert (life_of(event)[0], head(event), said) == (after, 1, [False, False])


def test_a_button_of_an_older_page_does_not_do_the_opposite_of_what_it_says(new_event, hugo, olga, as_hugo, head):
    event = new_event(state="scheduled", hosts=[hugo])
    event.start(by=olga)
    event.end(by=olga)
    answer = as_hugo.post("/events/match/start/", {"seen": "scheduled"}, headers=HTMX)
    assert (answer.status_code, life_of(event)[0]) == (409, "ended")
    assert "changed the event to “Ended”, so your change was not made." in answer.content.decode()
    event.start(by=olga)
    assert as_hugo.post("/events/match/archive/", {"seen": "ended"}, headers=HTMX).status_code == 409
    assert (life_of(event)[0], head(event)) == ("live", 3)


def test_the_end_is_asked_for_with_the_number_of_readers(event, as_hugo, head):
    Presence.objects.report("somewhere", {event.pk: range(37)})
    question = fetch(as_hugo, "/events/match/end/", htmx=True)
    assert "37 people are reading." in question
    assert values(question, "form", "action") == ["/events/match/end/"]
    assert "37 people are reading." in fetch(as_hugo, "/events/match/end/")
    assert "Nothing was changed." in fetch(as_hugo, "/events/match/end/?cancel", htmx=True)
    assert (life_of(event)[0], head(event)) == ("live", 0)


def test_every_step_can_be_undone_for_half_a_minute_and_that_is_not_undone_in_turn(new_event, hugo, olga, it_is):
    event = new_event(state="scheduled", hosts=[hugo])
    it_is(1)
    event.start(by=hugo)
    event.acts.first().undo(by=hugo)
    assert life_of(event)[0] == "scheduled"
    event.start(by=hugo)
    it_is(2)
    event.end(by=hugo)
    it_is(3)
    event.start(by=hugo)
    event.acts.first().undo(by=hugo)
    assert life_of(event)[:2] == ("ended", day(2))
    event.archive(by=hugo)
    event.acts.first().undo(by=olga)
    assert life_of(event)[:2] == ("ended", day(2))
    assert not event.acts.first().may_be_undone
    event.start(by=hugo)
    reopened = event.acts.first()
    event.end(by=olga)
    with pytest.raises(Overtaken):
        reopened.undo(by=hugo)
    assert life_of(event)[0] == "ended"
