"""Our server with an application that does what it is told: `python -m e2e.live.wire_server PORT`.

A WebSocket to /NAME is known by that name. Orders come as a JSON list in the body of a POST and are carried out
one after the other, without pause but for those that wait; the answer is a list of what each of them gave.
"""

import asyncio
import json
import logging
import sys
from typing import Any

from e2e.raw import text_of
from serving import BROADCAST
from serving.bodies import BodyLimits
from serving.server import Server, endpoints
from serving.wire import Message


class Connection:
    def __init__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        self.outlet = scope["extensions"][BROADCAST]
        self.receive, self.send = receive, send
        self.received: list[str] = []

    async def run(self) -> None:
        """Take in what comes, as the type of its ASGI message and its text or code."""
        await self.receive()
        await self.send({"type": "websocket.accept"})
        while not self.received or not self.received[-1].startswith("disconnect"):
            event = await self.receive()
            what = (
                event["code"]
                if event["type"] == "websocket.disconnect"
                else event.get("text") or len(event.get("bytes") or b"")
            )
            self.received.append(f"{event['type'].removeprefix('websocket.')} {what}")


connections: dict[str, Connection] = {}


class Orders(BodyLimits):
    usual = 10_000_000


async def obey(order: dict[str, Any]) -> Any:
    done = None
    sockets = [connections[name] for name in order["names"]]
    text = text_of(*order["text"]) if "text" in order else ""
    message = Message(text)
    for socket in sockets:
        match order["do"]:
            case "write":
                socket.outlet.write(message)
            case "send":
                await socket.send({"type": "websocket.send", "text": text})
            case "close":
                await socket.send({"type": "websocket.close", "code": order["code"]})
            case "full":
                done = socket.outlet.full
            case "drained":
                await asyncio.wait_for(socket.outlet.drained(), order["seconds"])
                done = socket.outlet.full
            case "received":
                done = socket.received
    return done


async def application(scope: dict[str, Any], receive: Any, send: Any) -> None:
    if scope["type"] == "websocket":
        connection = connections[scope["path"][1:]] = Connection(scope, receive, send)
        await connection.run()
        return
    body, more = b"", True
    while more:
        part = await receive()
        body, more = body + part.get("body", b""), part.get("more_body", False)
    try:
        answer, status = [await obey(order) for order in json.loads(body or b"[]")], 200
    except TimeoutError:
        answer, status = ["not in time"], 504
    await send({"type": "http.response.start", "status": status, "headers": []})
    await send({"type": "http.response.body", "body": json.dumps(answer).encode()})


if __name__ == "__main__":
    logging.basicConfig()
    Server(application, endpoints=endpoints("127.0.0.1", int(sys.argv[1])), bodies=Orders()).run()
