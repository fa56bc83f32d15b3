"""Django's handler on a fixed number of threads, which runs each request in one of them from start to end.

Django itself makes a thread for each request, with its own database connection. It also switches between that thread
and the event loop at every second middleware. That is more work than handling a post.
"""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from asgiref.sync import ThreadSensitiveContext, sync_to_async
from django.core.handlers.asgi import ASGIHandler

from serving import Receive, Scope, Send
from serving.static import StaticFiles
from serving.threads import loop

THREADS = 12
"""Requests that run at once; others wait. Each thread has one database connection."""


class Handler(ASGIHandler):
    """Django's ASGI handler with fixed threads, and static files on the event loop."""

    _middleware_chain: Any

    def __init__(self) -> None:
        super().__init__()
        self._requests = {ThreadPoolExecutor(1, f"requests-{number}"): 0 for number in range(THREADS)}

    def load_middleware(self, is_async: bool = True) -> None:
        """Answers static files on the event loop, and everything else by one call in a thread."""
        super().load_middleware(is_async=False)
        self._middleware_chain = StaticFiles(sync_to_async(self._middleware_chain))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Runs the request in the thread with the fewest requests, the first among equals.

        A request counts from its first byte, but occupies its thread only once Django has all of it. So a slow sender
        keeps nobody waiting.
        """
        executor = min(self._requests, key=lambda each: self._requests[each])
        self._requests[executor] += 1
        loop.set(asyncio.get_running_loop())
        try:
            async with ThreadSensitiveContext(executor=executor):
                await super().__call__(scope, receive, send)
        finally:
            self._requests[executor] -= 1
