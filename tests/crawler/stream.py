"""A real WebSocket server on loopback that speaks like Jetstream; for tests of listening."""

import asyncio
import json
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from websockets.asyncio.server import ServerConnection, serve
from websockets.datastructures import Headers
from websockets.http11 import Request, Response


@dataclass
class Stream:
    """What the server says, and who asked. ``refusal``: the status, headers and body that the handshake gets."""

    messages: Sequence[str | bytes]
    pause: float = 0.0  # seconds between two messages
    stays_open: bool = True
    refusal: tuple[int, dict[str, str], bytes] | None = None
    asked: list[tuple[str, str, dict[str, str]]] = field(default_factory=list)  # host, path, headers
    said: int = 0
    port: int = 0

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    def paths(self) -> list[str]:
        return [path for _, path, _ in self.asked]


def event(did: str, key: str, text: str, **record: Any) -> str:
    commit = {
        "operation": "create",
        "collection": "app.bsky.feed.post",
        "rkey": key,
        "record": {"$type": "app.bsky.feed.post", "text": text, "createdAt": "2026-11-28T10:40:00Z", **record},
    }
    return json.dumps({"did": did, "time_us": 1795860000000000, "kind": "commit", "commit": commit})


@contextmanager
def serve_stream(stream: Stream) -> Iterator[Stream]:
    started, loop = threading.Event(), asyncio.new_event_loop()
    ended = asyncio.Event()

    def first(_: ServerConnection, request: Request) -> Response | None:
        headers = {name.lower(): value for name, value in request.headers.raw_items()}
        stream.asked.append((headers.get("host", ""), request.path, headers))
        if request.path == "/robots.txt":
            return Response(404, "Not Found", Headers({"Content-Length": "0", "Connection": "close"}), b"")
        if stream.refusal is None:
            return None
        status, told, body = stream.refusal
        all_headers = Headers({**told, "Content-Length": str(len(body)), "Connection": "close"})
        return Response(status, HTTPStatus(status).phrase, all_headers, body)

    async def talk(connection: ServerConnection) -> None:
        for message in stream.messages:
            await connection.send(message)
            stream.said += 1
            await asyncio.sleep(stream.pause)
        if stream.stays_open:
            await connection.wait_closed()

    async def main() -> None:
        async with serve(talk, "127.0.0.1", 0, process_request=first) as server:
            stream.port = server.sockets[0].getsockname()[1]
            started.set()
            await ended.wait()

    thread = threading.Thread(target=lambda: loop.run_until_complete(main()), daemon=True)
    thread.start()
    assert started.wait(10)
    try:
        yield stream
    finally:
        loop.call_soon_threadsafe(ended.set)
        thread.join(10)
        loop.close()
