"""The look of a rehearsal: the switches of the gallery, as its designer has chosen them."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import QueryDict
from django.template import Engine
from django.template.backends.django import DjangoTemplates
from django.templatetags.static import static
from django.utils import translation

from feeds.gallery.switches import BOTH, ORIGINAL, SCHEMES, Frame, Label, Switches, choices, frames_of
from feeds.gallery.tried_templates import tried
from feeds.timeline.variants import Variant


class Look:
    """The choices of one rehearsal. Its frames are rendered once for all, so it shows one theme at a time."""

    def __init__(self, asked: QueryDict) -> None:
        self._asked = QueryDict(mutable=True)
        for name, _label, value, values in choices(asked):
            if value in dict(values) and value != BOTH:
                self._asked[name] = value
        self.switches = Switches.parse(self._asked)
        self._engine = _original() if self.switches.theme == ORIGINAL and settings.THEME_DIR else None

    @property
    def choices(self) -> list[tuple[str, Label, str, list[tuple[str, Label]]]]:
        """The choices as in the gallery, without both themes beside each other."""
        found = choices(self._asked)
        return [
            (name, label, value, [each for each in values if each[0] != BOTH]) for name, label, value, values in found
        ]

    @property
    def frames(self) -> list[Frame]:
        """The frames in which the page is shown."""
        return frames_of(self._asked)

    @property
    def language(self) -> str:
        """The chosen language, or the one that is active."""
        return self.switches.language or translation.get_language() or settings.LANGUAGE_CODE

    @property
    def variant(self) -> Variant:
        """The variant of pages in this language."""
        return Variant.plain(self.language)

    @contextmanager
    def applied(self) -> Iterator[None]:
        """Renders everything in the block with the chosen templates."""
        with tried(self._engine):
            yield

    def forget_templates(self) -> None:
        """Reads all templates again when they are next used, after files were saved."""
        for loader in self._engine.template_loaders if self._engine else ():
            loader.reset()

    def dress(self, page: str, scheme: str) -> str:
        """A whole page in this look, and in a colour scheme if one is asked for or chosen."""
        scheme = scheme or self._asked.get("scheme", "")
        sheet = f'<link rel="stylesheet" href="{static("gallery.css")}"></head>'
        page = self.switches.dress(page.replace("</head>", sheet, 1))
        return page.replace("<html ", f'<html data-scheme="{scheme}" ', 1) if scheme in SCHEMES else page


def _original() -> Engine:
    """An engine like the one in use, without the templates of the theme."""
    options: dict[str, Any] = {name: value for name, value in settings.TEMPLATES[0].items() if name != "BACKEND"}
    assert settings.THEME_DIR  # noqa: S101  (else there is nothing to leave out)
    options["DIRS"] = [each for each in options["DIRS"] if not Path(each).is_relative_to(settings.THEME_DIR)]
    return DjangoTemplates({"NAME": "original", "APP_DIRS": False, **options}).engine
