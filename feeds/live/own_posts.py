"""Telling the pages of an author to ask which posts they may change."""

from feeds.forms import Cursor
from feeds.live import database
from feeds.live.audience import Audience
from feeds.live.messages import render
from feeds.live.reader import Reader
from feeds.timeline import standings
from feeds.timeline.standings import Standing
from serving.wire import Message


class OwnPosts:
    """Lets pages of one room ask for their own posts: all tabs of an author, and an author who comes back."""

    def __init__(self, event_pk: int, audience: Audience) -> None:
        self.event_pk = event_pk
        self._audience = audience
        self._authors: tuple[Cursor, frozenset[str]] | None = None
        """Visitors with recent posts, as read when the room was at this cursor."""

    async def show(self, browser: int, key: str, slug: str) -> None:
        """Let the tabs of a browser ask. `key` names the change: a tab asks once for each."""
        for reader in [reader for reader in self._audience.readers if reader.browser == browser]:
            await self._write(reader, key, slug)

    async def show_to_author(self, reader: Reader, standing: Standing) -> None:
        """Let a page that has missed something ask, if its visitor has written here lately.

        It may have been in another tab, or a host approved it meanwhile. All who return together cost one query.
        """
        if self._authors is None or self._authors[0] != standing.cursor:
            read = database.in_thread(standings.recent_authors)
            self._authors = (standing.cursor, await read(self.event_pk))
        if reader.visitor in self._authors[1]:
            await self._write(reader, str(standing.cursor), standing.slug)

    async def _write(self, reader: Reader, key: str, slug: str) -> None:
        context = {"event": {"slug": slug}, "form_key": key, "answered": True}
        await self._audience.write(reader, Message(render(reader.variant, "partials/post/own_posts.html", context)))
