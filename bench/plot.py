"""The plot of CPU per delivery by readers, as SVG."""

import math
from dataclasses import dataclass
from statistics import median

from bench.book import Book
from bench.bounds import SINGLE
from bench.servers import NCHAN, NODE, OURS, TUTORIAL_STYLE

WIDTH, HEIGHT = 760, 430
LEFT, RIGHT, TOP, BOTTOM = 62, 210, 42, 48
COLOURS = {
    OURS: "#b3261e",
    NODE: "#3c873a",
    NCHAN: "#2b6cb0",
    "Python websockets": "#8a6d1d",
    TUTORIAL_STYLE: "#555555",
}
OTHER_COLOUR = "#999999"

Lines = dict[str, list[tuple[int, list[float]]]]
"""For each server its values by number of readers, one for each round."""


def plot(book: Book) -> str:
    """CPU per delivery by readers, both logarithmic; a bar from the lowest to the highest round. "" without lines."""
    sizes = sorted(int(measure.split()[1]) for measure in book.measures() if measure.startswith("fan-out, "))
    lines = _lines(book, sizes)
    if not lines:
        return ""
    every = [value for points in lines.values() for _, values in points for value in values]
    scale = Scale(sizes, 10 ** math.floor(math.log10(min(every))), 10 ** math.ceil(math.log10(max(every))))
    svg = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
        'font-family="sans-serif" font-size="13">',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>',
        _words(LEFT, 22, "Server CPU per delivery, microseconds; fan-out only, one change at a time"),
    ]
    return "\n".join([*svg, *_grid(scale), *_curves(scale, lines), "</svg>\n"])


@dataclass
class Scale:
    """Places on the plot: readers from left to right, microseconds from `low` to `high` upwards."""

    sizes: list[int]
    low: float
    high: float

    def x(self, size: float) -> float:
        part = math.log(size / self.sizes[0]) / math.log(self.sizes[-1] / self.sizes[0])
        return LEFT + part * (WIDTH - LEFT - RIGHT)

    def y(self, value: float) -> float:
        part = math.log(value / self.low) / math.log(self.high / self.low)
        return HEIGHT - BOTTOM - part * (HEIGHT - TOP - BOTTOM)


def _lines(book: Book, sizes: list[int]) -> Lines:
    lines = {
        who: [(size, values) for size in sizes if (values := book.values(f"fan-out, {size}", who, SINGLE))]
        for who in dict.fromkeys(who for size in sizes for who in book.whose(f"fan-out, {size}"))
    }
    return {who: points for who, points in lines.items() if len(points) > 1}


def _words(left: float, top: float, text: str, anchor: str = "start", colour: str = "#222") -> str:
    return f'<text x="{left:.1f}" y="{top:.1f}" text-anchor="{anchor}" fill="{colour}">{text}</text>'


def _grid(scale: Scale) -> list[str]:
    """A line for each power of ten and for each number of readers, with its label."""
    svg = []
    value = scale.low
    while value <= scale.high:
        svg.append(f'<path d="M{LEFT} {scale.y(value):.1f}H{WIDTH - RIGHT}" stroke="#ddd"/>')
        svg.append(_words(LEFT - 8, scale.y(value) + 4, f"{value:g}", "end"))
        value *= 10
    for size in scale.sizes:
        svg.append(f'<path d="M{scale.x(size):.1f} {TOP}V{HEIGHT - BOTTOM}" stroke="#eee"/>')
        svg.append(_words(scale.x(size), HEIGHT - BOTTOM + 20, f"{size:,}", "middle"))
    svg.append(_words((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 8, "readers", "middle"))
    return svg


def _curves(scale: Scale, lines: Lines) -> list[str]:
    """The line of each server, and its name beside the end, at least 16 pixels above the one below."""
    svg = []
    place = float(HEIGHT)
    for who in sorted(lines, key=lambda who: median(lines[who][-1][1])):
        points, colour = lines[who], COLOURS.get(who, OTHER_COLOUR)
        path = "L".join(f"{scale.x(size):.1f} {scale.y(median(values)):.1f}" for size, values in points)
        svg.append(f'<path d="M{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        for size, values in points:
            x, low, high = scale.x(size), scale.y(min(values)), scale.y(max(values))
            svg.append(f'<path d="M{x:.1f} {low:.1f}V{high:.1f}" stroke="{colour}"/>')
            svg.append(f'<circle cx="{x:.1f}" cy="{scale.y(median(values)):.1f}" r="3.5" fill="{colour}"/>')
        place = min(scale.y(median(points[-1][1])) + 4, place - 16)
        svg.append(_words(WIDTH - RIGHT + 12, place, who, colour=colour))
    return svg
