"""Django's handler, on a few threads that stay, each request from the first middleware to the last in one go.

By itself Django makes a thread for each request, which opens a connection to the database of its own, and
changes between that thread and the event loop at every second middleware: more work than a post is otherwise.
"""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from asgiref.sync import ThreadSensitiveContext, sync_to_async
from django.core.handlers.asgi import ASGIHandler

from serving.static import StaticFiles
from serving.threads import loop

THREADS = 12
"""Requests that run at once; more wait. Each thread has one connection to the database."""


class Handler(ASGIHandler):
    _middleware_chain: Any

    def __init__(self) -> None:
        super().__init__()
        self._requests = {ThreadPoolExecutor(1, f"requests-{number}"): 0 for number in range(THREADS)}

    def load_middleware(self, is_async: bool = True) -> None:
        """Static files are answered on the event loop; everything else by one call in a thread."""
        super().load_middleware(is_async=False)
        self._middleware_chain = StaticFiles(sync_to_async(self._middleware_chain))

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        """Let the thread with the fewest requests have it, the first among equals.

        A request counts from its first byte, but takes its thread no sooner than Django has all of it: who
        sends a body slowly keeps nobody waiting.
        """
        executor = min(self._requests, key=lambda each: self._requests[each])
        self._requests[executor] += 1
        loop.set(asyncio.get_running_loop())
        try:
            async with ThreadSensitiveContext(executor=executor):
                await super().__call__(scope, receive, send)
        finally:
            self._requests[executor] -= 1
