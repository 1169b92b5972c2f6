"""What an answer is: frozen values that are exactly the JSON of the documented shape (``answer.schema.json``).

Times are aware and UTC, rates are fractions, ``None`` means "not known". Nothing is computed here but the JSON text.
Named tuples rather than dataclasses, and made by keyword all the same: a dataclass takes seven times as long to define,
and every cold search defines all of these.
"""

import json
import os
from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final, Literal, NamedTuple

from indexer.card import ShownCreator, iso_time, plain
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
)

__all__ = [
    "NOTHING",
    "SCHEMA_VERSION",
    "AccountResult",
    "Answer",
    "Band",
    "Caution",
    "Contact",
    "CreatorResult",
    "Discovery",
    "Engagement",
    "Explanation",
    "Match",
    "Outcome",
    "PartAsked",
    "PartName",
    "Parts",
    "PlaceAsked",
    "PlaceReasonResult",
    "PlaceResult",
    "PostResult",
    "QueryResult",
    "Reason",
    "Result",
    "Tier",
    "Topic",
    "YouSaid",
    "answer_json",
    "corrections_of",
    "iso_time",
]  # fmt: skip

SCHEMA_VERSION: Final = 1
NOTHING: Final[Mapping[str, Any]] = MappingProxyType({})

Outcome = Literal["matches", "nearest_only", "none"]
Band = Literal["strong", "possible", "unsure"]
PartName = Literal["posts", "profile", "place", "authenticity", "engagement"]


class Parts(NamedTuple):
    """The parts of a score, from which ``explain.recompute`` gives the score again."""

    posts: float
    profile: float
    place: float = 1.0
    authenticity: float = 1.0
    engagement: float = 1.0


class Reason(NamedTuple):
    """A quotation that supports a part of the score, with its address and its times."""

    part: PartName
    text: str
    quote: str
    url: str
    posted_at: datetime | None
    fetched_at: datetime


class Match(NamedTuple):
    """How well a creator fits. ``score`` orders within one answer, ``confidence`` can be compared between answers."""

    rank: int
    score: float
    confidence: float
    band: Band
    parts: Parts
    reasons: tuple[Reason, ...]
    you_said: YouSaid | None = None  # that it fits: then it stands before what the score alone puts first


class Result(NamedTuple):
    """One creator of an answer."""

    creator: CreatorResult  # or, to whoever looks the same, ``indexer.card.ShownCreator``
    match: Match


def corrections_of(result: Result) -> tuple[YouSaid, ...]:
    """What was said that bears on this answer: all but words on the relevance for other queries."""
    creator, match = result
    return tuple(
        said for said in creator.you_said if said.kind not in ("relevant", "not-relevant") or said == match.you_said
    )


class PlaceAsked(NamedTuple):
    """A place of the query as understood."""

    name: str
    kind: str
    relation: Literal["in", "near", "not"]
    radius_km: float | None


class PartAsked(NamedTuple):
    """A stretch of the query, what it was taken for, and the option that forces it."""

    text: str
    start: int
    end: int
    kind: str
    value: str
    alternatives: tuple[str, ...]
    option: str


class QueryResult(NamedTuple):
    """The query as understood. ``filters`` holds only those asked for."""

    text: str
    theme: str
    filters: Mapping[str, Any]
    notes: tuple[str, ...]
    places: tuple[PlaceAsked, ...]
    parts: tuple[PartAsked, ...]


class Explanation(NamedTuple):
    """What ``--explain`` adds: the formula in words and every weight by name."""

    formula: str
    weights: Mapping[str, float]


class Answer(NamedTuple):
    """The whole answer. ``nearest`` is filled when nothing reaches the confidence that was asked for."""

    index_generation: int
    took_ms: float
    query: QueryResult
    outcome: Outcome
    total: int
    total_is_lower_bound: bool
    has_more: bool
    next_cursor: str | None
    results: tuple[Result, ...]
    nearest: tuple[Result, ...] = ()
    degraded: str | None = None
    facets: Mapping[str, Any] = NOTHING
    schema_version: int = SCHEMA_VERSION
    explanation: Explanation | None = None


class PostResult(NamedTuple):
    """A post as ``show`` lists it."""

    title: str
    text: str
    url: str
    kind: str
    posted_at: datetime | None
    fetched_at: datetime
    likes: int | None
    comments: int | None
    shares: int | None
    id: str = ""


def answer_json(answer: tuple[Any, ...], *, indent: int | None = None) -> str:
    """One JSON object from an answer or a report. The explanation is left out when it was not asked for."""
    if indent is not None:
        return json.dumps(plain(answer), ensure_ascii=False, indent=indent)
    creators: list[str] = []
    place = os.urandom(12).hex()  # which no text holds

    def kept(creator: ShownCreator) -> str:
        creators.append(creator.text)
        return place

    pieces = json.dumps(plain(answer, kept), ensure_ascii=False).split(f'"{place}"')
    return "".join([text for pair in zip(pieces, (*creators, ""), strict=True) for text in pair])
