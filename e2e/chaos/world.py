"""Everything that a storm breaks: PostgreSQL, Redis, two server processes behind nginx, and bad networks."""

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from e2e.chaos.plan import NETWORKS, PROCESSES
from e2e.deployment import Deployment
from e2e.proxies import Nginx
from e2e.proxy import Proxy
from e2e.servers import Redis, postgres


class World:
    def __init__(self, folder: Path, deployment: Deployment, redis: Redis, url: str) -> None:
        self.folder, self.deployment, self.redis, self.url = folder, deployment, redis, url
        self.proxies = [Proxy(url) for _ in range(NETWORKS)]
        self.over = threading.Event()
        """End all waiting for a fault to pass."""
        self.faults: Counter[str] = Counter()
        """Faults that were carried out, by kind."""

    def heal(self) -> None:
        """All servers run and all networks work again."""
        self.over.set()
        for proxy in self.proxies:
            proxy.heal()
        if self.redis.process is None:
            self.redis.start()
        self.redis.go_on()
        self.deployment.start_all()


@contextmanager
def world(folder: Path) -> Iterator[World]:
    with ExitStack() as servers:
        redis = Redis(folder)
        redis.start()
        servers.callback(redis.kill)
        database = servers.enter_context(postgres(folder))
        deployment = Deployment(folder, processes=PROCESSES, DATABASE_URL=database, REDIS_URL=redis.url)
        deployment.prepare()
        deployment.start_all()
        servers.callback(deployment.end_all)
        nginx = servers.enter_context(Nginx(folder, deployment.ports))
        made = World(folder, deployment, redis, nginx.url)
        for proxy in made.proxies:
            servers.callback(proxy.close)
        yield made
