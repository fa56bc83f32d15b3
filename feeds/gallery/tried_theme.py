"""The theme's file `theme.toml` on trial, for WATCH_TEMPLATES=1: readers get the name, logo and links of the last good
version. Its catalogs are taken into use as they are."""

from collections.abc import Iterable
from pathlib import Path

from django.utils.translation.reloader import translation_file_changed

from feeds.gallery.contract import sources, theme_file
from feeds.values import site


def take_theme(changed: Iterable[str]) -> list[str]:
    """Takes the file into use, unless something is wrong with it, which it returns; and catalogs that have changed."""
    for path in changed:
        translation_file_changed(None, Path(path))
    if any(not path.endswith(".css") for path in changed):
        sources.forget()
    if not (wrong := theme_file.problems()):
        site.reread()
    return wrong
