"""The life of an event in short."""

from datetime import UTC, datetime


def day(hour, minute=0):
    return datetime(2026, 7, 4, hour, minute, tzinfo=UTC)


def life_of(event):
    """State, end, and the acts that led there: who did what, and for what nobody did, when."""
    event.refresh_from_db()
    acts = [(act.by_name, act.verb, *([] if act.by else [act.at])) for act in event.acts.order_by("pk")]
    return event.state, event.ended_at, acts
