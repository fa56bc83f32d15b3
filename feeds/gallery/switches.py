"""Switches of the gallery: language, direction, theme and medium, in which a page shows a state."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import cast

from django.conf import settings
from django.contrib.staticfiles import finders
from django.http import QueryDict
from django.template import Engine, engines
from django.template.backends.django import DjangoTemplates
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy

from serving import static

ORIGINAL, BOTH = "original", "both"
_BOTH = gettext_lazy("Both")
WIDTHS = {"phone": 360, "desktop": 1280}
"""Widths in pixels of what is shown, by name."""
SCHEMES = ("light", "dark")
YES, NO = "(min-width: 0)", "(max-width: 0)"
"""Conditions of style sheets that are always true, and never."""
MEDIA: dict[str, tuple[tuple[str, str], ...]] = {
    "print": ((r"@media\s+print\b", "@media all"), (r"@media\s+screen\b", "@media not all")),
    "forced": ((r"\(\s*forced-colors\s*:\s*active\s*\)", YES), (r"\(\s*forced-colors\s*:\s*none\s*\)", NO)),
    "calm": (
        (r"\(\s*prefers-reduced-motion(?:\s*:\s*reduce)?\s*\)", YES),
        (r"\(\s*prefers-reduced-motion\s*:\s*no-preference\s*\)", NO),
    ),
}
"""Replacements of conditions of style sheets, so that a page shows a medium that its browser does not have."""
Label = str | Promise
LABELS: dict[str, tuple[Label, dict[str, Label]]] = {
    "width": (gettext_lazy("Width"), {"": _BOTH, "phone": gettext_lazy("Phone"), "desktop": gettext_lazy("Desktop")}),
    "scheme": (gettext_lazy("Colours"), {"": _BOTH, "light": gettext_lazy("Light"), "dark": gettext_lazy("Dark")}),
    "language": (gettext_lazy("Language"), {"": gettext_lazy("Yours")}),
    "direction": (
        gettext_lazy("Direction"),
        {
            "": gettext_lazy("As the language"),
            "ltr": gettext_lazy("Left to right"),
            "rtl": gettext_lazy("Right to left"),
        },
    ),
    "theme": (
        gettext_lazy("Theme"),
        {"": gettext_lazy("In use"), ORIGINAL: gettext_lazy("None"), BOTH: gettext_lazy("Both, side by side")},
    ),
    "medium": (
        gettext_lazy("Medium"),
        {
            "": gettext_lazy("Screen"),
            "print": gettext_lazy("Print"),
            "forced": gettext_lazy("Forced colours"),
            "calm": gettext_lazy("Reduced motion"),
        },
    ),
    "zoomed": (gettext_lazy("Zoom"), {"": "100 %", "200": "200 %"}),
}
"""Labels of the choices, and of their values; languages are those of the settings."""
_SHEET = re.compile(r'(<link rel="stylesheet" href=")/static/([^"?]+?)(?:\.[0-9a-f]{12})?\.css"')
_THEME = re.compile(r'<link rel="stylesheet" href="/static/theme(?:\.[0-9a-f]{12})?\.css">')
_HTML = re.compile(r'<html lang="([^"]*)" dir="([^"]*)"')


@dataclass(frozen=True)
class Switches:
    """The choices of a viewer; "" stands for what is usual."""

    language: str = ""
    direction: str = ""
    theme: str = ""
    medium: str = ""
    zoomed: str = ""

    @classmethod
    def parse(cls, asked: QueryDict) -> "Switches":
        """The switches of an address. Values that are unknown count as usual."""
        known = {name: values for name, _, values in _choices() if name in cls.__annotations__}
        return cls(**{name: value for name in known if (value := asked.get(name, "")) in known[name]})

    def themes(self) -> list[str]:
        """The themes to show beside each other: "" is the one in use."""
        return ["", ORIGINAL] if self.theme == BOTH else [self.theme]

    def query(self, theme: str = "") -> str:
        """The parameters of a state's address, with a theme of `themes`; "" if all is usual."""
        chosen = {"language": self.language, "direction": self.direction, "theme": theme, "medium": self.medium}
        return urlencode({name: value for name, value in chosen.items() if value})

    def engine(self) -> Engine | None:
        """The engine with the original templates, if these are to be shown; None for the one in use."""
        if self.theme != ORIGINAL or not settings.THEME_DIR:
            return None
        used = cast(DjangoTemplates, engines["django"]).engine
        folders = [each for each in used.dirs if not Path(each).is_relative_to(settings.THEME_DIR)]
        loaders = ["django.template.loaders.filesystem.Loader", "django.template.loaders.app_directories.Loader"]
        return Engine(dirs=folders, loaders=loaders, libraries=used.libraries, builtins=used.builtins)

    def dress(self, page: str) -> str:
        """A whole page in this direction, theme and medium."""
        if self.theme == ORIGINAL:
            page = _THEME.sub("", page)
        if self.medium:
            page = _SHEET.sub(rf'\1/design/sheets/{self.medium}/\2.css"', page)
        direction = self.direction or r"\2"
        return _HTML.sub(rf'<html lang="\1" dir="{direction}" data-medium="{self.medium}"', page, count=1)


@dataclass(frozen=True)
class Frame:
    """A frame in which something is shown: its width in pixels, scheme, theme and medium."""

    name: str
    width: int
    scheme: str
    query: str


def frames_of(asked: QueryDict) -> list[Frame]:
    """The frames that the choices of an address make of something: one for each width, scheme and theme."""
    switches, width, scheme = Switches.parse(asked), asked.get("width", ""), asked.get("scheme", "")
    widths = {width: WIDTHS[width]} if width in WIDTHS else WIDTHS
    schemes = (scheme,) if scheme in SCHEMES else SCHEMES
    return [
        Frame(name, pixels // 2 if switches.zoomed else pixels, scheme, switches.query(theme))
        for (name, pixels), scheme, theme in product(widths.items(), schemes, switches.themes())
    ]


def choices(asked: QueryDict) -> list[tuple[str, Label, str, list[tuple[str, Label]]]]:
    """The choices of the gallery: name, label, the value that an address asks for, and all values with their texts."""
    return [(name, label, asked.get(name, ""), list(values.items())) for name, label, values in _choices()]


def _choices() -> Iterator[tuple[str, Label, dict[str, Label]]]:
    for name, (label, values) in LABELS.items():
        if name == "language":
            yield name, label, values | dict(settings.LANGUAGES)
        elif name != "theme" or settings.THEME_DIR:
            yield name, label, values


def sheet(medium: str, name: str) -> str | None:
    """A style sheet of ours, or of the theme, as in a medium; None if there is none of this name."""
    path = finders.find(name) if name.endswith(static.STYLE_SHEET) else None
    if not path:
        return None
    text = static.whole(Path(path)).decode(errors="replace")
    for condition, other in MEDIA[medium]:
        text = re.sub(condition, other, text)
    # Forced colours win over all colours of a theme.
    return f"@layer components {{\n{text}\n}}" if medium == "forced" and name == "theme.css" else text
