"""Mistakes in style sheets, after which browsers leave out a rule or everything below."""

import pytest

from feeds.gallery.contract import sheets

SHEETS = {
    "a missing brace": (
        ".a { color: red;\n\n.b { color: red }\n",
        1,
        "the { of “.a” is not closed. Add } before line 3.",
    ),
    "a missing brace in a media query": (
        "@media print {\n  .a { color: red;\n  .b { color: red }\n}\n",
        2,
        "the { of “.a” is not closed. Add } before line 3.",
    ),
    "a missing brace at the end": (
        "@media print {\n  .a { color: red }\n",
        1,
        "the { of “@media print” is not closed. Add }.",
    ),
    "a brace too many": (
        ".a { color: red }\n}\n.b { color: red }",
        2,
        "} closes nothing. Remove it, or add the { that it is for.",
    ),
    "an unclosed bracket": (".a {\n  width: calc(1px + (2px;\n}", 2, "the ( is not closed. Add its other one."),
    "an unclosed quote of a sheet": (
        '.a {\n  content: "x\n}',
        2,
        'the quote in "x is not closed. Add a " where it ends.',
    ),
    "an unclosed comment": (".a { color: red }\n/* .b { }", 2, "the comment is not closed. Add */."),
    "an unknown property": (".a {\n  colour: red }", 2, "browsers know no property colour. Did you mean color?"),
    "an unknown property in a rule within another": (
        "@media print { .a { > b {\ncolr: red } } }",
        2,
        "browsers know no property colr. Did you mean color?",
    ),
    "an unknown at-rule": ("\n@medai print { }", 2, "there is no @medai. Did you mean @media?"),
    "a missing semicolon": (".a {\n color: red\n background: red }", 3, "a ; is missing before background. Add it."),
    "no value": (".a { color: ; }", 1, "color has no value. Add one, or remove it."),
    "an image of another server in a sheet": (
        ".a { background: url(https://example.org/a.png) }",
        1,
        "https://example.org/a.png is on another server, and pages forbid to load that. "
        'Put the file into the theme\'s folder, and write url("/static/its-name").',
    ),
    "a font of another server": (
        "@font-face { font-family: A; src: url('//example.org/a.woff2') format('woff2') }",
        1,
        "//example.org/a.woff2 is on another server, and pages forbid to load that. "
        'Put the file into the theme\'s folder, and write url("/static/its-name").',
    ),
    "an import of another server": (
        '@import "https://example.org/a.css";',
        1,
        "https://example.org/a.css is on another server, and pages forbid to load that. "
        'Put the file into the theme\'s folder, and write url("/static/its-name").',
    ),
}


@pytest.mark.parametrize("mistake", SHEETS)
def test_a_mistake_in_a_style_sheet_is_named_with_its_line_and_a_cure(tmp_path, settings, mistake):
    text, line, said = SHEETS[mistake]
    settings.THEME_DIR = tmp_path
    (tmp_path / "theme.css").write_text(text)
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates/own.css").write_text("{% if x %}")
    assert sheets.problems() == [f"{tmp_path}/theme.css, line {line}: {said}"]


def test_what_browsers_take_in_a_style_sheet_is_fine():
    fine = """@import url("a.css") layer(x); @layer a, b; @charset "utf-8"; /* } */ .a:not(.b, :has(> c))::before,
        .\\31 { --any: { a:b } ; -webkit-box-orient: vertical; content: "}" attr(x); & b { color: red } }
        @supports (display: grid) and (not (a: b)) { @media (1px < width) { .a > b { grid-area: 1 / 2 } } }
        @property --n { syntax: "<integer>"; inherits: false; initial-value: 0 }
        @keyframes k { to { top: 0 } 50% { top: 0 !important } }
        @font-face { font-family: A; src: url("/static/a.woff2") format("woff2"); font-display: swap }
        @page :first { size: A4; margin: 1cm } .c { background: url("/static/x.svg#a"), image-set("b.png" 1x) }"""
    assert sheets.faults(fine) == ()
