"""Beginnings and ends of links: the same for visitors, for hosts, and for posts that are held for having one."""

import re

import pytest

from feeds.models.moderation.suspicions import addresses_in
from feeds.values.links import links_in
from feeds.values.markup import marked_up, written

LINKS = [
    ("https://example.org/a。次は", "https://example.org/a"),
    ("https://example.org/a…", "https://example.org/a"),
    ("https://example.org/🎉", "https://example.org/"),
    ("https://example.org👍🏽", "https://example.org"),
    ("„https://example.org/a“", "https://example.org/a"),
    ("«https://example.org/a»", "https://example.org/a"),
    ("»https://example.org/a«", "https://example.org/a"),
    ("‘https://example.org/a’", "https://example.org/a"),
    ("「https://example.org/a」", "https://example.org/a"),
    ("'https://example.org/a'", "https://example.org/a"),
    ('"https://example.org/a"', "https://example.org/a"),
    ("<https://example.org/a>", "https://example.org/a"),
    ("https://example.org/a<b>", "https://example.org/a"),
    ("(https://example.org/a)", "https://example.org/a"),
    ("(https://example.org/a_(b))", "https://example.org/a_(b)"),
    ("[https://example.org/a]", "https://example.org/a"),
    ("https://example.org/a(", "https://example.org/a"),
    ("https://example.org/a.", "https://example.org/a"),
    ("https://example.org/a...", "https://example.org/a"),
    ("https://example.org/a?!", "https://example.org/a"),
    ("https://example.org/a, and", "https://example.org/a"),
    ("https://example.org/a;", "https://example.org/a"),
    ("https://example.org/a:", "https://example.org/a"),
    ("https://example.org/a、b", "https://example.org/a"),
    ("https://example.org/a！", "https://example.org/a"),
    ("https://example.org/a؟", "https://example.org/a"),
    ("https://example.org/a۔", "https://example.org/a"),
    ("https://example.org/a।", "https://example.org/a"),
    ("https://example.org/a\u200bb", "https://example.org/a"),
    ("https://example.org/a\u3000b", "https://example.org/a"),
    ("https://example.org/a\u202egpj.exe", "https://example.org/a"),
    ("https://example.org/a\\b", "https://example.org/a"),
    ("https://example.orgで見る", "https://example.org"),
    ("https://example.org/a?b=c&d=e#f", "https://example.org/a?b=c&d=e#f"),
    ("https://example.org:8443/a", "https://example.org:8443/a"),
    ("HTTPS://Example.ORG/A", "HTTPS://Example.ORG/A"),
    ("https://de.wikipedia.org/wiki/Köln", "https://de.wikipedia.org/wiki/Köln"),
    ("https://例え.jp/東京", "https://例え.jp/東京"),
    ("www.münchen.de/straße", "www.münchen.de/straße"),
    ("example.com", "example.com"),
    ("See www.example.football/a.", "www.example.football/a"),
    ("WWW.Example.Org", "WWW.Example.Org"),
    ("kicker.de/live", "kicker.de/live"),
    ("someone@example.org.", "someone@example.org"),
    ("http://192.0.2.1/a", "http://192.0.2.1/a"),
    ("http://[2001:db8::1]/x", "http://[2001:db8::1]/x"),
    ("(see https://[2001:db8::1]:8443/a_(b)?c=d.)", "https://[2001:db8::1]:8443/a_(b)?c=d"),
    ("Go to HTTP://[2001:DB8::A].", "HTTP://[2001:DB8::A]"),
    ("http://[2001:db8::1]/www.example.org", "http://[2001:db8::1]/www.example.org"),
    ("https://a.example./x", "https://a.example./x"),
    ("https://a.example.:8443/x?y#z.", "https://a.example.:8443/x?y#z"),
    ("www.a.example./x", "www.a.example./x"),
    ("https://a.example./www.example.org/", "https://a.example./www.example.org/"),
    ("Is it https://a.example.?", "https://a.example"),
]


@pytest.mark.parametrize(("text", "link"), LINKS)
def test_a_link_ends_in_the_same_place_for_everybody(text, link):
    assert [text[each.start : each.end] for each in links_in(text)] == [link]
    for html in (str(written(text)), str(marked_up(text))):
        assert [unescaped(found) for found in re.findall(r"<a [^>]*>(.*?)</a>", html)] == [link]
        assert unescaped(re.sub(r"<[^>]*>", "", html)).strip() == text.strip()
    assert addresses_in(text)


def unescaped(html):
    return (
        html.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", '"')
        .replace("&#x27;", "'")
        .replace("&amp;", "&")
    )


def test_a_link_says_where_it_leads_and_what_it_is_worth():
    assert str(written("See www.münchen.de/straße?a=1&b=ü")) == (
        '<p>See <a href="http://www.xn--mnchen-3ya.de/stra%C3%9Fe?a=1&amp;b=%C3%BC" rel="nofollow ugc noopener">'
        "www.münchen.de/straße?a=1&amp;b=ü</a></p>"
    )
    assert str(marked_up("See https://例え.jp/")) == (
        '<p>See <a href="https://xn--r8jz45g.jp/" rel="noopener">https://例え.jp/</a></p>\n'
    )


@pytest.mark.parametrize(
    "text",
    [
        *(
            "javascript:alert(1)",
            "javascript://example.org/%0aalert(1)",
            "data:text/html,x",
            "vbscript:x",
            "ftp://example.org/a",
        ),
        *(
            "//example.org/a",
            "https://bank.example@evil.example/",
            "https://user:password@example.org/",
            "https://",
            "http://a",
        ),
        *(
            "https://exa_mple..org/",
            "3.5/10",
            "e.g. both",
            "Great save.What a match",
            "goal.So far",
            "no.it was",
            "1.FC Köln",
        ),
        *(
            "https://\u202eexample.live/",
            "xhttps://example.org/",
            "https:/example.org",
            "a@b",
            "@example",
            "...",
            "node.js",
        ),
    ],
)
def test_what_is_none_is_not_made_one(text):
    assert links_in(text) == []
    assert "<a" not in written(text) + marked_up(text)


@pytest.mark.parametrize("text", ["http://[2001:db8::g]/", "http://[1]/x", "http://[]/", "xhttp://[::1]/", "[::1]"])
def test_what_is_no_address_of_a_host_is_no_link(text):
    assert links_in(text) == []


@pytest.mark.parametrize("between", [";", ",", "; ", ", "])
def test_each_of_several_addresses_for_mail_is_a_link(between):
    text = between.join(["a@example.co.uk", "b@example.org", "c.d@example.com."])
    seen = ["a@example.co.uk", "b@example.org", "c.d@example.com"]
    assert [text[link.start : link.end] for link in links_in(text)] == seen
    assert [link.href for link in links_in(text)] == [f"mailto:{each}" for each in seen]


def test_a_host_by_its_number_is_a_link_that_is_held_and_leads_there():
    text = "See http://[2001:db8::1]/x"
    assert addresses_in(text) == {"http://[2001:db8::1]/x"}
    assert 'href="http://[2001:db8::1]/x"' in written(text)
    assert 'href="http://[2001:db8::1]/x"' in marked_up(text)


def test_several_links_and_what_is_between_them_stay_in_order():
    text = "a https://one.example/。https://two.example/x)b\nwww.three.example & <four@example.org>"
    seen = ["https://one.example/", "https://two.example/x", "www.three.example", "four@example.org"]
    assert [text[link.start : link.end] for link in links_in(text)] == seen
    assert str(written(text)) == (
        '<p>a <a href="https://one.example/" rel="nofollow ugc noopener">https://one.example/</a>。'
        '<a href="https://two.example/x" rel="nofollow ugc noopener">https://two.example/x</a>)b<br>'
        '<a href="http://www.three.example" rel="nofollow ugc noopener">www.three.example</a> &amp; '
        '&lt;<a href="mailto:four@example.org" rel="nofollow ugc noopener">four@example.org</a>&gt;</p>'
    )
