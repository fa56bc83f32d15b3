"""The faults of a storm and their times, planned as data from the seed and the length of the run alone."""

import random
from dataclasses import dataclass

PROCESSES, NETWORKS = 2, 4
"""Numbers of processes and of networks."""

KILLED = "process killed (kill -9)"
TOLD_TO_STOP = "process told to stop (SIGTERM)"
REDIS_KILLED = "Redis killed and restarted"
REDIS_STOPPED = "Redis stopped and continued"
RESET = "connections reset"
THAWED = "connections frozen, then thawed"
FROZEN_AND_RESET = "connections frozen, then reset"
BLACKHOLED = "connections blackholed"
SLOW = "network slow"

SILENCE = 55.0
"""Seconds a browser may need to notice that its network has forgotten its connections: 20 of silence, and then its
polls try six dead connections it had kept, 4 s and 1 s each. Others need 20."""


@dataclass(frozen=True)
class Fault:
    at: float
    """Seconds since the start; later if the fault before it in its track still lasts then."""
    kind: str
    which: int
    """Number of the process or network."""
    lasts: float
    """Seconds until it is mended; a process or Redis then still has to start."""

    def __str__(self) -> str:
        return f"{self.at:6.1f} s  {self.kind} (number {self.which}, {self.lasts:.1f} s)"


@dataclass(frozen=True)
class Track:
    """Faults that happen one after the other. Several tracks go on at the same time."""

    kinds: dict[str, int]
    """Each kind with how often it comes in every round."""
    lasts: dict[str, tuple[float, float]]
    """Seconds, at least and at most; 0 for kinds that are not named."""
    targets: int = 1
    pause: tuple[float, float] = (0.3, 1.2)
    """Seconds from one fault to the next, with what it takes to mend things."""
    first: Fault | None = None


TRACKS = {
    "processes": Track({KILLED: 2, TOLD_TO_STOP: 1}, {KILLED: (0, 1.5)}, PROCESSES, pause=(2.5, 3.7)),
    "redis": Track({REDIS_KILLED: 2, REDIS_STOPPED: 1}, {REDIS_KILLED: (0, 2), REDIS_STOPPED: (0.5, 3)}),
    "networks": Track(
        {RESET: 2, THAWED: 1, FROZEN_AND_RESET: 1, BLACKHOLED: 1, SLOW: 1},
        {THAWED: (0.5, 4), FROZEN_AND_RESET: (0.5, 3), BLACKHOLED: (0.5, 3), SLOW: (1, 4)},
        NETWORKS,
        # A short run has one as well, where no browser is.
        first=Fault(0.5, BLACKHOLED, NETWORKS - 1, 1.5),
    ),
}


def plan(seed: int, seconds: float) -> dict[str, list[Fault]]:
    """The faults of each track, in order. All of them are mended when the time is up."""
    return {name: list(_faults(track, random.Random(f"{seed}-{name}"), seconds)) for name, track in TRACKS.items()}


def _faults(track: Track, chance: random.Random, seconds: float) -> list[Fault]:
    faults = [track.first] if track.first else []
    at = sum(fault.at + fault.lasts for fault in faults) + chance.uniform(*track.pause)
    kinds: list[str] = []
    while True:
        # Each round has every kind as often as it should come, so that luck leaves none out.
        kinds = kinds or chance.sample([*track.kinds], sum(track.kinds.values()), counts=[*track.kinds.values()])
        kind, which = kinds.pop(), chance.randrange(track.targets)
        lasts = chance.uniform(*track.lasts.get(kind, (0, 0)))
        if at + lasts > seconds:
            return faults
        # How soon the others are level again after the last fault says nothing while such pages wait.
        if kind != BLACKHOLED or at + SILENCE < seconds:
            faults.append(Fault(round(at, 2), kind, which, round(lasts, 2)))
            at += lasts + chance.uniform(*track.pause)
