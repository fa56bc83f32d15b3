"""Catalogs of a theme: its own texts, and ours in other words."""

import polib
import pytest

from feeds.gallery.contract import theme_file
from feeds.tests.management.test_commands import run
from feeds.values import site

HOME = '{% extends "home/home.html" %}{% block heading %}<h1>{% translate "Every minute" %}</h1>{% endblock %}'
FILE = (
    '[[legal_links]]\nlabel = "House rules"\naddress = "/rules/"\n[[legal_links]]\nlabel = "Privacy"\naddress = "/p/"\n'
)


@pytest.fixture
def theme(tmp_path, settings):
    """A theme with texts of its own."""
    folder = tmp_path / "theme"
    (folder / "templates/home").mkdir(parents=True)
    (folder / "templates/home/home.html").write_text(HOME)
    (folder / "theme.toml").write_text(FILE)
    options = settings.TEMPLATES[0]
    settings.TEMPLATES = [options | {"DIRS": [folder / "templates", *options["DIRS"]]}]
    settings.THEME_DIR = folder
    site.reread()
    yield folder
    site.reread()


def test_a_theme_says_its_own_texts_and_ours_in_other_languages(theme, rita, db, settings):
    said = run("messages")
    assert said == "theme/locale/de/LC_MESSAGES/django.po: 2 to translate.\n"
    path = theme / "locale/de/LC_MESSAGES/django.po"
    catalog = polib.pofile(str(path))
    assert {entry.msgid for entry in catalog} == {"Every minute", "House rules"}
    for entry in catalog:
        entry.msgstr = {"Every minute": "Jede Minute", "House rules": "Hausordnung"}[entry.msgid]
    catalog.append(polib.POEntry(msgid="Host sign-in", msgstr="Zur Redaktion"))
    catalog.save()
    assert run("messages") == "theme/locale/de/LC_MESSAGES/django.po: 0 to translate.\n"
    settings.LOCALE_PATHS = [theme / "locale", *settings.LOCALE_PATHS]
    page = rita.get("/", headers={"Accept-Language": "de"}).content.decode()
    for text in ("<h1>Jede Minute</h1>", ">Hausordnung</a>", ">Datenschutz</a>", ">Zur Redaktion</a>"):
        assert text in page
    assert ">House rules</a>" in rita.get("/", headers={"Accept-Language": "en"}).content.decode()


def test_catalogs_that_no_page_uses_are_named(theme):
    run("messages")
    assert theme_file.uncompiled() == []
    (theme / "locale/de/LC_MESSAGES/django.mo").unlink()
    (theme / "locale/ed").mkdir()
    assert theme_file.uncompiled() == [
        f"{theme}/locale/de/LC_MESSAGES/django.po: it is not compiled, so no page uses it. "
        "Run THEME_DIR=… make messages.",
        f"{theme}/locale/ed: visitors cannot choose this language. Did you mean de?",
    ]
