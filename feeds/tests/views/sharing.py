"""Reading what a page tells other programs."""

import json
import re
from html import unescape

from django.urls import reverse

from feeds.outlets.share_picture import digest_of


def share_picture_of(event, language="en"):
    """Path of the share picture as the event's page names it."""
    return reverse("share-picture", args=[event.slug, language, digest_of(event, language)])


def card_in(html):
    """The tags for messengers in the head of a page, by name."""
    found = re.findall(r'<meta (?:property|name)="((?:og|twitter):[^"]+)" content="([^"]*)">', html)
    return {name: unescape(value) for name, value in found}


def canonical_in(html):
    return re.findall(r'<link rel="canonical" href="([^"]+)">', html)


def linked_data_in(html):
    """The linked data of a page, each block parsed."""
    return [json.loads(each) for each in re.findall(r'<script type="application/ld\+json">(.*?)</script>', html, re.S)]
