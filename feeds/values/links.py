"""Links in a text: where each begins and ends. One rule for showing a link and for holding a post that has one."""

import re
from dataclasses import dataclass
from functools import cache
from ipaddress import IPv6Address
from urllib.parse import quote

import idna
from linkify_it import LinkifyIt
from linkify_it.main import Match

from feeds.values import words

COMMON = {"com", "org", "net", "edu", "gov", "int", "mil", "info", "biz", "рф"}
"""Top-level domains that make a link without “https://”, “www.” or a path: “goal.so far” is not one."""
# Outside ASCII a link has letters, marks and digits only. Any other sign ends it: a quotation mark, a full stop of any
# script, an emoji, or an invisible character that could reverse the address.
_FOREIGN = re.compile(r"[^\w\x21-\x7e]|[<>\"`{}|\\^]")
_TRAILING = "*:;,.'!?"
_WEB = re.compile(r"(?i)(?:(https?)://)?([^/?#:]+)(:[0-9]{1,5})?([/?#].*)?")
_MIXED_END = re.compile(r"(?i)([a-z]{2,})[^\x00-\x7f]")
_HOST = re.compile(r"(?:[^\x00-\x2c./:-@\[-`{-\x7f]{1,63}\.){1,8}[^\W\d_]{2,63}(?::\d{1,5})?(?![\w-])")
_ROOT = re.compile(r"\.(?::[0-9]{1,5})?(?=[/?#])")
"""A full stop at the end of a host name, if the link goes on behind it."""
_BY_NUMBER = re.compile(r"(?i)(?<!\w)(https?)://\[([0-9a-f:.]{2,45})\](:[0-9]{1,5})?")
_MAIL_BEHIND_MAIL = re.compile(r"(@[^\s@/;,]{1,253})[;,](?=[^\s@/;,]{1,64}@)")
_NUMBERS = re.compile(r"[0-9]{1,3}(?:\.[0-9]{1,3}){3}")
_SAFE = "!#$%&'()*+,/:;=?@[]~-._"


@dataclass(frozen=True)
class Link:
    """A link from `start` to `end` of a text, leading to `href`."""

    start: int
    end: int
    href: str


def links_in(text: str) -> list[Link]:
    """The links of a text, in order."""
    if "." not in text and ":" not in text:
        return []
    masked = _MAIL_BEHIND_MAIL.sub(r"\1 ", _FOREIGN.sub(_kept_if_mark, text))
    found = [_link(masked, match) for match in _finder().match(masked) or []]
    found += [_link_by_number(masked, match) for match in _BY_NUMBER.finditer(masked)]
    return _apart(sorted((link for link in found if link), key=lambda link: link.start))


def _apart(links: list[Link]) -> list[Link]:
    """The links that do not begin inside another one."""
    apart: list[Link] = []
    for link in links:
        if not apart or link.start >= apart[-1].end:
            apart.append(link)
    return apart


def _kept_if_mark(match: re.Match[str]) -> str:
    return match[0] if words.is_mark(match[0]) else " "


class _Finder(LinkifyIt):
    """Adds “www.” links: linkify-it knows few of today's top-level domains, and “www.” always means a link."""

    def _validate_www(self, text: str, pos: int) -> int:
        host = _HOST.match(text, pos)
        return self.path_end(text, host.end()) - pos if host else 0

    def path_end(self, text: str, pos: int) -> int:
        """The end of the path that begins here; `pos` if none does."""
        found = self._path().match(text, pos)
        return found.end() if found else pos

    @cache  # noqa: B019  (there is one finder)
    def _path(self) -> re.Pattern[str]:
        return re.compile(self.re["src_path"], re.IGNORECASE)


@cache
def _finder() -> _Finder:
    finder = _Finder(options={"fuzzy_link": True, "fuzzy_email": True, "fuzzy_ip": False})
    finder.add("ftp:", None).add("//", None).add("www.", {"validate": finder._validate_www})
    return finder


def _link(text: str, match: Match) -> Link | None:
    end = match.last_index
    if match.schema != "mailto:" and (root := _ROOT.match(text, end)):
        end = _finder().path_end(text, root.end())
    written = text[match.index : end].rstrip(_TRAILING)
    if match.schema == "mailto:":
        address = re.sub("(?i)^mailto:", "", written)
        href = _mail(address)
    else:
        written, href = _web(written)
    return Link(match.index, match.index + len(written), href) if href else None


def _link_by_number(text: str, match: re.Match[str]) -> Link | None:
    """A link whose host is an IPv6 address; None if it is not a valid one."""
    try:
        host = IPv6Address(match[2])
    except ValueError:
        return None
    end = match.start() + len(text[match.start() : _finder().path_end(text, match.end())].rstrip(_TRAILING))
    rest = quote(text[match.end() : end], safe=_SAFE)
    return Link(match.start(), end, f"{match[1].lower()}://[{host}]{match[3] or ''}{rest}")


def _mail(address: str) -> str:
    name, _at, host = address.rpartition("@")
    there = _ascii(host)
    return f"mailto:{quote(name, safe=_SAFE)}@{there}" if name and there else ""


def _web(written: str) -> tuple[str, str]:
    """The part that is the link, and its address; "" if it is not a link after all."""
    parts = _WEB.fullmatch(written)
    if not parts or "@" in parts[2]:  # https://bank.example@evil.example leads to the second host
        return written, ""
    scheme, host, port, rest = (part or "" for part in parts.groups())
    if cut := _MIXED_END.match(host.rpartition(".")[2]):  # “https://example.orgで見る”
        host = host.rpartition(".")[0] + "." + cut[1]
        port = rest = ""
        written = (f"{written[: len(scheme)]}://" if scheme else "") + host
    bare = not scheme
    if bare and not (host.lower().startswith("www.") or rest.startswith("/") or _end_of(host) in COMMON):
        return written, ""
    there = _ascii(host)
    if not there or (bare and "." not in there):
        return written, ""
    return written, f"{scheme.lower() or 'http'}://{there}{port}{quote(rest, safe=_SAFE)}"


def _end_of(host: str) -> str:
    return host.rpartition(".")[2].lower()


def _ascii(host: str) -> str:
    """A host's name in ASCII as the network knows it; "" if it has none. A full stop at its end stays."""
    if host.endswith("."):
        there = _ascii(host[:-1]) if not host.endswith("..") else ""
        return there and f"{there}."
    if len(host) > 253:
        return ""
    if host.lower() == "localhost" or _NUMBERS.fullmatch(host):
        return host.lower()
    try:
        there = idna.encode(host, uts46=True).decode()
    except (idna.IDNAError, UnicodeError):
        return ""
    return there if re.search(r"\.(?:[a-z]{2,}|xn--[a-z0-9-]+)$", there) else ""
