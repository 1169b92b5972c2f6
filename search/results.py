"""What an answer is: frozen values that are exactly the JSON of the documented shape (``answer.schema.json``).

Times are aware and UTC, rates are fractions, ``None`` means "not known". Nothing is computed here but the JSON text.
Named tuples rather than dataclasses, and made by keyword all the same: a dataclass takes seven times as long to define,
and every cold search defines all of these.
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any, Final, Literal, NamedTuple

SCHEMA_VERSION: Final = 1
NOTHING: Final[Mapping[str, Any]] = MappingProxyType({})

Outcome = Literal["matches", "nearest_only", "none"]
Band = Literal["strong", "possible", "unsure"]
PartName = Literal["posts", "profile", "place", "authenticity", "engagement"]


class Engagement(NamedTuple):
    """Reactions against the account's own audience; all unknown until there are counts enough."""

    rate: float | None = None
    posts: int = 0
    percentile: float | None = None
    basis: str = ""
    as_of: datetime | None = None


class AccountResult(NamedTuple):
    """One account of a creator. ``read`` is False for an account that is only known by name."""

    platform: str
    host: str
    handle: str
    url: str
    read: bool
    followers: int | None
    followers_as_of: datetime | None
    engagement: Engagement = Engagement()


class PlaceReasonResult(NamedTuple):
    """Why a place is believed."""

    text: str
    quote: str
    url: str


class PlaceResult(NamedTuple):
    """A place that a creator is believed to be tied to; ``confidence`` is a probability."""

    name: str
    role: Literal["home", "visits", "former"]
    country: str
    admin1: str
    lat: float
    lon: float
    confidence: float
    reasons: tuple[PlaceReasonResult, ...]


class Tier(NamedTuple):
    """A size of audience; the label always travels with its bounds (``max`` None: open)."""

    name: str
    min: int
    max: int | None


class Topic(NamedTuple):
    """What a creator writes about, as a share of the posts."""

    label: str
    share: float


class Caution(NamedTuple):
    """Something to know before writing to this creator."""

    code: str
    text: str
    url: str = ""


class Contact(NamedTuple):
    """An address that the creator lists."""

    kind: str
    url: str


class Discovery(NamedTuple):
    """Which seed of which plan led to the creator, and the page that did."""

    plan: str
    seed: str
    url: str


class YouSaid(NamedTuple):
    """A correction by whoever uses this catalog, which won over what was read; ``text`` says it with its date."""

    kind: str
    value: str
    query: str | None
    reason: str
    at: datetime
    text: str


class CreatorResult(NamedTuple):
    """All that an answer shows of a creator."""

    id: str
    name: str
    kind: str
    bio: str
    languages: tuple[str, ...]
    accounts: tuple[AccountResult, ...]
    places: tuple[PlaceResult, ...]
    tier: Tier | None
    topics: tuple[Topic, ...]
    posts_per_month: float | None
    sponsored_share: float | None
    warnings: tuple[Caution, ...]
    contact: tuple[Contact, ...]
    discovered_by: tuple[Discovery, ...]
    last_post_at: datetime | None
    first_seen: datetime
    last_fetched: datetime
    you_said: tuple[YouSaid, ...] = ()


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

    creator: CreatorResult
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


_PLAIN: Final = frozenset({str, int, float, bool})


def answer_json(answer: tuple[Any, ...], *, indent: int | None = None) -> str:
    """One JSON object from an answer or a report. The explanation is left out when it was not asked for."""
    return json.dumps(_plain(answer), ensure_ascii=False, indent=indent)


def _plain(value: Any) -> Any:
    if value is None or type(value) in _PLAIN:  # most are
        return value
    if isinstance(value, datetime):
        return iso_time(value)
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return {
            name: _plain(each)
            for name, each in zip(value._fields, value, strict=True)
            if not (each is None and name == "explanation")
        }
    if isinstance(value, Mapping):
        return {key: _plain(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(entry) for entry in value]
    return value


def iso_time(moment: datetime) -> str:
    """ISO 8601 in UTC to the second: ``2026-11-02T08:30:00Z``. Raises ValueError for a time without a zone."""
    if moment.tzinfo is None:
        raise ValueError("an answer needs aware times")
    return moment.astimezone(UTC).replace(microsecond=0, tzinfo=None).isoformat() + "Z"
