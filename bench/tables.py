"""Numbers and tables as Markdown."""

from statistics import median

from bench.book import Book

Columns = list[tuple[str, str]]


def number(value: float) -> str:
    if abs(value) >= 1000:
        return f"{value:,.0f}"
    return f"{value:.0f}" if abs(value) >= 100 else f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"


def cell(values: list[float]) -> str:
    """Median, and from the lowest to the highest round."""
    if not values:
        return "–"
    middle = number(median(values))
    low, high = number(min(values)), number(max(values))
    return middle if low == high else f"{middle} ({low}–{high})"


def table(book: Book, measure: str, columns: Columns, rows: list[str] | None = None) -> str:
    shown = [
        (what, title) for what, title in columns if any(book.values(measure, who, what) for who in book.whose(measure))
    ]
    if not shown:
        return ""
    lines = ["| | " + " | ".join(title for _, title in shown) + " |", "|---|" + "---|" * len(shown)]
    for who in rows or book.whose(measure):
        cells = [cell(book.values(measure, who, what)) for what, _ in shown]
        lines.append(f"| {who} | " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def precise(value: float) -> str:
    """A number as `number` writes it, except small ratios as a fraction and round limits without zeros."""
    if 0 < value < 0.1:
        return f"1/{1 / value:.1f}".removesuffix(".0")
    return f"{value:g}" if value == round(value, 1) else number(value)


def remarks(book: Book, measure: str) -> list[str]:
    return ["\n".join(f"- {remark}" for remark in book.remarks[measure]) + "\n"] if book.remarks.get(measure) else []
