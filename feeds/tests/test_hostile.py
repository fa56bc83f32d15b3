"""Visitor input stays words: it never becomes an element or an attribute of any page or frame."""

import re

import pytest
from django.template.loader import render_to_string
from django.utils.html import escape

from feeds.forms import Cursor
from feeds.models import Comment, Entry
from feeds.tests.helpers import HTMX, elements, fetch, submit
from feeds.timeline.frames import frame_between
from feeds.values.markup import written

HARMLESS = "Plain words"
PAYLOADS = [
    "<b>bold</b>",
    "<script>alert(1)</script>",
    "<svg onload=alert(1)>",
    '" autofocus onfocus="alert(1)',
    "' autofocus onfocus='alert(1)",
    '<a hx-get="/" hx-trigger="load">x</a>',
    '<p data-hx-get="/" data-hx-trigger="load">',
    '<p hx-on:load="alert(1)" hx-vals="js:alert(1)">',
    '<hx-partial hx-target="body" hx-swap="delete">',
    '</hx-partial><hx-partial hx-target="#entries">',
    '</hx-upsert><hx-upsert hx-target="#entries">',
    '<input id="cursor" name="after" value="e-9">',
    '<div id="entries"></div><main id="live">',
    "</textarea></form><form action=//evil.example>",
    "</title></head><body onload=alert(1)>",
    "<!-- --><!doctype html><![CDATA[ ]]><?php ?>",
    "<template><iframe srcdoc=x></template>",
    "javascript:alert(1)",
    "[x](javascript:alert(1)) data:text/html,<p>",
    "{{ 7|add:7 }}{% now 'Y' %}${7*7}#{7}",
    "&lt;script&gt; &#60;img&#62; &amp;quot;",
    "}]' ~ * #cursor{} /* */ url(x)",
]


def skeleton(html, payload, event):
    """Elements and attributes, with what differs from event to event and from answer to answer left out."""

    def plain(value):
        value = value.replace(payload, "…").replace(event.epoch, "epoch")
        return re.sub(r"[0-9A-Za-z]{64}|[0-9a-f]{32}|(?<=/share/en/)\w+|\d+", "#", value)

    def kept(name, value):
        return (name, plain(value) if name != "data-i" else "one letter" if len(value) == 1 else value)

    return [(tag, tuple(kept(*each) for each in attrs)) for tag, attrs in elements(html)]


def everything(client, event, payload, as_host):
    """Answers to readers and authors, by request, after a visitor used the payload as name and as text."""
    event.configure(title=payload, description=payload)
    start = Cursor(event.epoch, event.head + 1)
    submit(client, event, payload, payload)
    entry = Entry.objects.get(event=event)
    submit(client, event, payload, payload, entry=entry)
    comment = Comment.objects.get(event=event)
    page = event.get_absolute_url()
    found = {
        "home": fetch(client, "/"),
        "list": fetch(client, "/events/", htmx=True),
        "page": fetch(as_host, page),
        "earlier page": fetch(client, f"{page}?before=99"),
        "permalink": fetch(client, entry.permalink),
        "older": fetch(client, f"{page}entries/?before=99", htmx=True),
        "reset": fetch(client, f"{page}changes/"),
        "changes": fetch(client, f"{page}changes/?after={Cursor(event.epoch, 0)}"),
        "comment alone": fetch(client, f"{page}changes/?after={start}"),
        "announcement": render_to_string("partials/live/announcement.html", {"news": 1, "latest": payload}),
        "own posts": fetch(client, f"{page}own-posts.css"),
    }
    for post, kind in ((entry, "entries"), (comment, "comments")):
        found[f"edit {kind}"] = fetch(client, f"{page}{kind}/{post.pk}/edit/")
        found[f"remove {kind} in place"] = fetch(client, f"{page}{kind}/{post.pk}/remove/", htmx=True)
    for way, headers in (("plain", {}), ("htmx", HTMX)):
        for kind, path in (("entry", f"{page}entries/"), ("comment", f"{entry.permalink}comments/")):
            form = {"name": payload * 61, "text": payload, "key": payload}
            found[f"refused {kind} {way}"] = client.post(path, form, headers=headers).content.decode()
    found["form"] = submit(client, event, payload, payload, htmx=True).content.decode()
    before = event.__class__.objects.get(pk=event.pk).head
    entry.revise(f"{payload} {payload}")
    comment.revise(f"{payload} {payload}")
    found["revised"] = frame_between(event.pk, Cursor(event.epoch, before)).html
    return found


@pytest.fixture
def harmless(new_event, paul, as_olga, kept={}):  # noqa: B006  (computed once for all payloads)
    """Pages and frames with harmless words, to compare with."""
    if not kept:
        event = new_event()
        found = everything(paul, event, HARMLESS, as_olga)
        kept.update({name: skeleton(html, HARMLESS, event) for name, html in found.items()})
        event.delete()
    return kept


@pytest.mark.parametrize("payload", PAYLOADS)
def test_hostile_words_change_no_element_and_no_attribute(harmless, new_event, rita, as_olga, payload):
    assert len(payload) <= 60
    event = new_event()
    found = everything(rita, event, payload, as_olga)
    assert sum(html.count(escape(payload)) for html in found.values()) > 50
    for name, html in found.items():
        assert skeleton(html, payload, event) == harmless[name], name


def test_the_comparison_notices_an_element_or_an_attribute_that_words_became(event):
    page = f'<p class="name">{HARMLESS}</p>'
    for payload in ("<b>", '<p class="name" onclick="x">'):
        assert skeleton(page.replace(HARMLESS, payload), payload, event) != skeleton(page, HARMLESS, event)


@pytest.mark.parametrize("payload", PAYLOADS)
def test_words_are_shown_as_they_were_written(event, rita, payload):
    submit(rita, event, payload, payload)
    page = fetch(rita, "/events/match/")
    text = re.search(r'<div class="text" dir="auto">(.*?)</div>', page, re.DOTALL)[1]
    name = re.search(r'<bdi [^>]*class="name">(.*?)</bdi>', page)[1]
    assert (unescaped(text), unescaped(name)) == (payload, payload)


def unescaped(html):
    """Text content of some HTML, without a parser that could forgive anything."""
    bare = re.sub(r"</?(p|br|a)\b[^>]*>", "", html).strip()
    assert not re.search(r"<", bare)
    for entity, character in {"&lt;": "<", "&gt;": ">", "&quot;": '"', "&#x27;": "'", "&#39;": "'"}.items():
        bare = bare.replace(entity, character)
    return bare.replace("&amp;", "&")


@pytest.mark.parametrize(
    ("text", "links"),
    [
        ("see https://example.org/a?b=1&c=2 now", ["https://example.org/a?b=1&c=2"]),
        ("www.example.org", ["https://www.example.org"]),
        ('https://example.org/"onmouseover="alert(1)', None),
        ("https://example.org/'><svg/onload=alert(1)>", None),
        ("<https://example.org/<script>>", None),
        ("javascript://example.org/%0aalert(1)", None),
        ("data:text/html;base64,PHN2Zz4= vbscript:x file:///etc/passwd", []),
        ("someone@example.org", ["mailto:someone@example.org"]),
        ("https://[::1 http://[x https://\u202egpj.exe", None),
    ],
    ids=lambda value: ascii(value)[:40],
)
def test_a_link_leads_only_to_the_web_and_has_no_other_attribute(text, links):
    found = [(tag, dict(attrs)) for tag, attrs in elements(written(text)) if tag != "p"]
    assert all(tag == "a" and attrs.keys() <= {"href", "rel"} for tag, attrs in found)
    assert {attrs["rel"] for _, attrs in found} <= {"nofollow ugc noopener"}
    hrefs = [attrs["href"] for _, attrs in found if "href" in attrs]
    assert all(re.match(r"(https?://|mailto:)", href) for href in hrefs)
    if links is not None:
        assert [re.sub("^http:", "https:", href) for href in hrefs] == links


def test_lines_and_paragraphs_are_kept():
    assert written("one\ntwo\n\nthree") == "<p>one<br>two</p>\n\n<p>three</p>"


def test_a_search_for_links_in_a_long_text_takes_no_time_to_speak_of():
    for text in ("http://" * 285, "www." * 500, "&lt;" * 500, "a@" * 1000, "(" * 2000, "https://a." + "&" * 1990):
        assert len(written(text[:2000])) > 100
