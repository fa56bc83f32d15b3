"""Name, logo and legal links of the site, as a theme's `theme.toml` and the environment say them.

docs/designers.md describes the file. Everything in it that makes no sense is named with its line and a cure.
"""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from urllib.parse import urlsplit

FILE = "theme.toml"
MOST_BYTES, MOST_LINKS = 16 * 1024, 8
LONGEST_NAME, LONGEST_ALT, LONGEST_ADDRESS = 40, 120, 300
"""Characters of a name or label, of the words for a logo, and of an address."""
PICTURES = (".svg", ".png", ".webp", ".avif", ".jpg", ".jpeg", ".gif")

_KEYS = {"": ("name", "logo", "legal_links"), "logo": ("file", "alt"), "legal_links": ("label", "address")}
_EXAMPLE = 'such as "https://example.org/imprint" or "/imprint/"'


@dataclass(frozen=True)
class Logo:
    """A picture in the theme's folder, and what it shows: "" if the name of the site stands beside it."""

    file: str
    alt: str


@dataclass(frozen=True)
class Link:
    """A link on every page, such as to an imprint."""

    label: str
    address: str


@dataclass(frozen=True)
class Site:
    """Facts that every page tells of the site that it belongs to."""

    name: str = "Commentary"
    logo: Logo | None = None
    legal_links: tuple[Link, ...] = ()


Fault = tuple[int, str]
"""A line, and a sentence that says what is wrong and what to do."""


def read(content: bytes, folder: Path) -> tuple[Site, list[Fault]]:
    """The site of a theme's file in this folder, as far as it makes sense, and the file's faults."""
    if len(content) > MOST_BYTES:
        return Site(), [(0, f"the file is too large. Keep it below {MOST_BYTES // 1024} KB.")]
    try:
        text = content.decode()
        found = tomllib.loads(text)
    except UnicodeDecodeError as error:
        return Site(), [(content.count(b"\n", 0, error.start) + 1, "this is not UTF-8. Save the file as UTF-8.")]
    except tomllib.TOMLDecodeError as error:
        return Site(), [_unreadable(text, str(error))]
    reader = _Reader(text, folder)
    site = reader.site(found)
    return site, sorted(reader.faults)


def _unreadable(text: str, said: str) -> Fault:
    """The complaint of a parser about a text that is not TOML, with the place where it noticed."""
    reason, _, where = said.partition(" (at ")
    line = int(found[1]) if (found := re.match(r"line (\d+)", where)) else text.count("\n") + 1
    return line, f'this is not TOML: {reason}. Write a line as name = "…", with quotes around texts.'


def wrong_text(text: object, longest: int) -> str:
    """The fault of a text of one line; "" if it has none."""
    if not isinstance(text, str):
        return "is not a text. Put quotes around it."
    if not text.strip():
        return "is empty. Fill it in, or remove the line."
    if not text.isprintable():
        return "has a line break or an invisible character. Remove it."
    if len(text) > longest:
        return f"is too long. Keep it below {longest + 1} characters."
    return ""


def wrong_address(address: object) -> str:
    """The fault of the address of a link; "" if it has none."""
    if wrong := wrong_text(address, LONGEST_ADDRESS):
        return wrong
    try:
        parts = urlsplit(str(address))
        is_fine = parts.scheme in {"http", "https"} and bool(parts.hostname) and "@" not in parts.netloc
    except ValueError:
        is_fine = False
    is_here = bool(re.match(r"/(?![/\\])", str(address)))
    if re.search(r"[\s\\\"<>]", str(address)) or not (is_fine or is_here):
        return f"is not an address that pages can link to. Begin it with https://, http:// or /, {_EXAMPLE}."
    return ""


def links_in(value: str) -> tuple[Link, ...]:
    """Links in a setting such as `Imprint=https://example.org/imprint, Privacy=/privacy/`. Raises `ValueError`."""
    links = [Link(*(part.strip() for part in each.partition("=")[::2])) for each in value.split(",") if each.strip()]
    for link in links:
        for name, wrong in (
            (link.label, wrong_text(link.label, LONGEST_NAME)),
            (link.address, wrong_address(link.address)),
        ):
            if wrong:
                raise ValueError(f"{name!r} {wrong}")
    if len(links) > MOST_LINKS:
        raise ValueError(f"there are more than {MOST_LINKS} links.")
    return tuple(links)


class _Reader:
    """Values of one file. What makes no sense is left out, and named."""

    def __init__(self, text: str, folder: Path) -> None:
        self._lines = text.split("\n")
        self._folder = folder
        self.faults: list[Fault] = []

    def site(self, found: dict[str, object]) -> Site:
        """The site of a whole file."""
        self._unknown(found, "", 0)
        named = "name" in found and self._text(found, "name", LONGEST_NAME)
        return Site(named or Site.name, self._logo(found.get("logo")), tuple(self._links(found.get("legal_links", []))))

    def _logo(self, found: object) -> Logo | None:
        if found is None:
            return None
        if not isinstance(found, dict):
            self._say("logo", 'logo is not a table. Write [logo], and below it file = "logo.svg" and alt = "…".')
            return None
        self._unknown(found, "logo", 1)
        file = self._text(found, "file", LONGEST_ADDRESS, "logo") if "file" in found else ""
        if "file" not in found:
            self._say("", 'the logo has no file. Add file = "logo.svg", the name of a picture in this folder.', "logo")
        elif file and (wrong := self._wrong_file(file)):
            self._say("file", f"file = “{file}”: {wrong}", "logo")
            file = ""
        if "alt" not in found:
            said = 'the logo has no alt. Add alt = "…", what it shows, or alt = "" to have the name beside it.'
            self._say("", said, "logo")
            return None
        alt = found["alt"] if found["alt"] == "" else self._text(found, "alt", LONGEST_ALT, "logo")
        return Logo(file, alt) if file and isinstance(alt, str) else None

    def _wrong_file(self, name: str) -> str:
        """The fault of the file of a logo; "" if it has none."""
        path = Path(name)
        if path.is_absolute() or ".." in path.parts or "\\" in name:
            return "it is outside the theme's folder. Put the file into the folder, and write its name alone."
        if path.suffix.lower() not in PICTURES:
            return f"browsers show no such picture. Use one of {', '.join(PICTURES)}."
        if not (self._folder / path).is_file():
            there = [each.name for each in self._folder.iterdir() if each.suffix.lower() in PICTURES]
            near = get_close_matches(name, there, 1)
            return "there is no such file in the theme's folder." + (
                f" Did you mean {near[0]}?" if near else " Put it there, or correct the name."
            )
        return ""

    def _links(self, found: object) -> Iterator[Link]:
        if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
            said = 'legal_links is not a list. Write [[legal_links]], and below it label = "…" and address = "…".'
            self._say("legal_links", said)
            return
        if len(found) > MOST_LINKS:
            said = f"there are more than {MOST_LINKS} legal links. Put the others on a page that one leads to."
            self._say("", said, "legal_links", MOST_LINKS + 1)
        for n, each in enumerate(found[:MOST_LINKS], 1):
            self._unknown(each, "legal_links", n)
            for key in {"label", "address"} - each.keys():
                self._say("", f'the link has no {key}. Add {key} = "…".', "legal_links", n)
            label = self._text(each, "label", LONGEST_NAME, "legal_links", n) if "label" in each else ""
            address = each.get("address", "")
            if "address" in each and (wrong := wrong_address(address)):
                shown = f" = “{address[:80]}”" if isinstance(address, str) and address.isprintable() else ""
                self._say("address", f"address{shown} {wrong}", "legal_links", n)
                address = ""
            if label and address:
                yield Link(label, address)

    def _unknown(self, table: dict[str, object], header: str, number: int) -> None:
        for key in table.keys() - set(_KEYS[header]):
            near = get_close_matches(key, _KEYS[header], 1)
            cure = f"Did you mean {near[0]}?" if near else f"Remove it; there are {', '.join(_KEYS[header])}."
            self._say(key, f"nothing is called {key} here. {cure}", header, number)

    def _text(self, table: dict[str, object], key: str, longest: int, header: str = "", number: int = 1) -> str:
        """A text of one line; "" if it is wrong."""
        if wrong := wrong_text(table[key], longest):
            self._say(key, f"{key} {wrong}", header, number)
            return ""
        return str(table[key]).strip()

    def _say(self, key: str, said: str, header: str = "", number: int = 1) -> None:
        self.faults.append((self._line(key, header, number), said))

    def _line(self, key: str, header: str, number: int) -> int:
        """The line of a key below the header that stands there for the n-th time, else that of the header."""
        within, seen, at = "", 0, 1
        for n, line in enumerate(self._lines, 1):
            if found := re.match(r"\s*\[\[?\s*[\"']?([\w-]+)", line):
                within = found[1]
                seen += within == header
                at = n if within == header and seen == number else at
            is_here = within == header and (not header or seen == number)
            if key and is_here and re.match(rf"\s*[\"']?{re.escape(key)}[\"']?\s*[.=]", line):
                return n
            if key and not header and within == key:  # a table that should be something else
                return n
        # In a table within one line the header is a key.
        return at if at > 1 or not header else next((n for n, line in enumerate(self._lines, 1) if header in line), 1)
