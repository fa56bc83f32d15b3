"""Differences between two pictures of the gallery: those that count, and those that do not."""

from PIL import Image, ImageDraw

from e2e.gallery.compare import difference


def picture(text: str = "Goal!", ink: str = "black", at: float = 10, line: bool = True) -> Image.Image:
    image = Image.new("RGB", (200, 60), "white")
    draw = ImageDraw.Draw(image)
    draw.text((at, 10), text, fill=ink, font_size=20)
    if line:
        draw.line((10, 50, 190, 50), fill="grey")
    return image


def test_letters_that_are_smoothed_in_another_way_are_no_difference() -> None:
    few_colours = picture().quantize(16).convert("RGB")
    for other in (picture(), picture(at=10.4), few_colours):
        assert difference(picture(), other) is None


def test_other_words_colours_lines_places_and_sizes_are() -> None:
    others = [picture("Goal?"), picture(ink="red"), picture(line=False), picture(at=14), Image.new("RGB", (200, 61))]
    for other in others:
        assert difference(picture(), other) is not None
        assert difference(other, picture()) is not None
