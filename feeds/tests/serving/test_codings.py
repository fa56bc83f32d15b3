"""Codings of answers: what browsers are sent, and what its length tells."""

import gzip

import brotli
import pytest

from serving.codings import CODINGS, chosen, of_file, of_page

PLAIN = {"gzip": gzip.decompress, "br": brotli.decompress, "": bytes}
PAGE = b"<p>A word, and a token</p>" * 100


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [
        ("gzip, deflate, br, zstd", "br"),
        ("gzip, deflate", "gzip"),
        ("br;q=0, gzip", "gzip"),
        ("brotli", ""),
        ("identity", ""),
        ("", ""),
    ],
)
def test_a_browser_gets_the_smaller_coding_of_those_it_takes(accepted, coding):
    assert chosen(accepted) == coding


@pytest.mark.parametrize("coding", CODINGS)
def test_a_page_is_whole_and_its_length_tells_nothing_of_what_is_in_it(coding):
    answers = [of_page(PAGE, coding) for _ in range(30)]
    assert {PLAIN[coding](answer) for answer in answers} == {PAGE}
    assert len({len(answer) for answer in answers}) > 10


@pytest.mark.parametrize("coding", ["gzip", "br", ""])
def test_a_file_is_whole_however_long_it_is(coding):
    for content in (b"", b"a{}", PAGE, PAGE * 100):
        assert PLAIN[coding](of_file(content, coding)) == content


def test_a_file_is_smaller_than_gzip_makes_it():
    rule = b".entry-%d > .by { color: var(--hue-%d); margin: %dpx }"
    sheet = b"".join(rule % (number, number % 6, number * 7 % 11) for number in range(300))
    small, smaller, usual = len(of_file(sheet, "br")), len(of_file(sheet, "gzip")), len(gzip.compress(sheet, 9))
    assert small < smaller < usual
