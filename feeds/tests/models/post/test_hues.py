"""Hues of authors: stable in an event, unlike in another, and readable."""

import re

import pytest
from django.conf import settings as installation

from feeds.models import KINDS
from feeds.models.post.hues import HUES, hue_of
from feeds.templatetags.commentary import initial
from feeds.tests.helpers import fetch
from feeds.values.colours import READABLE, contrast, tokens

MANY = [f"{number:032x}" for number in range(60)]


def test_a_visitor_keeps_one_hue_in_an_event_whatever_the_name(event):
    posts = [event.publish(name, "Hello", visitor=MANY[0]) for name in ("Rita", "Rita R.")]
    posts.append(posts[0].comment("R.", "Me again", visitor=MANY[0]))
    assert len({hue_of(post) for post in posts}) == 1
    hues = {hue_of(event.publish("Rita", "Hello", visitor=visitor)) for visitor in MANY}
    assert hues == set(range(1, HUES + 1))


def test_hues_in_two_events_tell_nothing_of_each_other(event, elsewhere):
    pairs = [
        (hue_of(event.publish("Rita", "Hello", visitor=each)), hue_of(elsewhere.publish("Rita", "Hi", visitor=each)))
        for each in MANY
    ]
    assert any(here != there for here, there in pairs)
    ((here, others),) = [(hue, {there for each, there in pairs if each == hue}) for hue in {pairs[0][0]}]
    assert len(others) > 1, f"hue {here} of this event is always the same hue of the other one"


def test_without_the_key_of_the_installation_a_hue_cannot_be_worked_out(event, settings):
    posts = [event.publish("Rita", "Hello", visitor=visitor) for visitor in MANY]
    before = [hue_of(post) for post in posts]
    settings.SECRET_KEY = "another one"
    assert [hue_of(post) for post in posts] != before


def test_a_host_has_the_hue_of_the_account_and_an_imported_author_that_of_the_name(event, olga, hugo):
    by_olga = [event.publish(name, "Hi", user=olga, visitor=visitor) for name, visitor in zip("OP", MANY, strict=False)]
    assert len({hue_of(post) for post in by_olga}) == 1
    imported = [event.publish(name, "From a file") for name in ("Ann", "Ann", "Ben", "Cleo", "Dora", "Emil", "Fay")]
    assert hue_of(imported[0]) == hue_of(imported[1])
    assert len({hue_of(post) for post in imported}) > 1


@pytest.mark.parametrize(
    ("name", "letter"), [("marta", "M"), ("«Ines»", "I"), ("4 fans", "4"), ("سلمى", "س"), ("🎉", "🎉"), ("ß", "S")]
)
def test_the_initial_is_the_first_letter_or_digit(name, letter):
    assert initial(name) == letter


def test_the_circle_is_no_word_of_the_page(event, rita):
    event.publish("Marta", "Hello", visitor=MANY[0])
    html = fetch(rita, event.get_absolute_url())
    assert re.search(r'<p id="[^"]+" class="by hue-[1-6]" data-i="M"><bdi class="name">Marta</bdi>', html)
    sheet = (installation.ROOT / "static/components/author.css").read_text()
    assert 'content: attr(data-i) / ""' in sheet


def hues_are_readable():
    found = tokens()
    for number in range(1, HUES + 1):
        for scheme, hue in enumerate(found[f"author-{number}"]):
            papers = [found[name][scheme] for name in ("paper", "card", "raised", "fresh", "accent-soft")]
            assert min(contrast(hue, paper) for paper in papers) >= READABLE, (number, hue)


def test_every_hue_is_readable_on_every_paper_and_below_the_letter_in_it():
    hues_are_readable()


def test_words_in_other_colours_are_readable_on_their_papers():
    words_are_readable()


def words_are_readable():
    found = tokens()
    on = {"moment": ("paper", "card", "fresh"), "quiet": ("raised",), "accent": ("raised",)}
    on |= dict.fromkeys(("good", "warn", "live", "danger"), ("paper", "card", "raised", "fresh", "accent-soft"))
    for name, papers in on.items():
        for scheme, colour in enumerate(found[name]):
            assert min(contrast(colour, found[paper][scheme]) for paper in papers) >= READABLE, name


def test_the_style_sheet_has_the_picture_of_each_reaction():
    sheet = " ".join((installation.ROOT / "static/components/reaction.css").read_text().split())
    for kind, (picture, _word) in KINDS.items():
        assert f':is(.reactions > [name|="{kind}"], .reaction.{kind})::before {{ content: "{picture}";' in sheet
