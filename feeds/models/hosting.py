"""What the hosts of an event do about each other and about its visitors."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _

from feeds.models.history import Overtaken
from feeds.models.posting import TakesPosts
from feeds.models.traces import Traces

if TYPE_CHECKING:
    from feeds.models.posts import Post


class Hosted(TakesPosts):
    # Event has these.
    owner: Any
    hosts: Any
    invitations: Any

    class Meta:
        abstract = True

    @property
    def people(self) -> list[str]:
        """Names of who runs it, the owner first."""
        users = [self.owner, *(user for user in self.hosts.all() if user != self.owner)]
        return [user.get_full_name() or user.get_username() for user in users]

    def remove_host(self, user: Any, *, by: Any) -> None:
        """This user hosts no more, and whom they have invited will not. Raises `Overtaken` when it is so already."""
        with self.changing() as event:
            name = user.get_full_name() or user.get_username()
            if not event.hosts.filter(pk=user.pk).exists():
                raise Overtaken(_("%(name)s does not host this event any more.") % {"name": name})
            event.hosts.remove(user)
            event.invitations.open().filter(made_by=user).update(withdrawn_at=timezone.now())
            event.note(by, "removed the host", name)
            event.take_note_of(event.take_number())

    def ban(self, post: "Post", *, by: Any, until: datetime | None = None, note: str = "") -> int:
        """Keep whoever wrote this post from reading and posting here (for good, if `until` is None).

        Takes a number, so that it finds the visitor's open pages wherever they are connected; returns it.
        """
        with self.changing() as event:
            number = event.take_number()
            type(self)._default_manager.filter(pk=event.pk).update(seq=number, has_bans=True)
            terms = {"name": post.name, "note": note, "until": until, "banned_by": by, "banned_at": timezone.now()}
            ban, _ = event.bans.update_or_create(visitor=post.visitor, defaults=terms)
            event.note(by, "banned", f"{post.name}", ban=ban.pk)
        return number

    def remove_all_by(self, post: "Post", *, by: Any) -> int:
        """Remove everything that whoever wrote this post has on the page, at once; returns the last number taken."""
        with self.changing() as event:
            there = models.Q(removed_at=None) | models.Q(held="waiting")
            by_visitor = (posts.filter(there, visitor=post.visitor) for posts in (event.entries, event.comments))
            everything = [each for posts in by_visitor for each in posts]
            if not everything:
                raise Overtaken(_("Nothing by %(name)s is left to remove.") % {"name": post.name})
            event.note(by, "removed everything by", post.name, posts=[each.element_id for each in everything])
            for each in everything:
                each._stamp(event, removed_at=each.removed_at or timezone.now(), held="")
            return event.head

    def erase_visitor(self, visitor: str, *, by: Any, lift_bans: bool = False) -> int:
        """Delete every word this visitor wrote here, and whatever tells who that was; returns how many posts it had.

        Open pages lose them like removed ones. The audit log keeps that it was done, but neither name nor words. Who is
        banned stays so, under no name, unless `lift_bans`.
        """
        return self.erase(Traces(self, visitor), by=by, lift_bans=lift_bans)

    def erase(self, traces: Traces, *, by: Any, lift_bans: bool = False) -> int:
        """As `erase_visitor`, also for a post whose author is not known."""
        with self.changing() as event:
            return traces.erase(event, by=by, lift_bans=lift_bans)
