"""A Daphne that carries crowds. It knows neither `feeds` nor the settings of Commentary.

`server` starts it, `supervisor` several of them; `connections` is a WebSocket, `channel` and `requests` are HTTP.
"""

BROADCAST = "commentary.broadcast"
"""Name of the ASGI extension by which the server, in a WebSocket's scope, lends the application the connection itself:
a `connections.Outlet`. Other servers do not have it; the application sends as usual then."""
TOO_LARGE = "commentary.body_too_large"
"""Key in the scope of a request whose body is larger than its route takes, and was left out for that."""
