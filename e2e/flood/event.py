"""The event that is flooded, its host, and the search for what is left of the flood."""

import json
import time
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

from e2e.deployment import Deployment
from e2e.flood.flooders import FLOODERS, WORDS, Flooder
from e2e.flood.onlookers import Onlooker, Opened, replay, shown, some_of
from e2e.protocol.comparing import unlike
from e2e.protocol.page import Page
from e2e.protocol.visitor import Answer, Visitor
from e2e.readers import seq_of


class Ban(NamedTuple):
    began: float
    seq: int


def ban(host: Visitor, slug: str, entry: int) -> Answer:
    """Ban the author of this entry, and remove everything they posted."""
    path = f"/events/{slug}/entries/{entry}/ban/"
    answer = host.post(path, period="day", remove="on", note="No advertisements")
    assert answer.status == 200, answer.text
    return answer


class Flood:
    """An event with ten entries by Ann, the browsers that flood it, and pages of every kind that are open."""

    def __init__(self, deployment: Deployment, slug: str) -> None:
        self.deployment, self.slug = deployment, deployment.event(slug, entries=10)
        self.host = Visitor(deployment.url).sign_in()
        ann = [int(pk) for pk in self._shell("print(*(e.pk for e in event.entries.order_by('pk')))").split()]
        self._shell(f"for pk in {ann[:3]}: event.entries.get(pk=pk).mark('Goal')")
        self.entry = ann[-1]
        self.flooders = [Flooder(deployment.urls, self.slug, number, self.entry) for number in range(FLOODERS)]
        german, self.german = (self._speaks_german() for _ in range(2))
        event = f"/events/{self.slug}/"
        self.anybody = [Visitor(url) for url in deployment.urls]
        paths = ["", "?order=oldest", "?view=moments", "?view=hosts", "wall/", f"entries/{self.entry}/"]
        self.opened = [Opened.by(Visitor(deployment.url), event + path) for path in paths] + [Opened.by(german, event)]
        self.validators: dict[tuple[int, str], str] = {}
        """Validators of earlier answers, by visitor and address."""

    def _speaks_german(self) -> Visitor:
        visitor = Visitor(self.deployment.url)
        visitor.post("/language/", htmx=False, language="de")
        return visitor

    def _shell(self, code: str) -> str:
        return self.deployment.shell(f"event = Event.objects.get(slug={self.slug!r})\n{code}")

    def crowd(self, size: int) -> list[Onlooker]:
        """Onlookers on all processes: half of them with the plain page, the others with one of each kind."""
        urls, kinds = self.deployment.urls, self.opened
        return [
            Onlooker(kinds[number // 2 % len(kinds)] if number % 4 > 1 else kinds[0], urls[number % len(urls)])
            for number in range(size)
        ]

    def theirs(self) -> list[int]:
        """An entry by each of the flooders."""
        names = [flooder.name for flooder in self.flooders]
        return json.loads(self._shell(f"print([event.entries.filter(name=n).first().pk for n in {names}])"))

    def gets_in_the_way(self) -> None:
        """Pin and mark some of the flood by mistake, and post as somebody else in the midst of it."""
        first, second, *_ = self.theirs()
        self._shell(
            f"event.entries.get(pk={first}).pin(by=event.owner)\n"
            f"event.entries.get(pk={second}).mark('Look', by=event.owner)\nevent.publish('Ann', 'Amid the flood')"
        )

    def ends(self) -> list[Ban]:
        """Ban the flooders one after the other."""
        bans = []
        for flooder, entry in zip(self.flooders, self.theirs(), strict=True):
            began = time.monotonic()
            bans.append(Ban(began, ban(self.host, self.slug, entry).seq))
            flooder.banned_at = time.monotonic()
        return bans

    # What is left of it

    def asked(self, cursors: list[str]) -> list[tuple[Visitor, str, bool]]:
        """Everything that a reader may ask each process for: visitor, path, and whether htmx asks."""
        event, anybody = f"/events/{self.slug}/", self.anybody
        amid = self._shell("print(*(e.pk for e in event.entries.filter(text='Amid the flood')))").split()
        gone = [str(pk) for pk in self.theirs()]
        middle = max(map(seq_of, cursors)) // 2
        pages = ["", "wall/", "own-posts.css", *(f"entries/{pk}/" for pk in (self.entry, *amid, *gone))]
        pages += [
            f"?order={order}&view={view}" for order in ("newest", "oldest") for view in ("all", "moments", "hosts")
        ]
        pages += [f"?{way}={middle}" for way in ("before", "since", "from")]
        polls = [
            f"changes/?after={cursor}{variant}"
            for cursor in ("", "none-0", *cursors)
            for variant in ("", "&order=oldest", "&view=moments", "&language=de")
        ]
        parts = [f"entries/?before={middle}&after={cursors[-1]}", "wall/?again", *polls]
        asked = [(who, event + path, False) for who in (*anybody, self.german) for path in pages]
        asked += [(self.host, event + path, False) for path in pages[:3]]
        asked += [(who, event + path, True) for who in anybody for path in parts]
        asked += [(who, path, False) for who in anybody for path in ("/", event + "host/", event + "changes/")]
        return asked + [(flooder.browsers[0], event, False) for flooder in self.flooders]

    def told(self, cursors: list[str]) -> set[str]:
        """Paths whose answers contain the flood's words. Validators of earlier answers are sent along."""

        def tells(who: Visitor, path: str, htmx: bool) -> bool:
            validator = self.validators.get((id(who), path), "")
            headers = ({"HX-Request": "true"} if htmx else {}) | ({"If-None-Match": validator} if validator else {})
            answer = who.request("GET", path, headers=headers)
            assert answer.status != 304, path
            self.validators[id(who), path] = answer.headers["ETag"] or ""
            return WORDS in answer.text

        with ThreadPoolExecutor(4) as pool:
            asked = self.asked(cursors)
            return {
                path
                for (_, path, _), is_so in zip(asked, pool.map(lambda each: tells(*each), asked), strict=True)
                if is_so
            }

    def replays(self, cursors: list[str]) -> str:
        """Everything that sockets of each process send after resuming from these cursors."""
        said = ""
        for url in self.deployment.urls:
            with ThreadPoolExecutor(4) as pool:
                said += "".join(pool.map(lambda cursor, url=url: replay(url, self.opened[0], cursor), cursors))
        return said

    def is_over_at_once(self) -> None:
        """Check that each process refused every post that began after its author's ban."""
        for flooder in self.flooders:
            later = {(sent.process, sent.status) for sent in flooder.sent if sent.began > flooder.banned_at}
            assert later == {(process, 403) for process in range(len(self.deployment.urls))}
        left = (
            "print([k.visible().filter(name__startswith='Flooder').count() for k in (event.entries, event.comments)])"
        )
        assert self._shell(left).strip() == "[0, 0]"

    def is_nowhere(self, crowd: list[Onlooker], cursors: list[str]) -> None:
        """Check that no open page, no answer and no socket at any cursor has the flood's words; see `told`."""
        assert self.told(cursors) == set()
        frames = self.replays(some_of([cursor for onlooker in crowd for cursor in onlooker.cursors], 8))
        assert "Amid the flood" in frames
        assert WORDS not in frames
        fresh = {opened: Page(opened.visitor.get(opened.path).text) for opened in self.opened}
        for opened, page in shown(crowd):
            assert WORDS not in page.root.text, opened.path
            if "/entries/" not in opened.path:  # that page is of what was there when it was loaded
                assert not (lines := unlike(page, fresh[opened])), "\n".join((opened.path, *lines))
        for pk in self.theirs():
            assert self.anybody[-1].get(f"/events/{self.slug}/entries/{pk}/").status == 410
