"""Names that nothing has: Django shows nothing in their place, and says nothing."""

import pytest

from feeds.gallery import contract
from feeds.tests.gallery.conftest import BODY, line_of

NAMES = {
    "a name that a post does not have": (
        "{{ post.nmae }}",
        "post.nmae: an Entry has no nmae. Did you mean name?",
    ),
    "a name that nothing has": ("{{ psot.name }}", "nothing is called psot here. Did you mean post?"),
    "a name in a condition": (
        "{% if post.is_xyz %}★{% endif %}",
        "post.is_xyz: an Entry has no is_xyz. Remove it.",
    ),
    "a name in a branch that no state shows": (
        "{% if post.pk == 0 %}{{ psot.name }}{% endif %}",
        "nothing is called psot here. Did you mean post?",
    ),
    "a name as an argument": ("{% url 'event' evnt.slug as x %}", "nothing is called evnt here. Did you mean event?"),
}


@pytest.mark.parametrize("mistake", NAMES)
def test_a_name_that_the_context_does_not_have_is_named(theme, tmp_path, mistake):
    new, said = NAMES[mistake]
    theme(BODY, '<div class="text"', f'{new}<div class="text"')
    where = f"{tmp_path}/{BODY}, line " + str(line_of(BODY, 'class="text"'))
    assert contract.problems(BODY, everywhere=False) == [f"{where}: {said}"]


def test_names_that_a_template_makes_or_that_there_may_be_are_fine(theme):
    text = "{% with x=post.name %}{{ x }}{% endwith %}{% for a, b in post.counts.items %}{{ a.b }}{{ forloop.first }}"
    text += "{% endfor %}{{ post.counts.smile }}{% if variant.hosts %}{{ post.visitor }}{% endif %}"
    text += "{% url 'event' event.slug as y %}{{ y }}{{ post.happened_at.year }}"
    theme(BODY, '<div class="text"', f'{text}<div class="text"')
    assert contract.problems(BODY, everywhere=False) == []
