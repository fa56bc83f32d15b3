"""Renderings that a process keeps: each depends on its key alone, is bounded, and no client chooses a key.

A new one is missing from KEPT below until it is added there.
"""

import ast
import itertools
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from feeds.memo import Memo
from feeds.tests.helpers import HTMX
from feeds.tests.timeline.strangers import HOSTILE, KEEPERS, forget, somebody
from feeds.timeline import cache, frames

pytestmark = pytest.mark.usefixtures("nothing_kept")

KEPT = {
    "commentary.environment:_settings_file": "of a file",
    "feeds.timeline.cache:pages": "compared below",
    "feeds.timeline.cache:kept_frames": "compared below",
    "feeds.timeline.cache:lists": "compared below",
    "feeds.outlets.linked_data:updates": "compared below",
    "feeds.outlets.syndication:kept": "compared below",
    "feeds.outlets.share_picture:pictures": "of an event's fields, and a language",
    "feeds.outlets.fonts:_font_of": "of one character",
    "feeds.timeline.days:others": "of an event's history, and a day of its entries",
    "feeds.values.colours:_read": "of files",
    "feeds.values.site:_of_theme": "of a file",
    "feeds.values.clocks:zone_names": "of nothing",
    "feeds.gallery.contract.kept:_digest_of_code": "of files",
    "feeds.gallery.contract.names:_read": "of a template",
    "feeds.gallery.contract.sheets:_properties": "of a file",
    "feeds.gallery.contract.sheets:faults": "of a style sheet's text",
    "feeds.gallery.contract.needs:_compiled": "of a template's text",
    "feeds.gallery.contract.needs:_read": "of a template",
    "feeds.values.links:_finder": "of nothing",
    "feeds.middleware.spelling:_routes": "of nothing",
    "feeds.values.links:_path": "of nothing",
    "feeds.access.lookalikes:look": "of one character",
    "feeds.access.lookalikes:loose_look": "of one character",
    "feeds.access.lookalikes:is_symbol_for_letter": "of one character",
    "feeds.access.lookalikes:_prototypes": "of a table",
    "feeds.access.lookalikes:_loose_prototypes": "of a table",
    "feeds.access.readings:looks": "of a name, whoever has it",
    "feeds.access.readings:words_in": "of a name, whoever has it",
    "feeds.access.readings:loose_looks": "of a name, whoever has it",
    "feeds.access.readings:coarse_looks": "of a name, whoever has it",
    "feeds.access.readings:turned_looks": "of a name, whoever has it",
    "feeds.access.readings:gaps": "of a name, whoever has it",
    "feeds.access.readings:_readings": "of a name, whoever has it",
    "feeds.access.impersonation:_longer_title": "of a word of a name",
    "feeds.access.impersonation:_titles": "of catalogs",
    "feeds.access.impersonation:_loose_titles": "of catalogs",
    "feeds.access.impersonation:_gapped_titles": "of catalogs",
    "feeds.access.impersonation:_longest_title": "of catalogs",
    "feeds.access.impersonation:_fillers": "of a list",
    "feeds.access.impersonation:_articles": "of a list",
    "feeds.access.host_titles:known_titles": "of catalogs",
    "feeds.access.host_titles:without_spaces": "of catalogs",
    "feeds.values.words:_is_visible": "of one character",
    "feeds.values.words:_compatible": "of one character",
    "feeds.values.words:_is_accent": "of one character",
    "feeds.values.words:name_of": "of one character",
    "feeds.models.moderation.suspicions:_networks": "of an event's blocked networks",
    "feeds.models.limits.networks:cache.set": "the day's key",
    "feeds.timeline.variants:_made": "of three of a few words, and whether hosts read it",
    "feeds.gallery.tree:_listed": "of templates",
    "feeds.gallery.tree:_used_in_code": "of code",
    "serving.addresses:key_of": "of an address",
    "serving.static:_digest": "of a file",
    "serving.static:_packed": "of a file",
}
"""Everything that a process keeps beyond one request, and what it is a function of."""


def kept():
    found = (pair for each in KEEPERS for pair in each._found.items())
    return {key: getattr(value, "html", value) for key, (value, _weight, _time) in found if value}


def read(client, start):
    """All that a page of the event asks for, in every way that it does."""
    page = "/events/match/"
    languages = itertools.cycle(("", "de", "evil"))
    for order, view in itertools.product(("", "newest", "oldest", "evil"), ("", "moments", "evil", "")):
        language = next(languages)
        query = f"order={order}&view={view}&language={language}&utm_source=evil"
        client.get(f"{page}?{query}")
        for after in (start, "evil"):
            client.get(f"{page}changes/?after={after}&{query}", headers=HTMX)
    client.get("/")
    client.get("/events/?list=live&after=evil", headers=HTMX)
    client.get(f"{page}wall/")
    for query in ("", "?entries=5&theme=dark", "?entries=99999&accent=evil", "?entries=6&utm_source=evil"):
        client.get(f"{page}embed/{query}")
    for name in ("feed.atom", "feed.json"):
        for query in ("", "?view=moments&before=", "?view=evil&utm_source=evil", "?before=evil"):
            client.get(page + name + query)
    client.get(f"{page}wall/?again", headers=HTMX)


def test_what_a_process_keeps_is_the_same_whoever_made_it_be_rendered(full_event):
    _event, start = full_event
    with somebody({}) as client:
        read(client, start)
        read(Client(headers={"Accept-Language": "de"}), start)
    usual = kept()
    assert len(usual) > 20
    for how in HOSTILE.values():
        forget()
        with somebody(how) as client:
            read(client, start)
        found = kept()
        assert found.keys() <= usual.keys()
        assert found == {key: usual[key] for key in found}
        assert found


def _keepers(tree):
    """Names of what keeps something in a module."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            names = {ast.unparse(each).split("(")[0].rpartition(".")[2] for each in node.decorator_list}
            if names & {"cache", "lru_cache"}:
                yield node.name
        elif isinstance(node, ast.Call) and ast.unparse(node.func) in {"cache.set", "caches", "cache.get_or_set"}:
            yield ast.unparse(node.func)
        elif isinstance(node, ast.Assign | ast.AnnAssign) and ast.unparse(node.value or node).startswith("Memo("):
            yield ast.unparse(node.target if isinstance(node, ast.AnnAssign) else node.targets[0])


def test_everything_that_a_process_keeps_is_in_the_list():
    found = set()
    for folder in (settings.ROOT / "feeds", settings.ROOT / "site" / "commentary", settings.ROOT / "site" / "serving"):
        for path in folder.rglob("*.py"):
            if {"tests", "migrations"} & set(path.relative_to(settings.ROOT).parts):
                continue
            module = ".".join(path.relative_to(folder.parent).with_suffix("").parts)
            found |= {f"{module}:{name}" for name in _keepers(ast.parse(Path(path).read_text()))}
    assert found == KEPT.keys(), "KEPT says of each what it is a function of: of nothing that a client chooses freely"


def test_cursors_that_are_not_of_the_history_are_answered_with_one_rendering(event, rita, monkeypatch):
    for number in range(60):
        event.publish("Ann", f"Entry {number}")
    event.refresh_from_db()
    made, original = [], frames.render_to_string
    monkeypatch.setattr(frames, "render_to_string", lambda name, *rest: made.append(name) or original(name, *rest))
    strangers = [f"e{number}-{number}" for number in range(20)]
    strangers += [f"{event.epoch}-{event.head + 1 + number}" for number in range(20)]
    strangers += ["", "evil", "e-", "%00-1", "9" * 40]
    answers = {after: rita.get(f"/events/match/changes/?after={after}", headers=HTMX) for after in strangers}
    assert made == ["partials/live/frame.html"]
    assert len(cache.kept_frames) == 1
    assert f"#cursor[value={strangers[0]}] ~ * #entries" in answers[strangers[0]].content.decode()
    assert all(frames.WHOSE not in answer.content.decode() for answer in answers.values())


def test_a_page_too_far_behind_gets_the_same_as_one_from_elsewhere(event, rita):
    event.publish("Ann", "Entry")
    type(event).objects.filter(pk=event.pk).update(head=10_000)
    for seq in range(0, 9_000, 500):
        html = rita.get(f"/events/match/changes/?after={event.epoch}-{seq}", headers=HTMX).content.decode()
        assert f"#cursor[value={event.epoch}-{seq}] ~ * #entries" in html
    assert len(cache.kept_frames) == 1


def test_what_is_shown_at_a_place_that_somebody_names_is_not_kept(event, rita):
    for number in range(60):
        event.publish("Ann", f"Entry {number}")
    rita.get("/events/match/")
    for number in range(10, 50, 8):
        for query in (f"before={number}", f"since={number}", f"from={number}", f"reach={number}", f"x={number}"):
            assert rita.get(f"/events/match/?{query}").status_code == 200
    assert len(cache.pages) == 1


def test_what_is_kept_is_bounded_in_number_and_in_size():
    kept = Memo(len, number=3, size=10)
    for key in "abcd":
        kept.get(key, lambda: "1")
    assert (len(kept), kept.weight) == (3, 3)
    assert kept.get("b", lambda: "again") == "1"
    kept.get("e", lambda: "12345678")
    assert (len(kept), kept.weight) == (3, 10)
    assert (kept.get("b", lambda: "again"), kept.get("d", lambda: "again")) == ("1", "1")
    kept.get("f", lambda: "12345678901")
    assert (len(kept), kept.weight) == (3, 10)


def test_what_is_kept_is_made_again_after_a_while(monkeypatch):
    kept = Memo(len, number=3, size=10)
    assert kept.get("a", lambda: "old") == "old"
    monkeypatch.setattr("feeds.memo.SECONDS", -1.0)
    assert kept.get("a", lambda: "new") == "new"
    assert (len(kept), kept.weight) == (1, 3)


def test_both_of_them_hold_sixteen_megabytes_at_most():
    bounds = [(each.number, each.size) for each in (cache.pages, cache.kept_frames)]
    assert bounds == [(64, 16 * 1024 * 1024), (256, 16 * 1024 * 1024)]
