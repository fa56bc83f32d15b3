"""The server's event loop, for the threads in which requests run."""

import asyncio
from contextvars import ContextVar

loop: ContextVar[asyncio.AbstractEventLoop | None] = ContextVar("loop", default=None)
"""The server's event loop in the threads of its requests; None elsewhere, as in commands."""
