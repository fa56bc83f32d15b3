"""The theme's file `theme.toml`: what in it makes no sense, with its line and a cure."""

from django.conf import settings

from commentary.theme import FILE
from feeds.gallery.contract.wording import at
from feeds.values import site


def problems() -> list[str]:
    """The problems of the file as it is on the disk, as sentences."""
    folder = settings.THEME_DIR
    return [at(str(folder / FILE), line, said) for line, said in site.faults(folder)] if folder else []
