"""A minute without Redis."""

import time
from contextlib import ExitStack
from pathlib import Path

from e2e.deployment import Deployment
from e2e.protocol.reader import ProtocolReader, agree
from e2e.protocol.visitor import Visitor
from e2e.servers import Redis, postgres


def test_a_minute_without_redis_refuses_no_post_and_costs_readers_seconds(tmp_path: Path) -> None:
    with ExitStack() as stack:
        redis, database = stack.enter_context(Redis(tmp_path)), stack.enter_context(postgres(tmp_path))
        deployment = Deployment(tmp_path, processes=2, DATABASE_URL=database, REDIS_URL=redis.url)
        deployment.prepare()
        deployment.start_all()
        stack.callback(deployment.end_all)
        slug = deployment.event("match")
        readers = [stack.enter_context(ProtocolReader.live(url, slug)) for url in deployment.urls]
        visitors = [Visitor(url, f"Visitor {number}") for number, url in enumerate(deployment.urls)]
        posted, slowest, stalest = 0, 0.0, 0.0

        def post(visitor: Visitor) -> float:
            """Post as a browser does and see it in every page; returns how long the answer took."""
            nonlocal posted, stalest
            began = time.monotonic()
            answer = visitor.post(f"/events/{slug}/entries/", name=visitor.name, text=f"Post {posted}")
            took = time.monotonic() - began
            assert answer.status == 200
            posted += 1
            assert answer.seq == posted
            for reader in readers:
                reader.reaches(posted, seconds=5)
            stalest = max(stalest, time.monotonic() - began - took)
            return took

        post(visitors[0])
        redis.kill()
        end = time.monotonic() + 60
        while time.monotonic() < end:
            slowest = max(slowest, *(post(visitor) for visitor in visitors))
        print(f"{posted} posts: answered within {slowest:.2f} s, seen by all within {stalest:.1f} s of the answer")
        redis.start()
        assert [post(visitor) < 2 for visitor in visitors] == [True, True]
        agree(readers)
        rows = deployment.shell("for entry in Entry.objects.order_by('position'): print(entry.text)").splitlines()
        assert rows == [f"Post {number}" for number in range(posted)]
        assert slowest < 3, f"a post took {slowest:.1f} s"
        assert "Traceback" not in deployment.log.read_text()
