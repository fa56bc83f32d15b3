"""States of what every page has around its content: name and logo of the site, legal links, messages, languages."""

from collections.abc import Iterator

from django.contrib.messages import SUCCESS
from django.contrib.messages.storage.base import Message

from commentary.theme import Link, Logo, Site
from feeds.gallery.samples import LONG_NAME, user
from feeds.gallery.states import PAGE, Made, shows

DONE = Message(SUCCESS, "The event is live.")


@shows("partials/site/header")
def _headers() -> Iterator[Made]:
    yield "signed out", {"site": Site()}
    yield "signed in", {"site": Site(), "user": user(username=LONG_NAME[:30])}
    yield "a long name", {"site": Site(name=LONG_NAME[:40]), "user": user()}
    yield "a logo beside the name", {"site": Site(logo=Logo("icon.svg", ""))}
    yield "a logo in place of the name", {"site": Site(logo=Logo("icon.svg", "Commentary"))}


@shows("partials/site/legal_links")
def _legal_links() -> Iterator[Made]:
    yield "none", {"site": Site()}
    yield "two", {"site": Site(legal_links=(Link("Imprint", "/imprint/"), Link("Privacy", "https://example.org/")))}
    many = tuple(Link(LONG_NAME[: 5 * n], f"/{n}/") for n in range(1, 9))
    yield "as many as there can be", {"site": Site(legal_links=many)}


@shows("partials/site/messages")
def _messages() -> Iterator[Made]:
    yield "nothing", {}
    yield "one", {"messages": [DONE]}


@shows("base")
def _bare_pages() -> Iterator[Made]:
    yield "signed out", {}, PAGE
    yield "signed in", {"user": user()}, PAGE
    yield "staff, and something was done", {"user": user(is_staff=True), "messages": [DONE]}, PAGE


@shows("partials/site/languages")
def _languages() -> Iterator[Made]:
    yield "a form", {}
    yield "on a page that caches keep", {"shared": True}
    yield "on a page without an address", {"unnamed": True}
