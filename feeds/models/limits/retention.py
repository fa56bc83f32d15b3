"""Deletion of old data on a schedule, a few rows at a time so that others can write in between."""

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db.models import QuerySet
from django.db.models.signals import post_delete
from django.dispatch import receiver
from django.utils import timezone

from feeds.models import sqlite
from feeds.models.accounts.links import Link
from feeds.models.event.events import Event
from feeds.models.event.filling import PAUSE, STEP
from feeds.models.limits.networks import NetworkKey
from feeds.models.moderation.reports import Report
from feeds.models.post.drafts import Draft
from feeds.models.post.kinds import kinds
from feeds.models.post.querysets import PostQuerySet
from feeds.models.post.reactions import Taps

NETWORKS_KEPT = timedelta(days=29)
"""Age at which hashes of networks are deleted: a daily run leaves none that is older than 30 days."""


def tidy() -> int:
    """Delete old network hashes and their keys, old links, taps, sessions and drafts, and abandoned events.

    Returns the number of posts that lost their network hash. Takes no number, because no page shows any of this.
    """
    now = timezone.now()
    before = now - NETWORKS_KEPT
    forgotten = 0
    for model in kinds.values():
        posts: QuerySet[Any] = PostQuerySet(model).from_networks(before)
        forgotten += in_steps(posts, lambda rows: rows.update(network=""))
    in_steps(Report.objects.filter(at__lt=before).exclude(network=""), lambda rows: rows.update(network=""))
    NetworkKey.objects.filter(day__lt=before.date()).delete()
    for over in (
        Link.objects.tidy(),
        Taps.objects.filter(minute__lt=now - timedelta(days=1)),
        Session.objects.filter(expire_date__lt=now),
        Draft.objects.deleted_before(now - timedelta(days=1)),
    ):
        in_steps(over, lambda rows: rows.delete()[0])
    sqlite.erased()
    for event in Event.everything.abandoned():
        event.clear()
    return forgotten


def in_steps(rows: QuerySet[Any], change: Callable[[QuerySet[Any]], int]) -> int:
    """Change all of these rows, `STEP` at a time; returns how many were changed.

    `change` must take its rows out of the query, otherwise this never ends. It returns how many it has changed.
    """
    total = 0
    while keys := list(rows.order_by().values_list("pk", flat=True)[:STEP]):
        total += change(rows.model._base_manager.filter(pk__in=keys))
        if len(keys) == STEP:
            time.sleep(PAUSE)
    return total


@receiver(post_delete, sender=settings.AUTH_USER_MODEL)
def _account_deleted(**_: object) -> None:
    sqlite.erased()
