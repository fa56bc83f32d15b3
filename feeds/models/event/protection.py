"""Protection of an event from strangers: lockdowns, and posts that hosts keep though readers have reported them."""

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from feeds.models.accounts.account import Account
from feeds.models.event.history import Overtaken
from feeds.models.event.hosts import Hosted
from feeds.models.moderation import lockdown
from feeds.models.moderation.verbs import Verb

if TYPE_CHECKING:
    from feeds.models.post.posts import Post


class Protected(Hosted):
    """Actions of hosts against a flood of strangers."""

    class Meta:
        abstract = True

    def keep(self, post: "Post", *, by: Account | None) -> None:
        """Keep a post that readers have reported, and dismiss their reports.

        Raises `Overtaken` if no report is open because another host was faster.
        """
        with self.changing() as event:
            if event.reports.open().of(post).exists():
                event.note(by, Verb.KEPT, post, reported=True)
            elif not event.has_just(by, Verb.KEPT, post):
                last = event.acts.filter(post=post.element_id).first()
                raise Overtaken(last.already if last else _("Nobody reports this now."))

    def lock_down(self, *, by: Account) -> int:
        """Let only hosts post, and everything that visitors posted in the last minutes wait; returns how much that was.

        The posts are held in steps, so that other changes come between. Raises `Overtaken` if another host has just
        done it.
        """
        with self.changing() as event:
            if not lockdown.require_something_to_lock(event, by):
                return 0
            before = event.posting if lockdown.visitors_write(event) else ""
            if before:
                event._write(posting=event.Posting.HOSTS)
            act = event.note(by, Verb.LOCKED_DOWN, posting=before, held=[], pinned=None)
            assert act  # noqa: S101  (there is a host)
            held = number = lockdown.hold_lately(event, act)
        while held:
            with self.changing() as event:
                held = lockdown.hold_lately(event, act)
                number += held
        self.refresh_from_db()
        return number

    def end_lockdown(self, details: dict[str, Any], *, by: Account | None) -> None:
        """Undo a lockdown, given by its details in the log. Raises `Overtaken` if nothing is left to put back."""
        with self.changing() as event:
            lockdown.end(event, details, by)
