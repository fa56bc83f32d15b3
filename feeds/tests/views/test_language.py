"""The language of pages, frames, errors and mail."""

import html
import re
from datetime import UTC, datetime
from html.parser import HTMLParser

import pytest
from django.conf import settings
from django.core import mail
from django.db import OperationalError
from django.test import Client

from feeds.access.rules import Banned
from feeds.forms import Cursor
from feeds.live import messages
from feeds.models import Entry
from feeds.tests.helpers import FORM, HTMX, fetch, submit
from feeds.timeline.variants import Variant

GERMAN, ENGLISH = {"Accept-Language": "de-CH, de;q=0.9, en;q=0.5"}, {"Accept-Language": "en"}


def language_of(answer):
    return re.search(r'<html lang="([a-z-]+)" dir="(ltr|rtl)"', answer.content.decode()).groups()


@pytest.mark.parametrize(
    ("asked", "got"),
    [
        ("de", "de"),
        ("de-AT,en;q=0.3", "de"),
        ("fr, de;q=0.2", "de"),
        ("en-US, de", "en"),
        ("tlh", "en"),
        ("*", "en"),
        ("", "en"),
    ],
)
def test_the_browser_asks_for_a_language(db, client, asked, got):
    answer = client.get("/", headers={"Accept-Language": asked})
    assert (language_of(answer), answer["Content-Language"]) == ((got, "ltr"), got)
    assert {"Accept-Language", "Cookie"} <= set(answer["Vary"].split(", "))


def test_who_chooses_a_language_keeps_it_and_the_page(client, event):
    page = event.get_absolute_url()
    answer = client.post("/language/", {"language": "de", "next": f"{page}?view=hosts"}, headers=ENGLISH)
    assert (answer.status_code, answer["Location"]) == (303, f"{page}?view=hosts")
    assert language_of(client.get(answer["Location"], headers=ENGLISH)) == ("de", "ltr")
    client.post("/language/", {"language": "en"})
    assert language_of(client.get(page, headers=GERMAN)) == ("en", "ltr")


def test_a_page_that_does_not_exist_comes_back_in_the_other_language(db, client):
    """Its form does not tell its address: it is the same for everything that is not there."""
    assert 'name="next"' not in client.get("/nowhere/?a=1").content.decode()
    answer = client.post("/language/", {"language": "de"}, headers={"Referer": "http://testserver/nowhere/?a=1"})
    assert answer["Location"] == "/nowhere/?a=1"
    assert client.post("/language/", {"language": "de"}, headers={"Referer": "http://[//evil"})["Location"] == "/"


@pytest.mark.parametrize(
    "there", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", ""]
)
def test_the_choice_leads_nowhere_else(client, there):
    assert client.post("/language/", {"language": "de", "next": there})["Location"] == "/"


def test_a_language_that_is_not_offered_is_no_choice(db, client):
    assert client.post("/language/", {"language": "tlh"}).status_code == 422
    assert settings.LANGUAGE_COOKIE_NAME not in client.cookies
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "../../etc"
    assert language_of(client.get("/", headers=GERMAN)) == ("de", "ltr")


def test_a_page_that_caches_keep_is_kept_for_each_language_and_leads_to_the_choice(rita, event):
    event.end()
    pages = {name: rita.get(event.get_absolute_url(), headers=said) for name, said in (("de", GERMAN), ("en", ENGLISH))}
    for name, answer in pages.items():
        assert (language_of(answer), answer["Content-Language"]) == ((name, "ltr"), name)
        assert (answer["Cache-Control"].split(",")[0], len(answer.cookies)) == ("public", 0)
        assert {"Accept-Language", "Cookie"} <= set(answer["Vary"].split(", "))
        assert f'href="/language/?next={event.get_absolute_url()}"' in answer.content.decode()
    assert pages["de"]["ETag"] != pages["en"]["ETag"]
    again = {**ENGLISH, "If-None-Match": pages["de"]["ETag"]}
    assert rita.get(event.get_absolute_url(), headers=again).status_code == 200


def test_a_poll_and_an_error_answer_in_the_reader_s_language(rita, event):
    before = Cursor(event.epoch, event.head)
    event.publish("Paul", "Goal!")
    path = f"{event.get_absolute_url()}changes/?after={before}"
    assert "Wird alle 10 Sekunden aktualisiert" in rita.get(path, headers=GERMAN | HTMX).content.decode()
    assert "Updated every 10 seconds" in rita.get(path, headers=ENGLISH | HTMX).content.decode()
    assert "Seite nicht gefunden" in rita.get("/nowhere/", headers=GERMAN).content.decode()
    assert (
        "Bitte erst etwas schreiben."
        in rita.post(f"{event.get_absolute_url()}entries/", {"name": "Rita"}, headers=GERMAN).content.decode()
    )
    assert "Der Server ist nicht erreichbar" in fetch(rita, "/unreachable/?language=de")


def test_a_page_goes_on_in_its_language_whatever_its_browser_asks_for_by_then(rita, event):
    page = html.unescape(rita.get(event.get_absolute_url(), headers=GERMAN).content.decode())
    (poll,) = re.findall(r'hx-get="([^"]*/changes/[^"]*)"', page)
    (socket,) = re.findall(r'hx-ws:connect="([^"]*)"', page)
    assert "language=de" in poll
    assert "language=de" in socket
    assert "Wird alle 10 Sekunden aktualisiert" in rita.get(poll, headers=ENGLISH | HTMX).content.decode()


def test_our_own_failure_is_told_in_the_reader_s_language(client, monkeypatch):
    def away(*asked):
        raise OperationalError("connection refused")

    monkeypatch.setattr("feeds.views.home.Listed.of", away)
    client.raise_request_exception = False
    answer = client.get("/", headers=GERMAN)
    assert (answer.status_code, language_of(answer)) == (503, ("de", "ltr"))
    assert "Diese Seite ist ausgelastet oder startet gerade neu" in answer.content.decode()


def test_somebody_who_is_banned_is_told_so_in_their_language_whoever_banned_them(event, olga):
    event.ban(
        event.publish("Ann", "Goal!", visitor="ann"), by=olga, until=datetime(2199, 3, 1, 12, tzinfo=UTC), note="!"
    )
    ban = event.bans.select_related("event").get()
    told = {language: messages.farewell(Variant.plain(language), Banned.by(ban)) for language in ("de", "en")}
    assert "Ein Host hat den Zugang zu diesem Liveticker bis Fr, 1. März 2199, 13:00 CET gesperrt. „!“" in told["de"]
    assert "A host has banned you from this event until Fri 1 Mar 2199, 13:00 CET. “!”" in told["en"]


def test_a_start_is_entered_in_any_language(as_olga, event):
    as_olga.cookies[settings.LANGUAGE_COOKIE_NAME] = "de"
    form = {**FORM, "slug": event.slug, "starts_at": "2026-12-24T18:05", "time_zone": "Europe/Berlin"}
    assert as_olga.post(f"{event.get_absolute_url()}settings/", form).status_code == 302
    page = fetch(as_olga, f"{event.get_absolute_url()}settings/")
    assert 'value="2026-12-24T18:05"' in page
    assert "Do, 24. Dez. 2026, 18:05 CET" in fetch(as_olga, event.get_absolute_url())


def test_a_limit_is_told_with_its_number_in_german(rita, event, settings):
    settings.POSTS_PER_MINUTE = 1
    rita.cookies[settings.LANGUAGE_COOKIE_NAME] = "de"
    submit(rita, event, "One", "Rita")
    answer = submit(rita, event, "Two", "Rita")
    assert answer.status_code == 429
    said = re.sub("<[^>]*>", "", answer.content.decode())
    assert re.search(r"in \d+ Sekunden noch einmal versuchen", said)


def test_mail_is_in_the_language_of_who_asked_for_it(client, olga, settings, monkeypatch):
    settings.EMAIL_HOST = "mail.example"
    monkeypatch.setattr("feeds.forms.accounts._mail.submit", lambda send, *args, **kwargs: send(*args, **kwargs))
    olga.email = "olga@example.org"
    olga.set_password("a password of hers")
    olga.save()
    client.post("/password/forgotten/", {"email": olga.email}, headers=GERMAN)
    assert mail.outbox[0].subject == "Ein neues Passwort für Commentary"
    assert mail.outbox[0].body.startswith("Hallo olga,\n\nfür dieses Konto bei http")


def test_the_log_is_told_in_the_reader_s_language_whatever_its_writers_read(as_hugo, as_olga, event):
    as_hugo.cookies[settings.LANGUAGE_COOKIE_NAME] = "de"
    entry = event.publish("Ann", "Goal!", visitor="ann")
    as_hugo.post(f"{event.get_absolute_url()}entries/{entry.pk}/pin/")
    as_hugo.post(f"{event.get_absolute_url()}host/rules/", {"posting": "hosts"})
    told = re.compile(r"<span>(<bdi>hugo.*?)</span>")
    german, english = (told.findall(fetch(who, f"{event.get_absolute_url()}host/log/")) for who in (as_hugo, as_olga))
    assert english == [
        "<bdi>hugo</bdi> set <bdi>posting: Hosts only</bdi>",
        "<bdi>hugo</bdi> set <bdi>comments: off</bdi>",
        "<bdi>hugo</bdi> pinned <bdi>the entry by Ann</bdi>",
    ]
    assert german == [
        "<bdi>hugo</bdi> hat eingestellt: <bdi>Beiträge: Nur Hosts</bdi>",
        "<bdi>hugo</bdi> hat eingestellt: <bdi>Kommentare: aus</bdi>",
        "<bdi>hugo</bdi> hat <bdi>den Eintrag von Ann</bdi> angepinnt",
    ]


class Texts(HTMLParser):
    """Texts, labels and placeholders that people read or hear on a page."""

    def __init__(self, page):
        super().__init__()
        self.found, self._quiet = set(), 0
        self.feed(page)
        self.close()

    def handle_starttag(self, tag, attrs):
        self._quiet += tag in {"script", "style", "select", "bdi"}
        said = dict(attrs)
        self.found |= {said[name] for name in ("aria-label", "placeholder", "title", "alt") if said.get(name)}

    def handle_endtag(self, tag):
        self._quiet -= tag in {"script", "style", "select", "bdi"}

    def handle_data(self, data):
        if not self._quiet and (words := data.strip(" \n,.:()“”„·→←↑↓")):
            self.found.add(words)


SAME = {
    "Minute",
    "Pause",
    "in",
    "Commentary",
    "Live",
    "Name",
    "Host",
    "Hosts",
    "Moderation",
    "Text",
    "Export",
    "Logo",
    "Events",
    "English",
    "Deutsch",
    "olga",
    "hugo",
}
"""Words that are the same in both languages; posts are in Klingon, which is neither."""
WRITTEN = {"CEST", "CET", "Match", "Qapla", "nuqneH", "bortaS", "Worf", "Martok", "match"}


@pytest.fixture
def pages(event, olga, as_olga, as_hugo, paul, elsewhere, settings, new_event):
    """All kinds of pages and fragments, as pairs of a client and a path."""
    settings.EMAIL_HOST = "mail.example"
    elsewhere.delete()
    event.configure(title="Match", posting="all", blocked_words="bortaS")
    one = event.publish("Worf", "Qapla", user=olga)
    one.comment("Worf", "nuqneH", visitor="worf", hold="Link from a first-time poster.")
    two = event.publish("Worf", "nuqneH", visitor="worf", user=None)
    two.approve(by=olga)
    two.mark("Qapla", by=olga)
    one.pin(by=olga)
    three = event.publish("Worf", "Qapla nuqneH", visitor="worf")
    three.approve(by=olga)
    three.revise("Qapla bortaS", by=olga)
    event.ban(three, by=olga, note="Qapla")
    event.publish("Worf", "bortaS", user=olga).retract(by=olga)
    submit(paul, event, "nuqneH", "Martok")
    page = event.get_absolute_url()
    ended = new_event("match-2", title="Match", state="ended")
    assert Entry.objects.waiting().exists()
    hosts = ["end/", "host/", "host/log/", "settings/", "people/", "owner/", "wall/", "", "?order=oldest&view=moments"]
    hosts += [f"entries/{two.pk}/{verb}/" for verb in ("edit", "remove", "ban", "pin", "moment")]
    hosts += [f"entries/{one.pk}/unpin/", f"owner/entries/{three.pk}/"]
    return [
        *((as_olga, page + path) for path in hosts),
        *((as_olga, path) for path in ("/", "/events/new/", "/events/import/", "/password/")),
        *((paul, path) for path in ("/", page, "/sign-in/", "/password/forgotten/", "/language/", "/nowhere/")),
        *((paul, path) for path in (f"{page}entries/{two.pk}/", ended.get_absolute_url())),
        (as_hugo, f"{page}owner/"),
    ]


def test_no_page_says_anything_in_english_to_a_german(pages):
    left = {}
    for client, path in pages:
        answers = [client.get(path, headers=said) for said in (GERMAN, ENGLISH)]
        assert answers[0].status_code in {200, 403, 404}, path
        german, english = (Texts(answer.content.decode()).found for answer in answers)
        alike = {text for text in german & english if re.search(r"[^\W\d_]{2}", text)}
        written = re.compile("|".join(sorted(WRITTEN | {"Commentary"}, key=len, reverse=True)))
        for text in alike - SAME:
            if re.search(r"[^\W\d_]{2}", written.sub("", text)):
                left.setdefault(text, path)
    assert left == {}


def test_the_admin_speaks_both(as_admin, event):
    for said, words in ((GERMAN, ("Beginn", "Sichtbarkeit", "Sichern")), (ENGLISH, ("Start", "Visibility", "Save"))):
        page = as_admin.get(f"/admin/feeds/event/{event.pk}/change/", headers=said).content.decode()
        assert [word for word in words if word not in page] == []


def test_a_language_from_right_to_left_turns_the_page(client, event, settings):
    settings.LANGUAGES = [*settings.LANGUAGES, ("ar", "Arabic")]
    answer = client.get(event.get_absolute_url(), headers={"Accept-Language": "ar"})
    assert language_of(answer) == ("ar", "rtl")


@pytest.mark.parametrize("sheet", sorted((settings.ROOT / "static").glob("*.css")), ids=lambda path: path.name)
def test_a_style_sheet_knows_no_left_and_no_right(sheet):
    css = re.sub(r"/\*.*?\*/", "", sheet.read_text(), flags=re.DOTALL)
    sides = r"[\w-]*(?<![\w-])(?:margin|padding|border|inset|scroll-margin|scroll-padding)-(?:left|right)[\w-]*\s*:"
    others = r"(?<![\w-])(?:left|right)\s*:|(?:text-align|float|clear)\s*:\s*(?:left|right)"
    assert re.findall(f"{sides}|{others}", css) == []


def test_what_one_reader_asks_for_leaks_into_no_other_thread(rita, event):
    rita.get(event.get_absolute_url(), headers=GERMAN)
    assert language_of(Client().get(event.get_absolute_url())) == ("en", "ltr")
