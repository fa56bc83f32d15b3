"""The summary at the end of a run."""

import statistics
from collections import Counter
from dataclasses import dataclass, field

from e2e.chaos.ledger import Ledger
from e2e.chaos.verdict import Verdict

DETAILS = 20
"""Findings that are told in full."""


@dataclass
class Report:
    faults: Counter[str]
    ledger: Ledger
    verdict: Verdict = field(default_factory=Verdict)
    complaints: list[str] = field(default_factory=list)
    """Other failures."""
    states: Counter[str] = field(default_factory=Counter)
    """States of the pages' connections at the end."""
    converged: float = 0
    last: dict[str, str] = field(default_factory=dict)
    """Cursors of the pages that were the last to get to the end, and of those that did not."""
    behind: dict[str, str] = field(default_factory=dict)

    @property
    def broken(self) -> bool:
        refused = self.ledger.refused
        return bool(self.verdict.everything or self.complaints or refused or self.behind)

    def __str__(self) -> str:
        staleness = self.ledger.staleness or [0.0]
        last = "; the last: " + ", ".join([*self.last][:5]) if self.last else ""
        lines = [
            f"changes acknowledged   {len(self.ledger.acknowledged)}",
            f"faults                 {sum(self.faults.values())}",
            *(f"  {kind:<38} {number}" for kind, number in sorted(self.faults.items())),
            f"pages compared         {sum(self.states.values())}: "
            + ", ".join(f"{number} {state}" for state, number in sorted(self.states.items())),
            f"lost                   {len(self.verdict.lost)}",
            f"duplicated             {len(self.verdict.duplicated)}",
            f"reordered              {len(self.verdict.reordered)}",
            f"staleness              median {statistics.median(staleness) * 1000:.0f} ms, worst {max(staleness):.1f} s",
            f"converged              {self.converged:.1f} s after the last fault{last}",
        ]
        behind = [f"{who} stays at {cursor}" for who, cursor in self.behind.items()]
        details = [*self.verdict.everything, *behind, *self.ledger.refused, *self.complaints]
        more = [f"… and {len(details) - DETAILS} more"] if len(details) > DETAILS else []
        return "\n".join([*lines, *(f"- {detail}" for detail in details[:DETAILS]), *more])
