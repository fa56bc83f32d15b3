"""New themes work as they are: nothing in them is found wrong, and pages have their look."""

import pytest
from django.core.management import CommandError, call_command

from feeds import gallery
from feeds.gallery import contract
from feeds.gallery.contract import sheets, theme_file
from feeds.tests.conftest import in_theme
from feeds.tests.management.test_commands import refusal, run
from feeds.values import site


@pytest.mark.usefixtures("nothing_left")
def test_a_new_theme_works_as_it_is(tmp_path):
    said = run("theme", "new", "match-day", "--in", str(tmp_path))
    folder = tmp_path / "match-day"
    assert f"\n  THEME_DIR={folder} make run\n" in said
    with in_theme(folder):
        site.reread()
        assert site.site().name == "Match day"
        assert [
            *contract.problems("home/home.html"),
            *contract.hints(),
            *sheets.problems(),
            *theme_file.problems(),
        ] == []
        (home, *_) = gallery.states_of("home/home.html")
        page = home.render()
        assert "<h1>Match day</h1>" in page
        assert 'src="/static/logo' in page
        assert 'href="/static/theme' in page


@pytest.fixture
def nothing_left(settings, tmp_path_factory):
    """Nothing of a theme is kept for later tests."""
    settings.VAR = tmp_path_factory.mktemp("var")
    yield
    site.reread()


@pytest.mark.parametrize("name", ["", "Match", "match day", "../x", "x-", "a/b", "tür", "1st", 41 * "a", "x\n"])
def test_a_name_that_is_none_of_a_folder_is_refused(tmp_path, name):
    with pytest.raises(CommandError, match="cannot be the name of a theme: use up to 40 small letters"):
        call_command("theme", "new", name, "--in", str(tmp_path))
    assert list(tmp_path.iterdir()) == []


def test_what_is_there_already_is_left_alone(tmp_path):
    (tmp_path / "match-day").write_text("mine")
    said = refusal("theme", "new", "match-day", "--in", str(tmp_path))
    assert said == f"{tmp_path}/match-day is there already: choose another name, or remove it."
    assert (tmp_path / "match-day").read_text() == "mine"


def test_a_folder_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "file").write_text("")
    said = refusal("theme", "new", "x", "--in", str(tmp_path / "file"))
    assert said == f"Cannot write {tmp_path}/file/x (Not a directory): make that folder writable."
