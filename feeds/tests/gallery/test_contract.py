"""Parts of templates that the live protocol needs: a theme without one is told so, in a sentence."""

from pathlib import Path

import pytest
from django.conf import settings
from django.core.checks import Tags, run_checks
from django.template import engines

from feeds import gallery
from feeds.gallery import contract

SHIPPED = Path(settings.ROOT, "templates")


@pytest.fixture
def theme(tmp_path, settings):
    """Puts a template of ours into a theme, with something in it replaced."""
    options = settings.TEMPLATES[0]
    settings.TEMPLATES = [options | {"DIRS": [tmp_path, *options["DIRS"]]}]

    def put(name, old="", new="", text=None):
        shipped = (SHIPPED / name).read_text() if text is None else text
        assert old in shipped
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(shipped.replace(old, new))

    return put


@pytest.mark.parametrize("template", gallery.templates())
def test_what_comes_with_it_keeps_the_contract_in_every_state(template):
    assert contract.problems(template) == []


MISSING = [
    (
        "partials/entry.html",
        '<article id="{{ entry.element_id }}" ',
        "<article ",
        'partials/entry.html: the outer element must carry id="entry-{{ entry.pk }}"',
    ),
    (
        "partials/entry.html",
        ' data-position="{{ entry.place }}"',
        "",
        'partials/entry.html: the outer element must carry data-position="{{ entry.place }}"',
    ),
    (
        "partials/entry.html",
        'class="change" hx-preserve',
        'class="change"',
        'partials/entry.html: the element with id="entry-{{ entry.pk }}-change" must carry hx-preserve',
    ),
    (
        "partials/entry.html",
        '{% include "partials/comments.html" %}',
        "",
        'partials/entry.html: an element must carry id="entry-{{ entry.pk }}-comments"',
    ),
    (
        "partials/earlier.html",
        ' data-position="0"',
        "",
        'partials/earlier.html: the outer element must carry data-position="0"',
    ),
    (
        "partials/comment.html",
        "{{ comment.position }}",
        "{{ comment.pk }}",
        'partials/comment.html: the outer element must carry data-position="{{ comment.position }}"',
    ),
    (
        "partials/event.html",
        ' data-visitors="{{ event.visitors_may }}"',
        "",
        'partials/event.html: the outer element must carry data-visitors="{{ event.visitors_may }}"',
    ),
    (
        "partials/heartbeat_frame.html",
        'hx-target="#heartbeat"',
        'hx-target="#state"',
        'partials/heartbeat_frame.html: there must be <hx-partial> with hx-target="#heartbeat" hx-swap="outerHTML"',
    ),
    (
        "partials/heartbeat.html",
        ' hx-include="#cursor"',
        "",
        'partials/heartbeat.html: there must be an element with hx-get hx-include="#cursor" hx-trigger hx-swap="none"',
    ),
    (
        "event.html",
        '{% include "partials/event.html" %}',
        "",
        'event.html: an element must carry id="event"',
    ),
    (
        "partials/entry.html",
        '{% include "partials/post_body.html" with post=entry %}',
        '{% include "partials/post_body.html" with post=entry %}<i id="{{ entry.element_id }}-change"></i>',
        'partials/entry.html: only one element may carry id="entry-{{ entry.pk }}-change"',
    ),
    (
        "partials/entry.html",
        '{% include "partials/reactions.html" %}',
        '{% include "partials/reactions.html" %}{{ user }}',
        "partials/entry.html: everybody gets the same of it, so it cannot use user",
    ),
    (
        "partials/frame.html",
        "{% if event_changed %}",
        "{% csrf_token %}{% if event_changed %}",
        "partials/frame.html: everybody gets the same of it, so it cannot use csrf_token",
    ),
    (
        "partials/pinned.html",
        '<section id="pinned"',
        '{% if request.user.is_staff %}!{% endif %}<section id="pinned"',
        "partials/pinned.html: everybody gets the same of it, so it cannot use request",
    ),
]


@pytest.mark.parametrize(("template", "old", "new", "said"), MISSING, ids=[row[3][:90] for row in MISSING])
def test_what_a_template_leaves_out_has_twice_or_tells_of_its_viewer_is_named(
    theme, tmp_path, template, old, new, said
):
    theme(template, old, new)
    found = [each.partition(" (in the state")[0] for each in contract.problems(template)]
    assert f"{tmp_path}/{said}" in found


def test_a_template_of_a_theme_s_own_cannot_tell_of_its_viewer_either(theme, tmp_path):
    theme("partials/stars.html", text="<i>{{ perms.feeds }}</i>")
    theme("partials/by.html", "<bdi", '{% include "partials/stars.html" %}<bdi')
    said = f"{tmp_path}/partials/by.html: everybody gets the same of it, so it cannot use perms"
    assert said in contract.problems("partials/by.html")


def test_what_only_shows_when_it_is_rendered_for_two_is_found_as_well(theme, tmp_path):
    theme("partials/stars.html", text="<i>{{ perms.feeds }}{{ user }}</i>")
    theme("partials/by.html", "<bdi", '{% with which="partials/stars.html" %}{% include which %}{% endwith %}<bdi')
    (said,) = contract.problems("partials/by.html")
    assert said.startswith(f"{tmp_path}/partials/by.html: it is not the same for two viewers")


def test_a_template_that_does_not_compile_is_named_with_its_line(theme, tmp_path):
    theme("partials/cursor.html", text="<input>\n<input>\n{% if %}")
    (said,) = contract.problems("partials/cursor.html")
    assert said.startswith(f"{tmp_path}/partials/cursor.html, line 3: Unexpected end of expression in if tag.")


def test_manage_check_says_it_and_in_which_file(theme, tmp_path):
    theme("partials/entry.html", 'id="{{ entry.element_id }}" class', "class")
    said = {(each.id, each.msg.partition(" (in")[0], each.hint) for each in run_checks(tags=[Tags.templates])}
    where = f"It is in {tmp_path}/partials/entry.html."
    sentence = f'{tmp_path}/partials/entry.html: the outer element must carry id="entry-{{{{ entry.pk }}}}"'
    assert ("commentary.E001", sentence, where) in said


@pytest.mark.parametrize(
    "template", ["partials/post_body.html", "partials/entry.html", "partials/frame.html", "event.html"]
)
def test_the_example_theme_keeps_the_contract(example_theme, template):
    assert contract.problems(template) == []
    assert 'class="at"' in "".join(state.render() for state in gallery.states_of(template))


def test_a_theme_that_looks_different_but_has_what_is_needed_is_fine(theme):
    text = (SHIPPED / "partials/entry.html").read_text()
    theme("partials/entry.html", text=text.replace("<article", "<li").replace("</article>", "</li>"))
    assert contract.problems("partials/entry.html") == []
    assert "<li id=" in engines["django"].engine.get_template("partials/entry.html").source


def test_whatever_is_broadcast_or_kept_says_that_it_is_for_everybody():
    """Checked are the templates of rooms, frames and kept pages, and everything that they include."""
    for name in (
        *("frame", "gone_frame", "heartbeat_frame", "rest_frame", "announcement", "typing_frame", "typing_over_frame"),
        *("entries", "entry", "comment", "post_body", "by", "action", "reactions", "reaction_buttons", "say"),
        *("tools", "unpin"),
        *("post_fields", "event", "pinned", "moments", "older", "cursor", "resume", "reading", "unread", "held_label"),
        *("heartbeat", "rest"),
    ):
        assert "\nFor: everybody" in contract.about(f"partials/{name}.html"), name
