"""The installation of Commentary: settings, addresses, the server."""

BACKPRESSURE = "commentary.backpressure"
"""Name of the ASGI extension by which our server says, in a WebSocket's scope, whether it can take more:
an `asyncio.Event` that is set while it can. Other servers do not have it."""
