"""The tree of the gallery: every template once, found by words, with what uses it."""

import pytest
from django.urls import reverse

from feeds import gallery
from feeds.gallery import tree
from feeds.tests.helpers import elements, fetch

BY = "partials/post/by.html"


def links(page):
    return [dict(attrs)["href"] for tag, attrs in elements(page) if tag == "a"]


def test_the_gallery_begins_with_a_tree_that_has_each_template_and_each_state_once(as_admin):
    page = fetch(as_admin, "/design/")
    there = links(page[page.index('<nav class="tree"') :])  # what stands above it has links to templates with problems
    for name in gallery.templates():
        assert there.count(f"?only={name}") == 1, name
        for state in gallery.states_of(name):
            assert there.count(reverse("design-state", args=[name, state.slug])) == 1, state
    assert "<iframe" not in page


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("by.html", {("partials/post/", "by.html")}),
        ("KEY_moments emoji", set()),
        ("moments emoji", {("partials/entry/", "moments.html")}),
        ("nonsense", set()),
    ],
)
def test_a_search_finds_templates_and_states_with_all_of_its_words(search, found):
    there = {(folder.path, leaf.name) for folder in tree.tree(search) for leaf in folder.leaves}
    assert there == found if not found else found <= there


def test_a_search_is_a_form_that_needs_no_script_and_keeps_what_was_searched_for(as_admin):
    page = fetch(as_admin, '/design/?q=long+name+by.html"')
    (field,) = (dict(attrs) for tag, attrs in elements(page) if dict(attrs).get("name") == "q")
    assert field["value"] == 'long name by.html"'
    assert "No template or state has all of these words." in page
    page = fetch(as_admin, "/design/?q=long+name+by.html")
    assert reverse("design-state", args=[BY, "a-long-name"]) in links(page)
    assert reverse("design-state", args=[BY, "emoji"]) not in links(page)


def test_a_folder_shows_the_templates_in_it_and_none_of_another(as_admin):
    page = fetch(as_admin, "/design/?only=partials/wall/&width=phone&scheme=dark")
    names = sorted(name for name in gallery.templates() if name.startswith("partials/wall/"))
    assert [dict(attrs)["id"] for tag, attrs in elements(page) if tag == "section"] == [
        name.replace("/", "").replace(".", "") for name in names
    ]
    assert "No template has this name." in fetch(as_admin, "/design/?only=partials/")


def test_each_template_says_what_uses_it_also_in_a_theme(theme):
    assert tree.used_by()["partials/wall/wall.html"] == ["event/wall.html", "partials/wall/wall_again.html"]
    assert "feeds/views/pages.py" in tree.used_by()["event/event.html"]
    theme("partials/sponsor.html", text='{% include "partials/wall/join.html" %}')
    assert "partials/sponsor.html" in tree.used_by()["partials/wall/join.html"]


def test_the_tree_needs_nothing_but_names_and_comments(as_admin, django_assert_max_num_queries):
    with django_assert_max_num_queries(2):  # the session and the user
        fetch(as_admin, "/design/?q=entry")
