"""Fragment equals page: whatever a verb does, the frame applied to an open page makes it the page that is fresh.

Byte for byte, without the parts that differ by viewer or moment (see `e2e.protocol.page.Page.normalised`), in every
variant, and in the example theme. The table in every_verb.py has each verb of the models; a missing verb fails.
"""

import random
import re
from collections.abc import Callable
from contextlib import nullcontext, suppress
from copy import deepcopy
from difflib import unified_diff
from itertools import product
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.core.exceptions import ObjectDoesNotExist
from django.test import Client

from e2e.protocol.page import Page
from feeds.forms import Cursor
from feeds.models import (
    Closed,
    Event,
    Gone,
    Overtaken,
)
from feeds.tests.conftest import in_theme, made_once, make_event, signed_in
from feeds.tests.timeline.every_verb import VERBS, Stage
from feeds.tests.timeline.model_verbs import verbs
from feeds.tests.timeline.strangers import forget
from feeds.timeline.frames import frame_between, frames_between
from feeds.timeline.variants import ORDERS, VIEWS, Variant

VARIANTS = [
    Variant.parse({"order": order, "view": view, "language": language})
    for (order, view), language in zip(product(ORDERS, VIEWS), ["en", "de", "en", "de", "en", "de"], strict=True)
]
"""Each order with each view and each of the three with each language, if not all with all."""


def test_every_verb_that_changes_what_readers_see_is_in_the_table():
    assert VERBS.keys() == verbs()


def opened(client: Client, event: Event, variant: Variant) -> Page:
    query = f"?order={variant.order}&view={variant.view}"
    answer = client.get(event.get_absolute_url() + query, headers={"Accept-Language": variant.language})
    assert answer.status_code == 200
    client.cookies.pop("commentary_order", None)
    # What is removed is told to hosts alone, beside the frames: see views/desk.py.
    page = re.sub(r'<article id="[^"]*" class="gap".*?</article>', "", answer.content.decode(), flags=re.DOTALL)
    return Page(page)


def before(stage: Stage, client: Client, variant: Variant) -> Page:
    """The same for the stage as it is at the beginning: opened once."""
    which = "sessionid" in client.cookies, variant
    if which not in stage.opened:
        stage.opened[which] = opened(client, stage.event, variant)
    return stage.opened[which].copy()


def lines(page: Page, *, over: bool) -> list[str]:
    """The lines of a page. Once the event is over, states.css hides forms that a page loaded later lacks."""
    for node in list(page.element("live").all()) if over else ():
        gone = {"say", "reply", "reactions", "places"} & set(node.attributes.get("class", "").split())
        gone |= {"form"} & {node.tag} | {"react"} & {node.attributes.get("form")}
        if node.parent and (gone or node.id in {"own", "own-reactions"}):
            node.parent.children.remove(node)
    return page.normalised(page.floor).splitlines()


@pytest.fixture(scope="module")
def theme(request, tmp_path_factory):
    """The look of all pages, and those that are open. Templates are compiled once for all tests of a theme."""
    chosen = getattr(request, "param", None)
    with in_theme(*([wrapped(tmp_path_factory)] if chosen == "wrapped" else [])) if chosen else nullcontext():
        yield {}


def wrapped(tmp_path_factory):
    """A theme that puts the composer and the list of entries into elements of its own."""
    text = (settings.ROOT / "templates/event/event.html").read_text()
    for part in ('{% include "partials/entry/entry_form.html" %}', r'<div id="entries".*?</div>'):
        text, found = re.subn(part, r'<div class="wrapped"><div>\g<0></div></div>', text, flags=re.DOTALL)
        assert found == 1
    path = tmp_path_factory.mktemp("wrapped") / "templates/event/event.html"
    path.parent.mkdir(parents=True)
    path.write_text(text)
    return path.parents[2]


@pytest.fixture(scope="module")
def first_stage(django_db_setup, django_db_blocker):
    with made_once(django_db_blocker):
        olga, hugo = (User.objects.create_user(name) for name in ("olga", "hugo"))
        yield Stage(make_event(owner=olga, hosts=[hugo]), hugo)


@pytest.fixture
def stage(first_stage, theme, db):
    forget()  # what another test made of the same numbers
    stage = deepcopy(first_stage)
    stage.opened = theme
    return stage


CASES = [(verb, number) for verb, ways in VERBS.items() for number in range(len(ways))]


@pytest.mark.parametrize(("verb", "number"), CASES, ids=[f"{verb} {number}" for verb, number in CASES])
def test_the_frame_applied_to_an_open_page_makes_the_fresh_page(stage, verb, number):
    reader, host = Client(), signed_in(stage.event.owner)
    variants = VARIANTS if number == 0 else VARIANTS[number % 2 :: 2]  # another way of the same verb: half of them
    people = [
        (host, Variant.plain().for_hosts()),
        *((reader, variant) for variant in dict.fromkeys((Variant.plain(), *variants))),
    ]
    open_pages_become_fresh(stage, VERBS[verb][number], people)


@pytest.mark.parametrize("seed", range(6))
def test_so_does_one_frame_of_several_changes(stage, seed):
    chosen = random.Random(seed).sample(CASES, 5)

    def change(stage: Stage) -> None:
        for verb, number in chosen:
            with suppress(Gone, Overtaken, Closed, ObjectDoesNotExist):  # one of the others took away what it is for
                VERBS[verb][number](stage.fresh())

    open_pages_become_fresh(stage, change, [(Client(), variant) for variant in VARIANTS])


@pytest.mark.parametrize("theme", ["example"], indirect=True)
@pytest.mark.parametrize("verb", VERBS)
def test_it_does_in_the_example_theme_as_well(theme, stage, verb):
    reader, host = Client(), signed_in(stage.event.owner)
    assert 'class="at"' in reader.get(stage.event.get_absolute_url()).content.decode()
    people = [(reader, Variant.plain()), (host, Variant.plain().for_hosts())]
    open_pages_become_fresh(stage, VERBS[verb][0], people)


@pytest.mark.parametrize("theme", ["wrapped"], indirect=True)
@pytest.mark.parametrize("verb", ["Event.publish", "Entry.comment", "Post.revise", "Post.retract", "Event.configure"])
def test_a_theme_can_put_the_composer_and_the_list_into_elements_of_its_own(theme, stage, verb):
    assert 'class="wrapped"' in Client().get(stage.event.get_absolute_url()).content.decode()
    open_pages_become_fresh(stage, VERBS[verb][0], [(Client(), Variant.plain())])


@pytest.mark.parametrize("theme", ["wrapped"], indirect=True)
def test_there_the_whole_list_can_be_replaced_as_well(theme, stage):
    page = before(stage, Client(), Variant.plain())
    stage.plain.revise("Another text", by=stage.host)
    stage.event.refresh_from_db()
    page.element("older").attributes["class"] = "of another list"
    page.element("cursor").attributes["value"] = "another-1"
    page.swap(frame_between(stage.event.pk, Cursor("another", 1)).html)
    fresh = opened(Client(), stage.event, Variant.plain())
    assert lines(page, over=False) == lines(fresh, over=False)


def open_pages_become_fresh(stage: Stage, change: Callable[[Stage], Any], people: list[tuple[Client, Variant]]) -> None:
    pages = [before(stage, client, variant) for client, variant in people]
    start = Cursor(stage.event.epoch, stage.event.head)
    change(stage)
    stage.event.refresh_from_db()
    frames = frames_between(stage.event.pk, start, variants=[variant for _, variant in people])
    for (client, variant), page in zip(people, pages, strict=True):
        if frames:
            page.swap(frames[variant].html)
        fresh = opened(client, stage.event, variant)
        assert page.cursor == fresh.cursor == str(Cursor(stage.event.epoch, stage.event.head))
        over = stage.event.is_over
        shown, there = lines(page, over=over), lines(fresh, over=over)
        unlike = "\n".join(unified_diff(shown, there, "shown", "fresh", lineterm="", n=1))
        assert not unlike, f"{variant}\n{unlike}"
