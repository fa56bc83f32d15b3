"""The theme's `theme.toml` and catalogs: what in them makes no sense, with its line and a cure."""

from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.utils.translation import to_locale

from commentary.theme import FILE
from feeds.gallery.contract.wording import at, did_you_mean
from feeds.values import site


def uncompiled() -> list[str]:
    """Catalogs of the theme that no page uses, as sentences."""
    return list(_uncompiled(settings.THEME_DIR)) if settings.THEME_DIR else []


def _uncompiled(folder: Path) -> Iterator[str]:
    codes = {to_locale(code): code for code, _ in settings.LANGUAGES}
    for path in sorted(folder.glob("locale/*")):
        catalog = path / "LC_MESSAGES" / "django.po"
        if path.name not in codes:
            near = did_you_mean(path.name, codes)
            cure = near or f" Add it to LANGUAGES, or choose one of {', '.join(sorted(codes))}."
            yield at(str(path), 0, f"visitors cannot choose this language.{cure}")
        elif not catalog.with_suffix(".mo").is_file():
            said = "it is not compiled, so no page uses it. Run THEME_DIR=… make messages."
            yield at(str(catalog), 0, said if catalog.is_file() else f"it is missing. {said.partition('. ')[2]}")


def problems() -> list[str]:
    """The problems of the file as it is on the disk, as sentences."""
    folder = settings.THEME_DIR
    return [at(str(folder / FILE), line, said) for line, said in site.faults(folder)] if folder else []
