"""Wording for each kind of post: everything that the interface calls it by."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy, ngettext_lazy

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise


@dataclass(frozen=True)
class Wording:
    """Words for one kind of post. `%(name)s` is its author's name."""

    number: "StrPromise"
    """“1 entry” or “2 entries”, by `%(n)s`."""
    title: "StrPromise"
    yours: "StrPromise"
    badge: "StrPromise | str"
    """Word that tells it from an entry in a list of all kinds; "" for an entry."""
    subject: "StrPromise"
    """The post within a sentence of the log."""
    of_it: "StrPromise"
    """Hidden text for screen readers after “Edit” on a link. The next two: after “Approve”, and after “Ban”."""
    whole: "StrPromise"
    author: "StrPromise"
    tools: "StrPromise"
    """Name of what hosts can do with it."""
    gap: "StrPromise"
    """Words in the place of a removed one, for hosts; here and in those that follow as HTML."""
    removal: "StrPromise"
    remove: "StrPromise"
    erasing: "StrPromise"
    """Link to erasing everything by its author. The next one says that its author is unknown."""
    of_nobody: "StrPromise"
    mistake: "StrPromise"
    """Mistake in an imported file, which has the post in place `%(n)s` of its list.

    A post under another is in the place by the name of its kind, and the other one in place `%(n)s`.
    """


# Translators of `of_it`, `whole` and `author`: in your language they may begin with “: ” instead of a space.
ENTRY = Wording(
    number=ngettext_lazy("%(n)s entry", "%(n)s entries", "n"),
    title=gettext_lazy("Entry by %(name)s"),
    yours=gettext_lazy("Your entry"),
    badge="",
    subject=gettext_lazy("the entry by %(name)s"),
    of_it=gettext_lazy(" entry by %(name)s"),
    whole=gettext_lazy(" the entry by %(name)s"),
    author=gettext_lazy(" the author of the entry by %(name)s"),
    tools=gettext_lazy("Host tools: entry by %(name)s"),
    gap=gettext_lazy("Entry by <bdi>%(name)s</bdi>, removed by a host"),
    removal=gettext_lazy("Remove this entry by <bdi>%(name)s</bdi> for everybody?"),
    remove=gettext_lazy("Remove entry"),
    erasing=gettext_lazy('Erase posts by this visitor<span class="visually-hidden"> (entry by %(name)s)</span>'),
    of_nobody=gettext_lazy(
        "The browser that this entry came from is not known (it was imported, erased before, or written on the "
        "server), so only this entry is erased."
    ),
    mistake=gettext_lazy("Entry %(n)s: %(mistake)s"),
)
COMMENT = Wording(
    number=ngettext_lazy("%(n)s comment", "%(n)s comments", "n"),
    title=gettext_lazy("Comment by %(name)s"),
    yours=gettext_lazy("Your comment"),
    badge=gettext_lazy("comment"),
    subject=gettext_lazy("the comment by %(name)s"),
    of_it=gettext_lazy(" comment by %(name)s"),
    whole=gettext_lazy(" the comment by %(name)s"),
    author=gettext_lazy(" the author of the comment by %(name)s"),
    tools=gettext_lazy("Host tools: comment by %(name)s"),
    gap=gettext_lazy("Comment by <bdi>%(name)s</bdi>, removed by a host"),
    removal=gettext_lazy("Remove this comment by <bdi>%(name)s</bdi> for everybody?"),
    remove=gettext_lazy("Remove comment"),
    erasing=gettext_lazy('Erase posts by this visitor<span class="visually-hidden"> (comment by %(name)s)</span>'),
    of_nobody=gettext_lazy(
        "The browser that this comment came from is not known (it was imported, erased before, or written on the "
        "server), so only this comment is erased."
    ),
    mistake=gettext_lazy("Entry %(n)s, comment %(comment)s: %(mistake)s"),
)
