"""From the threads in which requests run, back to the event loop of the server."""

import asyncio
from contextvars import ContextVar

loop: ContextVar[asyncio.AbstractEventLoop | None] = ContextVar("loop", default=None)
"""The event loop of the server, in the threads of its requests; None elsewhere, as in commands."""
