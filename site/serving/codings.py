"""Codings of answers: Brotli and gzip, quickly for pages, and as small as they get for files."""

import gzip
import io
import secrets

import brotli
from servestatic.utils import parse_accept_encoding
from zopfli import gzip as zopfli

BROTLI, GZIP = "br", "gzip"
CODINGS = (BROTLI, GZIP)
"""What we can send, the smaller one first. Browsers ask for Brotli over https only."""
QUICK = 5
"""Brotli's quality for pages: takes as long as gzip at level 9, and saves a sixth."""
LONG = 200_000
"""Bytes from which zopfli would take seconds."""
PADDING = 100
"""Bytes, at most, by which a page is longer than it need be."""


def chosen(header: str) -> str:
    """The coding for a browser that sends this `Accept-Encoding`; "" if it takes none of ours."""
    accepted = parse_accept_encoding(header)
    return next((coding for coding in CODINGS if coding in accepted), "")


def of_page(content: bytes, coding: str) -> bytes:
    """A page in this coding, with a random length, which hides the tokens in it from attacks (“BREACH”)."""
    padding = b"a" * (1 + secrets.randbelow(PADDING))
    return _brotli(content, padding) if coding == BROTLI else _gzip(content, padding)


def of_file(content: bytes, coding: str) -> bytes:
    """A file in this coding, as small as it gets; as it is for ""."""
    if coding == BROTLI:
        return brotli.compress(content)
    if coding == GZIP:
        return gzip.compress(content, 9, mtime=0) if len(content) > LONG else zopfli.compress(content, numiterations=1)
    return content


def _gzip(content: bytes, padding: bytes) -> bytes:
    packed = io.BytesIO()
    with gzip.GzipFile(padding.decode(), "wb", 9, packed, mtime=0) as file:
        file.write(content)
    return packed.getvalue()


def _brotli(content: bytes, padding: bytes) -> bytes:
    """The content, and a block of metadata with the padding (RFC 7932, 9.2), before which a flush ends a whole byte."""
    packer = brotli.Compressor(quality=QUICK)
    bits = (3 << 1) | (1 << 4) | ((len(padding) - 1) << 6)
    return packer.process(content) + packer.flush() + bits.to_bytes(2, "little") + padding + packer.finish()
