"""Beginnings of histories: events in which something has happened before the first page is opened."""

from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import Any

from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction

from feeds.live.process import process
from feeds.models import Event
from feeds.tests.conftest import make_event, signed_in
from feeds.tests.timeline.crowd import Crowd
from feeds.tests.timeline.histories import BLOCKED, History
from feeds.tests.timeline.strangers import forget
from feeds.timeline import days
from feeds.transfer import exports
from feeds.transfer.imports import ImportForm


class Beginnings:
    """Events for histories, made once: one with everything that an event can have, a copy by export, an empty one."""

    def __init__(self, owner: Any, host: Any) -> None:
        self.host, self.session = host, signed_in(owner).cookies["sessionid"].value
        full, empty = (make_event(slug, [host], owner=owner) for slug in ("match", "match-2"))
        fill(History(full, host))
        self.events = {"full": full, "imported": imported(full, owner), "empty": empty}
        for event in self.events.values():
            event.configure(by=owner, blocked_words=BLOCKED)

    @contextmanager
    def begin(self, beginning: str) -> Iterator[Crowd]:
        """A history that begins like this. All that happens in it is taken back."""
        for each in (forget, cache.clear, process.reset, days.others.clear):
            each()
        with transaction.atomic():
            crowd = Crowd(Event.objects.get(pk=self.events[beginning].pk), self.host, self.session)
            try:
                yield crowd
            finally:
                crowd.close()
                transaction.set_rollback(True)


def fill(history: History) -> None:
    """Let everything happen that open pages may have to change later."""
    for author in ("rita", "hugo", "paul", "zoe", "rita", "hugo", "paul", "rita", "zoe", "rita"):
        history.publishes(author=author, held=False)
    for entry, times in ((9, 5), (5, 1), (1, 5), (1, 5), (0, 1)):
        history.comments(entry=entry, author="paul", held=False, times=times)
    history.comments(entry=1, author="rita", held=True, times=1)
    history.marks(entry=7, by="olga", label=True)
    history.pins(entry=4, by="olga")
    history.retracts(post=6, by="olga", erase=False)
    history.retracts(post=3, by="olga", erase=False)
    for held in (False, True, True):
        history.publishes(author="rita", held=held)
    history.rejects(post=0, by="olga")


def imported(event: Event, owner: Any) -> Event:
    """A copy of this event, by an export and its import."""
    file = BytesIO()
    exports.write(event.pk, file)
    form = ImportForm(files={"file": SimpleUploadedFile("match.json", file.getvalue())}, limited=False)
    assert form.is_valid(), form.errors
    copy = form.save(owner)
    copy.configure(by=owner, visibility=Event.Visibility.PUBLIC, state=Event.State.LIVE)
    return copy
