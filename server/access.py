"""Who may ask what: keys with scopes, and how often. Without keys on this machine alone, everybody may everything."""

import threading
import time
from collections.abc import Awaitable, Callable
from typing import Annotated, Final

from fastapi import Depends, Request, Response, Security
from fastapi.exceptions import RequestValidationError
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from starlette.concurrency import run_in_threadpool

from catalog.api_keys import SCOPES, ApiKey, Scope
from server.errors import NotAllowed, TooMany

COOKIE: Final = "nichescout_key"
KEPT_SECONDS: Final = 10.0  # a key that was just looked up is believed so long: revoking takes effect after it
_BEARER: Final = HTTPBearer(auto_error=False, description="A key of `nichescout keys add`; none on loopback.")
Bearer = Annotated[HTTPAuthorizationCredentials | None, Security(_BEARER)]  # for the documentation; read below


class Access:
    """Finds keys and counts what each has asked."""

    def __init__(self, find: Callable[[str], ApiKey | None], *, keyless: bool) -> None:
        self._find = find
        self._keyless = keyless
        self._known: dict[str, tuple[float, ApiKey | None]] = {}
        self._buckets: dict[int, tuple[float, float]] = {}  # key → tokens left, when
        self._lock = threading.Lock()

    def check(self, request: Request, response: Response, scope: Scope) -> None:
        """Raise NotAllowed or TooMany unless the request's key reaches ``scope``."""
        secret = _secret(request)
        if self._keyless and secret is None:
            return
        key = self._key(secret) if secret else None
        if key is None:
            raise NotAllowed("send a key: Authorization: Bearer nsk_...; make one with: nichescout keys add", 401)
        request.state.key_id = key.id
        if SCOPES.index(key.scope) < SCOPES.index(scope):
            raise NotAllowed(f"this key may {key.scope}, this needs one that may {scope}")
        left, wait = self._take(key)
        response.headers["X-RateLimit-Limit"] = str(key.per_minute)
        response.headers["X-RateLimit-Remaining"] = str(int(left))
        response.headers["X-RateLimit-Reset"] = str(max(0, round((key.per_minute - left) * 60 / key.per_minute)))
        if wait > 0:
            raise TooMany(f"this key may ask {key.per_minute} times a minute", max(1, round(wait + 0.5)))

    def is_at_hand(self, request: Request) -> bool:
        """Whether ``check`` has what it needs, without asking the catalog."""
        secret = _secret(request)
        return secret is None or self._remembered(secret) is not None

    def may(self, secret: str | None, scope: Scope) -> bool:
        """Whether this secret (None: no key) reaches ``scope``; counts nothing."""
        if secret is None:
            return self._keyless
        key = self._key(secret)
        return key is not None and SCOPES.index(key.scope) >= SCOPES.index(scope)

    def _key(self, secret: str) -> ApiKey | None:
        if (known := self._remembered(secret)) is not None:
            return known[1]
        found = self._find(secret)
        with self._lock:
            if len(self._known) > 1_000:
                self._known.clear()
            self._known[secret] = (time.monotonic(), found)
        return found

    def _remembered(self, secret: str) -> tuple[float, ApiKey | None] | None:
        """When it was looked up and what it is, unless that is too long ago."""
        with self._lock:
            known = self._known.get(secret)
        return known if known and time.monotonic() - known[0] < KEPT_SECONDS else None

    def _take(self, key: ApiKey) -> tuple[float, float]:
        """One token of the key's bucket: how many are left, and seconds to wait where none was."""
        now, rate = time.monotonic(), key.per_minute / 60
        with self._lock:
            tokens, at = self._buckets.get(key.id, (float(key.per_minute), now))
            tokens = min(float(key.per_minute), tokens + (now - at) * rate)
            if tokens < 1:
                self._buckets[key.id] = (tokens, now)
                return 0.0, (1 - tokens) / rate
            self._buckets[key.id] = (tokens - 1, now)
            return tokens - 1, 0.0


def allowed(scope: Scope) -> Callable[..., Awaitable[None]]:
    """The dependency of routes that need this scope. It changes threads only to ask the catalog."""

    async def check(request: Request, response: Response, _: Bearer) -> None:
        access: Access = request.app.state.service.access
        if access.is_at_hand(request):
            access.check(request, response, scope)
        else:
            await run_in_threadpool(access.check, request, response, scope)

    return check


async def takes_no_parameters(request: Request) -> None:
    """The dependency of routes whose address has no query: one is said to be unknown. Raises RequestValidationError."""
    unknown = [{"type": "extra_forbidden", "loc": ("query", name), "msg": ""} for name in request.query_params]
    if unknown:
        raise RequestValidationError(unknown)


WRITE: Final = [Depends(allowed("write")), Depends(takes_no_parameters)]  # of routes that change something


def _secret(request: Request) -> str | None:
    scheme, _, value = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and value.strip():
        return value.strip()[:200]
    return request.cookies.get(COOKIE, "")[:200] or None
