"""Save and see: what is saved of templates is used once it is whole, and only where that was asked for."""

import asyncio
import html
import re
from unittest.mock import AsyncMock

import pytest
from django.contrib.staticfiles.finders import get_finder
from django.template import engines
from django.template.loader import get_template, render_to_string
from django.test import RequestFactory

from feeds import gallery
from feeds.gallery import contract, live_reload, socket
from feeds.gallery.contract import sources
from feeds.gallery.samples import comment
from feeds.gallery.tried_templates import tried
from feeds.tests.helpers import HTMX, fetch
from serving import static


@pytest.fixture
def watched(settings, watch):
    """Turn WATCH_TEMPLATES=1 on."""
    template, before = settings.TEMPLATES[0], settings.MIDDLEWARE
    options = template["OPTIONS"]
    processors = [*options["context_processors"], "feeds.gallery.tried_templates.watching"]
    loaders = [("django.template.loaders.cached.Loader", ["feeds.gallery.tried_templates.Loader"])]
    settings.TEMPLATES = [
        template
        | {
            "BACKEND": "feeds.gallery.tried_templates.Templates",
            "OPTIONS": options | {"context_processors": processors, "loaders": loaders},
        }
    ]
    settings.MIDDLEWARE = [before[0], before[1], "feeds.gallery.tried_templates.ReloadMiddleware", *before[2:]]
    settings.WATCH_TEMPLATES, settings.BUILD = True, "before"


@pytest.fixture
def save(watched, watch, tmp_path, settings):
    """Save a template of the theme, and let it be taken: `save("post/by.html", old, new)` is ours, changed."""
    settings.TEMPLATES = [settings.TEMPLATES[0] | {"DIRS": [tmp_path, *settings.TEMPLATES[0]["DIRS"]]}]
    rendered()  # what is on the disk until now is in use

    def save(name, old, new):
        text = (settings.ROOT / "templates/partials" / name).read_text()
        assert old in text
        path = tmp_path / "partials" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text.replace(old, new, 1))
        watch.take({str(path)})
        return watch.broken

    return save


def rendered():
    return render_to_string("partials/comment/comment.html", {"comment": comment(), "event": comment().event})


def test_what_is_whole_is_used_and_the_build_has_another_name(save, settings):
    assert save("comment/comment.html", "<article", "<article data-saved") == []
    assert "data-saved" in rendered()
    assert settings.BUILD != "before"


def test_readers_keep_the_last_good_version_until_all_is_mended(save, settings, tmp_path):
    save("comment/comment.html", "<article", "<article data-first")
    good, build = rendered(), settings.BUILD
    place = f"{tmp_path}/partials/post/by.html, line 1: "
    assert save("post/by.html", "{% comment %}", "{% nonsense %}{% comment %}")[0].startswith(
        f"{place}Invalid block tag on line 1: 'nonsense'"
    )
    assert save("comment/comment.html", "<article", "<article data-second")[0].startswith(place)
    assert (rendered(), settings.BUILD) == (good, build)
    assert save("post/by.html", "{% comment %}", "<!-- mended -->{% comment %}") == []
    assert "data-second" in rendered()
    assert "mended" in rendered()


def test_what_breaks_the_contract_or_fails_when_it_is_rendered_is_not_used_either(save, tmp_path):
    path = f"{tmp_path}/partials/comment/comment.html"
    assert save("comment/comment.html", 'id="{{ comment.element_id }}"', "") == [
        f'{path}: the outer element must carry id="comment-{{{{ comment.pk }}}}" (in the state “plain”)'
    ]
    (said,) = save("comment/comment.html", "{% include", "\n{% url 'nowhere' %}{% include")
    assert re.match(rf"{path}, line \d+: NoReverseMatch: ", said)
    save("post/by.html", "{% comment %}", "<!-- whole, but -->{% comment %}")
    assert "nowhere" not in rendered()
    assert "whole, but" not in rendered()


def found_now():
    return contract.unrefreshed(), {name: contract.problems(name, everywhere=False) for name in gallery.templates()}


def test_what_is_looked_at_again_after_a_save_says_the_same_as_a_look_at_everything(save, watch):
    """Only what includes a saved file is rendered again, and only what has changed is compiled again."""
    steps = [
        ("post/by.html", "{% comment %}", "{% comment %}Once. ", False),
        ("post/by.html", "{% comment %}", "{{ event.title }}{% comment %}", True),  # no frame brings that to an entry
        ("post/by.html", "{% comment %}", "{{ nmae }}{% comment %}", True),
        ("entry/entries.html", "{% for", "{{ event.status_line }}{% for", True),
        ("post/by.html", "{% comment %}", "{% comment %}Mended. ", True),
        ("entry/entries.html", "{% for", "<div>{% for", True),
        ("entry/entries.html", "{% for", "<div></div>{% for", False),
        ("comment/comment.html", 'id="{{ comment.element_id }}"', "", True),
    ]
    for name, old, new, is_wrong in steps:
        assert bool(save(name, old, new)) == is_wrong, new
        with tried(engines["django"].read()):
            again = found_now()
            sources.forget()
            assert again == found_now(), new
    assert watch.broken


def test_what_is_compiled_stays_when_another_template_is_saved(save):
    before = get_template("partials/event/about.html").template
    save("post/by.html", "{% comment %}", "{% comment %}Another. ")
    after = get_template("partials/event/about.html").template
    assert after.nodelist is before.nodelist
    assert after.engine is engines["django"].engine is not before.engine


def test_what_was_wrong_before_may_stay_so(save, settings, tmp_path):
    """A theme that came with a flaw can be worked on."""
    path = tmp_path / "partials/comment/comment.html"
    path.parent.mkdir(parents=True)
    path.write_text("<article>{{ comment.text }}</article>")
    settings.TEMPLATES = [*settings.TEMPLATES]  # as after a start
    rendered()
    path.write_text("<article class=new>{{ comment.text }}</article>")
    live_reload.watch.take({str(path)})
    assert live_reload.watch.broken == []
    assert rendered() == "<article class=new>What a sight!</article>"


async def _nothing(request):
    return None


def test_readers_keep_the_last_good_style_sheets_as_well(watched, watch, tmp_path, settings):
    settings.THEME_DIR = tmp_path
    get_finder.cache_clear()
    sheet, served = tmp_path / "theme.css", static.StaticFiles(_nothing)

    def save(text):
        sheet.write_text(text)
        watch.take({str(sheet)})
        page = asyncio.run(served(RequestFactory().get("/static/theme.css"))).content.decode()
        return watch.broken, page, settings.BUILD

    sheet.write_text(".a { colour: red }")
    watch.take(set())  # at the start: what was wrong before may stay so
    broken, page, first = save(".a { colour: blue }")
    assert (broken, page) == ([], ".a { colour: blue }")
    broken, page, build = save(".a { colour: blue }\n.b { color: blue\n.c { color: red }")
    assert broken == [f"{sheet}, line 2: the {{ of “.b” is not closed. Add }} before line 3."]
    assert (page, build) == (".a { colour: blue }", first)
    broken, page, build = save(".b { color: red }")
    assert (broken, page) == ([], ".b { color: red }")
    assert build != first
    get_finder.cache_clear()


def test_a_page_that_asks_for_itself_gets_its_parts_as_far_as_it_reaches_and_keeps_its_place(watched, event, rita):
    for number in range(1, 121):
        event.publish("Ann", f"An autofocus story, part {number}")
    page = fetch(rita, event.get_absolute_url())
    assert re.search(r'id="watching"\s+hidden><span id="reload">', page)
    assert "/live/?after=" in page
    assert "&amp;build=before" in page
    asks = event.get_absolute_url() + "?reload=x&reach=50&mode=below&line=line-100"
    answer = rita.get(asks, headers=HTMX)
    parts = answer.content.decode()
    assert (answer.get("ETag"), "no-store" in answer["Cache-Control"]) == (None, True)
    assert [int(pk) for pk in re.findall(r'<article id="entry-\d+"[^>]*data-position="(\d+)"', parts)] == [
        *range(120, 45, -1)
    ]
    assert 'data-mode="below"' in parts
    assert parts.count('id="line-100"') == 1
    counts = html.unescape(re.search(r'id="line-100"[^>]*><span hx-get="([^"]*)" hx-trigger="load"', parts)[1])
    assert 'href="#line-100"' in fetch(rita, counts, htmx=True)
    body = parts.partition('hx-target="body"')[2]  # search engines find some of them in the head
    assert body.count("An autofocus story") == 75
    assert "hx-preserve" not in parts.replace('"hx-preserve"', "")
    assert re.search(r'<hx-partial hx-target="head" hx-swap="innerMorph">\s*<meta', parts)
    assert fetch(rita, asks).startswith("<!doctype html>")  # a browser that is sent there


def test_a_gallery_that_asks_for_itself_gets_its_states_empty_and_each_asks_for_its_own_frames(watched, as_admin):
    parts = fetch(as_admin, "/design/?only=partials/post/by.html&width=phone&reload=x", htmx=True)
    assert "The author and time of a post, after the circle" in parts
    assert "<iframe" not in parts
    states = re.findall(r'<article id="([\w-]+)"[^>]* hx-get="(\?[^"]+)" hx-morph-skip-children>\s*</article>', parts)
    assert [name for name, _ in states] == [
        f"partialspostbyhtml-{state.slug}" for state in gallery.states_of("partials/post/by.html")
    ]
    name, asks = states[1]
    page = fetch(as_admin, "/design/" + html.unescape(asks), htmx=True)
    (article,) = re.findall(r"<article.*?</article>", page, re.DOTALL)
    assert article.startswith(f'<article id="{name}"')
    assert article.count("<iframe") == 2
    assert not re.search("hx-|noscript", article)


def test_the_gallery_hears_at_once_and_in_its_language_what_is_wrong(save, settings):
    save("post/by.html", "{% comment %}", "{% nonsense %}{% comment %}")
    same, another = (hears(f"build={build}&language=de".encode()) for build in (settings.BUILD, "another"))
    for text in (same, another):
        assert "by.html, line 1: Invalid block tag" in text
        assert "gilt noch die Fassung von vor dem Speichern" in text
    assert ('id="reload"' in same, 'id="reload"' in another) == (False, True)


def hears(query):
    sent = []
    receive = AsyncMock(side_effect=[{"type": "websocket.connect"}, {"type": "websocket.disconnect"}])
    asyncio.run(socket.gallery_socket({"query_string": query}, receive, AsyncMock(side_effect=sent.append)))
    accepted, told = sent
    assert accepted == {"type": "websocket.accept"}
    return told["text"]


def test_the_poll_of_a_page_with_other_templates_lets_it_ask(watched, event, rita):
    path = f"{event.get_absolute_url()}changes/?after=e-1"
    assert 'id="reload"' not in fetch(rita, f"{path}&build=before", htmx=True)
    assert 'id="reload"' in fetch(rita, f"{path}&build=another", htmx=True)


def test_where_it_is_off_there_is_nothing_of_it(settings, event, rita, as_admin):
    assert settings.WATCH_TEMPLATES is False
    assert "saving" not in str((settings.MIDDLEWARE, settings.TEMPLATES))
    for path in (event.get_absolute_url(), "/", "/design/?only=partials/post/by.html"):
        page = fetch(as_admin, path)
        assert not re.search(r'id="(?:watching|reload)"|"open", "hx-preserve"|build=', page)
        assert fetch(as_admin, f"{path}{'&' if '?' in path else '?'}reload=x", htmx=True).startswith("<!doctype html>")
    assert "reload" not in fetch(rita, f"{event.get_absolute_url()}changes/?after=e-1&build=another", htmx=True)
    live_reload.watch.start()
    assert live_reload.watch._task is None
    sent = []
    asyncio.run(socket.gallery_socket({}, None, AsyncMock(side_effect=sent.append)))
    assert sent == [{"type": "websocket.close"}]


def test_files_that_editors_keep_beside_others_do_not_count(tmp_path, settings):
    settings.STATICFILES_DIRS = [tmp_path]
    for name in ("site.css", ".site.css.swp", "site.css~", "#site.css#", ".git"):
        (tmp_path / name).touch()
    assert [path for path in live_reload.look() if str(tmp_path) in path] == [f"{tmp_path}/site.css"]
