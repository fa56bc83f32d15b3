"""Acknowledged changes, and when readers had them."""

import threading
import time


class Ledger:
    """Times at which changes were acknowledged, and at which readers had them."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.acknowledged: dict[int, float] = {}
        self.submitted: dict[str, int] = {}
        """Number of the change by the text that was posted."""
        self.refused: list[str] = []
        self._arrived: list[tuple[float, int, int]] = []

    def acknowledge(self, seq: int) -> None:
        with self.lock:
            self.acknowledged.setdefault(seq, time.monotonic())

    def arrived(self, before: int, seq: int) -> None:
        self._arrived.append((time.monotonic(), before, seq))

    @property
    def staleness(self) -> list[float]:
        """Seconds from the answer to a post until a reader had it, for each reader and post; 0 if it came before."""
        return [
            max(0.0, at - self.acknowledged[number])
            for at, before, seq in self._arrived
            for number in range(before + 1, seq + 1)
            if number in self.acknowledged
        ]
