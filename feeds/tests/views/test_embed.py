"""An event on other sites, described by oEmbed, and the page to share it."""

import re
from html import unescape
from urllib.parse import quote
from xml.etree import ElementTree

import pytest
from django.test import Client

from feeds.models import Event
from feeds.tests.frames import posts_in
from feeds.tests.helpers import FORM, elements, errors, fetch, now, values

ORIGIN = "https://live.example.org"
PAGE = "/events/match/embed/"


@pytest.fixture(autouse=True)
def public(settings):
    settings.PUBLIC_URL = ORIGIN


def ancestors(answer):
    return re.search(r"frame-ancestors ([^;]*)", answer["Content-Security-Policy"])[1].split()


@pytest.mark.parametrize(
    ("embedding", "sites", "may"),
    [
        ("", "", []),
        ("", "https://club.example", []),
        ("sites", "https://club.example\nhttp://*.local:8080", ["https://club.example", "http://*.local:8080"]),
        ("everybody", "", ["*"]),
    ],
)
def test_hosts_choose_which_sites_may_frame_it_and_no_other_page(event, rita, embedding, sites, may):
    event.configure(embedding=embedding, embedding_sites=sites)
    answer = rita.get(PAGE)
    assert ancestors(answer) == ["'self'", *may]
    assert ("X-Frame-Options" in answer) is not bool(may)
    for path in ("/events/match/", "/events/match/wall/", "/events/match/share/", "/sign-in/"):
        other = rita.get(path)
        assert (ancestors(other), other["X-Frame-Options"]) == (["'self'"], "SAMEORIGIN")


def test_it_sets_no_cookie_has_no_form_and_is_the_same_for_everybody(event, rita, as_hugo, as_sam):
    event.publish("Ann", "Goal").comment("Bob", "Yes")
    answers = [client.get(PAGE) for client in (rita, Client(), as_hugo, as_sam)]
    assert len({answer.content for answer in answers}) == 1
    html = answers[0].content.decode()
    assert not any(answer.cookies for answer in answers)
    assert not [tag for tag, _ in elements(html) if tag in {"textarea", "input"}][1:]  # the cursor alone
    assert "csrf" not in html.lower()
    assert list(posts_in(html).values()) == ["Goal", "Yes"]
    assert values(html, "div", "hx-ws:connect") == [f"/events/match/live/?after={now(event)}"]
    assert values(html, "base", "target") == ["_blank"]


def test_a_site_says_how_it_wants_it(event, rita):
    for number in range(30):
        event.publish("Ann", f"Entry {number}")

    def asked(query):
        html = fetch(rita, f"{PAGE}?{query}")
        (body,) = [dict(attrs) for tag, attrs in elements(html) if tag == "body"]
        return len(posts_in(html)), body.get("data-theme", ""), re.findall(r"/accent/(\w+)\.css", html)

    assert asked("") == (10, "", [])
    assert asked("entries=5&theme=dark&accent=0B6157") == (5, "dark", ["0b6157"])
    assert asked("entries=4&theme=auto&accent=%230b6157") == (5, "", ["0b6157"])
    for evil in ("entries=999999&theme=evil&accent=evil", "entries=-1&theme=%22&accent=%22%3E", "entries=²"):
        number, theme, colours = asked(evil)
        assert (number in {10, 25, 1}, theme, colours) == (True, "", [])
    event.configure(accent="#7a0b56")
    assert asked("accent=0b6157")[2][-1] == "0b6157"  # after the event's own


def test_a_draft_is_framed_and_described_for_nobody(draft, rita, as_hugo):
    draft.configure(embedding="everybody")
    for path in ("embed/", "entries.html", "share/"):
        assert rita.get(f"/events/secret-plan/{path}").status_code == 404
        assert as_hugo.get(f"/events/secret-plan/{path}").status_code == 200
    for client in (rita, as_hugo):
        assert described(client, f"{ORIGIN}/events/secret-plan/").status_code == 404


def described(client, url, **more):
    query = "".join(f"&{name}={value}" for name, value in more.items())
    return client.get(f"/oembed/?url={quote(url, safe='')}{query}")


def test_a_page_leads_to_its_description_as_oembed_has_it(event, rita):
    event.configure(embedding="everybody")
    entry = event.publish("Ann", "Goal")
    for path in ("/events/match/", entry.permalink):
        html = fetch(rita, path)
        links = re.findall(r'<link rel="alternate" type="((?:application/json|text/xml)\+oembed)" href="([^"]+)"', html)
        assert [kind for kind, _ in links] == ["application/json+oembed", "text/xml+oembed"]
        json, xml = (rita.get(unescape(address)) for _, address in links)
        data = json.json()
        assert (data["version"], data["type"], data["title"]) == ("1.0", "rich", "Match")
        assert (data["width"], data["height"], data["provider_name"]) == (600, 640, "Commentary")
        assert data["thumbnail_url"].startswith(f"{ORIGIN}/events/match/share/")
        assert dict(elements(data["html"])[0][1])["src"] == f"{ORIGIN}/events/match/embed/"
        root = ElementTree.fromstring(xml.content)
        assert (xml["Content-Type"], root.tag) == ("text/xml; charset=utf-8", "oembed")
        assert {each.tag: each.text for each in root} == {name: str(value) for name, value in data.items()}
    assert not re.search("oembed", fetch(rita, "/"))


def test_a_description_keeps_to_the_room_there_is_and_says_no_as_specified(event, rita):
    event.configure(embedding="everybody", title='"><script>alert(1)</script>')
    url = f"{ORIGIN}/events/match/"
    data = described(rita, url, maxwidth=320, maxheight=200).json()
    assert (data["width"], data["height"]) == (320, 200)
    assert [tag for tag, _ in elements(data["html"])] == ["iframe"]
    assert (elements(data["html"])[0][1][2], elements(data["html"])[0][1][3]) == (("width", "320"), ("height", "200"))
    assert described(rita, url, maxwidth="evil").json()["width"] == 600
    assert described(rita, url, format="yaml").status_code == 501
    for other in ("https://evil.example/events/match/", f"{ORIGIN}/events/nowhere/", f"{ORIGIN}/", "x", "http://[", ""):
        assert described(rita, other).status_code == 404
    event.configure(visibility="unlisted")
    assert "thumbnail_url" not in described(rita, url).json()
    event.configure(embedding="")
    assert described(rita, url).status_code == 401


def test_a_fragment_is_plain_html_with_absolute_addresses(event, olga, rita):
    event.publish("Ann", "<b>First</b>")
    entry = event.publish("Olga", "**Goal!**", user=olga, headline="1–0", markdown=True)
    answer = rita.get("/events/match/entries.html?limit=1")
    html = answer.content.decode()
    assert "<html" not in html
    assert not re.search(r"hx-|script|<form|id=", html)
    assert values(html, "a", "href") == [ORIGIN + entry.permalink, f"{ORIGIN}/events/match/"]
    assert ("<strong>Goal!</strong>" in html, "1–0" in html, "First" in html) == (True, True, False)
    assert "&lt;b&gt;First&lt;/b&gt;" in fetch(rita, "/events/match/entries.html")
    assert answer["ETag"] == f'"{now(event)}"'
    again = rita.get("/events/match/entries.html?limit=1", headers={"If-None-Match": answer["ETag"]})
    assert again.status_code == 304
    for limit in ("0", "-1", "x", "9" * 40, "51"):
        assert fetch(rita, f"/events/match/entries.html?limit={limit}").count("<article") == 2


def test_the_page_to_share_has_everything_to_take_along(event, rita, as_hugo):
    def codes(html):
        return [unescape(each) for each in re.findall(r'<code class="one-tap" dir="ltr">(.*?)</code>', html)]

    shared = [f"{ORIGIN}/events/match/{path}" for path in ("", "feed.atom", "feed.json", "event.ics")]
    assert codes(fetch(rita, "/events/match/share/")) == shared
    assert "let no other site embed it" in fetch(rita, "/events/match/share/")
    event.configure(embedding="sites", embedding_sites="https://club.example")
    answer = rita.get("/events/match/share/")
    found = codes(answer.content.decode())
    assert found[:4] == shared
    assert found[4].startswith(f'<iframe src="{ORIGIN}/events/match/embed/" title="Match" width="100%"')
    assert values(answer.content.decode(), "iframe", "src") == ["/events/match/embed/"]
    assert "frame-src 'self'" in answer["Content-Security-Policy"]
    assert "https://club.example" in answer.content.decode()
    assert 'href="/events/match/share/"' in fetch(rita, "/events/match/")


def save(client, event, **fields):
    return client.post("/events/match/settings/", FORM | {"slug": "match"} | fields)


def test_hosts_enter_sites_as_people_write_them(event, as_hugo):
    sites = "club.example\n\nHTTPS://News.Example/\nhttp://localhost:8080\n*.uni.example\nclub.example"
    save(as_hugo, event, embedding="sites", embedding_sites=sites)
    event.refresh_from_db()
    assert event.framed_by == [
        "https://club.example",
        "https://news.example",
        "http://localhost:8080",
        "https://*.uni.example",
    ]


@pytest.mark.parametrize(
    ("sites", "said"),
    [
        ("", "Enter at least one site, or choose another answer above."),
        ("https://club.example/news", "is not the address of a site"),
        ("club.example; script-src *", "is not the address of a site"),
        ("'none'", "is not the address of a site"),
        ("*", "is not the address of a site"),
        ("javascript:alert(1)", "is not the address of a site"),
        ("\n".join(f"s{number}.example" for number in range(21)), "Enter at most 20."),
    ],
)
def test_what_is_no_site_is_refused_beside_its_field_and_kept(event, as_hugo, sites, said):
    answer = save(as_hugo, event, embedding="sites", embedding_sites=sites)
    assert answer.status_code == 422
    assert any(said in unescape(each) for each in errors(answer))
    assert Event.objects.get(pk=event.pk).embedding == ""
    assert sites.split("\n")[0] in unescape(answer.content.decode())
