"""Parts of templates that the live protocol needs: a theme without one is told so, in a sentence."""

import pytest
from django.core.checks import Tags, run_checks
from django.template import engines

from feeds import gallery
from feeds.gallery import contract
from feeds.tests.gallery.conftest import SHIPPED


@pytest.mark.parametrize("template", gallery.templates())
def test_what_comes_with_it_keeps_the_contract_in_every_state(template):
    assert contract.problems(template) == []


MISSING = [
    (
        "partials/entry/entry.html",
        '<article id="{{ entry.element_id }}" ',
        "<article ",
        'partials/entry/entry.html: the outer element must carry id="entry-{{ entry.pk }}"',
    ),
    (
        "partials/entry/entry.html",
        ' data-position="{{ entry.place }}"',
        "",
        'partials/entry/entry.html: the outer element must carry data-position="{{ entry.place }}"',
    ),
    (
        "partials/entry/entry.html",
        'class="change" hx-preserve',
        'class="change"',
        'partials/entry/entry.html: the element with id="entry-{{ entry.pk }}-change" must carry hx-preserve',
    ),
    (
        "partials/entry/entry.html",
        '{% include "partials/comment/comments.html" %}',
        "",
        'partials/entry/entry.html: an element must carry id="entry-{{ entry.pk }}-comments"',
    ),
    (
        "partials/comment/earlier.html",
        ' data-position="0"',
        "",
        'partials/comment/earlier.html: the outer element must carry data-position="0"',
    ),
    (
        "partials/comment/comment.html",
        "{{ comment.position }}",
        "{{ comment.pk }}",
        'partials/comment/comment.html: the outer element must carry data-position="{{ comment.position }}"',
    ),
    (
        "partials/event/event.html",
        ' data-visitors="{{ event.visitors_may }}"',
        "",
        'partials/event/event.html: the outer element must carry data-visitors="{{ event.visitors_may }}"',
    ),
    (
        "partials/live/heartbeat_frame.html",
        'hx-target="#heartbeat"',
        'hx-target="#state"',
        "partials/live/heartbeat_frame.html: there must be <hx-partial> with "
        'hx-target="#heartbeat" hx-swap="outerHTML"',
    ),
    (
        "partials/live/heartbeat.html",
        ' hx-include="#cursor"',
        "",
        "partials/live/heartbeat.html: there must be an element with "
        'hx-get hx-include="#cursor" hx-trigger hx-swap="none"',
    ),
    (
        "event/event.html",
        '{% include "partials/event/head.html" %}',
        "",
        'event/event.html: an element must carry id="event"',
    ),
    (
        "partials/entry/entry.html",
        '{% include "partials/post/post_body.html" with post=entry %}',
        '{% include "partials/post/post_body.html" with post=entry %}<i id="{{ entry.element_id }}-change"></i>',
        'partials/entry/entry.html: only one element may carry id="entry-{{ entry.pk }}-change"',
    ),
    (
        "partials/entry/entry.html",
        '{% include "partials/reaction/reactions.html" %}',
        '{% include "partials/reaction/reactions.html" %}{{ user }}',
        "partials/entry/entry.html: everybody gets the same of it, so it cannot use user",
    ),
    (
        "partials/live/frame.html",
        "{% if event_changed %}",
        "{% csrf_token %}{% if event_changed %}",
        "partials/live/frame.html: everybody gets the same of it, so it cannot use csrf_token",
    ),
    (
        "partials/entry/pinned.html",
        '<section id="pinned"',
        '{% if request.user.is_staff %}!{% endif %}<section id="pinned"',
        "partials/entry/pinned.html: everybody gets the same of it, so it cannot use request",
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
    theme("partials/post/by.html", "<bdi", '{% include "partials/stars.html" %}<bdi')
    said = f"{tmp_path}/partials/post/by.html: everybody gets the same of it, so it cannot use perms"
    assert said in contract.problems("partials/post/by.html")


def test_what_only_shows_when_it_is_rendered_for_two_is_found_as_well(theme, tmp_path):
    theme("partials/stars.html", text="<i>{{ perms.feeds }}{{ user }}</i>")
    theme("partials/post/by.html", "<bdi", '{% with which="partials/stars.html" %}{% include which %}{% endwith %}<bdi')
    (said,) = contract.problems("partials/post/by.html")
    assert said.startswith(f"{tmp_path}/partials/post/by.html: it is not the same for two viewers")


def test_a_template_that_does_not_compile_is_named_with_its_line(theme, tmp_path):
    theme("partials/live/cursor.html", text="<input>\n<input>\n{% if %}")
    (said,) = contract.problems("partials/live/cursor.html")
    assert said.startswith(f"{tmp_path}/partials/live/cursor.html, line 3: Unexpected end of expression in if tag.")


def test_manage_check_says_it_and_in_which_file(theme, tmp_path):
    theme("partials/entry/entry.html", 'id="{{ entry.element_id }}" class', "class")
    said = {(each.id, each.msg.partition(" (in")[0], each.hint) for each in run_checks(tags=[Tags.templates])}
    where = f"It is in {tmp_path}/partials/entry/entry.html."
    sentence = f'{tmp_path}/partials/entry/entry.html: the outer element must carry id="entry-{{{{ entry.pk }}}}"'
    assert ("commentary.E001", sentence, where) in said


@pytest.mark.parametrize(
    "template",
    ["partials/post/post_body.html", "partials/entry/entry.html", "partials/live/frame.html", "event/event.html"],
)
def test_the_example_theme_keeps_the_contract(example_theme, template):
    assert contract.problems(template) == []
    assert 'class="at"' in "".join(state.render() for state in gallery.states_of(template))


def test_a_theme_that_looks_different_but_has_what_is_needed_is_fine(theme):
    text = (SHIPPED / "partials/entry/entry.html").read_text()
    theme("partials/entry/entry.html", text=text.replace("<article", "<li").replace("</article>", "</li>"))
    assert contract.problems("partials/entry/entry.html") == []
    assert "<li id=" in engines["django"].engine.get_template("partials/entry/entry.html").source


def test_whatever_is_broadcast_or_kept_says_that_it_is_for_everybody():
    """Checked are the templates of rooms, frames and kept pages, and everything that they include."""
    broadcast = {
        "live": "frame gone_frame heartbeat_frame rest_frame typing_frame typing_over_frame "
        "announcement cursor resume heartbeat rest",
        "entry": "entries entry say unpin pinned moments older",
        "comment": "comment",
        "post": "post_body by action tools post_fields held_label",
        "reaction": "reactions reaction_buttons",
        "event": "event",
        "reading": "reading unread",
    }
    for name in (f"{folder}/{name}" for folder, listed in broadcast.items() for name in listed.split()):
        assert "\nFor: everybody" in contract.about(f"partials/{name}.html"), name
