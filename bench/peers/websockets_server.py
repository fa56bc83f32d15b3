"""Python's websockets, with its `broadcast`: `python websockets_server.py PORT`."""

import asyncio
import sys

from websockets.asyncio.server import ServerConnection, broadcast, serve

readers: set[ServerConnection] = set()


async def connected(connection: ServerConnection) -> None:
    assert connection.request
    if connection.request.path.startswith("/publish"):
        async for message in connection:
            broadcast(readers, message)
        return
    readers.add(connection)
    try:
        await connection.wait_closed()
    finally:
        readers.discard(connection)


async def main(port: int) -> None:
    async with serve(connected, "127.0.0.1", port, compression=None, ping_interval=None, backlog=4096):
        await asyncio.Future()


asyncio.run(main(int(sys.argv[1])))
