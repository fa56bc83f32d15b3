"""What is forgotten after a while, without anybody asking for it."""

from datetime import timedelta

from django.utils import timezone

from feeds.models.entries import Comment, Entry
from feeds.models.links import Link
from feeds.models.networks import NetworkKey
from feeds.models.reactions import Taps

NETWORKS_KEPT = timedelta(days=29)
"""It is done once a day, so that nothing is left after 30."""


def tidy() -> int:
    """Forget which networks posts came from a month ago, and the keys to them; returns from how many posts.

    Takes no number: no page shows it.
    """
    before = timezone.now() - NETWORKS_KEPT
    forgotten = Entry.objects.forget_networks(before) + Comment.objects.forget_networks(before)
    NetworkKey.objects.filter(day__lt=before.date()).delete()
    Link.objects.tidy().delete()
    Taps.objects.filter(minute__lt=timezone.now() - timedelta(days=1)).delete()
    return forgotten
