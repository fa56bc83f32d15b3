"""A host ends a flood, and nothing is left of it."""

from e2e.deployment import Deployment
from e2e.flood.ending import end
from e2e.flood.event import Flood


def test_a_ban_in_the_midst_of_a_flood_stops_it_and_leaves_no_word_of_it_anywhere(two_processes: Deployment) -> None:
    end(Flood(two_processes, "flood"), readers=40, seconds=0.5)
