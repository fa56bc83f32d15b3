"""Requests as the forms of the pages send them, and reading the answers."""

import io
import re
from html.parser import HTMLParser

from PIL import Image

from feeds.forms import Cursor

HTMX = {"HX-Request": "true"}
FORM = {
    "title": "Final",
    "slug": "final",
    "description": "The last one",
    "starts_at": "2026-07-04T20:00",
    "time_zone": "Europe/Berlin",
    "visibility": "public",
    "posting": "open",
}
"""The form of a new event, filled in."""


def submit(client, event, text="Kick-off!", name="Paul", key="", *, entry=None, htmx=False, follow=False):
    """Post an entry, or a comment on `entry`, as the form on the page does."""
    path = f"/events/{event.slug}/entries/" + (f"{entry.pk}/comments/" if entry else "")
    form = {"name": name, "text": text, "key": key}
    return client.post(path, form, headers=HTMX if htmx else {}, follow=follow)


def fetch(client, path, status=200, *, htmx=False):
    response = client.get(path, headers=HTMX if htmx else {})
    assert response.status_code == status, response.content.decode()
    return response.content.decode()


def cursor_in(html):
    return Cursor.parse(re.search(r'id="cursor" name="after" value="([^"]*)"', html)[1])


def now(event):
    event.refresh_from_db()
    return Cursor(event.epoch, event.head)


class Elements(HTMLParser):
    """All elements of some HTML with their attributes, in order."""

    def __init__(self, html):
        super().__init__()
        self.found = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, tuple((name, value or "") for name, value in attrs)))


def elements(html):
    return Elements(html).found


def values(html, tag, attribute):
    """Values of one attribute on all elements with one tag."""
    return [dict(attrs)[attribute] for name, attrs in elements(html) if name == tag and attribute in dict(attrs)]


def form_of(response):
    """Name and text in the form that an answer carries, and the errors shown with it."""
    html = response.content.decode()
    name = next(
        dict(attrs)["value"] for tag, attrs in elements(html) if tag == "input" and dict(attrs)["name"] == "name"
    )
    text = re.search(r'<textarea [^>]*name="text"[^>]*>\n(.*?)</textarea>', html, re.DOTALL)[1]
    errors = re.findall(r'<p class="error"[^>]*>(.*?)</p>', html)
    return name, text, [re.sub("<[^>]*>", "", error) for error in errors]


def facts(html):
    """The lines of facts below titles, as words."""
    return [
        " ".join(re.sub(r"<[^>]*>", " ", facts).split()) for facts in re.findall(r'class="facts">(.*?)</p>', html, re.S)
    ]


def picture_file(kind="PNG", size=(60, 30), mode="RGB", **options):
    """The bytes of a picture: one colour to the left of another."""
    image = Image.new(mode, size, "navy")
    image.paste("gold", (0, 0, size[0] // 2, size[1]))
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def whoami(client):
    """Name of the account that a browser is signed in with, or None."""
    found = re.search(r'<a href="/password/">(.*?)</a>', fetch(client, "/"))
    return found and found[1]


def errors(response):
    """The messages beside the fields of a form."""
    return re.findall(r'<p class="error"[^>]*>(.*?)</p>', response.content.decode())


def cards(page):
    """The sections of the home page with the titles in them."""
    sections = re.findall(r'<section aria-label="([^"]*)">(.*?)</section>', page, re.DOTALL)
    return {
        title: re.findall(r'<h3 dir="auto"><a href="[^"]*">([^<]*)</a></h3>', section) for title, section in sections
    }


def log_of(event):
    """The log of an event in words, the earliest line first."""
    return [str(act) for act in event.acts.order_by("pk")]
