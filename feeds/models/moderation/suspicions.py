"""Suspicions that make a visitor's post wait for a host, in addition to the event's posting rule.

Only hosts are told the reason.
"""

import re
from collections.abc import Iterable
from functools import lru_cache
from ipaddress import ip_network
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from feeds.values.addresses import Address, Network
from feeds.values.links import links_in
from feeds.values.word_lists import WordList
from feeds.values.words import fold, is_word, numbered_lines

if TYPE_CHECKING:
    from feeds.models.event.posting import TakesPosts

WORD_MAX = 60
"""Characters of a blocked word."""
BLOCKED_WORD = gettext_noop("Contains a blocked word: “%(word)s”.")
_BLOCKED_WORD = re.compile(re.escape(BLOCKED_WORD).replace(re.escape("%(word)s"), "(.*)"), re.DOTALL)
_PATH_OF_A_SITE = re.compile(r"(?<![\w-])[^\W_][\w-]*\.[^\W\d_]{2,}/\S*")


def suspicion(
    event: "TakesPosts", visitor: str, texts: Iterable[str], *, before: Iterable[str] = (), hurried: bool = False
) -> str:
    """Reason why these texts of a visitor must wait for a host, in English; "" if there is none.

    `before`: the post's texts before an edit, if they were accepted; only links and blocked words that are new count.
    `hurried`: whether the post was sent sooner after its form was rendered than people can write.
    """
    words, accepted = "\n".join(texts), "\n".join(before)
    new = blocked_words_in(event.blocked_words, words) - blocked_words_in(event.blocked_words, accepted)
    new |= blocked_words_in(event.masked_words, masked(event.masked_words, words))  # those that a mask does not fit
    if new:
        return BLOCKED_WORD % {"word": min(new)[:WORD_MAX]}
    has_link = bool(addresses_in(words) - addresses_in(accepted))
    if not (has_link or hurried) or _is_known(event, visitor, besides_this=bool(accepted)):
        return ""
    if has_link:
        return gettext_noop("Link from a first-time poster.")
    return gettext_noop("Sent too fast for a human, by a first-time poster.")


def reason_in_words(reason: str) -> str:
    """Reason why a post waits, in the reader's language; it is stored in English."""
    if match := _BLOCKED_WORD.fullmatch(reason):
        return _(BLOCKED_WORD) % {"word": match[1]}
    return _(reason) if reason else ""


def _is_known(event: "TakesPosts", visitor: str, *, besides_this: bool) -> bool:
    """Whether a post by this visitor is on the page; with `besides_this`, one more than the post itself."""
    if not besides_this:
        return event.has_seen(visitor)
    shown = (posts.visible().filter(visitor=visitor).count() for posts in event.posts())
    return sum(shown) > 1


def blocked_words_in(blocked: str, text: str) -> set[str]:
    """Blocked words (one a line) that are in the text, as `feeds.values.words.fold` compares them."""
    return _list_of(blocked).found_in(text) if blocked and text else set()


def masked(listed: str, text: str) -> str:
    """The text with stars in place of the listed words (one a line)."""
    return _list_of(listed).mask(text) if listed and text else text


_list_of = lru_cache(maxsize=256)(WordList)


def addresses_in(text: str) -> set[str]:
    """Addresses that become links on the page or read like one, such as `example.xyz/offer`."""
    folded = fold(text)
    if "." not in folded and "://" not in folded:
        return set()
    paths = (found.rstrip(".,:;!?)”") for found in _PATH_OF_A_SITE.findall(folded))
    return {link.href.lower() for each in {text, folded} for link in links_in(each)} | set(paths)


def is_blocked(blocked: str, address: Address | None) -> bool:
    """Whether an address is in one of the blocked networks (one a line)."""
    return address is not None and any(address in network for network in _networks(blocked))


@lru_cache(maxsize=256)
def _networks(blocked: str) -> tuple[Network, ...]:
    return tuple(ip_network(line.strip(), strict=False) for line in blocked.splitlines() if line.strip())


def validate_blocked_words(value: str) -> None:
    """Raises `ValidationError` for the first line that is too long or has no letter, digit or symbol."""
    for number, line in numbered_lines(value):
        if len(line) > WORD_MAX:
            words = {"number": number, "line": line[:20], "limit": WORD_MAX}
            raise ValidationError(
                _("Line %(number)s, “%(line)s…”, is longer than %(limit)s characters. Shorten it."), params=words
            )
        if not is_word(line):
            raise ValidationError(
                _("Line %(number)s, “%(line)s”, has no letter, digit or symbol. Remove it."),
                params={"number": number, "line": line},
            )


def validate_blocked_networks(value: str) -> None:
    """Raises `ValidationError` for the first line that is not a network, or is the network of all addresses."""
    for number, line in numbered_lines(value):
        try:
            network = ip_network(line, strict=False)
        except ValueError:
            raise ValidationError(
                _("Line %(number)s, “%(line)s”, is not a network. Write one such as 203.0.113.0/24 or 2001:db8::/32."),
                params={"number": number, "line": line[:60]},
            ) from None
        if not network.prefixlen:
            raise ValidationError(
                _("Line %(number)s, “%(line)s”, would block everybody. To close posting, choose “Closed” above."),
                params={"number": number, "line": line},
            )
