"""The servers to compare, each started alone and pinned to the servers' core."""

import http.cookiejar
import json
import os
import re
import shutil
import subprocess
import sys
import urllib.request
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

from bench.load import STAMP, Load, handshake, post_request, text_frame
from bench.machine import PEERS, PYTHON, ROOT, SERVER_CORE, on_core
from e2e.deployment import Deployment
from e2e.patience import HANGING
from e2e.servers import accepts, spare_port, wait_until

BENCH = ROOT / "bench"
NGINX = shutil.which("nginx") or "/usr/sbin/nginx"
TUTORIAL = {"PYTHONPATH": str(BENCH / "peers"), "DJANGO_SETTINGS_MODULE": "tutorial.settings"}
EVENT = "bench"
TEXT = "The second stage is alight, and all nine engines of the first look good from here. "


@dataclass
class Peer:
    """A server that passes the messages of one publisher's socket on to all readers."""

    name: str
    live: str = "/live/"
    publish: str = "/publish/"
    deflate: bool = False
    slow: bool = False
    """Whether it is so slow that fewer changes have to do."""
    port: int = field(default_factory=spare_port)

    def command(self, folder: Path) -> tuple[list[str], dict[str, str]]:
        raise NotImplementedError

    def available(self) -> bool:
        return True

    def resume(self, published: int) -> bytes | None:
        """The message of a reader once its socket is open."""
        return None

    @contextmanager
    def running(self, folder: Path) -> Iterator[int]:
        """Run the server. Yields its process id."""
        self.port = spare_port()
        command, environment = self.command(folder)
        with started(command, environment, folder / "server.log", self.port) as pid:
            yield pid

    def aim(self, load: Load) -> None:
        hello = handshake(self.port, self.live, deflate=self.deflate)
        load.aim((self.port, hello, self.resume(load.published)))


@contextmanager
def started(command: list[str], environment: dict[str, str], log: Path, port: int) -> Iterator[int]:
    with on_core(SERVER_CORE), log.open("wb") as output:
        process = subprocess.Popen(command, env=os.environ | environment, stdout=output, stderr=output, cwd=ROOT)
    try:
        wait_until(lambda: process.poll() is not None or accepts(port), f"the start of {command}: see {log}")
        yield process.pid
        if process.poll() is not None:
            raise RuntimeError(f"{command} ended with {process.poll()}")
    except BaseException:
        print(f"What {command} wrote:\n{log.read_text(errors='replace')[-5000:]}", file=sys.stderr)
        raise
    finally:
        process.terminate()
        try:
            process.wait(timeout=3)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def resume_message(cursor: str) -> bytes:
    """The message of htmx when the socket opens."""
    headers = {
        "HX-Request": "true",
        "HX-Source": "form#resume",
        "HX-Target": "form#resume",
        "HX-Current-URL": f"http://127.0.0.1:8000/events/{EVENT}/",
        "HX-Request-ID": str(uuid.UUID(int=0)),
    }
    return text_frame(json.dumps({"headers": headers, "body": {"after": cursor}}))


class Room(Peer):
    def command(self, folder: Path) -> tuple[list[str], dict[str, str]]:
        environment = {
            "SECRET_KEY": "only-for-measurements-" * 2,
            "DATABASE_URL": f"sqlite:///{folder / 'none.sqlite3'}",
        }
        return [str(PYTHON), "-m", "bench.peers.room", str(self.port)], environment

    def resume(self, published: int) -> bytes | None:
        return resume_message(f"bench-{published}")


class Channels(Peer):
    def command(self, folder: Path) -> tuple[list[str], dict[str, str]]:
        program = [str(PYTHON.parent / "daphne"), "-v", "0", "-b", "127.0.0.1", "-p", str(self.port)]
        return [*program, "tutorial.asgi:application"], TUTORIAL


class NodeWs(Peer):
    def command(self, folder: Path) -> tuple[list[str], dict[str, str]]:
        modules = {"NODE_PATH": str(PEERS / "node_modules"), "NODE_ENV": "production"}
        return ["node", str(BENCH / "peers" / "ws.js"), str(self.port)], modules

    def available(self) -> bool:
        return bool(shutil.which("node")) and (PEERS / "node_modules" / "ws").is_dir()


class Nchan(Peer):
    module = PEERS / "ngx_nchan_module.so"

    def command(self, folder: Path) -> tuple[list[str], dict[str, str]]:
        text = (BENCH / "peers" / "nchan.conf").read_text()
        for name, value in {"MODULE": self.module, "PORT": self.port, "FOLDER": folder}.items():
            text = text.replace(name, str(value))
        if os.geteuid() == 0:
            text = f"user root;\n{text}"
        configuration = folder / "nginx.conf"
        configuration.write_text(text)
        return [NGINX, "-c", str(configuration), "-p", str(folder), "-e", str(folder / "error.log")], {}

    def available(self) -> bool:
        return self.module.exists() and Path(NGINX).exists()


class Websockets(Peer):
    def command(self, folder: Path) -> tuple[list[str], dict[str, str]]:
        return [str(PYTHON), str(BENCH / "peers" / "websockets_server.py"), str(self.port)], {}


OURS, DEFLATED = "Commentary", "Commentary, deflated"
TUTORIAL_STYLE, RENDERED_ONCE = "Channels, tutorial-style", "Channels, rendered once"
NODE, NCHAN, WEBSOCKETS = "Node ws", "nginx with nchan", "Python websockets"


def fan_out_peers() -> list[Peer]:
    ours = f"/events/{EVENT}/live/?after=bench-0"
    peers: list[Peer] = [
        Room(OURS, ours),
        Room(DEFLATED, ours, deflate=True),
        NodeWs(NODE),
        Nchan(NCHAN),
        Websockets(WEBSOCKETS),
        Channels(TUTORIAL_STYLE, slow=True),
        Channels(RENDERED_ONCE, "/live/once/", "/publish/once/", slow=True),
    ]
    for peer in peers:
        if not peer.available():
            print(f"{peer.name} is not installed and left out: bench/install-peers", file=sys.stderr)
    return [peer for peer in peers if peer.available()]


def fragment() -> str:
    """The message that every peer passes on: an entry as the tutorial renders it, with a stamp for its text."""
    code = (
        "import django; django.setup()\n"
        "from tutorial.consumers import render, sample\n"
        f"print(render(sample({STAMP!r})), end='')"
    )
    command, environment = [str(PYTHON), "-c", code], os.environ | TUTORIAL
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=True, timeout=HANGING)
    return done.stdout


class Site:
    """A server with the whole path, from posts and pages to readers."""

    def __init__(self, name: str, *, slow: bool = False) -> None:
        self.name = name
        self.slow = slow
        self.pids: list[int] = []
        self.ports: list[int] = []
        self.page = "/"

    def get(self, path: str, **headers: str) -> str:
        request = urllib.request.Request(f"http://127.0.0.1:{self.ports[0]}{path}", headers=headers)
        with urllib.request.urlopen(request, timeout=HANGING) as answer:
            return str(answer.read().decode())

    def post_request(self, path: str, csrf: str = r'name="csrfmiddlewaretoken" value="(\w+)"', **fields: str) -> bytes:
        """A post to `path` from a browser that opened the page before."""
        jar = http.cookiejar.CookieJar()
        opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
        html = opener.open(f"http://127.0.0.1:{self.ports[0]}{self.page}", timeout=HANGING).read().decode()
        found = re.search(csrf, html)
        assert found, f"no CSRF token on {self.page}"
        cookies = "; ".join(f"{cookie.name}={cookie.value}" for cookie in jar)
        body = urlencode({"name": "Ann", "text": TEXT + STAMP} | fields, safe="~")
        return post_request(self.ports[0], path, body, {"Cookie": cookies, "X-CSRFToken": found[1]})

    def request(self) -> bytes:
        raise NotImplementedError

    def aim(self, load: Load, *, deflate: bool = False, behind: int = 0) -> None:
        raise NotImplementedError


class Commentary(Site):
    """Commentary, as it is deployed."""

    def __init__(self, deployment: Deployment, name: str = OURS) -> None:
        super().__init__(name)
        self.deployment = deployment
        self.ports = deployment.ports
        self.page = f"/events/{EVENT}/"

    def start(self) -> None:
        with on_core(SERVER_CORE):
            self.deployment.start_all()
        self.pids = [process.pid for process in self.deployment.processes.values()]

    def restart(self) -> None:
        for number in list(self.deployment.processes):
            self.deployment.kill(number)
        self.start()

    def cursor(self, behind: int = 0) -> str:
        found = re.search(r'id="cursor"[^>]* value="([a-z0-9]+)-(\d+)"', self.get(self.page))
        assert found, "no cursor on the event's page"
        return f"{found[1]}-{int(found[2]) - behind}"

    def request(self) -> bytes:
        return self.post_request(f"{self.page}entries/", key=uuid.UUID(int=7).hex)

    def aim(self, load: Load, *, deflate: bool = False, behind: int = 0) -> None:
        cursor = self.cursor(behind)
        path = f"{self.page}live/?after={cursor}"
        load.aim(*((port, handshake(port, path, deflate=deflate), resume_message(cursor)) for port in self.ports))


class Tutorial(Site):
    """Channels as in the tutorial, with a form, a table and a view; or only a view that makes the two writes."""

    def __init__(self, name: str = TUTORIAL_STYLE, application: str = "tutorial.asgi:application") -> None:
        super().__init__(name, slow=True)
        self.application = application

    @contextmanager
    def running(self, folder: Path) -> Iterator["Tutorial"]:
        environment = TUTORIAL | {"TUTORIAL_DATABASE": str(folder / f"{uuid.uuid4().hex}.sqlite3")}
        prepare = [str(PYTHON), "-m", "django", "migrate", "--run-syncdb", "--verbosity", "0"]
        subprocess.run(prepare, env=os.environ | environment, check=True, cwd=folder, timeout=HANGING)
        code = "import django; django.setup()\nfrom tutorial.models import Event\nEvent.objects.create()"
        subprocess.run([str(PYTHON), "-c", code], env=os.environ | environment, check=True, timeout=HANGING)
        self.ports = [spare_port()]
        program = [str(PYTHON.parent / "daphne"), "-v", "0", "-b", "127.0.0.1", "-p", str(self.ports[0])]
        with started([*program, self.application], environment, folder / "tutorial.log", self.ports[0]) as pid:
            self.pids = [pid]
            yield self

    def request(self) -> bytes:
        return self.post_request("/entries/", csrf=r"(\w+)")

    def bare_request(self) -> bytes:
        return post_request(self.ports[0], "/entries/", urlencode({"name": "Ann", "text": TEXT + STAMP}, safe="~"), {})

    def aim(self, load: Load, *, deflate: bool = False, behind: int = 0) -> None:
        path = f"/live/?after={load.published - behind}" if behind else "/live/"
        load.aim((self.ports[0], handshake(self.ports[0], path), None))


@contextmanager
def commentary(folder: Path, processes: int = 1, name: str = OURS, **environment: str) -> Iterator[Commentary]:
    folder.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        deployment = Deployment(folder, processes, DJANGO_SETTINGS_MODULE="commentary.settings", **environment)
        stack.callback(deployment.end_all)
        deployment.prepare()
        deployment.event(EVENT)
        ours = Commentary(deployment, name)
        ours.start()
        yield ours
