"""The installation of Commentary: settings, addresses, the server."""

BROADCAST = "commentary.broadcast"
"""Name of the ASGI extension by which our server, in a WebSocket's scope, lends the application the connection
itself: a `server.Outlet`. Other servers do not have it; the application sends as usual then."""
TOO_LARGE = "commentary.body_too_large"
"""Key in the scope of a request whose body is more than its route takes, and was left out for that."""
