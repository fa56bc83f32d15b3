"""Updates and compiles the catalogs of translated texts: ours, or with THEME_DIR those of the theme.

Needs requirements-test.txt, but not gettext.
"""

import ast
import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import polib
from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils.translation import to_locale
from django.utils.translation.template import templatize

from commentary.theme import FILE, Site, read

SINGULAR = {"_", "gettext", "gettext_lazy", "gettext_noop"}
PLURAL, WITH_CONTEXT = {"ngettext", "ngettext_lazy"}, {"pgettext", "pgettext_lazy"}
CATALOG = "LC_MESSAGES/django.po"


class Message(NamedTuple):
    """A text in the sources; equal texts share one translation."""

    text: str
    plural: str = ""
    context: str | None = None


def in_sources() -> dict[Message, list[str]]:
    """All texts to translate, each with the files it is in."""
    found: dict[Message, list[str]] = {}
    for path, message in (*_in_python(), *_in_templates(settings.ROOT)):
        files = found.setdefault(message, [])
        if path not in files:
            files.append(path)
    return found


def in_theme(folder: Path) -> dict[Message, list[str]]:
    """Texts of a theme that ours do not have, each with the files it is in."""
    ours, found = in_sources(), dict[Message, list[str]]()
    own = read((folder / FILE).read_bytes(), folder)[0] if (folder / FILE).is_file() else Site()
    said = [*(link.label for link in own.legal_links), *([own.logo.alt] if own.logo and own.logo.alt else [])]
    for path, message in (*_in_templates(folder), *((FILE, Message(text.replace("%", "%%"))) for text in said)):
        if message not in ours and path not in (files := found.setdefault(message, [])):
            files.append(path)
    return found


def _in_python() -> Iterator[tuple[str, Message]]:
    for folder in ("feeds", "site/commentary"):
        for path in sorted((settings.ROOT / folder).rglob("*.py")):
            if not {"tests", "migrations"} & set(path.relative_to(settings.ROOT).parts):
                for node in ast.walk(ast.parse(path.read_text())):
                    if message := _message_of(node):
                        yield str(path.relative_to(settings.ROOT)), message


def _in_templates(root: Path) -> Iterator[tuple[str, Message]]:
    for path in sorted((root / "templates").rglob("*.*")):
        for line in templatize(path.read_text(), origin=str(path)).splitlines():
            for call in re.finditer(r"\b_?(?:np|p|n)?(?:gettext)?\(", line):
                if message := _call_at(line[call.start() :]):
                    yield str(path.relative_to(root)), message


def _call_at(text: str) -> Message | None:
    """The message of the call at the beginning of this text; None if there is none."""
    for end in [place.end() for place in re.finditer(r"\)", text)][:20]:
        with suppress(SyntaxError):  # a bracket in the message itself
            return _message_of(ast.parse(text[:end], mode="eval").body)
    return None


def _message_of(node: ast.AST) -> Message | None:
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
        return None
    texts = [arg.value for arg in node.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]
    name, context = node.func.id, None
    if name in WITH_CONTEXT | {"npgettext"} and texts:
        context, *texts = texts
    if not texts:
        return None
    if name in PLURAL | {"npgettext"}:
        return Message(texts[0], texts[1], context)
    return Message(texts[0], "", context) if name in SINGULAR | WITH_CONTEXT else None


def catalogs() -> list[Path]:
    """Paths of the catalogs."""
    return sorted((settings.ROOT / "locale").glob(f"*/{CATALOG}"))


def catalogs_of_theme(folder: Path, found: dict[Message, list[str]]) -> list[Path]:
    """Paths of a theme's catalogs; if it has texts of its own, one for each language but English is made."""
    for code, _ in settings.LANGUAGES if found else ():
        path = folder / "locale" / to_locale(code) / CATALOG
        if code != settings.LANGUAGE_CODE and not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            made, ours = polib.POFile(wrapwidth=120), settings.ROOT / "locale" / to_locale(code) / CATALOG
            known = polib.pofile(str(ours)).metadata if ours.exists() else {}
            made.metadata = {"Content-Type": "text/plain; charset=UTF-8", "Language": code}
            made.metadata["Plural-Forms"] = known.get("Plural-Forms", "nplurals=2; plural=(n != 1);")
            made.save(str(path))
    return sorted((folder / "locale").glob(f"*/{CATALOG}"))


def key_of(entry: polib.POEntry) -> Message:
    """The message that a catalog's entry translates."""
    return Message(entry.msgid, entry.msgid_plural, entry.msgctxt)


def update(catalog: polib.POFile, found: dict[Message, list[str]]) -> None:
    """Adds missing messages to a catalog, untranslated, and removes those that no source has."""
    known = {key_of(entry): entry for entry in catalog}
    catalog.clear()
    for message, files in found.items():
        entry = known.get(message) or polib.POEntry(
            msgid=message.text, msgid_plural=message.plural, msgctxt=message.context
        )
        if message.plural and not entry.msgstr_plural:
            entry.msgstr_plural = {0: "", 1: ""}
        entry.occurrences = [(file, "") for file in files]
        catalog.append(entry)


class Command(BaseCommand):
    """Updates and compiles the catalogs."""

    help = "Bring the catalogs in locale/ up to date with the sources and compile them."

    def handle(self, *args: object, **options: object) -> None:
        """Updates and compiles each catalog, and prints how many texts it lacks."""
        theme: Path | None = settings.THEME_DIR
        found = in_theme(theme) if theme else in_sources()
        ours = in_sources() if theme else {}
        for path in catalogs_of_theme(theme, found) if theme else catalogs():
            catalog = polib.pofile(str(path), wrapwidth=120)
            # A theme's catalog may say a text of ours in other words.
            kept = {key: ours[key] for entry in catalog if (key := key_of(entry)) in ours}
            update(catalog, found | kept)
            catalog.save()
            catalog.save_as_mofile(str(path.with_suffix(".mo")))
            shown = path.relative_to(theme.parent if theme else settings.ROOT)
            self.stdout.write(f"{shown}: {len(catalog.untranslated_entries())} to translate.")
