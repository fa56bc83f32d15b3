"""Evidence beside the states: findings of axe and the last pictures, from `make states` and `make gallery`."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings

OUR_OWN = "our-own"
"""The name of our own look, where themes have theirs."""
WIDTHS, SCHEMES = (390, 1280), ("light", "dark")


@dataclass(frozen=True)
class Audited:
    """Findings of axe in one state, contrast among them, and when it looked."""

    at: datetime
    found: list[str]


@dataclass(frozen=True)
class Picture:
    """A picture that `make gallery` took of a state, as the last commit has it."""

    width: int
    scheme: str
    at: datetime

    @property
    def pixels(self) -> str:
        """Its width in words."""
        return f"{self.width} px"


def look() -> str:
    """The name of the theme in use, for files about it."""
    return Path(settings.THEME_DIR).name if settings.THEME_DIR else OUR_OWN


def audits(template: str) -> dict[str, Audited]:
    """Findings of axe in the states of a template, by their slugs. States that it has not seen are left out."""
    try:
        kept: dict[str, Any] = json.loads((Path(settings.VAR) / "axe" / f"{look()}.json").read_text())
        return {
            state: Audited(datetime.fromtimestamp(seen["at"], UTC), [str(each) for each in seen["found"]])
            for state, seen in kept.get(template, {}).items()
        }
    except (OSError, ValueError, LookupError, TypeError, AttributeError):  # there is none, or it is of another version
        return {}


def pictures(template: str, state: str) -> list[Picture]:
    """The last pictures of a state."""
    found = [(width, scheme, picture(template, state, width, scheme)) for width in WIDTHS for scheme in SCHEMES]
    return [
        Picture(width, scheme, datetime.fromtimestamp(path.stat().st_mtime, UTC))
        for width, scheme, path in found
        if path
    ]


def picture(template: str, state: str, width: int, scheme: str) -> Path | None:
    """The file of the last picture of a state. The names are those of `Sight` in e2e/gallery/studio.py."""
    short = template.removeprefix("partials/").removesuffix(".html").replace("/", "-")
    kind = "partial" if template.startswith("partials/") else "page"
    name = f"{kind}-{short}--{state}-{width}-{scheme}.png"
    taken = [
        (path.stat().st_mtime, path) for path in (Path(settings.VAR) / "pictures").glob(f"*/{look()}/") if path.is_dir()
    ]
    found = [folder / name for _, folder in sorted(taken, reverse=True)]
    return next((path for path in found if path.is_file() and path.stat().st_size), None)
