"""Rehearsals over real sockets: the protocol is that of any event, and nobody else hears of one."""

import re

import pytest
from websockets.exceptions import InvalidStatus

from e2e.deployment import Deployment
from e2e.live.conftest import Open
from e2e.protocol.reader import ProtocolReader
from e2e.protocol.visitor import Visitor, handshake

pytestmark = pytest.mark.parametrize("deployment", ["one_process"], indirect=True)


class Rehearsing(ProtocolReader):
    """The open page of a rehearsal."""

    def __init__(self, designer: Visitor) -> None:
        answer = designer.post("/design/rehearsal/", htmx=False, width="phone", scheme="light")
        assert answer.status == 303, answer.text
        self.address = answer.headers["Location"]
        super().__init__(designer.url, "rehearsal", designer)

    @property
    def path(self) -> str:
        return f"{self.address}events/rehearsal/"

    @path.setter
    def path(self, _of_a_real_event: str) -> None:
        """Keep the address of the rehearsal."""

    def goes_live(self) -> None:
        self.connect()
        self.resume()
        self.until(lambda page: page.heartbeat[0] == "live", "the first heartbeat")

    def presses(self, button: str) -> str:
        """Press a button beside the page. Returns what is said then."""
        answer = self.visitor.post(f"{self.address}do/", act=button)
        assert answer.status == 200, answer.text
        said = re.search(r'<p id="said"[^>]*>([^<]*)', answer.text)
        assert said
        return said[1]

    def logged(self) -> list[str]:
        """The lines of the log, without tags."""
        rows = re.findall(r'<li id="row-\d+".*?(?=<li id="row-|</ol>)', self.visitor.get(self.address).text, re.DOTALL)
        return [" ".join(re.sub("<[^>]*>", " ", row).split()) for row in rows]


@pytest.fixture
def designer(deployment: Deployment, new_slug: str) -> Visitor:
    """A person who may see the gallery, signed in."""
    deployment.shell(
        "from django.contrib.auth import get_user_model\n"
        f"get_user_model().objects.create_superuser('designer-{new_slug}', password='correct horse battery')"
    )
    return Visitor(deployment.url).sign_in(f"designer-{new_slug}")


def test_every_change_arrives_as_on_any_page_and_the_page_stays_equal_to_a_fresh_one(
    deployment: Deployment, designer: Visitor, slug: str, open_readers: Open
) -> None:
    (rita,) = open_readers(slug)
    with Rehearsing(designer) as page, Rehearsing(designer) as another:
        page.goes_live()
        another.goes_live()
        others = another.page.texts
        for button in ("send", "edit", "comment", "react", "mark", "pin", "close", "close", "remove", "send"):
            at = page.page.seq
            assert page.presses(button)
            page.reaches(at + 1)
            page.agrees()
        assert any("upsert #entries" in line for line in page.logged())
        at = another.page.seq
        another.presses("send")
        another.reaches(at + 1)
        assert another.page.texts[1:] == others  # with its own first change came nothing else
    deployment.shell(f"Event.objects.get(slug={slug!r}).publish('Ann', 'A real entry')")
    assert rita.sees("A real entry").seq == 1
    assert not any("rehearsal" in frame for frame in rita.frames)


def test_a_lost_connection_refuses_everything_and_then_brings_what_was_missed(
    deployment: Deployment, designer: Visitor
) -> None:
    with Rehearsing(designer) as page:
        page.goes_live()
        at = page.page.seq
        page.presses("lose")
        assert page.is_closed() == 1012
        with pytest.raises(InvalidStatus):
            page.connect()
        page.presses("send")
        assert page.visitor.get(f"{page.path}changes/?after={page.page.cursor}", htmx=True).status == 503
        page.presses("come-back")
        page.goes_live()
        assert page.reaches(at + 1).seq == at + 1
        page.agrees()
        assert page.logged()[1].endswith("upsert #asks")  # the catch-up; above it is the heartbeat
        page.presses("end")
        assert page.is_closed() == 1000


def test_nobody_but_designers_gets_a_socket_and_one_that_is_over_says_so(
    deployment: Deployment, designer: Visitor
) -> None:
    page = Rehearsing(designer)
    for path in (page.page.socket_path, f"{page.address}log/"):
        for who, status in ((Visitor(deployment.url), 403), (designer, 101)):
            assert handshake(deployment.url, path, {"Origin": deployment.url, "Cookie": who.cookie}).status == status
    with page:
        page.page.element("socket").attributes = {
            **page.page.element("socket").attributes,
            "hx-ws:connect": page.page.socket_path.replace(page.address, "/design/rehearsal/x/"),
        }
        page.connect()
        page.is_closed()
        assert "This rehearsal is over" in page.frames[-1]
