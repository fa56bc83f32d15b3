"""The live state of a process, which a new one has not."""

from types import SimpleNamespace

from feeds.live.process import Process


def test_two_processes_share_nothing_and_one_that_is_reset_is_like_a_new_one():
    rita, paul = SimpleNamespace(pk=1), SimpleNamespace(pk=2)
    one, other = Process(), Process()
    one.wakeups._away_until = float("inf")
    one.reaction_counts.will_be_published(rita)
    other.reaction_counts.will_be_published(paul)
    names = {one.hub.name, other.hub.name}
    assert (other.wakeups._is_away(), other.reaction_counts._tapped) == (False, {2})
    one.reset()
    assert (one.wakeups._is_away(), one.reaction_counts._tapped, one.hub.rooms) == (False, set(), {})
    assert len(names | {one.hub.name}) == 3
