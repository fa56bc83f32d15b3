"""Mistakes in a theme's `theme.toml`, and what pages make of the file."""

import pytest

from commentary import theme
from commentary.theme import Link, Logo, Site
from feeds import gallery
from feeds.gallery.contract import theme_file
from feeds.tests.helpers import fetch
from feeds.values import site

LINK = '[[legal_links]]\nlabel = "Imprint"\naddress = "/imprint/"\n'
REFUSED = (
    "is not an address that pages can link to. Begin it with https://, http:// or /, "
    'such as "https://example.org/imprint" or "/imprint/".'
)

TOML = {
    "a name without quotes": (
        "name = Match day\n",
        1,
        'this is not TOML: Invalid value. Write a line as name = "…", with quotes around texts.',
    ),
    "a quote that is not closed in theme.toml": (
        'name = "Match day\n',
        1,
        "this is not TOML: Illegal character '\\n'. Write a line as name = \"…\", with quotes around texts.",
    ),
    "a list that is not closed in theme.toml": (
        'name = "a"\nlegal_links = [',
        2,
        'this is not TOML: Invalid value. Write a line as name = "…", with quotes around texts.',
    ),
    "a key that theme.toml does not have": ('\nnmae = "a"\n', 2, "nothing is called nmae here. Did you mean name?"),
    "a key of something else": (
        '[logo]\nfile = "logo.svg"\nalt = ""\nwidth = 3\n',
        4,
        "nothing is called width here. Remove it; there are file, alt.",
    ),
    "a name that is not a text": ("name = 7\n", 1, "name is not a text. Put quotes around it."),
    "an empty name": ('name = " "\n', 1, "name is empty. Fill it in, or remove the line."),
    "a name that is too long": (f'name = "{41 * "a"}"\n', 1, "name is too long. Keep it below 41 characters."),
    "a name of two lines": (
        'name = "a\\nb"\n',
        1,
        "name has a line break or an invisible character. Remove it.",
    ),
    "a logo that does not exist": (
        '\n[logo]\nalt = ""\nfile = "lgo.svg"\n',
        4,
        "file = “lgo.svg”: there is no such file in the theme's folder. Did you mean logo.svg?",
    ),
    "a logo outside the folder": (
        '[logo]\nfile = "../logo.svg"\nalt = ""\n',
        2,
        "file = “../logo.svg”: it is outside the theme's folder. "
        "Put the file into the folder, and write its name alone.",
    ),
    "a logo that is not a picture": (
        '[logo]\nfile = "theme.css"\nalt = ""\n',
        2,
        "file = “theme.css”: browsers show no such picture. Use one of .svg, .png, .webp, .avif, .jpg, .jpeg, .gif.",
    ),
    "a logo without alt": (
        'name = "a"\n[logo]\nfile = "logo.svg"\n',
        2,
        'the logo has no alt. Add alt = "…", what it shows, or alt = "" to have the name beside it.',
    ),
    "a logo without a file": (
        '[logo]\nalt = "a"\n',
        1,
        'the logo has no file. Add file = "logo.svg", the name of a picture in this folder.',
    ),
    "a logo that is not a table": (
        'logo = "logo.svg"\n',
        1,
        'logo is not a table. Write [logo], and below it file = "logo.svg" and alt = "…".',
    ),
    "legal links that are not a list": (
        '[legal_links]\nlabel = "a"\n',
        1,
        'legal_links is not a list. Write [[legal_links]], and below it label = "…" and address = "…".',
    ),
    "a legal link without an address": (
        LINK + '[[legal_links]]\nlabel = "b"\n',
        4,
        'the link has no address. Add address = "…".',
    ),
    "a legal link to a script": (
        LINK + '[[legal_links]]\nlabel = "b"\naddress = "javascript:alert(1)"\n',
        6,
        f"address = “javascript:alert(1)” {REFUSED}",
    ),
    "a legal link without a scheme": (
        LINK.replace("/imprint/", "example.org/imprint"),
        3,
        f"address = “example.org/imprint” {REFUSED}",
    ),
    "too many legal links": (
        LINK * 9,
        25,
        "there are more than 8 legal links. Put the others on a page that one leads to.",
    ),
}


@pytest.fixture
def save(tmp_path, settings):
    """Saves the file of a theme that is in use."""
    settings.THEME_DIR = tmp_path
    (tmp_path / "logo.svg").write_text("<svg/>")
    site.reread()

    def write(content):
        (tmp_path / theme.FILE).write_bytes(content if isinstance(content, bytes) else content.encode())
        return theme_file.problems()

    yield write
    site.reread()


@pytest.mark.parametrize("mistake", TOML)
def test_a_mistake_in_the_file_is_named_with_its_line_and_a_cure(save, tmp_path, mistake):
    content, line, said = TOML[mistake]
    assert save(content) == [f"{tmp_path}/theme.toml, line {line}: {said}"]


def test_what_cannot_be_read_at_all_is_named_as_well(save, tmp_path):
    assert save(b'name = "a"\nname = "\xff"') == [
        f"{tmp_path}/theme.toml, line 2: this is not UTF-8. Save the file as UTF-8."
    ]
    (said,) = save(b"#" * (theme.MOST_BYTES + 1))
    assert said == f"{tmp_path}/theme.toml: the file is too large. Keep it below 16 KB."


@pytest.mark.parametrize(
    "address",
    [
        *(
            "",
            "//example.org/",
            "/\\example.org",
            "https:example.org",
            "https://",
            "ftp://example.org/",
            "mailto:a@b.c",
        ),
        *("data:text/html,x", "https://a b/", "https://example.org/ x", "/a\nb", '/"x', "imprint/", "https://[x/"),
        *("https://user@example.org/", "JavaScript:alert(1)", " /x", "/" + 300 * "a", "https://example.org/\u202e"),
    ],
)
def test_no_page_links_to_such_an_address(save, address):
    assert theme.wrong_address(address)


def test_usual_addresses_are_fine():
    for address in ("/", "/imprint/", "https://example.org", "http://127.0.0.1:8000/a?b=c&d#e", "https://ä.example/ü"):
        assert theme.wrong_address(address) == ""


def test_what_makes_sense_is_used_although_something_else_does_not(save):
    assert len(save(f'name = "Match day"\nlogo = 3\n{LINK}[[legal_links]]\nlabel = 4\naddress = "/x/"\n')) == 2
    assert site.site() == Site("Match day", None, (Link("Imprint", "/imprint/"),))


def test_the_environment_wins_over_the_theme(save, settings):
    assert save(f'name = "Match day"\n{LINK}[logo]\nfile = "logo.svg"\nalt = ""\n') == []
    settings.SITE_NAME, settings.LEGAL_LINKS = "Ticker", (Link("Privacy", "/privacy/"),)
    assert site.site() == Site("Ticker", Logo("logo.svg", ""), (Link("Privacy", "/privacy/"),))


HOSTILE = f'name = "<b>Match & day"\n{LINK}[[legal_links]]\nlabel = "A <b>"\naddress = "/?a=1&b=2"\n'
LINKS = '<a href="/imprint/">Imprint</a><a href="/?a=1&amp;b=2">A &lt;b&gt;</a></nav>'


def test_every_page_has_the_legal_links_in_every_state(save):
    assert save(HOSTILE) == []
    pages = [name for name in gallery.templates() if not name.startswith("partials/")]
    assert {"event/wall.html", "problem.html", "language.html"} < set(pages)
    whole = [state for name in pages if name.endswith(".html") for state in gallery.states_of(name)]
    html = [(f"{state.template}: {state.name}", page) for state in whole if "<!doctype" in (page := state.render())]
    assert len(html) > 40
    assert [state for state, page in html if LINKS not in page] == []
    assert [state for state, page in html if "<b>Match" in page] == []


def test_what_is_not_found_and_the_wall_have_the_links_and_others_the_name(save, rita, as_olga, event):
    save(HOSTILE)
    for path in ("/", "/nowhere/", "/sign-in/", event.get_absolute_url()):
        page = rita.get(path).content.decode()
        assert LINKS in page
        assert "&lt;b&gt;Match &amp; day</title>" in page or path == "/"
        assert '<a class="brand" href="/">&lt;b&gt;Match &amp; day</a>' in page
    assert LINKS in fetch(as_olga, event.get_absolute_url() + "wall/")


def test_our_labels_are_translated(save, rita, db):
    save(LINK)
    page = rita.get("/nowhere/", headers={"Accept-Language": "de"}).content.decode()
    assert '<a href="/imprint/">Impressum</a>' in page


def test_pages_without_links_have_no_place_for_them(rita, db):
    assert "legal-links" not in fetch(rita, "/")


def test_a_logo_takes_the_place_of_the_name_if_it_has_words(save, rita, db):
    save('name = "Match day"\n[logo]\nfile = "logo.svg"\nalt = "Match day"\n')
    page = fetch(rita, "/")
    assert 'alt="Match day"></a>' in page
    assert 'src="/static/logo' in page


def test_readers_keep_the_last_good_file_while_it_is_watched(save, watch, tmp_path, settings):
    backend = {"BACKEND": "feeds.gallery.tried_templates.Templates"}
    settings.TEMPLATES = [settings.TEMPLATES[0] | backend]

    def saved(content):
        wrong = save(content)
        watch.take({str(tmp_path / theme.FILE)})
        assert watch.broken == wrong
        return site.site().name

    assert saved('name = "First"\n') == "First"
    assert saved('name = "Second\n') == "First"
    assert saved('name = "Second"\n') == "Second"
