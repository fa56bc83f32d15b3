"""Catalogs of translations: complete, with the same placeholders, and served as they are."""

import re

import polib
import pytest
from django.utils import translation

from feeds.management.commands.messages import catalogs, in_sources, key_of

PLACEHOLDER = re.compile(r"%\([a-z_]+\)s|\{[a-z_]*\}|<[^>]+>|%%")


@pytest.fixture(params=catalogs(), ids=lambda path: path.parts[-3])
def catalog(request):
    return request.param


def test_a_catalog_has_every_text_of_the_sources_and_no_other(catalog):
    """`make messages` brings it up to date."""
    assert {key_of(entry) for entry in polib.pofile(str(catalog))} == set(in_sources())


def test_every_text_is_translated_with_what_is_put_into_it(catalog):
    for entry in polib.pofile(str(catalog)):
        assert (entry.translated(), entry.fuzzy) == (True, False), entry.msgid
        one, *many = entry.msgstr_plural.values() if entry.msgid_plural else [entry.msgstr]
        for text, source in ((one, entry.msgid), *((text, entry.msgid_plural) for text in many)):
            assert set(PLACEHOLDER.findall(text)) == set(PLACEHOLDER.findall(source)), source


def test_what_is_served_is_what_the_catalog_says(catalog):
    def said(entries):
        return {(key_of(entry), entry.msgstr, *entry.msgstr_plural.values()) for entry in entries}

    assert said(polib.mofile(str(catalog.with_suffix(".mo")))) == said(polib.pofile(str(catalog)))


@pytest.mark.parametrize(("count", "said"), [(1, "1 Kommentar von anderen zu"), (2, "2 Kommentare von anderen zu")])
def test_numbers_have_their_forms(event, count, said):
    with translation.override("de"):
        one = "%(n)s comment by others on these entries disappears with them."
        many = "%(n)s comments by others on these entries disappear with them."
        assert (translation.ngettext(one, many, count) % {"n": count}).startswith(said)
