"""Style sheets: many short files for designers, and one for browsers."""

import gzip
import re

import brotli
import pytest
from asgiref.sync import async_to_sync
from django.conf import settings
from django.contrib.staticfiles.finders import get_finder
from django.templatetags.static import static
from django.test import RequestFactory

from feeds.tests.helpers import fetch
from serving import answers
from serving.static import HTMX, StaticFiles, reload_files


@pytest.fixture
def theme(tmp_path, settings):
    """An empty theme that the server uses."""
    settings.THEME_DIR = tmp_path
    get_finder.cache_clear()
    reload_files()
    yield tmp_path
    settings.THEME_DIR = None
    get_finder.cache_clear()
    reload_files()


async def _nothing(request):
    raise AssertionError(f"{request.path} is served by nobody")


def answer(name, **headers):
    """The answer to a request for this file."""
    return async_to_sync(StaticFiles(_nothing))(RequestFactory().get(f"/static/{name}", headers=headers))


def sheet(name):
    """A style sheet as browsers get it."""
    return gzip.decompress(answer(name, accept_encoding="gzip").content).decode()


def plain(name):
    """The contents of a file for a client that takes no compression."""
    response = answer(name)
    assert response.status_code == 200
    return b"".join(async_to_sync(_parts)(response)).decode()


async def _parts(response):
    return [part async for part in response]


def test_every_answer_says_that_its_type_is_not_to_be_guessed(client, event):
    """A page, a frame, a redirect, what is missing, a file, and what the server says by itself."""
    asked = {path: client.get(path) for path in ("/", "/events/match/", "/events/match/changes/", "/no/such/page/")}
    asked |= {"sign-out": client.post("/sign-out/"), "method": client.put("/"), "file": answer("site.css")}
    asked |= {"compressed file": answer("site.css", accept_encoding="gzip")}
    assert {name: found.headers.get("X-Content-Type-Options") for name, found in asked.items()} == dict.fromkeys(
        asked, "nosniff"
    )
    for status in answers.SAID:
        assert (b"X-Content-Type-Options", b"nosniff") in list(answers.headers(status))


def test_a_page_asks_for_one_style_sheet_that_has_all_others_in_it(client, event):
    asked = re.findall(r'rel="stylesheet" href="/static/([a-z]+)\.', fetch(client, event.get_absolute_url()))
    assert asked == ["site", "states"]
    whole = sheet("site.css")
    assert "@import" not in whole
    for part in ("@layer tokens{", "--paper:", "@layer components{", ".entry{", ".comments{", "@layer print{"):
        assert part in whole, part


def test_without_compression_browsers_follow_the_imports():
    names = re.findall(r'@import url\("([^"]+)"\)', plain("site.css"))
    assert len(names) > 20
    assert all(plain(name) for name in names)


def test_a_change_in_an_imported_sheet_gives_the_whole_another_name_and_text(theme):
    """Nobody gets "not modified" because the list of imports is the same."""
    before, first = static("site.css"), answer("site.css", accept_encoding="gzip")
    assert not {"ETag", "Last-Modified"} & set(first.headers)
    (theme / "components").mkdir()
    (theme / "components/entry.css").write_text(".entry { color: rebeccapurple; }")
    reload_files()
    assert static("site.css") != before
    assert ".entry{color:rebeccapurple}" in sheet("site.css")


def test_a_theme_does_not_replace_what_shows_and_hides(theme):
    (theme / "states.css").write_text(".composer { display: block; }")
    reload_files()
    text = sheet("states.css")
    assert '#event:not([data-hosts~="post"])' in text
    assert ".composer{display:block}" not in text


SIDES = re.compile(
    r"^\s*(?:left|right|(?:margin|padding|border)-(?:left|right)[\w-]*|(?:text-align|float|clear): *(?:left|right))\b",
    re.MULTILINE,
)
FOUR = re.compile(r"(?:inset|margin|padding): ([^\s(]+) ([^\s(]+) ([^\s(]+) ([^\s(]+);")


def test_no_style_sheet_knows_left_from_right():
    """Pages of right-to-left languages are laid out by the same rules."""
    for path in (settings.ROOT / "static").rglob("*.css"):
        css = path.read_text()
        found = [each[0].strip() for each in SIDES.finditer(css)]
        found += [each[0] for each in FOUR.finditer(css) if each[2] != each[4]]
        assert not found, path.name


@pytest.mark.parametrize("accepted", ["br, gzip", "gzip", ""])
def test_the_scripts_are_one_file_in_their_order_whatever_a_client_accepts(accepted):
    whole = answer(HTMX, accept_encoding=accepted)
    coding = whole.get("Content-Encoding", "")
    assert coding == accepted.partition(",")[0]
    text = {"br": brotli.decompress, "gzip": gzip.decompress, "": bytes}[coding](whole.content).decode()
    assert "import " not in text.partition(";")[0]
    places = [text.index(part) for part in ("var htmx=", "reconnectDelay", 'registerExtension("upsert"')]
    assert places == sorted(places)
    assert not {"ETag", "Last-Modified"} & set(whole.headers)


def test_the_scripts_are_one_file_while_files_may_change(settings):
    settings.SERVESTATIC_AUTOREFRESH = True
    whole = answer(HTMX)
    assert whole["Content-Type"].startswith("text/javascript")
    assert b"var htmx=" in whole.content
    assert b'import "' not in whole.content
