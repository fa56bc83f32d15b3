"""Weight of an event's page for a browser, in bytes on the wire."""

import gzip
import re
import urllib.request

import pytest

from e2e.deployment import Deployment
from e2e.patience import HANGING

pytestmark = pytest.mark.parametrize("deployment", ["one_process"], indirect=True)
MOST = 36_000 + 3_000
"""Bytes, without headers: of the page and its files, and of what it tells messengers and search engines."""

FILL = """
import random
from datetime import timedelta
words = '''the match goes on and rovers press high while athletic wait for a chance to break left with long balls over
midfield that nobody reaches before keeper comes out again under pressure from two forwards who had already turned away
towards corner flag referee looks at his watch supporters sing behind goal rain has stopped wind cold second half begins
slowly pass after substitution header volley save post crossbar whistle free kick wall yellow card late challenge bench
argues coach shouts silence then applause'''.split()
def said(length):
    text = ''
    while len(text) < length:
        text += random.choice(words) + random.choice([' ', ' ', ' ', ' ', ', ', '. '])
    return text.strip().capitalize()
random.seed(4)
event = Event.objects.get(slug={slug!r})
names = ['Marta', 'Ines Calado', 'Tomasz', 'Amara', 'Kofi', 'Lena', 'Bea', 'Jonas']
at = timezone.now() - timedelta(hours=2)
for _ in range(60):
    at += timedelta(minutes=2)
    entry = event.publish(random.choice(names), said(200), at=at)
    for _ in range(2):
        entry.comment(random.choice(names), said(80), at=at)
"""


def sent(url: str) -> tuple[bytes, dict[str, str]]:
    request = urllib.request.Request(url, headers={"Accept-Encoding": "gzip"})
    with urllib.request.urlopen(request, timeout=HANGING) as answer:
        return answer.read(), {name.lower(): value for name, value in answer.headers.items()}


def test_the_first_load_of_a_page_is_light_and_what_it_needs_is_kept_for_ever(
    deployment: Deployment, new_slug: str
) -> None:
    slug = deployment.event(new_slug)
    deployment.shell("from django.utils import timezone\n" + FILL.replace("{slug!r}", repr(slug)))
    page, headers = sent(f"{deployment.url}/events/{slug}/")
    assert headers["content-encoding"] == "gzip"
    html = gzip.decompress(page).decode()
    assert len(re.findall(r'<article id="entry-', html)) == 25
    weights = {"the page": len(page)}
    for path in re.findall(r'(?:<script src|rel="[a-z]+" href)="(/static/[^"]+)"', html):
        weights[path], headers = len(sent(deployment.url + path)[0]), sent(deployment.url + path)[1]
        assert (headers["content-encoding"], headers["vary"]) == ("gzip", "Accept-Encoding")
        assert "immutable" in headers["cache-control"]
    assert len(weights) == 5
    assert sum(weights.values()) <= MOST, weights


def test_a_name_of_another_version_gets_this_one_and_is_not_kept(deployment: Deployment) -> None:
    """While servers are upgraded one after the other, a page of one may ask the other."""
    body, headers = sent(f"{deployment.url}/static/site.0123456789ab.css")
    assert headers["cache-control"] == "no-cache"
    assert body == sent(f"{deployment.url}/static/site.css")[0]
