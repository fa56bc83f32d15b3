"""The clock of the server, which a story may stop, set and move on. The other half is e2e/settings.py."""

import os
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

FORMATS = ("%Y-%m-%d %H:%M UTC", "%Y-%m-%d %H:%M:%S UTC")


def moment(words: str) -> datetime:
    """The moment that words such as “2026-03-29 01:59 UTC” mean."""
    for form in FORMATS:
        try:
            return datetime.strptime(words, form).replace(tzinfo=UTC)
        except ValueError:
            continue
    raise ValueError(f"“{words}” is not a moment: write it as “2026-03-29 01:59 UTC”")


class Clock:
    """The time of day for all processes of a deployment and its `manage.py`. Set when a call returns.

    A process looks every two seconds at what has become due. Browsers have clocks of their own (`page.clock`).
    """

    def __init__(self, file: Path) -> None:
        self._file = file

    @property
    def now(self) -> datetime:
        how, seconds = self._read()
        return datetime.fromtimestamp(seconds if how == "stands" else time.time() + seconds, UTC)

    @property
    def stands(self) -> bool:
        return self._read()[0] == "stands"

    def goes_to(self, when: str) -> None:
        """Set the clock to that moment. It goes on from there, unless it stands still."""
        self._set(moment(when))

    def advances(self, **by: float) -> None:
        """Move the clock forward: `clock.advances(hours=3)`."""
        self._set(self.now + timedelta(**by))

    def stops(self, at: str | None = None) -> None:
        """Stop the clock, at that moment or at the present one."""
        self._write("stands", (moment(at) if at else self.now).timestamp())

    def goes_on(self) -> None:
        """Let the clock go on from where it stands."""
        self._write("shifted", self.now.timestamp() - time.time())

    def is_right_again(self) -> None:
        self._file.unlink(missing_ok=True)

    def _set(self, when: datetime) -> None:
        if self.stands:
            self._write("stands", when.timestamp())
        else:
            self._write("shifted", when.timestamp() - time.time())

    def _read(self) -> tuple[str, float]:
        try:
            how, seconds = self._file.read_text().split()
        except FileNotFoundError:
            return "shifted", 0.0
        return how, float(seconds)

    def _write(self, how: str, seconds: float) -> None:
        new = self._file.with_suffix(".new")
        new.write_text(f"{how} {seconds!r}")
        os.replace(new, self._file)  # no process ever reads half of it
