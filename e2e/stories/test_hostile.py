"""Visitor input stays words and nothing else, whichever way it comes into a page."""

import json
from typing import Any

import pytest

from e2e.cast import Cast
from e2e.deployment import Deployment
from e2e.people.person import Person
from e2e.proxy import Proxy

# What is looked at here does not depend on how many processes there are.
pytestmark = pytest.mark.parametrize("deployment", ["one_process"], indirect=True)

TEXTS = [
    "<b>bold</b> & &lt;i&gt; &#60;u&#62;",
    "<script>document.title = 'taken'; fetch('/hit/script/')</script>",
    "<svg onload=\"fetch('/hit/svg/')\"></svg><img src=/hit/img/ onerror=\"fetch('/hit/onerror/')\">",
    '<div hx-get="/hit/hx-get/" hx-trigger="load" data-hx-get="/hit/data-hx-get/" data-hx-trigger="load">x</div>',
    '<hx-partial hx-target="#entries" hx-swap="delete"></hx-partial>',
    '<hx-partial hx-target="body" hx-swap="innerHTML"><h1>taken over</h1></hx-partial>',
    '</hx-upsert></hx-partial></template><hx-partial hx-target="#event" hx-swap="delete"></hx-partial>',
    '<hx-upsert hx-target="#entries" key="data-position" sort="desc"><p id="hit" data-position="999">x</p></hx-upsert>',
    '<input type="hidden" id="cursor" name="after" value="none-0" form="resume"><p id="entries">x</p>',
    '<p id="event" hx-swap-oob="true">x</p><p hx-swap-oob="delete" id="entry-form"></p>',
    '<div hx-ws:connect="/events/hit/live/" hx-trigger="load"></div><iframe src="/hit/iframe/"></iframe>',
    '</textarea></form><form action="https://example.org/hit/"><button autofocus>x</button></form>',
    "{% load static %}{{ request }} <!-- <style>*{display:none}</style> -->",
    "javascript:alert(1) [x](javascript:alert(1)) <a href=\"javascript:fetch('/hit/link/')\">x</a> data:text/html,x",
    'https://example.org/"onmouseover="x http://127.0.0.1/?<b>=\'"--><script>1</script>',
]
NAMES = [
    '"><script>fetch("/hit/name/")</script>',
    "<img src=/hit/name/ onerror=alert(1)>",
    '<hx-partial hx-target="#entries" hx-swap="delete">',
    "' hx-get='/hit/attribute/' hx-trigger='load' x='",
]

PUBLISH = """
import json
event = Event.objects.get(slug={slug!r})
names, texts = json.loads({names!r}), json.loads({texts!r})
for number, text in enumerate(texts):
    entry = event.publish(names[number % len(names)], text)
    entry.comment(names[(number + 1) % len(names)], text)
event.publish('Ann', 'The end')
"""

# An entry's or comment's element with the words of people taken out, and the ids replaced by their kind.
STRUCTURE = """article => {
  const copy = article.cloneNode(true)
  for (const words of copy.querySelectorAll('.name, .text, time, .visually-hidden, .comments, .reply, .say'))
    words.innerHTML = ''
  for (const token of copy.querySelectorAll('[name=csrfmiddlewaretoken], [name=sender]')) token.remove()  // no frame's
  for (const form of copy.querySelectorAll('[aria-label]')) form.setAttribute('aria-label', '')
  for (const by of copy.querySelectorAll('[data-i]')) by.dataset.i = by.dataset.i.length  // one letter of the name
  for (const time of copy.querySelectorAll('time'))
    for (const attribute of ['datetime', 'title']) time.removeAttribute(attribute)
  return copy.outerHTML.replace(/\\d+/g, 'N').replace(/\\s+/g, ' ')
}"""
MARKUP = """feed => [...new Set([...feed.querySelectorAll('.text *')].map(element =>
  element.localName + [...element.attributes].map(attribute => ' ' + attribute.name).join('')))].sort()"""
LINKS = "feed => [...feed.querySelectorAll('.text a')].map(link => new URL(link.href).protocol)"
WORDS = """feed => [...feed.querySelectorAll('article')].map(article => [
  article.querySelector('.name').textContent, article.querySelector('.text').textContent.trim()])"""


def publishes(deployment: Deployment, slug: str) -> None:
    deployment.shell(PUBLISH.format(slug=slug, names=json.dumps(NAMES), texts=json.dumps(TEXTS)))


def expected_words() -> list[list[str]]:
    count = len(NAMES)
    found = [["Ann", "Entry 1"], ["Ann", "Entry 2"], ["Ann", "Entry 3"]][::-1]
    for number, text in enumerate(TEXTS):
        found = [[NAMES[number % count], text], [NAMES[(number + 1) % count], text], *found]
    return [["Ann", "The end"], *found]


def is_unharmed(person: Person, before: str | None) -> None:
    """Every post reads as it was written, is built like a harmless one, and nothing else happened."""
    assert person.feed.evaluate(WORDS) == expected_words()
    assert person.feed.evaluate(MARKUP) == ["a href rel", "p"]
    assert set(person.feed.evaluate(LINKS)) <= {"http:", "https:"}
    assert len(structures(person, "entry")) == 1
    assert len(structures(person, "comment")) == 1
    assert before is None or person.reads_the_rest() == before
    assert "/hit" not in " ".join(person.watch.requests)
    assert all(f"/events/{person.page.url.split('/')[4]}/live/" in socket.url for socket in person.watch.sockets)


def structures(person: Person, kind: str) -> set[Any]:
    posts = person.feed.get_by_role("article").and_(person.page.locator(f".{kind}")).all()
    return {post.evaluate(STRUCTURE) for post in posts}


def test_in_a_live_frame(deployment: Deployment, event: str, anna: Person, ben: Person) -> None:
    for person in (anna, ben):
        person.opens(event)
    before = {person.url: person.reads_the_rest() for person in (anna, ben)}
    publishes(deployment, event)
    for person in (anna, ben):
        person.sees("The end")
        is_unharmed(person, before[person.url])
        assert len(person.watch.sockets) == 1


def test_in_a_page_and_in_the_page_of_an_entry(deployment: Deployment, event: str, anna: Person, ben: Person) -> None:
    for person in (anna, ben):
        person.opens(event)
    before = anna.reads_the_rest()
    publishes(deployment, event)
    anna.page.reload()
    is_unharmed(anna, before)
    ben.sees("The end")
    for number in (1, 7, 13):
        ben.goes_to(f"/events/{event}/")
        entry = ben.feed.get_by_role("article").filter(has_text=TEXTS[number][:12]).first
        entry.get_by_role("link").filter(has=ben.page.get_by_role("time")).first.click()
        ben.is_live()
        entry = ben.main.locator(".entry[aria-current]")
        assert entry.evaluate(MARKUP) in (["p"], ["a href rel", "p"])
        assert entry.locator("> .body > .text").text_content() == TEXTS[number]
    assert "/hit" not in " ".join(ben.watch.requests)


def test_in_a_replay(deployment: Deployment, event: str, network: Proxy, carla: Person, anna: Person) -> None:
    carla.opens(event)
    anna.opens(event)
    carla.loses_the_network()
    before = carla.reads_the_rest()
    network.freeze()
    network.drop()
    publishes(deployment, event)
    anna.sees("The end")
    network.thaw()
    carla.sees("The end")
    is_unharmed(carla, before)


def test_in_an_answer_to_polling(
    deployment: Deployment, event: str, network: Proxy, carla: Person, anna: Person
) -> None:
    carla.loses_the_network()
    network.block_sockets()
    carla.page.clock.install()
    carla.goes_to(f"/events/{event}/")
    before = carla.reads_the_rest()
    publishes(deployment, event)
    anna.opens(event)
    anna.sees("The end")
    carla.page.clock.fast_forward(21_000)
    carla.sees("The end")
    is_unharmed(carla, before)


@pytest.mark.parametrize("scripted", [True, False], ids=["htmx", "plain"])
def test_through_the_forms(deployment: Deployment, event: str, cast: Cast, anna: Person, scripted: bool) -> None:
    """The forms show them again: a refused text, an edit form, a remembered name."""
    mallory = cast.joins("Mallory", deployment.urls[-1], java_script_enabled=scripted)
    anna.opens(event)
    mallory.goes_to(f"/events/{event}/")
    text, name = TEXTS[11], NAMES[0]
    mallory.fails_to_post(text + "x" * 2000, name=name)
    assert mallory.entry_text.input_value() == text + "x" * 2000
    assert mallory.entry_name.input_value() == name
    mallory.posts("Hello", name=name)  # a stranger's link would wait for a host
    mallory.posts(text, name=name)
    assert mallory.entry_name.input_value() == name
    mallory.edits(text, f"{text} again")
    anna.sees_edited(f"{text} again")
    mallory.removes(f"{text} again")
    anna.does_not_see(f"{text} again")
    assert "/hit" not in " ".join(mallory.watch.requests + anna.watch.requests)
