"""Limits on posts over two processes, against those who try to get around them."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlencode

import pytest

from e2e.deployment import Deployment
from e2e.protocol.reader import ProtocolReader
from e2e.protocol.visitor import Answer, Visitor
from e2e.servers import postgres, redis, wait_until


@pytest.fixture(scope="module")
def limited(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    """Two processes behind a proxy; 5 posts a minute for a visitor, 12 for a network."""
    folder = tmp_path_factory.mktemp("limited")
    with ExitStack() as stack:
        database, layer = stack.enter_context(postgres(folder)), stack.enter_context(redis(folder))
        limits = {"POSTS_PER_MINUTE": "5", "POSTS_PER_NETWORK": "12", "TRUSTED_PROXIES": "1"}
        deployment = Deployment(folder, processes=2, DATABASE_URL=database, REDIS_URL=layer, **limits)
        stack.callback(deployment.end_all)
        deployment.prepare()
        deployment.start_all()
        yield deployment


def post(visitor: Visitor, slug: str, text: str, forwarded: str) -> Answer:
    """Answer to a post by this visitor through the proxy, with this X-Forwarded-For."""
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        "Origin": visitor.url,
        "X-CSRFToken": visitor.token,
        "X-Forwarded-For": forwarded,
        "HX-Request": "true",
    }
    return visitor.request("POST", f"/events/{slug}/entries/", urlencode({"name": "Ann", "text": text}), headers)


def at_once(posts: list[tuple[Visitor, str, str, str]]) -> list[Answer]:
    """Answers to posts, each as `post` takes it, that are sent together."""
    with ThreadPoolExecutor(len(posts)) as pool:
        return list(pool.map(lambda arguments: post(*arguments), posts))


def assert_limited(answers: list[Answer], limit: int, reader: ProtocolReader) -> None:
    """Check that this number of posts was taken and is on the page; the others were told when to try again."""
    assert sorted(answer.status for answer in answers) == [200] * limit + [429] * (len(answers) - limit)
    assert len(reader.reaches(limit).entries) == limit
    for answer in answers:
        assert ("Retry-After" in answer.headers) is (answer.status == 429)
        assert answer.status == 200 or 1 <= int(answer.headers["Retry-After"]) <= 60


def test_one_visitor_gets_no_more_through_two_processes_than_through_one(limited: Deployment) -> None:
    slug = limited.event("one-visitor")
    first, second = (Visitor(url) for url in limited.urls)
    first.get(f"/events/{slug}/")
    first.fetch_token()
    second.cookies, second.token = first.cookies, first.token
    with ProtocolReader.live(limited.urls[1], slug) as reader:
        posts = [((first, second)[number % 2], slug, f"{number}", f"192.0.{number}.1") for number in range(20)]
        answers = at_once(posts)
        assert_limited(answers, 5, reader)


def test_new_cookies_spoofed_headers_and_other_addresses_in_a_64_are_one_network(limited: Deployment) -> None:
    slug = limited.event("one-network")
    visitors = [Visitor(limited.urls[number % 2]) for number in range(30)]
    for visitor in visitors:
        visitor.fetch_token()
    with ProtocolReader.live(limited.urls[0], slug) as reader:
        hops = [f"198.51.{n}.1, 10.0.0.{n}, 2001:db8:5:6:{n:x}::{n:x}" for n in range(len(visitors))]
        answers = at_once([(who, slug, hop, hop) for who, hop in zip(visitors, hops, strict=True)])
        assert_limited(answers, 12, reader)
        assert post(visitors[0], slug, "Next door", "2001:db8:5:6::1, 2001:db8:5:7::1").status == 200
        reader.sees("Next door")


@pytest.mark.parametrize("way", ["a spoofed header", "new cookies", "an IPv6 address in the same /64"])
def test_no_way_around_the_limit_of_a_network_works_by_itself(limited: Deployment, way: str) -> None:
    """Fourteen go through two processes, one after the other, and the last two are refused by each."""
    slug, number = limited.event(f"around-{len(way)}"), len(way)
    visitors = [Visitor(limited.urls[each % 2]) for each in range(14 if way == "new cookies" else 4)]
    for visitor in visitors:
        visitor.fetch_token()

    def forwarded(each: int) -> str:
        real = f"2001:db8:{number}:7::1" if way != "new cookies" else f"203.0.{number}.9"
        if way == "an IPv6 address in the same /64":
            real = f"2001:db8:{number}:7:{each:x}:a:b:{each:x}"
        return f"192.0.2.{each}, {real}" if way == "a spoofed header" else real

    answers = [post(visitors[each % len(visitors)], slug, f"Text {each}", forwarded(each)) for each in range(14)]
    assert [answer.status for answer in answers] == [200] * 12 + [429] * 2
    said = {answer.text.partition("Many people on your network")[1] for answer in answers[12:]}
    assert said == {"Many people on your network"}
    assert post(visitors[0], slug, "From elsewhere", f"2001:db8:{number}:8::1").status == 200


def test_a_server_forgets_by_itself_where_old_posts_came_from(tmp_path: Path) -> None:
    deployment = Deployment(tmp_path)
    deployment.prepare()
    deployment.start()
    try:
        slug = deployment.event("old-and-new")
        for text in ("Old", "New"):
            Visitor(deployment.url).publish(slug, text)
        deployment.shell(
            "from datetime import timedelta\nfrom django.utils import timezone\n"
            "Entry.objects.filter(text='Old').update(published_at=timezone.now() - timedelta(days=30))"
        )
        known = "print(*(entry.text for entry in Entry.objects.order_by('text') if entry.network))"
        assert deployment.shell(known) == "New Old\n"
        deployment.kill()  # on a busy machine it may have tidied before there was anything old
        deployment.start()
        with ProtocolReader.live(deployment.url, slug):
            wait_until(lambda: deployment.shell(known) == "New\n", "the first tidying")
    finally:
        deployment.end_all()
