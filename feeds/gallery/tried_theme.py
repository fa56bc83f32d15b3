"""The theme's file `theme.toml` on trial, for WATCH_TEMPLATES=1: readers get the name, logo and links of the last good
version."""

from feeds.gallery.contract import theme_file
from feeds.values import site


def take_theme() -> list[str]:
    """Takes the file into use, unless something is wrong with it, which it returns."""
    if not (wrong := theme_file.problems()):
        site.reread()
    return wrong
