"""Knowledge of templates and style sheets is kept while nothing has changed, and not longer."""

import pytest
from django.test import override_settings

from feeds.gallery import contract
from feeds.gallery.contract import kept
from feeds.gallery.known import Known

BY = "partials/post/by.html"


@pytest.fixture
def asked(monkeypatch):
    """The templates that were checked."""
    found = []

    def problems(template, *, everywhere):
        found.append(template)
        return []

    monkeypatch.setattr(contract, "problems", problems)
    return found


def test_a_template_is_checked_once_for_each_version_of_the_files(theme, asked, tmp_path_factory, settings):
    known, sheets = Known(), tmp_path_factory.mktemp("styles")  # apart from the templates, which count in any case
    settings.THEME_DIR = sheets
    for number, change in enumerate(
        (
            lambda: None,
            lambda: theme(BY, "<bdi", "<b></b><bdi"),
            lambda: theme(BY, "<bdi", "<i></i><bdi"),
            lambda: (sheets / "theme.css").write_text("a { color: red }"),
            lambda: (sheets / "theme.toml").write_text("name = 'Petrel'"),
            lambda: (sheets / "theme.toml").write_text("name = 'Patrol'"),
            (sheets / "theme.css").unlink,
        ),
        start=1,
    ):
        change()
        known.problems_of(BY)
        known.problems_of(BY)
        assert len(asked) == number, number


def test_another_setting_is_another_version(theme, asked):
    known = Known()
    known.problems_of(BY)
    with override_settings(LEGAL_LINKS="Imprint https://example.org/"):
        known.problems_of(BY)
    assert asked == [BY, BY]


def test_another_process_and_manage_py_check_begin_with_what_is_kept(theme, asked):
    contract.check()
    checked = len(asked)
    assert Known().found().problems.keys() == set(asked)
    contract.check()
    Known().problems_of(BY)
    assert len(asked) == checked


def test_nothing_is_kept_of_files_that_changed_while_they_were_looked_at(theme, asked):
    known = Known()
    key, found = known.current()
    found.problems[BY] = ["it is crooked"]
    theme(BY, "<bdi", "<b></b><bdi")
    known.complete(key, found)
    assert kept.recall(key) is None
    assert known.problems_of(BY) == []


def test_what_an_earlier_version_of_commentary_kept_is_no_findings(theme, settings):
    (settings.VAR / "checked-templates.json").write_text('{"x": [["E001", "a", "b"]], "y": {"problems": {}}}')
    assert (kept.recall("x"), kept.recall("y")) == (None, None)
