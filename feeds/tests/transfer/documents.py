"""Exports as text, uploads of a file, and the mistakes that the page names."""

import json
import re

from django.core.files.uploadedfile import SimpleUploadedFile

from feeds.models import Event
from feeds.transfer import exports


def text_of(event):
    return "".join(exports.pieces(Event.objects.get(pk=event.pk)))


def upload(client, document, follow=False):
    content = document if isinstance(document, bytes) else json.dumps(document).encode()
    return client.post("/events/import/", {"file": SimpleUploadedFile("event.json", content)}, follow=follow)


def told(response):
    """Mistakes in the file, as the page lists them."""
    assert response.status_code == 422
    html = response.content.decode()
    return re.findall(r'<li dir="auto">(.*?)</li>', html)


def same_but_for(document, **different):
    document = json.loads(document) if isinstance(document, str) else document
    return document | {"event": document["event"] | different}


def document_of(event, entries=6, comments=2):
    for number in range(entries):
        entry = event.publish("Ann", f"Entry {number}")
        for reply in range(comments):
            entry.comment("Ben", f"Reply {reply}")
    return json.loads(text_of(event))
