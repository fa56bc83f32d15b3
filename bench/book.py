"""The measured values, one for each round; tables show their median and spread."""

from collections import defaultdict
from statistics import median


class Book:
    """Values by measure, server and quantity, with remarks and texts beside them."""

    def __init__(self) -> None:
        self._values: dict[tuple[str, str, str], list[float]] = defaultdict(list)
        self.remarks: dict[str, list[str]] = defaultdict(list)
        self.texts: dict[str, str] = {}

    def add(self, measure: str, who: str, what: str, value: float) -> None:
        self._values[measure, who, what].append(value)

    def remark(self, measure: str, text: str) -> None:
        if text not in self.remarks[measure]:
            self.remarks[measure].append(text)

    def values(self, measure: str, who: str, what: str) -> list[float]:
        return self._values.get((measure, who, what), [])

    def median(self, measure: str, who: str, what: str) -> float | None:
        values = self.values(measure, who, what)
        return median(values) if values else None

    def measures(self) -> list[str]:
        return list(dict.fromkeys(measure for measure, _, _ in self._values))

    def whose(self, measure: str) -> list[str]:
        return list(dict.fromkeys(who for one, who, _ in self._values if one == measure))
