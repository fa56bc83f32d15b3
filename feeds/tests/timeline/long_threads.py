"""Entries with many comments, and pages that show some of them."""

from e2e.protocol.comparing import Thread
from e2e.protocol.page import Page
from feeds.tests.helpers import fetch

SPAM = "s" * 32


def thread_of(event, number, **about):
    """An entry with comments “1”, “2” and on."""
    entry = event.publish("Paul", "Goal!")
    for each in range(1, number + 1):
        entry.comment("Rita", str(each), **about)
    entry.refresh_from_db()
    return entry


def opened(client, event, path=""):
    return Page(fetch(client, event.get_absolute_url() + path))


def said(page, entry):
    """Words of the comments on an entry, in the order of the page."""
    words = (
        node.first("text").text.strip() for node in Thread(page, entry.element_id).list.elements if node.first("text")
    )
    return list(words)


def numbers(first, last):
    return [str(number) for number in range(first, last + 1)]
