"""The live state of this process, all of it in one object. Other processes have their own.

It may be lost at any time: the database is the truth.
"""

import uuid

from feeds.live.database import is_elsewhere
from feeds.live.hub import Hub
from feeds.live.reaction_counts import ReactionCounts
from feeds.live.wakeups import Wakeups


class Process:
    """State that belongs to this process alone."""

    hub: Hub
    reaction_counts: ReactionCounts
    wakeups: Wakeups

    alone = True
    """Whether it answers all requests; False if it is one of several processes that were started together."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Begin like a new process. Tests call it, so that each has nothing of the one before."""
        self.wakeups = Wakeups()
        self.reaction_counts = ReactionCounts()
        self.hub = Hub(uuid.uuid4().hex, self.wakeups)
        self.is_stopping = False
        """Whether it was told to stop: nobody should be sent here who is not here yet."""

    def begin_to_stop(self) -> None:
        """Say so to whoever asks whether this process is ready."""
        self.is_stopping = True


process = Process()


def wake_rooms(event: int, **_signal: object) -> None:
    """Receive `history.changed`: wake the rooms of the event in all processes."""
    if not is_elsewhere():
        process.wakeups.wake(event)
