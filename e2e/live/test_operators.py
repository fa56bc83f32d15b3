"""The view of operators and their load balancers: health, readiness, tables that fit, Redis on a socket, and HSTS."""

import json
import re
from contextlib import ExitStack, closing
from http.client import HTTPConnection
from pathlib import Path

from e2e.deployment import Deployment
from e2e.patience import HANGING
from e2e.protocol.reader import ProtocolReader
from e2e.proxies import Nginx
from e2e.servers import Redis, wait_until


def asked(port: int, path: str, host: str = "127.0.0.1", method: str = "GET") -> tuple[int, str]:
    """Status and body of an answer to a request for another host."""
    with closing(HTTPConnection("127.0.0.1", port, timeout=HANGING)) as connection:
        connection.request(method, path, headers={"Host": host})
        answer = connection.getresponse()
        return answer.status, answer.read().decode()


def state(port: int) -> tuple[int, str]:
    status, body = asked(port, "/readyz", "10.0.0.7")
    return status, str(json.loads(body)["status"])


def test_redis_on_a_unix_socket_wakes_both_processes_and_pages_of_https_say_that_it_must_be_used(
    tmp_path: Path,
) -> None:
    with ExitStack() as stack:
        layer = stack.enter_context(Redis(tmp_path))
        deployment = Deployment(tmp_path, 2, REDIS_URL=layer.socket_url, PUBLIC_URL="https://live.example.org")
        deployment.prepare()
        stack.callback(deployment.end_all)
        slug = deployment.event("match")
        deployment.start_all()
        readers = [stack.enter_context(ProtocolReader.live(url, slug)) for url in deployment.urls]
        with deployment.without_ticks():
            deployment.shell(f"Event.objects.get(slug={slug!r}).publish('Ann', 'Over the socket')")
            for reader in readers:
                assert reader.reaches(1).texts == ["Over the socket"]
        with closing(HTTPConnection("127.0.0.1", deployment.ports[0], timeout=HANGING)) as connection:
            connection.request("GET", f"/events/{slug}/", headers={"Host": "live.example.org"})
            answer = connection.getresponse()
            assert (answer.status, answer.getheader("Strict-Transport-Security")) == (200, "max-age=2592000")
            answer.read()


def test_whoever_watches_over_a_server_hears_that_it_runs_that_it_is_ready_and_why_it_is_not(tmp_path: Path) -> None:
    deployment = Deployment(tmp_path)
    assert "migrations are missing in the database: run" in deployment.manage("serve", check=False)
    deployment.prepare()
    deployment.event("match")
    try:
        deployment.start()
        port = deployment.ports[0]
        status, body = asked(port, "/healthz", "anything.example")
        assert (status, json.loads(body)["status"]) == (200, "ok")
        assert asked(port, "/healthz", method="HEAD") == (200, "")
        wait_until(lambda: state(port) == (200, "ready"), "readiness")
        tables = "from django.db.migrations.recorder import MigrationRecorder as Ran\n"
        deployment.shell(f"{tables}Ran.Migration.objects.create(app='feeds', name='9999_later')")
        wait_until(lambda: state(port) == (503, "wrong tables"), "word of tables that do not fit")
        refusal = deployment.manage("serve", check=False)
        assert "This database was made by a newer version of Commentary (it has 9999_later)" in refusal
        deployment.shell(f"{tables}Ran.Migration.objects.filter(name='9999_later').delete()")
        wait_until(lambda: state(port) == (200, "ready"), "readiness")
        with ProtocolReader.live(deployment.url, "match"), closing(HTTPConnection("127.0.0.1", port)) as balancer:
            balancer.request("GET", "/readyz")
            balancer.getresponse().read()
            stopped = deployment.tell_to_stop()

            def leaves() -> bool:
                balancer.request("GET", "/readyz")
                answer = balancer.getresponse()
                return (answer.status, json.loads(answer.read())["status"]) == (503, "stopping")

            wait_until(leaves, "word that it is stopping")
            assert stopped.wait(HANGING) == 0
    finally:
        deployment.end_all()


def line(said: str, about: str) -> str:
    """The doctor's finding about something."""
    (found,) = [each for each in said.splitlines() if f" {about}: " in each]
    return found


def test_the_doctor_finds_what_is_wrong_between_a_proxy_and_the_server(tmp_path: Path) -> None:
    deployment = Deployment(tmp_path, DATA_DIR=str(tmp_path / "data"))
    with Nginx(tmp_path, deployment.ports) as proxy:
        deployment.environment |= {"PUBLIC_URL": proxy.url, "TRUSTED_PROXIES": "1"}
        deployment.prepare()
        assert "answers 502. Start the server" in line(deployment.manage("doctor", check=False), "Address")
        try:
            deployment.start()
            said = deployment.manage("doctor")
            for about in ("Address", "Proxies", "Live pages", "Tables", "Data"):
                assert line(said, about).startswith("ok "), said
            deployment.environment["TRUSTED_PROXIES"] = "0"
            assert line(deployment.manage("doctor", check=False), "Proxies").endswith("Set TRUSTED_PROXIES=1.")
            deployment.environment["TRUSTED_PROXIES"] = "2"
            assert "no limit for a visitor's network holds" in line(deployment.manage("doctor", check=False), "Proxies")
            proxy.stop()
            configuration = proxy.path.read_text()
            proxy.path.write_text(re.sub(r"proxy_set_header (Upgrade|Connection|Host) [^;]+;", "", configuration))
            proxy.start()
            said = deployment.manage("doctor", check=False)
            assert "Let the proxy pass Upgrade and Connection on" in line(said, "Live pages")
            assert "Let the proxy pass on the Host" in line(said, "Address")
            assert "forwarded_for" not in asked(deployment.ports[0], "/healthz")[1]
        finally:
            deployment.end_all()
