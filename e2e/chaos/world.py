"""What breaks: PostgreSQL, Redis, two server processes behind nginx, and bad networks in front of that."""

import shutil
import subprocess
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from e2e.chaos.plan import NETWORKS, PROCESSES
from e2e.deployment import Deployment
from e2e.proxy import Proxy
from e2e.servers import Redis, accepts, postgres, spare_port, wait_until

NGINX = """
daemon off; worker_processes 1; pid {folder}/nginx.pid; error_log {folder}/nginx.log;
events {{ worker_connections 4096; }}
http {{
  access_log off; keepalive_timeout 10s;
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


class World:
    def __init__(self, folder: Path, deployment: Deployment, redis: Redis, url: str) -> None:
        self.folder, self.deployment, self.redis, self.url = folder, deployment, redis, url
        self.proxies = [Proxy(url) for _ in range(NETWORKS)]
        self.faults: Counter[str] = Counter()
        """Those that were carried out, by kind."""

    def heal(self) -> None:
        """All servers run and all networks work again."""
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
        port = spare_port()
        backends = " ".join(f"server 127.0.0.1:{port} max_fails=0;" for port in deployment.ports)
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
