"""States of the tools with which hosts change posts."""

from collections.abc import Iterator
from typing import Any

from django.urls import reverse

from feeds.gallery.samples import FORM_KEY, comment, entry, variant
from feeds.gallery.states import HOSTS, Made, shows
from feeds.models import Entry
from feeds.models.post.kinds import PostKey

FOR_HOSTS: dict[str, Any] = {"variant": variant().for_hosts()}
"""The variant of hosts, for the context of a state."""


def pinned_moment() -> dict[str, Any]:
    """The context of an entry that is pinned, and a key moment, in the variant of hosts."""
    made = entry(moment="Ignition", visitor="v")
    made.event.pinned = made
    return {"event": made.event, "entry": made, "post": made, "form_key": FORM_KEY} | FOR_HOSTS


@shows("partials/post/tools")
def _tools() -> Iterator[Made]:
    yield "of an entry that is pinned, and a key moment", pinned_moment(), HOSTS
    for name, post in (("an entry by a host", entry(by_host=True)), ("a comment", comment(visitor="v"))):
        yield f"of {name}", {"event": post.event, "post": post} | FOR_HOSTS, HOSTS


@shows("partials/entry/unpin")
def _links_to_unpin() -> Iterator[Made]:
    yield "of a pinned entry", pinned_moment(), HOSTS


@shows("partials/post/action")
def _actions() -> Iterator[Made]:
    made = entry()
    address = reverse("edit", args=["petrel-7", PostKey(Entry, 7)])
    yield "to edit it", {"post": made, "address": address, "verb": "Edit"}, HOSTS
    yield "with a class", {"post": made, "address": address, "verb": "Pin", "css": "pin"}, HOSTS
    yield "about its author", {"post": made, "address": address, "verb": "Ban", "of_author": True}, HOSTS
