"""Mistakes that designers make: each is named, with its file, its line and what to do, before readers get it."""

from html import unescape
from pathlib import Path

import pytest
from django.contrib.staticfiles.finders import find
from django.core.checks import Tags, run_checks

from feeds import gallery
from feeds.gallery import contract
from feeds.gallery.contract import htmx, sources, wording
from feeds.gallery.contract.elements import Elements
from feeds.tests.gallery.conftest import BODY, ENTRY, PAGE, line_of
from feeds.tests.helpers import fetch

MISTAKES = {
    "an unclosed tag": (ENTRY, "</article>", "<div></article>", "<div> is not closed. Add </div> before </article>."),
    "an unclosed tag of a page": (
        PAGE,
        '{% include "partials/entry/older.html" %}',
        '<div>{% include "partials/entry/older.html" %}',
        "<div> is not closed. Add </div> before </div>.",
    ),
    "an unclosed tag around what is included": (
        "partials/entry/entries.html",
        "{% for entry in entries %}",
        "<div>{% for entry in entries %}",
        "<div> is not closed. Add </div>.",
    ),
    "a closing tag too many": (ENTRY, "</article>", "</article></div>", "</div> closes nothing. Remove it."),
    "a closing tag too many in a page": (
        PAGE,
        '{% include "partials/entry/older.html" %}',
        '{% include "partials/entry/older.html" %}</div>',
        "</div> closes nothing. Remove it.",
    ),
    "an unclosed end tag": (ENTRY, "</article>", "</article", "</article is not closed. Add >."),
    "an unclosed quote": (
        BODY,
        'class="text"',
        'class="text',
        'the quote in class="text dir=" is not closed. Add a " where it ends.',
    ),
    "an unclosed quote, and no other after it": (
        "partials/comment/comment_count.html",
        "{% endcomment %}",
        '{% endcomment %}<b class="x>',
        'the quote in class="x is not closed. Add a " where it ends.',
    ),
    "no space between attributes": (
        BODY,
        '<div class="text"',
        '<div class="text"lang="la"',
        'a space is missing after class="text" in <div>. Add it.',
    ),
    "an attribute twice": (
        BODY,
        '<div class="text"',
        '<div class="text" class="x"',
        "<div> has class twice, and browsers ignore the second. Remove one of them.",
    ),
    "a block in a paragraph": (
        BODY,
        '<p class="kind">',
        '<p class="kind"><div></div>',
        "<div> cannot be in <p>: browsers end the <p> before it. Use <div> around it instead.",
    ),
    "a link in a link": (
        ENTRY,
        '{% include "partials/entry/say.html" %}',
        '<a href="/">{% include "partials/entry/say.html" %}</a>',
        "<a> cannot be in <a>: browsers end the <a> before it. Put it after the other one.",
    ),
    "an element that closes itself": (
        ENTRY,
        "</article>",
        "<i/></article>",
        "browsers ignore the / of <i />, so it is not closed. Write <i></i>.",
    ),
    "an include of a missing file": (
        ENTRY,
        "partials/comment/comments.html",
        "partials/comment/coments.html",
        "template partials/comment/coments.html does not exist. Did you mean partials/comment/comments.html?",
    ),
    "a missing file in an extends": (
        PAGE,
        "live.html",
        "life.html",
        "template life.html does not exist. Did you mean live.html?",
    ),
    "an inline style": (
        ENTRY,
        "<article",
        '<article style="color: red"',
        "pages forbid style=“color: red”. Give it a class, and put the rule into theme.css.",
    ),
    "an inline handler": (
        ENTRY,
        "<article",
        '<article onclick="alert(1)"',
        "pages forbid scripts, and so onclick. Remove it; hx-trigger can say when something is asked for.",
    ),
    "a style element": (
        ENTRY,
        "</article>",
        "<style></style></article>",
        "pages forbid <style>. Put its rules into theme.css.",
    ),
    "a script": (ENTRY, "</article>", "<script>1</script></article>", "pages forbid scripts in the page. Remove it."),
    "an image of another server": (
        BODY,
        '<div class="text"',
        '<img alt="" src="https://example.org/a.png"><div class="text"',
        "src=“https://example.org/a.png” is on another server, and pages forbid to load that. "
        "Put the file into the theme's folder, and write {% static 'its-name' %}.",
    ),
    "an image without alt": (
        BODY,
        '<div class="text"',
        '<img src="/static/icon.svg"><div class="text"',
        'the <img> has no alt. Add alt="…", what it shows, or alt="" if it only decorates.',
    ),
    "an attribute htmx does not know": (
        ENTRY,
        'hx-target="next .reply">',
        'hx-target="next .reply" hx-swop="none">',
        "htmx knows no attribute hx-swop. Did you mean hx-swap?",
    ),
    "a suffix htmx does not know": (
        PAGE,
        'hx-sync:inherited="this:drop" aria-label="{% translate "Entries" %}"',
        'hx-sync:inherited="this:drop" hx-swap:inherit="none" aria-label="{% translate "Entries" %}"',
        "htmx does not know :inherit in hx-swap:inherit. Write :inherited, or leave it out.",
    ),
    "a way to swap that htmx does not know": (
        ENTRY,
        'hx-target="next .reply">',
        'hx-target="next .reply" hx-swap="inerHTML">',
        "hx-swap=“inerHTML”: htmx does not know how to swap “inerHTML”. Did you mean innerHTML?",
    ),
    "a modifier of a swap that htmx does not know": (
        ENTRY,
        'hx-target="next .reply">',
        'hx-target="next .reply" hx-swap="innerHTML shw:none">',
        "hx-swap=“innerHTML shw:none”: htmx does not know the modifier “shw”. Did you mean show?",
    ),
    "a modifier of a trigger that htmx does not know": (
        ENTRY,
        'hx-target="next .reply">',
        'hx-target="next .reply" hx-trigger="click dealy:3s">',
        "hx-trigger=“click dealy:3s”: htmx does not know the modifier “dealy”. Did you mean delay?",
    ),
    "a delay that is none": (
        ENTRY,
        'hx-target="next .reply">',
        'hx-target="next .reply" hx-trigger="load, click delay:soon">',
        "hx-trigger=“load, click delay:soon”: “soon” is not a length of time. Write it like 300ms or 2s.",
    ),
    "an event that does not exist": (
        ENTRY,
        'hx-target="next .reply">',
        'hx-target="next .reply" hx-trigger="clik">',
        "hx-trigger=“clik”: “clik” is not an event. Did you mean click?",
    ),
    "a selector that htmx does not know": (
        ENTRY,
        'hx-target="next .reply">',
        'hx-target="next .reply" hx-include="closets form">',
        "hx-include=“closets form”: htmx does not know “closets”. Did you mean closest?",
    ),
    "a strategy htmx does not know": (
        ENTRY,
        'hx-target="next .reply">',
        'hx-target="next .reply" hx-sync="this:dorp">',
        "hx-sync=“this:dorp”: htmx does not know what to do then. "
        "Write drop, abort, replace, queue first, queue last or queue all.",
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_named_once_with_its_file_its_line_and_a_cure(theme, tmp_path, mistake):
    template, old, new, said = MISTAKES[mistake]
    theme(template, old, new)
    assert contract.problems(template) == [f"{tmp_path}/{template}, line {line_of(template, old)}: {said}"]


def test_a_check_costs_nothing_while_no_file_has_changed(theme, monkeypatch):
    looked_at = []

    def problems(template, *, everywhere):
        looked_at.append(template)
        return [f"{template} is crooked"] * (template == BODY)

    monkeypatch.setattr(contract, "problems", problems)
    theme(BODY)
    first = contract.check()
    assert [each.msg for each in first] == [f"{BODY} is crooked"]
    assert looked_at == gallery.templates()
    assert contract.check() == first
    assert looked_at == gallery.templates()
    theme(BODY, "</div>", "</div >")
    assert contract.check() == first
    assert looked_at == gallery.templates() * 2
    theme(BODY)
    assert contract.check() == first
    assert looked_at == gallery.templates() * 2


def test_a_mistake_in_what_has_no_states_is_found_where_it_is_included(theme, tmp_path):
    theme("partials/stars.html", text="<i>★\n<b></i>")
    theme("partials/post/by.html", "<bdi", '{% include "partials/stars.html" %}<bdi')
    said = f"{tmp_path}/partials/stars.html, line 2: <b> is not closed. Add </b> before </i>."
    assert contract.problems("partials/post/by.html") == [said]


PLAIN = {
    "a text that is not translated": ("<p>Hello, world!</p>", "“Hello, world!”"),
    "a text in an attribute": ('<i aria-label="Hello, {{ post.name }}">★</i>', "“Hello,”"),
}


@pytest.mark.parametrize("mistake", PLAIN)
def test_a_text_in_one_language_is_told_of_a_theme_and_wrong_in_ours(theme, tmp_path, monkeypatch, mistake):
    text, words = PLAIN[mistake]
    theme(BODY, '<div class="text"', f'{text}<div class="text"')
    line = line_of(BODY, 'class="text"')
    said = f"line {line}: {words} is the same in every language. Put it into {{% translate %}}."
    assert contract.hints() == [f"{tmp_path}/{BODY}, {said}"]
    assert contract.problems(BODY) == []
    monkeypatch.setattr(wording, "is_ours", lambda path: True)
    sources.forget()
    assert contract.problems(BODY) == [f"{tmp_path}/{BODY}, {said}"]


def test_translated_texts_names_and_signs_are_fine(theme):
    text = '{% translate "Goal" %}{% blocktranslate %}Goals{% endblocktranslate %}<i title="★">{{ post.name }} &amp;'
    theme(BODY, '<div class="text"', f'{text} Commentary</i><script>x</script><div class="text"')
    assert contract.hints() == []


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("partials/entri.html", " Did you mean partials/entry/entry.html?"),
        ("partials/entry.html", " Did you mean partials/entry/entry.html?"),
        ("partials/entry/postbody.html", " Did you mean partials/post/post_body.html?"),
        ("partials/xylophone.html", " Include it, or give it the name of one in templates/."),
    ],
)
def test_a_template_that_replaces_nothing_is_named_as_well(theme, tmp_path, name, meant):
    theme(name, text="<p>★</p>")
    assert contract.hints() == [f"{tmp_path}/{name}: it replaces no template, and none includes it.{meant}"]


def test_the_check_and_the_gallery_say_the_same(theme, tmp_path, as_admin):
    theme("partials/entri.html", text="<p>★</p>")
    theme("partials/post/wait.html", text="<p>★</p></p>")
    odd = f"{tmp_path}/partials/entri.html: it replaces no template, and none includes it."
    odd += " Did you mean partials/entry/entry.html?"
    wrong = f"{tmp_path}/partials/post/wait.html, line 1: </p> closes nothing. Remove it."
    said = {(each.id, each.msg) for each in run_checks(tags=[Tags.templates])}
    assert said == {("commentary.W002", odd), ("commentary.E001", wrong)}
    page = unescape(fetch(as_admin, "/design/?only=partials/post/wait.html"))
    assert odd in page
    assert wrong in page


def test_a_template_that_another_one_includes_is_no_stray(theme):
    theme("partials/stars.html", text="★")
    theme("partials/post/by.html", "<bdi", "{% include 'partials/stars.html' %}<bdi")
    assert contract.hints() == []


def test_html_that_only_looks_unusual_is_fine():
    unusual = """<!doctype html><!-- <b> --><p>1 < 2 &lt; 3<br><br/><INPUT VALUE=x disabled>
        <a title='"' data-x="a > b">x</A></p><textarea><b></textarea><svg><path d=""/></svg><title>a</div></title>"""
    assert Elements(unusual).faults == []


def test_htmx_has_the_attributes_and_modifiers_that_the_lists_name():
    core, ws = (Path(find(f"django_htmx/{name}")).read_text() for name in ("htmx-4.js", "ext/hx-ws-4.js"))
    for name in htmx.NAMES - {"ws"}:
        assert any(f"{quote}hx-{name}" in core for quote in "\"'`["), name
    assert all(f"hx-ws:{name}" in ws for name in ("connect", "send"))
    assert all(f"'{style}'" in core for style in htmx.STYLES - {"upsert"})
    assert all(f"wapSpec.{name}" in core or f"wapSpec?.{name}" in core for name in htmx.SWAP)
    assert all(f"spec.{name}" in core for name in htmx.TRIGGER)


def test_every_branch_of_an_entry_is_in_some_state_of_it():
    """A branch that no state shows cannot be checked."""
    for template in (ENTRY, BODY, "partials/post/by.html", "partials/comment/comment.html"):
        everything = "".join(state.render() for state in gallery.states_of(template) if not state.is_ordinary)
        assert all(part in everything for part in SHOWN.get(template, [])), template


SHOWN = {BODY: ['class="kind"', 'class="headline"', 'class="own"'], "partials/post/by.html": ["badge host", '"edited"']}
