"""Makes a theme to begin with: `manage.py theme new match-day`."""

import re
import shutil
from argparse import ArgumentTypeError
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from commentary.theme import FILE
from feeds.management import QUICK_CHECKS

LONGEST = 40
STARTER = "starter"
"""The theme that a new one is a copy of."""


def name_of_theme(value: str) -> str:
    """A name that can be that of a folder and of a site. Raises `ArgumentTypeError`."""
    if not re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", value) or len(value) > LONGEST:
        raise ArgumentTypeError(
            f"“{value}” cannot be the name of a theme: use up to {LONGEST} small letters, digits and hyphens, "
            "such as match-day."
        )
    return value


class Command(BaseCommand):
    """Makes themes."""

    help = "Make a theme in themes/ that works as it is, to change from there."
    requires_system_checks = QUICK_CHECKS

    def add_arguments(self, parser: CommandParser) -> None:
        """The verb, the name, and the folder to make the theme in."""
        parser.add_argument("verb", choices=["new"])
        parser.add_argument("name", type=name_of_theme, help="name of the theme's folder, such as match-day")
        parser.add_argument("--in", dest="parent", type=Path, help="folder to make it in (default: themes/)")

    def handle(self, name: str, parent: Path | None = None, **options: object) -> None:
        """Makes the theme and says how to see it. Raises `CommandError` if there is such a folder."""
        themes: Path = settings.ROOT / "themes"
        folder = (parent or themes) / name
        if folder.exists():
            raise CommandError(f"{folder} is there already: choose another name, or remove it.")
        try:
            shutil.copytree(themes / STARTER, folder)
            file = folder / FILE
            shown = name.replace("-", " ").capitalize()
            file.write_text(
                re.sub(r'^name = ".*"$', f'name = "{shown}"', file.read_text(), count=1, flags=re.MULTILINE)
            )
        except OSError as error:
            raise CommandError(f"Cannot write {folder} ({error.strerror}): make that folder writable.") from error
        path = folder.relative_to(Path.cwd()) if folder.is_relative_to(Path.cwd()) else folder
        self.stdout.write(
            f"{path} is ready. See it with:\n\n  THEME_DIR={path} make run\n\n"
            f"Change {path}/theme.css, and open pages follow. docs/designers.md says what else a theme can do."
        )
