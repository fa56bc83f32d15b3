"""A host ends a flood, and five hundred have it off their pages."""

from e2e.deployment import Deployment
from e2e.flood.ending import end
from e2e.flood.event import Flood

READERS = 500


def test_a_ban_in_the_midst_of_fifty_posts_a_second_is_with_five_hundred_readers_in_two_seconds(
    two_processes: Deployment,
) -> None:
    ended = end(Flood(two_processes, "flood"), READERS, seconds=3)
    print(f"{ended.posts:.0f} posts a second; each ban and removal was with {READERS} readers after", end=" ")
    print(*(f"{seconds:.1f}" for seconds in ended.removals), f"s, all five after {ended.everything:.1f} s")
    assert max(ended.removals) < 2
