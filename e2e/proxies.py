"""Reverse proxies in front of our processes, each with the configuration that operators get in deploy/.

Only the address, the processes behind it and the certificate are replaced by those of the test.
"""

import re
import shutil
from abc import abstractmethod
from pathlib import Path

from e2e.deployment import ROOT
from e2e.servers import Server


class ReverseProxy(Server):
    """A proxy in front of processes on these ports. People go to `url`."""

    program: str
    made_from: str
    """Name of its configuration in deploy/."""

    def __init__(self, folder: Path, ports: list[int]) -> None:
        super().__init__(folder)
        self.url = f"http://127.0.0.1:{self.port}"
        self.path = folder / self.made_from
        self.path.write_text(self.configuration((ROOT / "deploy" / self.made_from).read_text(), ports))

    @classmethod
    def is_installed(cls) -> bool:
        return cls.found() != ""

    @classmethod
    def found(cls) -> str:
        """Path of the program; "" without it."""
        return shutil.which(cls.program) or shutil.which(cls.program, path="/usr/sbin") or ""

    @abstractmethod
    def configuration(self, text: str, ports: list[int]) -> str:
        """Fit the text in deploy/ to this test."""


class Nginx(ReverseProxy):
    name = program = "nginx"
    made_from = "nginx.conf"

    def configuration(self, text: str, ports: list[int]) -> str:
        """Its servers are one without TLS, and its files are in the test's folder."""
        servers = " ".join(f"server 127.0.0.1:{port} max_fails=0;" for port in ports)
        site = text.replace("server 127.0.0.1:8000 max_fails=0;", f"least_conn; {servers}")
        site = re.sub(r"\n  ssl_\w+ [^;]+;", "", site).replace(
            "listen 443 ssl http2;", f"listen 127.0.0.1:{self.port};"
        )
        site = site[: site.rindex("server {")].replace("server_name live.example.org;", "")
        kept = " ".join(
            f"{kind}_temp_path {self.folder}/nginx-{kind};"
            for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        return (
            f"daemon off; worker_processes 1; pid {self.folder}/nginx.pid; error_log {self.folder}/nginx-errors.log;\n"
            f"events {{ worker_connections 4096; }}\nhttp {{ access_log off; {kept}\n{site}}}\n"
        )

    @property
    def command(self) -> list[str]:
        return [self.found(), "-c", str(self.path), "-e", str(self.folder / "nginx-errors.log")]


class Caddy(ReverseProxy):
    name = program = "caddy"
    made_from = "Caddyfile"

    def configuration(self, text: str, ports: list[int]) -> str:
        """It fetches no certificate, and keeps its own files in the test's folder."""
        own = f"{{\n\tadmin off\n\tauto_https off\n\tstorage file_system {self.folder / 'caddy'}\n}}\n"
        site = text.replace("live.example.org {", f"{self.url} {{")
        return own + site.replace("127.0.0.1:8000", " ".join(f"127.0.0.1:{port}" for port in ports))

    @property
    def command(self) -> list[str]:
        return [self.found(), "run", "--config", str(self.path), "--adapter", "caddyfile"]


class Haproxy(ReverseProxy):
    name = program = "haproxy"
    made_from = "haproxy.cfg"

    def configuration(self, text: str, ports: list[int]) -> str:
        """Its one address is without TLS."""
        site = re.sub(r"bind :443 .*", f"bind 127.0.0.1:{self.port}", text)
        site = re.sub(r"frontend plain\n(  .*\n)+", "", site)
        servers = "\n".join(f"  server process{port} 127.0.0.1:{port} check inter 2s" for port in ports)
        return site.replace("  server one 127.0.0.1:8000 check inter 2s", servers)

    @property
    def command(self) -> list[str]:
        return [self.found(), "-db", "-f", str(self.path)]
