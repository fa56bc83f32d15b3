"""Two pictures at one height: what is alike in the same rows, so that only what has come or gone is different."""

from dataclasses import dataclass
from difflib import SequenceMatcher

from PIL import Image

GONE, NEW = (255, 176, 176), (176, 220, 255)
"""Colours of rows that the other picture has not."""


@dataclass(frozen=True)
class Aligned:
    """Both pictures, and the rows that only one of them has."""

    before: Image.Image
    after: Image.Image
    gone: list[int]
    new: list[int]

    def fill(self, picture: Image.Image, gone: object = GONE, new: object = NEW) -> None:
        """Paints over the rows that one of the two has not."""
        for rows, colour in ((self.gone, gone), (self.new, new)):
            for row in rows:
                picture.paste(colour, (0, row, picture.width, row + 1))  # type: ignore[arg-type]


def aligned(before: Image.Image, after: Image.Image) -> Aligned:
    """The two with a gap wherever only the other has a row. If both are equally high, nothing has moved."""
    if before.size == after.size:
        return Aligned(before, after, [], [])
    pairs = _pairs(_rows(before), _rows(after))
    gone = [place for place, (_, new) in enumerate(pairs) if new is None]
    added = [place for place, (old, _) in enumerate(pairs) if old is None]
    left = _spread(before, [old for old, _ in pairs], NEW)
    right = _spread(after, [new for _, new in pairs], GONE)
    return Aligned(left, right, gone, added)


def _spread(picture: Image.Image, rows: list[int | None], colour: tuple[int, int, int]) -> Image.Image:
    """The rows of a picture in this order; None is a gap of this colour."""
    spread = Image.new("RGB", (picture.width, len(rows)), colour)
    for place, row in enumerate(rows):
        if row is not None:
            spread.paste(picture.crop((0, row, picture.width, row + 1)), (0, place))
    return spread


def _rows(picture: Image.Image) -> list[bytes]:
    data, length = picture.tobytes(), 3 * picture.width
    return [data[start : start + length] for start in range(0, len(data), length)]


def _pairs(before: list[bytes], after: list[bytes]) -> list[tuple[int | None, int | None]]:
    """Rows that belong together; None where the other picture has none."""
    pairs: list[tuple[int | None, int | None]] = []
    for _, start, end, new_start, new_end in SequenceMatcher(None, before, after).get_opcodes():
        for step in range(max(end - start, new_end - new_start)):
            old, new = start + step, new_start + step
            pairs.append((old if old < end else None, new if new < new_end else None))
    return pairs
