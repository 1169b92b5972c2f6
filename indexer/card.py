"""What an answer shows of a creator whatever was asked, and what reasons are made of: worked out when one is indexed.

The JSON of the creator stands ready as text; left open in it are only how its accounts stand among their peers, which
changes with the index, and the warnings of a query. Backends that hold cards put them side by side; others make them
from the documents.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import cached_property
from typing import Any, Final, NamedTuple, cast

from indexer.bundles import CreatorDocument
from indexer.creator_view import (
    AccountResult,
    Caution,
    Contact,
    CreatorResult,
    Discovery,
    Engagement,
    PlaceReasonResult,
    PlaceResult,
    Tier,
    Topic,
    YouSaid,
    address_of,
    creator_result,
)
from indexer.engagement import Peers, main_rated, rate_at, rate_of

_DECODER: Final = json.JSONDecoder()
_NOBODY: Final = Peers({})
_STANDING: Final = "\x00"  # characters that JSON never holds
_WARNINGS: Final = "\x01"  # all there are
_MORE_WARNINGS: Final = "\x02"  # beside that of the kind
_PLAIN: Final = frozenset({str, int, float, bool})


class Card(NamedTuple):
    """A creator for one answer. Times are ISO 8601 as stored."""

    bio: str
    bio_sentences: Sequence[Sequence[int]]
    address: str  # that shows the profile best
    bio_fetched_at: str
    last_fetched: str
    last_post_at: str | None
    places: Sequence[tuple[str, str, float, tuple[str, str, str] | None]]  # role, label, confidence, first reason
    rated: tuple[str, int, float, str, str | None] | None  # the account that stands for it: platform, followers, rate,
    # address, and when followers were counted
    text: str  # JSON with open places

    def filled(self, standings: Iterable[float | None], warnings: Sequence[Caution]) -> CreatorResult:
        """The creator for an answer; ``standings``: of each account that has a rate (``Peers.standing``)."""
        text = self.text
        for standing in standings:
            text = text.replace(_STANDING, "null" if standing is None else repr(standing), 1)
        told = ", ".join([json.dumps(plain(each), ensure_ascii=False) for each in warnings])
        text = text.replace(_WARNINGS, told).replace(_MORE_WARNINGS, f", {told}" if told else "")
        return cast("CreatorResult", ShownCreator(text))  # as one, and quicker written


class ShownCreator:
    """A ``CreatorResult`` as JSON, which most answers are sent as; fields are read when somebody looks."""

    def __init__(self, text: str) -> None:
        self.text = text

    def __getattr__(self, name: str) -> Any:
        if name == "text" or name.startswith("__"):  # while one is copied
            raise AttributeError(name)
        return getattr(self.read, name)

    def __iter__(self) -> Iterator[Any]:
        return iter(self.read)

    def __eq__(self, other: object) -> bool:
        return self.read == (other.read if isinstance(other, ShownCreator) else other)

    def __hash__(self) -> int:
        return hash(self.read)

    @cached_property
    def read(self) -> CreatorResult:
        """The values."""
        return _read(json.loads(self.text))


def pack_card(document: CreatorDocument) -> bytes:
    """A card with a line end behind it, so that several side by side are lines in turn: what reasons need, and JSON."""
    rated = main_rated(document.accounts)
    grounds = [
        document.bio,
        document.bio_sentences,
        address_of(document),
        document.bio_fetched_at.isoformat(),
        document.last_fetched.isoformat(),
        _iso(document.last_post_at),
        [
            (role, place.label, confidence, (why[0].text, why[0].quote, why[0].url) if why else None)
            for place, role, confidence, why in document.places
        ],
        rated and (rated.platform, rated.followers, rate_of(rated), rated.url, _iso(rated.followers_as_of)),
    ]
    return f"{json.dumps(grounds, ensure_ascii=False, separators=(',', ':'))}\n{_text(document)}\n".encode()


def unpack_cards(content: bytes) -> list[Card]:
    """The inverse of ``pack_card``, of several side by side. Raises ValueError or TypeError for anything else."""
    lines = content.decode().split("\n")
    if lines[-1]:
        raise ValueError("a card is cut off")
    rows: Iterable[list[Any]] = _DECODER.raw_decode(f"[{','.join(lines[:-1:2])}]")[0]
    return [Card._make([*row, text]) for row, text in zip(rows, lines[1::2], strict=True)]


def card_of(document: CreatorDocument) -> Card:
    """The card of a creator."""
    return unpack_cards(pack_card(document))[0]


def plain(value: Any, otherwise: Callable[[Any], Any] | None = None) -> Any:
    """A value as JSON has it; ``otherwise``: what becomes of a ``ShownCreator``."""
    if value is None or type(value) in _PLAIN:  # most are
        return value
    if isinstance(value, datetime):
        return iso_time(value)
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return {
            name: plain(each, otherwise)
            for name, each in zip(value._fields, value, strict=True)
            if not (each is None and name == "explanation")
        }
    if isinstance(value, Mapping):
        return {key: plain(entry, otherwise) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [plain(entry, otherwise) for entry in value]
    if isinstance(value, ShownCreator):
        return json.loads(value.text) if otherwise is None else otherwise(value)
    return value


def iso_time(moment: datetime) -> str:
    """ISO 8601 in UTC to the second: ``2026-11-02T08:30:00Z``. Raises ValueError for a time without a zone."""
    if moment.tzinfo is None:
        raise ValueError("an answer needs aware times")
    return moment.astimezone(UTC).replace(microsecond=0, tzinfo=None).isoformat() + "Z"


def _text(document: CreatorDocument) -> str:
    """The JSON of a creator with its open places."""
    shown = creator_result(document, _NOBODY)
    written = {name: _json(value) for name, value in zip(shown._fields, shown, strict=True)}
    open_warnings = _MORE_WARNINGS if shown.warnings else _WARNINGS
    written["warnings"] = f"{written['warnings'][:-1]}{open_warnings}]"
    accounts = []
    for account, result in zip(document.accounts, shown.accounts, strict=True):
        engagement = {name: _json(value) for name, value in result.engagement._asdict().items()}
        if rate_at(account) is not None:
            engagement["percentile"] = _STANDING
        fields = {name: _json(value) for name, value in result._asdict().items() if name != "engagement"}
        accounts.append(_object(fields | {"engagement": _object(engagement)}))
    written["accounts"] = f"[{', '.join(accounts)}]"
    return _object(written)


def _object(fields: Mapping[str, str]) -> str:
    return "{" + ", ".join([f'"{name}": {value}' for name, value in fields.items()]) + "}"


def _json(value: object) -> str:
    return json.dumps(plain(value), ensure_ascii=False)


def _iso(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()


def _time(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


def _read(fields: dict[str, Any]) -> CreatorResult:
    """A creator from its JSON."""
    tier = fields["tier"]
    fields |= {
        "languages": tuple(fields["languages"]),
        "accounts": tuple([_account(each) for each in fields["accounts"]]),
        "places": tuple([_place(each) for each in fields["places"]]),
        "tier": None if tier is None else Tier(**tier),
        "topics": tuple([Topic(**each) for each in fields["topics"]]),
        "warnings": tuple([Caution(**each) for each in fields["warnings"]]),
        "contact": tuple([Contact(**each) for each in fields["contact"]]),
        "discovered_by": tuple([Discovery(**each) for each in fields["discovered_by"]]),
        "you_said": tuple([YouSaid(**each | {"at": _time(each["at"])}) for each in fields["you_said"]]),
    }
    for name in ("last_post_at", "first_seen", "last_fetched"):
        fields[name] = _time(fields[name])
    return CreatorResult(**fields)


def _account(fields: dict[str, Any]) -> AccountResult:
    engagement = fields["engagement"]
    fields["followers_as_of"] = _time(fields["followers_as_of"])
    fields["engagement"] = Engagement(**engagement | {"as_of": _time(engagement["as_of"])})
    return AccountResult(**fields)


def _place(fields: dict[str, Any]) -> PlaceResult:
    return PlaceResult(**fields | {"reasons": tuple([PlaceReasonResult(**each) for each in fields["reasons"]])})
