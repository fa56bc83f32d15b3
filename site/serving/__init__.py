"""A Daphne that carries crowds. It knows neither `feeds` nor Commentary's settings.

`server` starts it, and `supervisor` starts several. `connections` is a WebSocket; `channel` and `requests` are HTTP.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[Mapping[str, Any]]]
Send = Callable[[Mapping[str, Any]], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]
"""An ASGI application."""

BROADCAST = "commentary.broadcast"
"""Name of the ASGI extension that gives the application a WebSocket's `outlet.Outlet`, in its scope.

Other servers lack it; then the application sends as usual.
"""
TOO_LARGE = "commentary.body_too_large"
"""Key in the scope of a request whose body was left out because it is larger than its route takes."""
