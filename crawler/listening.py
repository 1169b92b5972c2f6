"""A bounded listen to a stream, as one page: a WebSocket is opened like any request, and what it says is a document.

The opening handshake is a GET under the host's lease, robots.txt and delay; the connection goes to an address that the
guarding resolver gave out, and is closed after a time, a number of messages or a number of bytes. Messages without the
wanted words are forgotten at once: they reach neither a page object nor an archive. ``handlers.py`` is the only caller.
"""

import asyncio
import socket
from collections.abc import Callable, Sequence
from typing import Final
from urllib.parse import urlsplit, urlunsplit

import scrapy.exceptions
from scrapy.http import Request, Response
from twisted.internet.error import DNSLookupError
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus

from crawler.safety import is_public
from crawler.sources.base import Listen

MAX_READ: Final = 64 * 1024 * 1024  # bytes heard, most of which are forgotten
MAX_KEPT: Final = 4 * 1024 * 1024  # bytes kept: less than a page may have
_MAX_MESSAGE: Final = 1024 * 1024
_OPENING: Final = 10.0  # seconds
_CLOSING: Final = 2.0
_GLANCE: Final = 1.0  # seconds between two looks whether the crawl ends


class _Direct(connect):
    """Follows no redirect: where to go next is for a new task to say."""

    def process_redirect(self, exc: Exception) -> Exception | str:
        return exc


async def listen(request: Request, bounds: Listen, *, local: str | None, stop: Callable[[], bool]) -> Response:
    """What was heard, one message a line; or the answer that refused the handshake.

    ``local`` is the loopback server ("127.0.0.1:PORT") that stands in for every host; ``stop`` ends the listen early.
    Raises what Scrapy's handlers raise.
    """
    parts = urlsplit(request.url)
    agent = (request.headers.get("User-Agent") or b"").decode("latin-1")
    address = urlunsplit(("ws" if local else "wss", parts.hostname or "", parts.path or "/", parts.query, ""))
    try:
        opening = _Direct(
            address,
            sock=await _connected(parts.hostname or "", local),
            user_agent_header=agent or None,
            compression=None,
            proxy=None,  # it would look names up behind the guarding resolver
            open_timeout=_OPENING,
            close_timeout=_CLOSING,
            max_size=_MAX_MESSAGE,
        )
        async with opening as connection:
            heard = await _hear(connection, bounds, stop)
    except InvalidStatus as refusal:
        answer = refusal.response
        told = dict(answer.headers.raw_items())
        return Response(request.url, status=answer.status_code, headers=told, body=bytes(answer.body or b""))
    except TimeoutError as error:
        raise scrapy.exceptions.DownloadTimeoutError(f"{parts.hostname} did not open the stream") from error
    except ConnectionRefusedError as error:
        raise scrapy.exceptions.DownloadConnectionRefusedError(str(error)) from error
    except (InvalidHandshake, OSError, EOFError) as error:
        raise scrapy.exceptions.DownloadFailedError(f"{type(error).__name__}: {error}"[:200]) from error
    return Response(request.url, status=200, headers={"Content-Type": "application/x-ndjson"}, body=b"\n".join(heard))


async def _connected(host: str, local: str | None) -> socket.socket:
    """A socket to the one address that was checked."""
    if local is not None:
        ip, _, port = local.rpartition(":")
        target = (ip, int(port))
    else:
        target = (await _resolved(host), 443)
    made = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    made.setblocking(False)
    try:
        await asyncio.wait_for(asyncio.get_running_loop().sock_connect(made, target), _OPENING)
    except BaseException:
        made.close()
        raise
    return made


async def _resolved(host: str) -> str:
    """The public address of a name, by the resolver of the process."""
    from twisted.internet import reactor

    try:
        ip = str(await reactor.resolve(host).asFuture(asyncio.get_running_loop()))
    except DNSLookupError as error:
        raise scrapy.exceptions.CannotResolveHostError(str(error)) from error
    if not is_public(ip):
        raise scrapy.exceptions.CannotResolveHostError(f"{host} resolves to the private address {ip}")
    return ip


async def _hear(connection: ClientConnection, bounds: Listen, stop: Callable[[], bool]) -> list[bytes]:
    loop = asyncio.get_running_loop()
    until, words = loop.time() + bounds.seconds, [word.casefold() for word in bounds.wanted]
    kept: list[bytes] = []
    read = 0
    while len(kept) < bounds.messages and read < MAX_READ and sum(map(len, kept)) < MAX_KEPT and not stop():
        left = until - loop.time()
        if left <= 0:
            break
        try:
            message = await asyncio.wait_for(connection.recv(decode=False), min(left, _GLANCE))
        except TimeoutError:
            continue
        except ConnectionClosed:
            break
        read += len(message)
        if _is_wanted(message, words):
            kept.append(message.replace(b"\n", b" "))
    return kept


def _is_wanted(message: bytes, words: Sequence[str]) -> bool:
    folded = message.decode("utf-8", "replace").casefold()
    return not words or any(word in folded for word in words)
