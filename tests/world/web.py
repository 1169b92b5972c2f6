"""Requests and answers of the invented web as values, with what every decent server does: validators and 304."""

import gzip
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from typing import Any, Protocol
from urllib.parse import parse_qs

_WORDS = {200: "OK", 301: "Moved Permanently", 304: "Not Modified", 401: "Unauthorized", 403: "Forbidden"}
_WORDS |= {404: "Not Found", 410: "Gone", 422: "Unprocessable Content"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One GET or HEAD. Header names are lower case."""

    host: str
    path: str
    query: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)

    def parameter(self, name: str, default: str = "") -> str:
        """The first value of a query parameter."""
        return parse_qs(self.query).get(name, [default])[0]

    @property
    def url(self) -> str:
        """The address as a client wrote it."""
        return f"https://{self.host}{self.path}{'?' + self.query if self.query else ''}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """One answer; ``headers`` in the order in which they are sent."""

    status: int = 200
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()

    @property
    def reason(self) -> str:
        """The words after the status."""
        return _WORDS[self.status]

    def header(self, name: str) -> str:
        """The value of a header, "" without it."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), "")

    def adding(self, *headers: tuple[str, str]) -> "Response":
        """The same answer with further headers."""
        return replace(self, headers=(*self.headers, *headers))


class Site(Protocol):
    """What answers for one host."""

    def respond(self, request: Request) -> Response:
        """Answer; never raises for any path."""


def json_answer(value: Any, *, status: int = 200, kind: str = "application/json; charset=utf-8") -> Response:
    """JSON as servers send it."""
    body = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
    return Response(status=status, body=body, headers=(("Content-Type", kind),))


def text_answer(text: str, kind: str, *, status: int = 200, encoding: str = "utf-8") -> Response:
    """Text of any kind; ``kind`` is the whole Content-Type."""
    return Response(status=status, body=text.encode(encoding, "xmlcharrefreplace"), headers=(("Content-Type", kind),))


def html_answer(text: str, *, status: int = 200) -> Response:
    """A page."""
    return text_answer(text, "text/html; charset=UTF-8", status=status)


def robots_answer(text: str) -> Response:
    """A robots.txt."""
    return text_answer(text, "text/plain; charset=utf-8")


def moved(url: str) -> Response:
    """A permanent redirect."""
    page = f'<html><head><title>301</title></head><body><a href="{url}">Moved</a></body></html>'
    return html_answer(page, status=301).adding(("Location", url))


def not_found(words: str = "Nothing is here.") -> Response:
    """A 404 with a real page."""
    return html_answer(f"<!DOCTYPE html><html><title>Not found</title><h1>404</h1><p>{words}</p></html>", status=404)


def cached(response: Response, request: Request, changed: datetime) -> Response:
    """Validators for a good answer, or 304 when the client has it already."""
    if response.status != 200:
        return response
    etag = f'W/"{hashlib.sha256(response.body).hexdigest()[:20]}"'
    validators = (("ETag", etag), ("Last-Modified", format_datetime(changed.astimezone(UTC), usegmt=True)))
    if request.headers.get("if-none-match"):
        fresh = etag in request.headers["if-none-match"]
    else:
        fresh = _not_since(request.headers.get("if-modified-since", ""), changed)
    return Response(status=304, headers=validators) if fresh else response.adding(*validators)


def zipped(response: Response, request: Request) -> Response:
    """The answer in gzip, for clients that take it; always the same bytes."""
    if response.status != 200 or "gzip" not in request.headers.get("accept-encoding", ""):
        return response
    packed = replace(response, body=gzip.compress(response.body, mtime=0))
    return packed.adding(("Content-Encoding", "gzip"), ("Vary", "Accept-Encoding"))


def _not_since(text: str, changed: datetime) -> bool:
    if not text:
        return False
    try:
        return changed.replace(microsecond=0) <= parsedate_to_datetime(text)
    except (TypeError, ValueError):
        return False


def stable_number(*parts: str, digits: int = 12) -> int:
    """A number that looks assigned, always the same for the same parts."""
    digest = hashlib.sha256("/".join(parts).encode()).digest()
    modulus: int = 10**digits
    return int.from_bytes(digest[:8]) % modulus


def iso(moment: datetime) -> str:
    """2026-11-20T12:00:00.000Z, as JSON interfaces write it."""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%S}.000Z"
