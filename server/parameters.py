"""What a request may ask, typed: the options of the command line as query parameters and JSON bodies.

The names are those of the options with underscores; an unknown one is an error. ``overrides`` makes of them what the
engine takes.
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal, TypeAlias

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

from niche.overrides import INCLUDED, KINDS, LANGUAGES, PLATFORM_GROUPS, PLATFORMS, TIERS, Overrides

LONGEST_QUERY: Final = 2_000
MOST: Final = 100  # results of one page
MANY: Final = 20  # values of one parameter


def _one_of(allowed: Iterable[str], example: str) -> Any:
    known = sorted(allowed)

    def check(value: str) -> str:
        if value not in known:
            raise ValueError(f"{value[:60]!r} is not known; one of {', '.join(known)}")
        return value

    return Annotated[
        str, AfterValidator(check), WithJsonSchema({"type": "string", "enum": known, "examples": [example]})
    ]


def _moment(value: object) -> object:
    """A day or a time; without a zone it is UTC."""
    if not isinstance(value, str):
        return value
    try:
        moment = datetime.fromisoformat(value)
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        raise ValueError(f"{value[:40]!r} is not a day like 2026-11-23") from None


if TYPE_CHECKING:  # each is one of a list that is known when this is imported
    Platform: TypeAlias = str
    Kind: TypeAlias = str
    Included: TypeAlias = str
    Language: TypeAlias = str
else:
    Platform = _one_of({*PLATFORMS, *PLATFORM_GROUPS}, "mastodon")
    Kind = _one_of(KINDS, "person")
    Included = _one_of(INCLUDED, "organisation")
    Language = _one_of(LANGUAGES, "en")
TierName = Literal["nano", "micro", "small", "mid", "big", "macro", "mega"]
assert set(TIERS) == set(TierName.__args__)  # type: ignore[attr-defined]
Name = Annotated[str, Field(min_length=1, max_length=200)]
Moment = Annotated[
    datetime,
    BeforeValidator(_moment),
    WithJsonSchema({"type": "string", "examples": ["2026-11-23"], "pattern": r"^\d{4}-\d{2}-\d{2}"}),
]


class NicheParameters(BaseModel):
    """What forces a part of a query, as the options of ``nichescout search``."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    place: list[Name] = Field([], max_length=MANY, description="A place, instead of those in the query.")
    radius: float | None = Field(None, ge=0, le=20_000, description="Kilometres around the place; 0: its border.")
    near: Name | None = Field(None, description="A place to use when the query names none.")
    no_place: bool = Field(False, description="Read no place out of the query.")
    like: Name | None = Field(None, description="Who writes about what this creator writes about.")
    tier: TierName | None = Field(None, description="Size of the largest account.")
    min_followers: int | None = Field(None, ge=0, le=10**12, description="At least so many followers.")
    max_followers: int | None = Field(None, ge=0, le=10**12, description="At most so many followers.")
    min_engagement: float | None = Field(
        None, ge=0, le=1, description="At least this share of followers reacts to a post; 0.02 is two in 100."
    )
    platform: list[Platform] = Field([], max_length=MANY, description="On one of these platforms.")
    kind: list[Kind] = Field([], max_length=MANY, description="Only these kinds.")
    include: list[Included] = Field([], max_length=MANY, description="Kinds to rank like people.")
    exclude: list[Name] = Field([], max_length=MANY, description="Nobody whose profile has one of these words.")
    mentions: list[Name] = Field([], max_length=MANY, description="Only who names one of these brands in a post.")
    no_mentions: list[Name] = Field([], max_length=MANY, description="Nobody who names one of these brands.")
    language: list[Language] = Field([], max_length=MANY, description="Writing in one of these languages.")
    active_within: int | None = Field(None, ge=1, le=36_500, description="Posted in the last so many days.")

    def overrides(self, *, like: str | None = None) -> Overrides:
        """What the engine takes."""
        return Overrides(
            places=tuple(self.place),
            radius_km=self.radius,
            near=self.near,
            no_place=self.no_place,
            like=like or self.like,
            tier=self.tier,
            min_followers=self.min_followers,
            max_followers=self.max_followers,
            min_engagement=self.min_engagement,
            platforms=tuple(self.platform),
            kinds=tuple(self.kind),
            include=tuple(self.include),
            exclude=tuple(self.exclude),
            mentions=tuple(self.mentions),
            no_mentions=tuple(self.no_mentions),
            languages=tuple(self.language),
            active_within_days=self.active_within,
        )


class PagedParameters(NicheParameters):
    """A page of an answer."""

    limit: int = Field(10, ge=1, le=MOST, description="Results of one page.")
    cursor: Annotated[str, Field(max_length=200)] | None = Field(None, description="next_cursor of the page before.")
    now: Moment | None = Field(None, description="The day that recency counts from; default: today.")
    min_confidence: float | None = Field(None, ge=0, le=1, description="Nobody less likely to fit than this.")
    facets: bool = Field(False, description="Count how the matches divide by platform, size, kind, language, place.")
    explain: bool = Field(False, description="Add the formula and every weight.")


class SearchParameters(PagedParameters):
    """A search."""

    q: str = Field(
        min_length=1, max_length=LONGEST_QUERY, description="The niche in your words.", examples=["sushi in boston"]
    )


class SimilarParameters(PagedParameters):
    """Those like one creator; the creator is in the path."""

    q: str = Field("", max_length=LONGEST_QUERY, description="Narrows it to a theme or a place.")


class ReportParameters(BaseModel):
    """What a report looks at besides."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    for_: Annotated[str, Field(max_length=LONGEST_QUERY)] | None = Field(
        None, alias="for", description="Beside this niche: share of posts, evidence, place."
    )
    brand: list[Name] = Field([], max_length=MANY, description="Who names it? A name, a handle or a domain.")
    now: Moment | None = Field(None, description="The day that silence counts to; default: today.")


class NoParameters(BaseModel):
    """Nothing may be asked besides the path."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class PlanWanted(NicheParameters):
    """A query to plan; nothing is fetched."""

    query: str = Field(min_length=1, max_length=LONGEST_QUERY, examples=["east coast sushi"])
    sources: list[Name] = Field([], max_length=50, description="Only these sources; see /v1/sources.")


class JobWanted(BaseModel):
    """A discovery for a worker to do."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    query: str = Field(min_length=1, max_length=LONGEST_QUERY, examples=["east coast sushi"])
    pages: int | None = Field(None, ge=1, le=100_000, description="Fetch at most so many pages.")
    minutes: float | None = Field(None, gt=0, le=10_000, allow_inf_nan=False, description="Crawl at most so long.")
    sources: list[Name] = Field([], max_length=50, description="Only these sources; see /v1/sources.")
