"""The pictures of `make gallery`: which state is in them, and what counts as different."""

import io

from PIL import Image, ImageDraw

from e2e.gallery.align import NEW
from e2e.gallery.compare import CHANGED, GAP, difference
from feeds.gallery.fullest import fullest

PAPER = (251, 250, 247)


def picture(height: int = 60, paper: tuple[int, int, int] = PAPER, line: int = 20, mark: tuple[int, ...] = ()) -> bytes:
    """A PNG file with a dark line across, and a mark."""
    drawn = Image.new("RGB", (100, height), paper)
    pen = ImageDraw.Draw(drawn)
    pen.line((0, line, 99, line), fill=(27, 32, 35))
    if mark:
        pen.rectangle(mark, fill=(27, 32, 35))
    return png(drawn)


def png(drawn: Image.Image) -> bytes:
    file = io.BytesIO()
    drawn.save(file, "PNG")
    return file.getvalue()


def test_the_same_picture_is_not_different() -> None:
    assert difference(picture(), picture()) is None


def test_an_area_of_a_few_other_shades_is_different() -> None:
    seen = difference(picture(), picture(paper=(243, 242, 239)))
    assert seen
    assert seen.words == "5,900 pixels by up to 8 shades"


def test_an_area_of_nearly_the_same_shade_is_not_different() -> None:
    assert difference(picture(), picture(paper=(249, 250, 247))) is None


def test_a_small_mark_in_strong_contrast_is_different() -> None:
    seen = difference(picture(), picture(mark=(50, 40, 55, 42)))
    assert seen
    assert seen.words == "18 pixels by up to 224 shades"


def test_a_speck_is_not_different() -> None:
    assert difference(picture(), picture(mark=(50, 40, 52, 42))) is None


def test_what_only_moved_down_is_not_marked() -> None:
    seen = difference(picture(60, line=20), picture(65, line=25))
    assert seen
    assert seen.words == "5 px taller"
    before, changes = (seen.picture.crop((start, 0, start + 100, 65)) for start in (0, 2 * (100 + GAP)))
    assert {colour for _, colour in before.getcolors() or []} >= {PAPER, NEW}
    assert CHANGED not in {colour for _, colour in changes.getcolors() or []}


def test_other_words_and_letters_that_moved_are_different() -> None:
    def written(words: str, at: float = 10) -> bytes:
        drawn = Image.new("RGB", (100, 40), PAPER)
        ImageDraw.Draw(drawn).text((at, 10), words, fill="black", font_size=20)
        return png(drawn)

    for other in (written("Goal?"), written("Goal!", at=14)):
        assert difference(written("Goal!"), other)
        assert difference(other, written("Goal!"))


def test_the_fullest_state_of_a_template_shows_all_it_can() -> None:
    chosen = [f"partials/{name}.html" for name in ("desk/queue", "entry/pinned", "event/events", "entry/entries")]
    states = [fullest(name).slug for name in chosen]
    assert states == ["busy", "by-a-host-in-markdown", "all-sections", "all-that-can-differ"]
