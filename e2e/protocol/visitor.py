"""A browser without its pages: cookies and requests."""

import http.client
import re
from typing import NamedTuple, Self
from urllib.parse import urlencode, urlsplit

from e2e.patience import HANGING
from e2e.protocol.content import Comment, Entry


class Answer(NamedTuple):
    """An HTTP response, read to its end."""

    status: int
    headers: http.client.HTTPMessage
    text: str

    @property
    def seq(self) -> int:
        """Number of the change that this request made. Fails where it made none."""
        assert "Commentary-Seq" in self.headers, f"nothing was changed: {self.status}\n{self.text}"
        return int(self.headers["Commentary-Seq"])


class Visitor:
    """A person's browser: its cookies, and requests for pages and actions."""

    def __init__(self, url: str, name: str = "Ann") -> None:
        self.url = url
        self.netloc = urlsplit(url).netloc
        self.name = name
        self.cookies: dict[str, str] = {}
        self.token = ""
        self.patience = HANGING
        """Seconds to wait for an answer."""

    @property
    def cookie(self) -> str:
        return "; ".join(f"{name}={value}" for name, value in self.cookies.items())

    def request(self, method: str, path: str, body: object = None, headers: dict[str, str] | None = None) -> Answer:
        """Send one request on a connection of its own, and keep the cookies of the answer."""
        connection = http.client.HTTPConnection(self.netloc, timeout=self.patience)
        try:
            connection.request(method, path, body, {"Cookie": self.cookie} | (headers or {}))  # type: ignore[arg-type]
            response = connection.getresponse()
            text = response.read().decode()
            for value in response.headers.get_all("Set-Cookie", []):
                name, _, rest = value.partition("=")
                self.cookies[name] = rest.partition(";")[0]
            return Answer(response.status, response.headers, text)
        finally:
            connection.close()

    def get(self, path: str, *, htmx: bool = False) -> Answer:
        return self.request("GET", path, headers={"HX-Request": "true"} if htmx else None)

    def post(self, path: str, *, htmx: bool = True, **fields: str) -> Answer:
        """Send a form, with `htmx` as htmx sends it."""
        if not self.token:
            self.fetch_token()
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "Origin": self.url,
            "X-CSRFToken": self.token,
        } | ({"HX-Request": "true"} if htmx else {})
        return self.request("POST", path, urlencode(fields), headers)

    def fetch_token(self) -> None:
        """Take the CSRF token from a form."""
        found = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', self.get("/sign-in/").text)
        assert found
        self.token = found[1]

    def sign_in(self, username: str = "olga", password: str = "correct horse battery") -> Self:
        """Sign in with the form, as Olga unless told otherwise."""
        answer = self.post("/sign-in/", htmx=False, username=username, password=password)
        assert answer.status == 302, answer.text
        self.fetch_token()
        return self

    def publish(self, slug: str, text: str) -> int:
        """Post an entry. Like the other actions it returns the number of the change."""
        return self.post(f"/events/{slug}/entries/", name=self.name, text=text).seq

    def comment(self, slug: str, entry: Entry, text: str) -> int:
        return self.post(f"/events/{slug}/entries/{entry.pk}/comments/", name=self.name, text=text).seq

    def edit(self, slug: str, post: Entry | Comment, text: str) -> int:
        return self.post(f"{_path(slug, post)}/edit/", text=text).seq

    def remove(self, slug: str, post: Entry | Comment) -> int:
        return self.post(f"{_path(slug, post)}/remove/").seq


def _path(slug: str, post: Entry | Comment) -> str:
    kind, _, pk = post.id.partition("-")
    return f"/events/{slug}/{'entries' if kind == 'entry' else 'comments'}/{pk}"


def handshake(url: str, path: str, headers: dict[str, str]) -> Answer:
    """Ask for a WebSocket with these headers, Host included if given. Returns the answer, 101 or not."""
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=HANGING)
    try:
        upgrade = {
            "Connection": "Upgrade",
            "Upgrade": "websocket",
            "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
            "Sec-WebSocket-Version": "13",
        }
        connection.request("GET", path, headers=upgrade | headers)
        response = connection.getresponse()
        return Answer(response.status, response.headers, response.read().decode())
    finally:
        connection.close()
