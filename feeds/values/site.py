"""The site that all pages belong to: its name, logo and legal links."""

from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext_noop

from commentary.theme import FILE, Fault, Site, read

LABELS = (gettext_noop("Imprint"), gettext_noop("Privacy"), gettext_noop("Terms"), gettext_noop("Contact"))
"""Labels of legal links that our catalogs translate. Others are translated by those of the theme."""


def site() -> Site:
    """The site of the present settings. The environment wins over the theme."""
    found = _of_theme(settings.THEME_DIR)
    if settings.SITE_NAME:
        found = replace(found, name=settings.SITE_NAME)
    return replace(found, legal_links=settings.LEGAL_LINKS) if settings.LEGAL_LINKS else found


def faults(folder: Path) -> list[Fault]:
    """Faults of a theme's file as it is on the disk now."""
    return _read(folder)[1]


@lru_cache(maxsize=2)
def _of_theme(folder: Path | None) -> Site:
    return _read(folder)[0] if folder else Site()


def reread() -> None:
    """Takes the theme's file on the disk into use: see live reload."""
    _of_theme.cache_clear()


def _read(folder: Path) -> tuple[Site, list[Fault]]:
    path = folder / FILE
    return read(path.read_bytes(), folder) if path.is_file() else (Site(), [])
