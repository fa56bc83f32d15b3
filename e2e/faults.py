"""Faults, in the words of stories. After the story all is well again."""

from collections.abc import Callable

import pytest

from e2e.deployment import Deployment
from e2e.proxy import Proxy
from e2e.servers import Server


class Faults:
    """Faults of a deployment. Bad networks are people's: `cast.reader("Carla", bad_network=True).network.drop()`."""

    def __init__(self, deployment: Deployment, proxies: Callable[[str], Proxy]) -> None:
        self.deployment, self._proxies = deployment, proxies

    def network(self, process: int = 0) -> Proxy:
        """A network in front of one process, which can be told to misbehave: see e2e/proxy.py."""
        return self._proxies(self.deployment.urls[process])

    def process_dies(self, process: int = 0) -> None:
        """Kill a process with signal 9. Its readers notice, and come back to another one."""
        self.deployment.kill(process)

    def process_restarts(self, process: int = 0) -> None:
        """Stop a process as operators do, so that it sends its readers elsewhere, and start it again."""
        assert self.deployment.stop(process) == 0
        self.deployment.start(process)

    def process_comes_back(self, process: int = 0) -> None:
        self.deployment.start(process)

    def redis_dies(self) -> None:
        self._redis.kill()

    def redis_hangs(self) -> None:
        """Stop Redis: it keeps its connections and answers nobody."""
        self._redis.pause()

    def redis_comes_back(self) -> None:
        self._comes_back(self._redis)

    def database_dies(self) -> None:
        self._database.kill()

    def database_hangs(self) -> None:
        self._database.pause()

    def database_comes_back(self) -> None:
        self._comes_back(self._database)

    def heal(self) -> None:
        for server in (self.deployment.redis, self.deployment.database):
            if server:
                self._comes_back(server)
        self.deployment.start_all()

    @property
    def _redis(self) -> Server:
        if not self.deployment.redis:
            pytest.skip("this deployment has no Redis")
        return self.deployment.redis

    @property
    def _database(self) -> Server:
        if not self.deployment.database:
            pytest.skip("this deployment has no PostgreSQL")
        return self.deployment.database

    @staticmethod
    def _comes_back(server: Server) -> None:
        if server.process is None:
            server.start()
        server.go_on()
