"""Comparison of a document with a fresh one, and the kinds of differences between them."""

from dataclasses import dataclass, field

from e2e.protocol.comparing import unlike
from e2e.protocol.page import Page

LINES = 12
"""Lines of a diff that are shown."""


@dataclass
class Verdict:
    """Findings by kind, a line or a diff for each."""

    lost: list[str] = field(default_factory=list)
    """Missing, outdated, or there although it was removed."""
    duplicated: list[str] = field(default_factory=list)
    reordered: list[str] = field(default_factory=list)

    @property
    def everything(self) -> list[str]:
        return [*self.lost, *self.duplicated, *self.reordered]

    def add(self, who: str, other: "Verdict") -> None:
        self.lost += [f"{who} {finding}" for finding in other.lost]
        self.duplicated += [f"{who} {finding}" for finding in other.duplicated]
        self.reordered += [f"{who} {finding}" for finding in other.reordered]


def judge(shown: Page, fresh: Page) -> Verdict:
    """Compare byte for byte what is shown with a fresh page that reaches at least as far back."""
    verdict = Verdict()
    if differences := unlike(shown, fresh):
        verdict.duplicated = [f"has #{identity} twice" for identity in shown.view().duplicate_ids]
        for what, order, expected in zip(("entries", "comments"), _order(shown), _order(fresh), strict=True):
            if not _in_order(order, expected):
                verdict.reordered.append(f"has {what} in the order {order}, not {expected}")
        if not verdict.everything:
            more = [f"… and {len(differences) - LINES} more lines"] if len(differences) > LINES else []
            verdict.lost = ["\n".join([f"differs at {shown.cursor}:", *differences[:LINES], *more])]
    return verdict


def _order(page: Page) -> tuple[list[str], list[str]]:
    return [entry.id for entry in page.entries], [comment.id for entry in page.entries for comment in entry.comments]


def _in_order(shown: list[str], expected: list[str]) -> bool:
    """Whether what both have comes in the same order."""
    return [each for each in shown if each in set(expected)] == [each for each in expected if each in set(shown)]
