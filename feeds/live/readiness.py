"""The state of this process, for a load balancer or a person at two in the morning."""

import time

from django.db import DatabaseError

from commentary import schema
from feeds.live import database
from feeds.live.hub import TICK
from feeds.live.process import process

LATE = 5 * TICK
"""Seconds without a comparison with the database after which this process is not ready."""


async def readiness() -> dict[str, object]:
    """Find out whether this process can do its work: `status` is `ready`, or says in a word why not.

    `database` and `tables` are `ok` or a sentence; `compared` is the age in seconds of the rooms' last comparison with
    the database, None while it has none.
    """
    age = process.hub.compared_ago(time.monotonic())
    found: dict[str, object] = {"database": "ok", "tables": "ok", "compared": None if age is None else round(age, 1)}
    try:
        found["tables"] = await database.in_thread(schema.problem)() or "ok"
    except DatabaseError:
        found["database"] = "does not answer"
    status = (
        "stopping" if process.is_stopping
        else "no database" if found["database"] != "ok"
        else "wrong tables" if found["tables"] != "ok"
        else "late" if age is not None and age > LATE
        else "ready"
    )  # fmt: skip
    return {"status": status, **found}
