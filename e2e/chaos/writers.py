"""Writers who insist: hosts of the event who repeat what got no proper answer until it gets one."""

import random
import re
import threading
import time
from http.client import HTTPException

from e2e.chaos.ledger import Ledger
from e2e.patience import HANGING
from e2e.protocol.visitor import Answer, Visitor

ANSWER_SECONDS = 5.0
VERBS = {"publish": 10, "comment": 6, "edit": 6, "remove": 4, "pin": 2, "unpin": 1}
"""Each with how often it comes."""
AT_THE_TOP = 20
"""Number of entries at the top of the page from which one is chosen."""
_ENTRY = re.compile(r'id="entry-(\d+)" class="entry"')
_PINNED = re.compile(r'action="[^"]+/(\d+)/unpin/"|href="[^"]+/(\d+)/unpin/"')


class Writer(threading.Thread):
    """Publishes, comments, revises, removes, pins and unpins, `pause` seconds apart on average.

    Where somebody else was quicker (404, 409, 410), that is an answer, too.
    """

    def __init__(self, url: str, slug: str, number: int, seed: int, ledger: Ledger, pause: float) -> None:
        super().__init__(name=f"Writer {number}", daemon=True)
        self.visitor = Visitor(url, self.name).sign_in()
        self.visitor.patience = ANSWER_SECONDS
        self.slug, self.ledger, self.pause = slug, ledger, pause
        self.chance = random.Random(f"{seed}-{self.name}")
        self.stopped = threading.Event()
        self.number = 0

    def run(self) -> None:
        due = time.monotonic()
        while not self.stopped.wait(max(0.0, due - time.monotonic())):
            self.number += 1
            self.act(self.chance.choices([*VERBS], [*VERBS.values()])[0])
            due += self.chance.uniform(0, 2 * self.pause)  # however long the answer took

    def act(self, verb: str) -> None:
        text = f"{self.name} {self.number}"
        if verb == "publish":
            self.submit("entries/", text, key=text)
            return
        page = self.insist("GET", f"/events/{self.slug}/")
        html = page.text if page and page.status == 200 else ""
        pinned = [one or other for one, other in _PINNED.findall(html)]
        if not (found := pinned if verb == "unpin" else _ENTRY.findall(html)[:AT_THE_TOP]):
            return
        entry = f"entries/{self.chance.choice(found)}"
        if verb == "comment":
            self.submit(f"{entry}/comments/", text, key=text)
        elif verb == "edit":
            self.submit(f"{entry}/edit/", f"{text}, revised")
        else:
            self.submit(f"{entry}/{verb}/")

    def submit(self, path: str, text: str = "", key: str = "") -> None:
        answer = self.insist("POST", f"/events/{self.slug}/{path}", name=self.name, text=text, key=key)
        if answer is None:
            self.ledger.refused.append(f"no answer to {path} {text}")
        elif answer.status == 200:
            self.ledger.acknowledge(answer.seq)
            if key:
                self.ledger.submitted[text] = answer.seq
        elif answer.status not in {404, 409, 410}:
            self.ledger.refused.append(f"{answer.status} to {path} {text}")

    def insist(self, method: str, path: str, **fields: str) -> Answer | None:
        """Repeat the very same request until it gets an answer that is not about a server being away."""
        end = time.monotonic() + HANGING
        while time.monotonic() < end:
            try:
                answer = self.visitor.get(path) if method == "GET" else self.visitor.post(path, htmx=True, **fields)
                if answer.status < 500:
                    return answer
            except (OSError, HTTPException):
                pass
            self.stopped.wait(0.2)
        return None
