"""Requests and headers that no browser sends."""

import re
import socket
from contextlib import suppress
from urllib.parse import urlsplit

import pytest

from e2e.deployment import Deployment
from e2e.patience import HANGING
from e2e.protocol.reader import ProtocolReader
from e2e.protocol.visitor import Visitor, handshake

# On the deployment where more can go wrong; the paths are the same.
pytestmark = pytest.mark.parametrize("deployment", ["two_processes"], indirect=True)

NUL = '"' + "\\000" * 32 + '"'
"""Value of a cookie with 32 characters that PostgreSQL accepts in no text."""


def test_a_chunked_body_over_64_kib_is_refused_as_too_large(deployment: Deployment, slug: str) -> None:
    ann = Visitor(deployment.url)
    chunks = [b"text=" + b"x" * 1019, *[b"x" * 1024] * 70]
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    for body in (iter(chunks), b"".join(chunks)):  # http.client sends an iterator in chunks, without Content-Length
        answer = ann.request("POST", f"/events/{slug}/entries/", body, headers)
        assert answer.status == 413
        assert "That is too large" in answer.text
    ann.publish(slug, "Short")
    assert ProtocolReader(deployment.url, slug).page.texts == ["Short"]


Request = tuple[str, str, bytes | None, dict[str, str]]
"""Method, path, body and headers."""
URLENCODED = "application/x-www-form-urlencoded"
FORM = {"Content-Type": URLENCODED}
MULTIPART = {"Content-Type": "multipart/form-data; boundary=x"}


def odd_forms(slug: str, pk: int, token: dict[str, str]) -> list[Request]:
    entries, post = f"/events/{slug}/entries/", f"/events/{slug}/entries/{pk}"
    form, multipart = FORM | token, MULTIPART | token
    return [
        ("POST", entries, b"name=%ff&text=%fe%ff", form),
        ("POST", entries, b"name=\xff&text=\xfe\xff", form),
        ("POST", entries, b"name=A&text=%00&key=%00", form),
        ("POST", entries, b"name=%ED%A0%80&text=%ED%A0%80", form),
        ("POST", entries, b"name=A&text=B&key=" + b"k" * 10_000, form),
        ("POST", entries, b"&".join(b"a=1" for _ in range(1000)), form),
        ("POST", entries, b"name=A&text=B", {"Content-Type": f"{URLENCODED}; charset=nonsense"} | token),
        ("POST", entries, b"name=A&text=B", {"Content-Type": f"{URLENCODED}; charset=utf-7"} | token),
        ("POST", entries, b'{"name": "A"', {"Content-Type": "application/json"} | token),
        ("POST", entries, b'--x\r\nContent-Disposition: form-data; name="text"\r\n\r\nB', multipart),
        ("POST", entries, b"\xff\xfe", multipart),
        ("POST", entries, b"--x--", {"Content-Type": "multipart/form-data; boundary=\xe4"} | token),
        ("POST", entries, b"name=A&text=B", FORM | {"X-CSRFToken": "\xff" * 64}),
        ("POST", f"{post}/comments/", b"name=%ff&text=%ff", form),
        ("POST", f"{post}/edit/", b"text=%ff%00", form),
        ("POST", f"{post}/remove/", b"%ff", form),
        ("POST", "/sign-in/", b"username=%00&password=%00&next=%ff", form),
        ("POST", "/sign-in/", b"username=%ff&password=%ff&csrfmiddlewaretoken=%ff", FORM),
        ("PUT", entries, b"\xff", token),
    ]


def odd_headers(slug: str) -> list[Request]:
    page, entries = f"/events/{slug}/", f"/events/{slug}/entries/"
    asked: list[tuple[str, str, bytes | None]] = [
        ("GET", page, None),
        ("GET", "/events/new/", None),
        ("GET", f"{page}changes/?after=", None),
        ("POST", entries, b"name=A&text=B"),
    ]
    cookies = ("sessionid", "commentary_visitor", "commentary_language", "messages", "csrftoken")
    return [
        *(
            (method, path, body, {"Cookie": f"{name}={NUL}; csrftoken={NUL}"} | FORM)
            for name in cookies
            for method, path, body in asked
        ),
        ("GET", page, None, {"Cookie": "\xff\xfe=\x80; sessionid=\xff; csrftoken=%00; commentary_visitor=a:b:c"}),
        ("GET", page, None, {"Cookie": "messages=nonsense; sessionid=" + "x" * 3000}),
        ("GET", page, None, {"Host": "\xff"}),
        ("GET", page, None, {"Host": "evil.example"}),
        ("GET", page, None, {"Host": "[::1"}),
        ("GET", page, None, {"HX-Request": "\xff", "HX-Current-URL": "http://[", "HX-Target": "\x80"}),
        ("GET", page, None, {"HX-Request": "true", "HX-Current-URL-URI-AutoEncoded": "true", "HX-Current-URL": "%ff"}),
        ("GET", page, None, {"Accept-Language": "\xff;q=x", "Accept-Encoding": "\xff", "If-None-Match": "\xff"}),
        ("GET", "/", None, {"HX-Request": "true", "If-None-Match": 'W/"', "If-Modified-Since": "\xff"}),
        ("BREW", page, None, {}),
    ]


def odd_addresses(slug: str) -> list[Request]:
    page, entries = f"/events/{slug}/", f"/events/{slug}/entries/"
    paths = [
        *(f"{page}?before={number}" for number in ("%ff", "-1", "9" * 5000, "999999999999999999")),
        f"{page}changes/?after=%ED%A0%80",
        f"{page}changes/?after=e0-999999999999999999",
        "/events/%ff/",
        "/events/%00/",
        f"{entries}{'9' * 30}/",
        f"{entries}{'9' * 5000}/",
        f"{page}own-posts.css?%ff",
        "/sign-in/%ff/%ff/",
        f"/sign-in/{'MQ' * 500}/x-y/",
        "/static/%ff",
        "/static/..%2f..%2fmanage.py",
        "//",
    ]
    return [
        *(("GET", path, None, {}) for path in paths),
        ("GET", f"{entries}?before=999999999999999999&after=%ff", None, {"HX-Request": "true"}),
        ("GET", f"{entries}?before=0&after=e0-999999999999999999", None, {"HX-Request": "true"}),
    ]


def test_bodies_and_headers_that_make_no_sense_never_break_the_server(deployment: Deployment, slug: str) -> None:
    ann = Visitor(deployment.url)
    head = ann.publish(slug, "Entry")
    pk = ProtocolReader(deployment.url, slug).page.entries[0].pk
    broken = {}
    requests = odd_forms(slug, pk, {"X-CSRFToken": ann.token}) + odd_headers(slug) + odd_addresses(slug)
    for method, path, body, headers in requests:
        status = ann.request(method, path, body, headers).status
        if status >= 500:
            broken[method, path[:80], body and body[:40], tuple(headers.items())] = status
    assert broken == {}
    assert ProtocolReader(deployment.url, slug).page.seq >= head


SECURITY = ("Content-Security-Policy", "Referrer-Policy", "X-Content-Type-Options", "X-Frame-Options")
ELSEWHERE = "http://evil.example"
HEADERS = (
    *("Accept", "Accept-Language", "Cookie", "Content-Type", "Content-Length", "Expect", "Referer", "Origin", "Range"),
    *("HX-Request", "HX-Current-URL", "If-None-Match", "If-Modified-Since", "User-Agent", "Upgrade", "Connection"),
    *("X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-CSRFToken", "Authorization"),
)
HEADERS_OF_SOCKETS = ("Sec-WebSocket-Protocol", "Sec-WebSocket-Extensions", "Cookie", "Accept-Language", "X-A")


def test_nobody_says_where_this_site_is(deployment: Deployment, slug: str) -> None:
    """Daphne takes `Daphne-Root-Path` from anybody for the beginning of every address."""
    ann = Visitor(deployment.url)
    ann.publish(slug, "Entry")
    page = f"/events/{slug}/"
    values = [ELSEWHERE, "/evil.example", "%ff%00", "/" + "x" * 4000]
    values += (
        ["\xff", "\xe4\xf6"] if deployment.server == "serve" else []
    )  # of which plain Daphne makes a 500 before us
    for value in values:
        headers = dict.fromkeys(("Daphne-Root-Path", "X-Script-Name", "X-Forwarded-Prefix"), value)
        for path in ("/", page, f"{page}changes/?after=none-0", "/events", "/admin/login/", "/unreachable/"):
            answer = ann.request("GET", path, headers=headers)
            assert answer.status < 400, (path, value)
            told = answer.headers.get("Location", "") + answer.text
            assert "evil.example" not in told
            assert value not in told
        opening = {"Origin": deployment.url, "Daphne-Root-Path": value}
        assert handshake(deployment.url, f"{page}live/", opening).status == 101, value
    for path in ("/", page):
        assert "evil.example" not in Visitor(deployment.url).get(path).text


def test_bytes_that_are_not_ascii_never_break_the_server_and_every_answer_is_as_safe_as_a_page(
    deployment: Deployment, slug: str
) -> None:
    page, host = f"GET /events/{slug}/ HTTP/1.1", f"Host: {deployment.url.removeprefix('http://')}"
    opening = [
        f"GET /events/{slug}/live/ HTTP/1.1",
        "Connection: Upgrade",
        "Upgrade: websocket",
        "Sec-WebSocket-Version: 13",
        f"Origin: {deployment.url}",
    ]
    key = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="
    requests = [[page, host, f"{name}: \xff\xfe\x80"] for name in HEADERS]
    targets = ("/\xa0", "/?\xa0", "/events/\xb0/", "/%ff?%ff", "/%00")
    requests += [[f"GET {target} HTTP/1.1", host] for target in targets]
    requests += [["GET / HTTP/1.1", "Host: \xff"], ["GET / HTTP/1.1", host, "\xff: x"], ["G\xff / HTTP/1.1", host]]
    requests += [["\xff" * 100], ["GET / HTTP/1.1", host, "X: " + "\xff" * 20_000], ["GET /" + "x" * 20_000]]
    requests += [["GET / HTTP/9.9", host], ["GET / HTTP/1.1", host, "X: a\x0bb"], ["GET / HTTP/1.1", host, "no colon"]]
    requests += [["GET / HTTP/1.1", host, *["X: y"] * 600], ["GET / HTTP/1.1", host, "Content-Length: -1"]]
    requests += [["GET / HTTP/1.1", host, "Transfer-Encoding: \xff"], ["OPTIONS * HTTP/1.1", host]]
    requests += [[*opening, host, key, f"{name}: \xff\xfe"] for name in HEADERS_OF_SOCKETS]
    for offer in ("\xff=1", "server_max_window_bits=99", "client_max_window_bits=x", "=", ";;", '"'):
        requests.append([*opening, host, key, f"Sec-WebSocket-Extensions: permessage-deflate; {offer}"])
    requests += [[*opening, host, "Sec-WebSocket-Key: \xff"], [*opening, host], [*opening, key, "Host: \xff"]]
    requests += [[*opening, host, key, host], [*opening, host, key, "Origin: \xff"]]
    targets = ("/\xa0", "/?\xa0", "/%ff", "/#x", "/%00")
    requests += [[f"GET {target} HTTP/1.1", *opening[1:], host, key] for target in targets]
    requests += [[*opening[:3], "Sec-WebSocket-Version: 8", opening[4], host, key]]
    wrong = {}
    for lines in requests:
        status, headers = raw_answer(deployment, lines)
        if not (status == 101 or (200 <= status < 500 and all(name in headers for name in SECURITY))):
            wrong[lines[0], lines[-1][:60]] = status, sorted(headers)
    assert wrong == {}


def raw_answer(deployment: Deployment, lines: list[str]) -> tuple[int, dict[str, str]]:
    """Status and headers of what is answered to these lines."""
    port = urlsplit(deployment.url).port
    with socket.create_connection(("127.0.0.1", port), timeout=HANGING) as connection:
        connection.sendall("\r\n".join([*lines, "", ""]).encode("latin-1"))
        head = b""
        with suppress(ConnectionError):
            while b"\r\n\r\n" not in head and (some := connection.recv(4096)):
                head += some
    first, *rest = head.partition(b"\r\n\r\n")[0].decode("latin-1").split("\r\n")
    found = re.match(r"HTTP/1\.1 (\d+) ", first)
    return int(found[1]) if found else 0, dict(line.split(": ", 1) for line in rest)
