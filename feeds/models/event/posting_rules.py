"""Posting rules that an event can have: the people that may post, the posts that wait, and what pages say of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from django.db import models
from django.utils.translation import gettext_lazy, gettext_noop

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise


@dataclass(frozen=True)
class Terms:
    """Terms of a posting rule, beside its words in the form; see `Posting`."""

    visitors: str = "post comment react"
    hosts: str = "post comment react"
    refusal: "StrPromise | str" = ""
    holds: str = ""
    spares_known: bool = False
    notice: "StrPromise | str" = ""
    notice_for_hosts: "StrPromise | str" = ""


ANYBODY = Terms()
"""Terms under which everybody may post, and nothing waits."""


class Posting(models.TextChoices):
    """Each posting rule: the value the database stores, its terms, and its words in the form.

    A new rule is a new member here, and nothing elsewhere. The words may change; the values are in databases.
    """

    visitors: str
    """Actions that visitors can take while the event is not over: some of “post comment react”."""
    hosts: str
    """Actions that hosts can take then."""
    refusal: "StrPromise | str"
    """Answer to a person whose post the rule does not allow."""
    holds: str
    """Reason why a visitor's post waits for a host, in English, as it is stored; "" if it does not."""
    spares_known: bool
    """Whether it waits only until a post of the same visitor is on the page."""
    notice: "StrPromise | str"
    """Notice on pages; "" for none. A visitor whom the rule spares does not see it."""
    notice_for_hosts: "StrPromise | str"
    """Notice that only hosts see, instead of the other; "" if they see the same."""

    def __new__(cls, value: str, terms: Terms = ANYBODY) -> Self:
        rule = str.__new__(cls, value)
        rule._value_ = value
        rule.visitors, rule.hosts, rule.refusal = terms.visitors, terms.hosts, terms.refusal
        rule.holds, rule.spares_known = terms.holds, terms.spares_known
        rule.notice, rule.notice_for_hosts = terms.notice, terms.notice_for_hosts
        return rule

    OPEN = "open", ANYBODY, gettext_lazy("Open: everybody may post")
    FIRST = (
        "first",
        Terms(
            holds=gettext_noop("First posts in this event are reviewed."),
            spares_known=True,
            notice=gettext_lazy("A host reviews your first post before it appears."),
            notice_for_hosts=gettext_lazy("Visitors' first posts wait for review."),
        ),
        gettext_lazy("First posts wait: a host approves each visitor's first one"),
    )
    ALL = (
        "all",
        Terms(
            holds=gettext_noop("Every post in this event is reviewed."),
            notice=gettext_lazy("A host reviews each post before it appears."),
            notice_for_hosts=gettext_lazy("Visitors' posts wait for review."),
        ),
        gettext_lazy("All posts wait: a host approves each"),
    )
    HOSTS = (
        "hosts",
        Terms(
            visitors="react",
            refusal=gettext_lazy("Only hosts can post in this event. Your text is kept here."),
            notice=gettext_lazy("Only hosts can post in this event."),
        ),
        gettext_lazy("Hosts only"),
    )
    CLOSED = (
        "closed",
        Terms(
            visitors="",
            hosts="",
            refusal=gettext_lazy("Posting is closed for now. Your text is kept here: try again later."),
            notice=gettext_lazy("Posting is closed for now."),
        ),
        gettext_lazy("Closed: nobody may post"),
    )


def posting_rules() -> "Sequence[tuple[str, StrPromise | str]]":
    """Choices for the field of an event, which has this function so that a new rule needs no migration."""
    return Posting.choices
