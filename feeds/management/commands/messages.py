"""Updates and compiles the catalogs of translated texts. Needs requirements-test.txt, but not gettext."""

import ast
import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import polib
from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils.translation.template import templatize

SINGULAR = {"_", "gettext", "gettext_lazy", "gettext_noop"}
PLURAL, WITH_CONTEXT = {"ngettext", "ngettext_lazy"}, {"pgettext", "pgettext_lazy"}


class Message(NamedTuple):
    """A text in the sources; equal texts share one translation."""

    text: str
    plural: str = ""
    context: str | None = None


def in_sources() -> dict[Message, list[str]]:
    """All texts to translate, each with the files it is in."""
    found: dict[Message, list[str]] = {}
    for path, message in (*_in_python(), *_in_templates()):
        files = found.setdefault(message, [])
        if path not in files:
            files.append(path)
    return found


def _in_python() -> Iterator[tuple[str, Message]]:
    for folder in ("feeds", "site/commentary"):
        for path in sorted((settings.ROOT / folder).rglob("*.py")):
            if not {"tests", "migrations"} & set(path.relative_to(settings.ROOT).parts):
                for node in ast.walk(ast.parse(path.read_text())):
                    if message := _message_of(node):
                        yield str(path.relative_to(settings.ROOT)), message


def _in_templates() -> Iterator[tuple[str, Message]]:
    for path in sorted((settings.ROOT / "templates").rglob("*.*")):
        for line in templatize(path.read_text(), origin=str(path)).splitlines():
            for call in re.finditer(r"\b_?(?:np|p|n)?(?:gettext)?\(", line):
                if message := _call_at(line[call.start() :]):
                    yield str(path.relative_to(settings.ROOT)), message


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
    return sorted((settings.ROOT / "locale").glob("*/LC_MESSAGES/django.po"))


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
        found = in_sources()
        for path in catalogs():
            catalog = polib.pofile(str(path), wrapwidth=120)
            update(catalog, found)
            catalog.save()
            catalog.save_as_mofile(str(path.with_suffix(".mo")))
            self.stdout.write(f"{path.relative_to(settings.ROOT)}: {len(catalog.untranslated_entries())} to translate.")
