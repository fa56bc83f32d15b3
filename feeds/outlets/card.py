"""Cards: what a link to a page shows where it is pasted, such as in a messenger."""

from dataclasses import dataclass
from urllib.parse import quote

from django.conf import settings
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from feeds.models import Entry, Event
from feeds.outlets import share_picture
from feeds.outlets.addresses import Addresses
from feeds.outlets.texts import line, plain, title_of

DESCRIPTION_MAX = 200
"""Characters of a description."""


@dataclass(frozen=True)
class Card:
    """Title, description and picture of a page, the same for everybody with its language. Absolute addresses."""

    title: str
    address: str
    is_listed: bool
    """Whether others may list the page. If not, its title alone is told."""
    description: str = ""
    picture: str = ""
    picture_alt: str = ""
    linked_data: SafeString | None = None

    may_be_embedded: bool = False

    @property
    def oembed(self) -> str:
        """The page's address, quoted as a parameter of the address of its description; "" without one."""
        return quote(self.address, safe="") if self.may_be_embedded else ""

    @property
    def locale(self) -> str:
        """The language as Open Graph writes it: “en”, “pt_BR”."""
        first, _, rest = (get_language() or settings.LANGUAGE_CODE).partition("-")
        return f"{first}_{rest.upper()}" if rest else first


def of_event(event: Event, addresses: Addresses) -> Card:
    """The card of the event's page."""
    description = line(event.description, DESCRIPTION_MAX)
    return _card(event, line(event.title), addresses.event(event), description, addresses)


def of_entry(entry: Entry, addresses: Addresses) -> Card:
    """The card of an entry's own page."""
    said = line(plain(entry), DESCRIPTION_MAX)
    title = f"{title_of(entry)} · {line(entry.event.title)}"
    return _card(entry.event, title, addresses.post(entry), said, addresses)


def _card(event: Event, title: str, address: str, description: str, addresses: Addresses) -> Card:
    framed = bool(event.framed_by)
    if event.visibility != Event.Visibility.PUBLIC:
        return Card(title, address, is_listed=False, may_be_embedded=framed)
    language = get_language() or settings.LANGUAGE_CODE
    picture = addresses.to("share-picture", event.slug, language, share_picture.digest_of(event, language))
    alt = " · ".join(filter(None, (line(event.title), str(event.get_state_display()), line(event.status_line))))
    return Card(title, address, True, description, picture, alt, may_be_embedded=framed)
