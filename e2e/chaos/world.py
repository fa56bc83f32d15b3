"""What breaks: PostgreSQL, Redis, two server processes behind nginx, and bad networks in front of that."""

import random
import shutil
import signal
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from e2e.deployment import Deployment, accepts, postgres, spare_port, wait_until
from e2e.proxy import Proxy

NGINX = """
daemon off; worker_processes 1; pid {folder}/nginx.pid; error_log {folder}/nginx.log;
events {{ worker_connections 4096; }}
http {{
  access_log off;
  client_body_temp_path {folder}/nginx-body; proxy_temp_path {folder}/nginx-proxy;
  fastcgi_temp_path {folder}/nginx-1; uwsgi_temp_path {folder}/nginx-2; scgi_temp_path {folder}/nginx-3;
  upstream commentary {{ least_conn; {servers} }}
  map $http_upgrade $connection_upgrade {{ default upgrade; '' close; }}
  server {{
    listen 127.0.0.1:{port};
    location / {{
      proxy_pass http://commentary;
      proxy_http_version 1.1;
      proxy_set_header Host $http_host;
      proxy_set_header Upgrade $http_upgrade;
      proxy_set_header Connection $connection_upgrade;
      proxy_connect_timeout 2s; proxy_read_timeout 120s;
    }}
  }}
}}
"""


class Redis:
    """A Redis server of our own that can be killed, stopped and brought back, on the same port."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, spare_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command = ["redis-server", "--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
        with (self.folder / "redis.log").open("ab") as log:
            self.process = subprocess.Popen([*command, "--dir", str(self.folder)], stdout=log, stderr=log)
        wait_until(lambda: accepts(self.port), "the start of Redis")

    def kill(self) -> None:
        if self.process:
            self.process.send_signal(signal.SIGCONT)
            self.process.kill()
            self.process.wait()
            self.process = None

    def pause(self) -> None:
        """It keeps its connections and answers nobody."""
        assert self.process
        self.process.send_signal(signal.SIGSTOP)

    def go_on(self) -> None:
        assert self.process
        self.process.send_signal(signal.SIGCONT)


class World:
    def __init__(self, folder: Path, deployment: Deployment, redis: Redis, url: str) -> None:
        self.folder, self.deployment, self.redis, self.url = folder, deployment, redis, url
        self.proxies = [Proxy(url) for _ in range(4)]
        self.faults: Counter[str] = Counter()

    def heal(self) -> None:
        """All servers run and all networks work again."""
        for proxy in self.proxies:
            proxy.thaw()
            proxy.let_sockets_through()
        if self.redis.process is None:
            self.redis.start()
        self.redis.go_on()
        self.deployment.start_all()

    # Each fault heals itself; it takes what it takes.

    def kill_a_process(self, chance: random.Random) -> None:
        number = chance.randrange(len(self.deployment.ports))
        self.deployment.kill(number)
        time.sleep(chance.uniform(0, 1.5))
        self.deployment.start(number)

    def stop_a_process(self, chance: random.Random) -> None:
        number = chance.randrange(len(self.deployment.ports))
        assert self.deployment.stop(number) == 0
        self.deployment.start(number)

    def kill_redis(self, chance: random.Random) -> None:
        self.redis.kill()
        time.sleep(chance.uniform(0, 2))
        self.redis.start()

    def pause_redis(self, chance: random.Random) -> None:
        self.redis.pause()
        time.sleep(chance.uniform(0.5, 3))
        self.redis.go_on()

    def reset_connections(self, chance: random.Random) -> None:
        chance.choice(self.proxies).drop()

    def freeze_connections(self, chance: random.Random) -> None:
        proxy = chance.choice(self.proxies)
        proxy.freeze()
        time.sleep(chance.uniform(0.5, 4))
        proxy.thaw()

    def lose_what_is_under_way(self, chance: random.Random) -> None:
        """Nothing comes through for a while, and then the connections turn out to be dead."""
        proxy = chance.choice(self.proxies)
        proxy.freeze()
        time.sleep(chance.uniform(0.5, 3))
        proxy.drop()
        proxy.thaw()

    def break_things(self, seed: int, until: float, stopped: threading.Event) -> None:
        """A schedule that follows from the seed: every kind of fault as often as any other, until the end."""
        chance = random.Random(seed)
        kinds: list[Callable[[random.Random], None]] = [
            self.kill_a_process,
            self.kill_redis,
            self.reset_connections,
            self.freeze_connections,
            self.stop_a_process,
            self.lose_what_is_under_way,
            self.kill_a_process,
            self.kill_redis,
            self.pause_redis,
        ]
        while not stopped.is_set():
            for kind in chance.sample(kinds, len(kinds)):
                if time.monotonic() >= until or stopped.wait(chance.uniform(0.1, 0.6)):
                    return
                kind(chance)
                self.faults[kind.__name__.replace("_", " ")] += 1


@contextmanager
def world(folder: Path) -> Iterator[World]:
    with ExitStack() as servers:
        redis = Redis(folder)
        redis.start()
        servers.callback(redis.kill)
        database = servers.enter_context(postgres(folder))
        deployment = Deployment(folder, processes=2, DATABASE_URL=database, REDIS_URL=redis.url)
        deployment.prepare()
        deployment.start_all()
        servers.callback(deployment.end_all)
        port = spare_port()
        backends = " ".join(f"server 127.0.0.1:{port} max_fails=1 fail_timeout=1s;" for port in deployment.ports)
        configuration = folder / "nginx.conf"
        configuration.write_text(NGINX.format(folder=folder, port=port, servers=backends))
        nginx = subprocess.Popen(
            [shutil.which("nginx") or "/usr/sbin/nginx", "-c", str(configuration), "-e", str(folder / "nginx.log")]
        )
        servers.callback(nginx.wait)
        servers.callback(nginx.terminate)
        wait_until(lambda: accepts(port), "the start of nginx")
        made = World(folder, deployment, redis, f"http://127.0.0.1:{port}")
        for proxy in made.proxies:
            servers.callback(proxy.close)
        yield made
