"""Reports: readers tell hosts of a post. Enough of them hide it until a host has looked.

A report counts less the more reports of the same visitor in the event hosts have dismissed.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Count, Max, Min, Sum
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from feeds.models.event.events import Event
from feeds.models.event.history import Gone, sole
from feeds.models.event.posting import Closed
from feeds.models.limits.attempts import Attempt
from feeds.models.limits.rates import MINUTE, TooOften
from feeds.models.moderation.suspicions import is_blocked
from feeds.models.moderation.verbs import Outcome, Verb
from feeds.values.addresses import Address

if TYPE_CHECKING:
    from feeds.models.moderation.log import Act
    from feeds.models.post.posts import Post

WHY = gettext_noop("Reported by readers.")
BY_VISITOR, BY_NETWORK = 10, 60
"""Reports that one visitor, and one network, can make in a minute."""
LISTED = 200
"""Reported posts that are looked up at once."""


class ReportQuerySet(models.QuerySet["Report"]):
    def file(self, post: "Post", *, visitor: str, network: str = "", address: Address | None = None) -> bool:
        """Store a visitor's report of a post; returns whether it is their first one on it.

        Enough reports make the post wait for a host. Raises `Closed`, `TooOften`, and `Gone` if readers do not see it.
        """
        _require_reportable(post, visitor, address)
        _require_few_reports(visitor, network)
        with post.event.changing() as event:
            row = sole(type(post)._default_manager.filter(pk=post.pk))
            if row is None or not row.is_shown:
                raise Gone
            about = {"network": network, "weight": self.weight_of(visitor), "at": timezone.now()}
            named = {"event": event, "post": post.element_id, "visitor": visitor}
            _report, is_first = self.get_or_create(**named, defaults=about)
            if is_first and 0 < event.report_limit <= self.open().of(post).weight():
                event.note_automatic(Verb.HIDDEN, post)
                row.hold_again(by=None, reason=WHY)
        return is_first

    def open(self) -> Self:
        """Reports that no host has decided on."""
        return self.filter(outcome="")

    def of(self, post: "Post") -> Self:
        """Reports on this post."""
        return self.filter(post=post.element_id)

    def by(self, visitor: str) -> models.QuerySet["Report", str]:
        """Ids on the page of the posts that this visitor has reported last."""
        return self.filter(visitor=visitor).order_by("-pk").values_list("post", flat=True)[:LISTED]

    def numbers(self, limit: int = LISTED) -> dict[str, int]:
        """Number of open reports by the post's id on the page, those with the greatest weight first."""
        found = self.open().order_by().values("post").annotate(n=Count("pk"), weight=Sum("weight"), first=Min("at"))
        rows = found.order_by("-weight", "first")[:limit]
        return dict(rows.values_list("post", "n"))

    def latest_open(self) -> tuple[int, int]:
        """Number of open reports and the key of the latest, by which a desk sees that there are others."""
        found = self.open().aggregate(n=Count("pk"), latest=Max("pk"))
        return found["n"], found["latest"] or 0

    def weight(self) -> float:
        """Weight of these reports together; those from one network count as one."""
        networks = self.order_by().values_list("network").annotate(most=Max("weight"))
        return sum(most for _network, most in networks)

    def settle(self, act: "Act", verb: Verb | None = None, posts: Iterable[str] = ()) -> None:
        """Close the open reports on the posts that this act decides on, if it is of such a kind.

        `verb` and `posts`: the decision and the ids of further posts, which are parts of the act.
        """
        verb = verb or Verb.known(act.verb)
        named = {act.post, *act.details.get("posts", ()), *act.details.get("waiting", ()), *posts} - {""}
        if not (verb and verb.settles and named):
            return
        settled = self.open().filter(post__in=named)
        visitors = list(settled.values_list("visitor", flat=True))
        if visitors:
            settled.update(outcome=verb.settles, act=act)
            self._weigh(visitors)

    def reopen(self, act: "Act") -> None:
        """Open the reports again that this act has closed, since it is undone."""
        closed = self.filter(act=act)
        visitors = list(closed.values_list("visitor", flat=True))
        if visitors:
            closed.update(outcome="", act=None)
            self._weigh(visitors)

    def weight_of(self, visitor: str) -> float:
        """Weight of a new report by this visitor."""
        return self._weights([visitor])[visitor]

    def _weigh(self, visitors: Iterable[str]) -> None:
        """Update the weights of these visitors' open reports."""
        by_weight = defaultdict(list)
        for visitor, weight in self._weights(visitors).items():
            by_weight[weight].append(visitor)
        for weight, theirs in by_weight.items():
            self.open().filter(visitor__in=theirs).update(weight=weight)

    def _weights(self, visitors: Iterable[str]) -> dict[str, float]:
        """Weight of a report by each of these visitors: half for each that was dismissed beyond those upheld."""
        visitors = set(visitors)
        balance: Counter[str] = Counter(dict.fromkeys(visitors, 0))
        closed = self.filter(visitor__in=visitors).exclude(outcome="").order_by()
        for visitor, outcome, number in closed.values_list("visitor", "outcome").annotate(n=Count("pk")):
            balance[visitor] += number if outcome == Outcome.DISMISSED else -number
        return {visitor: 0.5 ** max(0, false) for visitor, false in balance.items()}


class Report(models.Model):
    """One visitor's report of one post. It names the post like an act of the log does."""

    event = models.ForeignKey(Event, models.CASCADE, related_name="reports", db_index=False)
    post = models.CharField(max_length=40, help_text="id of the element on the page")
    visitor = models.CharField(max_length=32)
    network = models.CharField(max_length=64, blank=True)
    at = models.DateTimeField(default=timezone.now)
    weight = models.FloatField(default=1, help_text="1, or less after reports that hosts have dismissed")
    outcome = models.CharField(max_length=10, blank=True, help_text="a value of `Outcome`; empty: no host has decided")
    act = models.ForeignKey(
        "feeds.Act", models.SET_NULL, null=True, related_name="+", help_text="the act of a host that decided on it"
    )

    objects = ReportQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["event", "post", "visitor"], name="report_once")]
        indexes = [
            models.Index(fields=["event", "post"], condition=models.Q(outcome=""), name="report_open"),
            models.Index(fields=["event", "visitor"], name="report_visitor"),
            models.Index(fields=["at"], condition=~models.Q(network=""), name="report_networks"),
        ]

    def __str__(self) -> str:
        return f"{self.post} in {self.event_id}"


def _require_reportable(post: "Post", visitor: str, address: Address | None) -> None:
    """Raises `Closed` if this visitor cannot report this post, or `Gone` if readers do not see it."""
    if not post.is_shown or post.is_under_removed:
        raise Gone
    if post.event.is_over:
        raise Closed(_("This event has ended, so nothing can be reported."))
    if post.by_host:
        raise Closed(_("A host posted this, so it cannot be reported."))
    if post.visitor == visitor:
        raise Closed(_("You posted this yourself. You can remove it instead."))
    if is_blocked(post.event.blocked_networks, address):
        raise Closed(_("Reports from your network are blocked here. You can still read."))


def _require_few_reports(visitor: str, network: str) -> None:
    """Count a report by this visitor and from this network. Raises `TooOften` after too many in a minute."""
    for key, limit in ((visitor, BY_VISITOR), (network, BY_NETWORK)):
        if key and (wait := Attempt.objects.wait("reports", key, limit=limit, per=MINUTE)):
            raise TooOften(_("You are reporting very fast. Try again in {}."), wait)
