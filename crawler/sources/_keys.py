"""What a source declares about the key that it needs: its parts, where it goes, what a day allows. No key is here.

Keys themselves are loaded by ``crawler/keys.py`` and put on a request by ``crawler/signing.py``, in the download
handler; page objects and plans never see one (DESIGN 5.6).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

OPERATOR: Final = "operator"
"""Stands in an address where the platform wants the operator's own id (``Signature.segments``)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyPart:
    """One value that the operator gives. ``must_be``: the only value taken, for a promise rather than a secret."""

    name: str  # "key" or "secret", "user_id" ...
    what: str  # in words, for ``nichescout sources`` and docs/keys.md
    secret: bool = True
    must_be: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """What is added to one request: headers, query parameters, and values for placeholders in the path."""

    headers: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    segments: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class SignIn:
    """The request in which a key is given for a token."""

    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Token:
    """What a sign-in brought; ``seconds`` it is good for."""

    value: str
    seconds: float

    def __repr__(self) -> str:
        return f"Token({self.seconds:g} s)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """How a key becomes a token, which lives in memory only. ``read`` gives None for an answer without one."""

    url: str
    ask: Callable[[Mapping[str, str]], SignIn]
    read: Callable[[bytes], Token | None]


def _is_unauthorised(status: int, _body: bytes) -> bool:
    return status == 401


def _never(_status: int, _body: bytes) -> bool:
    return False


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyRule:
    """A key and the only hosts that it may be sent to. ``sign`` is pure: parts (and ``token``), time → signature.

    ``expired`` tells a token that has to be renewed, ``spent`` an allowance that the platform says is used up, both
    from the status and the body of an answer.
    """

    parts: tuple[KeyPart, ...]
    hosts: tuple[str, ...]
    sign: Callable[[Mapping[str, str], datetime], Signature]
    get_at: str  # where the operator asks for a key
    exchange: Exchange | None = None
    expired: Callable[[int, bytes], bool] = _is_unauthorised
    spent: Callable[[int, bytes], bool] = _never


@dataclass(frozen=True, slots=True, kw_only=True)
class Quota:
    """What may be asked for: ``per_day`` by everybody in this data folder, ``per_discovery`` by one job.

    ``cost`` gives the units of one request by kind of page; other pages cost nothing here.
    """

    unit: str  # what is counted, in words
    per_day: int
    per_discovery: int
    cost: Mapping[str, int]
    resets: str = "UTC"  # time zone at whose midnight the day begins


def header_key(name: str, before: str = "") -> Callable[[Mapping[str, str], datetime], Signature]:
    """A rule that sends the part ``key`` as a header, after ``before``."""
    return lambda parts, _now: Signature(headers={name: f"{before}{parts['key']}"})


def query_key(name: str) -> Callable[[Mapping[str, str], datetime], Signature]:
    """A rule that sends the part ``key`` as a query parameter."""
    return lambda parts, _now: Signature(query={name: parts["key"]})


def bearer(parts: Mapping[str, str], _now: datetime) -> Signature:
    """A rule that sends the token of an exchange."""
    return Signature(headers={"Authorization": f"Bearer {parts['token']}"})
