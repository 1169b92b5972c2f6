"""Around every request: its id, bounds on what arrives and how long it takes, headers of safety, a line in the log.

Plain ASGI, so that event streams pass through it, and so that it stands before anything that could fail.
"""

import asyncio
import contextlib
import json
import logging
import re
import threading
import time
from collections.abc import AsyncIterator, Iterable, Mapping
from typing import Final
from urllib.parse import parse_qs

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from ulid import ULID

from server.metrics import Metrics
from server.problems import problem
from server.rendering import is_page, told_page
from server.settings import ServerSettings
from server.words import sentence

log = logging.getLogger("nichescout.server")
_ID: Final = re.compile(r"[A-Za-z0-9._-]{8,64}")
_ALWAYS: Final = ("/healthz", "/readyz", "/metrics")
_STREAM: Final = re.compile(r"/v1/jobs/[^/]+/events")
_SAFE: Final = ("GET", "HEAD", "OPTIONS")
_LONGEST_QUERY_STRING: Final = 16_384
_LARGEST_HEAD: Final = 32_768
_DRAINED: Final = 4_194_304  # bytes of a refused body that are still read, so that who sends them hears why
_DRAIN_SECONDS: Final = 2.0
HEADERS: Final = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


class Guard:
    """Wraps the application."""

    def __init__(
        self, app: ASGIApp, settings: ServerSettings, metrics: Metrics, *, keyless: bool, ending: threading.Event
    ) -> None:
        """``keyless``: nobody needs a key, so only programs of this machine may ask, by its own names.

        ``ending`` is set when the server is to end: streams end then.
        """
        self.ending = ending
        self._app = app
        self._settings = settings
        self._metrics = metrics
        self._hosts = _names(settings) if keyless else None
        self._in_flight = 0
        self._streams = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """See ASGI."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if scope["method"] == "HEAD" and not _STREAM.fullmatch(scope["path"]):
            scope = {**scope, "method": "GET"}  # the server sends no body where HEAD was asked
        await self._guarded(scope, receive, send)

    async def _guarded(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = Headers(scope=scope)
        given = headers.get("x-request-id", "")
        request_id = given if _ID.fullmatch(given) else str(ULID())
        scope.setdefault("state", {})["request_id"] = request_id
        started = time.perf_counter()
        answer = _Answer(send, request_id)
        refusal = self._refusal(scope, headers, request_id)
        try:
            if refusal is not None:
                if "connection" in refusal.headers:
                    await _drain(receive)
                await refusal(scope, receive, answer)
            elif _STREAM.fullmatch(scope["path"]):
                await self._streamed(scope, receive, answer)
            else:
                await self._bounded(scope, receive, answer, request_id)
        finally:
            self._tell(scope, answer.status, time.perf_counter() - started)

    def _refusal(self, scope: Scope, headers: Headers, request_id: str) -> Response | None:
        """What can be said before anything is done."""
        settings = self._settings

        def refuse(status: int, detail: str, **more: str) -> Response:
            sent = {name.replace("_", "-"): value for name, value in more.items()}
            return _told(scope, status, detail, request_id, sent)

        if self._hosts is not None and _host(headers.get("host", "")) not in self._hosts:
            return refuse(421, "on this machine it is called localhost or 127.0.0.1; other names: serve --name")
        if scope["method"] not in _SAFE and _is_foreign(headers, settings.origins):
            return refuse(403, "pages of other origins may not change anything here")
        if len(scope["query_string"]) > _LONGEST_QUERY_STRING:
            return refuse(414, f"the query string has more than {_LONGEST_QUERY_STRING} bytes")
        if sum(len(name) + len(value) for name, value in scope["headers"]) > _LARGEST_HEAD:
            return refuse(431, f"the headers have more than {_LARGEST_HEAD} bytes", Connection="close")
        length = headers.get("content-length", "0")
        if not length.isdecimal() or int(length) > settings.max_body:
            return refuse(413, f"a request may have {settings.max_body} bytes", Connection="close")
        if scope["path"] in _ALWAYS:
            return None
        is_stream = _STREAM.fullmatch(scope["path"])
        if (self._streams >= settings.streams) if is_stream else (self._in_flight >= settings.in_flight):
            return refuse(503, "too many requests at once; try again in a moment", Retry_After="1")
        return None

    async def _streamed(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._streams += 1
        try:
            await self._app(scope, receive, send)
        finally:
            self._streams -= 1

    async def _bounded(self, scope: Scope, receive: Receive, answer: "_Answer", request_id: str) -> None:
        try:
            body = receive if scope["method"] in _SAFE else await _whole(receive, self._settings)
        except _BodyRefused as refused:
            if refused.status != 408:  # who was too slow is not waited for again
                await _drain(receive)
            said = _told(scope, refused.status, str(refused), request_id, {"Connection": "close"})
            await said(scope, receive, answer)
            return
        self._in_flight += 1
        work = asyncio.ensure_future(self._app(scope, body, answer.until_late()))
        work.add_done_callback(self._ended)
        done, _ = await asyncio.wait({work}, timeout=self._settings.request_seconds)
        if done:
            work.result()  # an exception is uvicorn's to log
        elif answer.give_up():  # the thread that works on it cannot be stopped; it counts until it ends
            late = _told(scope, 504, "the answer took too long; ask for less", request_id)
            await late(scope, receive, answer)

    def _ended(self, work: "asyncio.Future[None]") -> None:
        self._in_flight -= 1
        if not work.cancelled():
            work.exception()  # looked at, so that nobody warns that it was not

    def _tell(self, scope: Scope, status: int, seconds: float) -> None:
        route = getattr(scope.get("route"), "path", "") or ("/static" if scope["path"].startswith("/static") else "-")
        self._metrics.answered(scope["method"], route, status, seconds)
        line = {
            "request_id": scope["state"]["request_id"],
            "method": scope["method"],
            "route": route,
            "status": status,
            "ms": round(seconds * 1000, 1),
            "key": scope["state"].get("key_id"),
        }
        if self._settings.log_queries:
            asked = parse_qs(scope["query_string"].decode("latin-1"))
            line["query"] = asked.get("q", [""])[0]
        log.info(json.dumps(line, ensure_ascii=False))


class _Answer:
    """Sends with the headers that every answer has, and remembers the status."""

    def __init__(self, send: Send, request_id: str) -> None:
        self._send = send
        self._request_id = request_id
        self._is_late = False
        self.status = 0

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            headers = MutableHeaders(raw=list(message.get("headers", ())))
            headers["X-Request-ID"] = self._request_id
            for name, value in HEADERS.items():
                headers.setdefault(name, value)
            headers.setdefault("Cache-Control", "no-store")
            message = {**message, "headers": headers.raw}
        await self._send(message)

    def until_late(self) -> Send:
        """For who works on the answer: what comes after ``give_up`` is dropped."""

        async def send(message: Message) -> None:
            if not self._is_late:
                await self(message)

        return send

    def give_up(self) -> bool:
        """Nothing more is taken from who works on it; False when they have begun to answer."""
        self._is_late = not self.status
        return self._is_late


def _told(
    scope: Scope, status: int, detail: str, request_id: str, headers: Mapping[str, str] | None = None
) -> Response:
    """A refusal, as a page where a person looks and else as a problem."""
    if not is_page({"path": scope["path"]}):
        return problem(status, detail, request_id=request_id, headers=headers)
    answer = told_page(status, [sentence(detail)])
    answer.headers.update(headers or {})
    return answer


class _BodyRefused(Exception):
    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status = status


async def _drain(receive: Receive) -> None:
    """Reads what is still being sent, within bounds.

    A connection that is closed with bytes unread is reset, and a reset takes the answer with it.
    """
    size = 0
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(_DRAIN_SECONDS):
            async for part in _parts(receive):
                size += len(part)
                if size > _DRAINED:
                    break


async def _parts(receive: Receive) -> AsyncIterator[bytes]:
    """A body as it arrives, to its end or until who sends it is gone."""
    more = True
    while more:
        message = await receive()
        yield message.get("body", b"")
        more = message.get("more_body", False) and message["type"] == "http.request"


async def _whole(receive: Receive, settings: ServerSettings) -> Receive:
    """A body that is neither too large nor too slow, read before anything looks at it. Raises _BodyRefused."""
    parts: list[bytes] = []
    try:
        async with asyncio.timeout(settings.body_seconds):
            async for part in _parts(receive):
                parts.append(part)
                if sum(map(len, parts)) > settings.max_body:
                    raise _BodyRefused(413, f"a request may have {settings.max_body} bytes")
    except TimeoutError:
        raise _BodyRefused(408, f"a body has {settings.body_seconds:g} seconds to arrive") from None
    first: list[Message] = [{"type": "http.request", "body": b"".join(parts), "more_body": False}]

    async def again() -> Message:
        return first.pop() if first else await receive()

    return again


def _names(settings: ServerSettings) -> frozenset[str]:
    return frozenset({"localhost", "127.0.0.1", "[::1]", settings.host.lower(), *settings.names})


def _host(header: str) -> str:
    """The name in a Host header, without the port."""
    name = header.lower()
    return name[: name.index("]") + 1] if name.startswith("[") and "]" in name else name.partition(":")[0]


def _is_foreign(headers: Headers, allowed: Iterable[str]) -> bool:
    """Whether a browser says that another site's page sends this. Programs say nothing and are let through."""
    origin = headers.get("origin")
    if origin is not None and origin in allowed:
        return False
    if origin is not None and origin != "null":
        return origin.partition("://")[2] != headers.get("host")
    return headers.get("sec-fetch-site", "none") not in ("none", "same-origin")
