"""A creator as every answer shows it: plain values, and what they are made of; no judgement of relevance.

How an account stands among its peers depends on the index and is given; what depends on a query is not here.
"""

from bisect import bisect_right
from datetime import datetime
from typing import Final, Literal, NamedTuple
from urllib.parse import urlsplit

from indexer.bundles import AccountView, CreatorDocument, MarkView
from indexer.engagement import RATED_POSTS, SIZES, Peers, rate_of
from places.model import PlaceGuess


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


TIERS: Final = tuple(
    Tier(name=name, min=low, max=None if above is None else above - 1)
    for name, low, above in zip(
        ("starting", "nano", "micro", "mid", "macro", "mega"), SIZES, (*SIZES[1:], None), strict=True
    )
)
SHOWN_KINDS: Final = {
    "person": "person", "organisation": "organisation", "aggregator": "aggregator", "publication": "organisation",
    "group": "organisation",
}  # fmt: skip
CONTACT_WORDS: Final = ("contact", "kontakt", "contacto", "impressum", "work-with", "collab", "media-kit", "press")
LINK_HUBS: Final = frozenset({"linktr.ee", "beacons.ai", "bio.link", "campsite.bio", "lnk.bio", "carrd.co"})
NOT_A_VOICE: Final = frozenset({"organisation", "aggregator", "publication", "group", "bot"})


def creator_result(document: CreatorDocument, peers: Peers, warnings: tuple[Caution, ...] = ()) -> CreatorResult:
    """A creator as every answer shows it; ``peers`` are those of the index."""
    return CreatorResult(
        id=document.id,
        name=document.name,
        kind=shown_kind(document.kind),
        bio=document.bio,
        languages=document.languages,
        accounts=tuple(_account(account, peers) for account in document.accounts),
        places=tuple(_place(guess) for guess in document.places),
        tier=tier_of(document.followers),
        topics=tuple(Topic(label=label, share=share) for label, share in document.topics),
        posts_per_month=document.posts_per_month,
        sponsored_share=document.sponsored_share,
        warnings=(*kind_warning(document), *warnings),
        contact=tuple(Contact(kind=contact_kind(url), url=url) for url in document.links),
        discovered_by=tuple(Discovery(plan=plan, seed=seed, url=url) for plan, seed, url in document.discovered_by),
        last_post_at=document.last_post_at,
        first_seen=document.first_seen,
        last_fetched=document.last_fetched,
        you_said=tuple(you_said(mark) for mark in document.marks),
    )


def you_said(mark: MarkView) -> YouSaid:
    """A mark with its words: "you said, 2026-11-23: is an organisation (sells knives)"."""
    reason = f" ({mark.reason})" if mark.reason else ""
    at = mark.at.replace(microsecond=0)  # as an answer tells it
    return YouSaid(*mark[:4], at, text=f"you said, {mark.at.date().isoformat()}: {mark.words}{reason}")


def _account(account: AccountView, peers: Peers) -> AccountResult:
    return AccountResult(
        platform=account.platform,
        host=account.host,
        handle=account.handle,
        url=account.url,
        read=account.read,
        followers=account.followers,
        followers_as_of=account.followers_as_of,
        engagement=engagement(account, peers),
    )


def engagement(account: AccountView, peers: Peers) -> Engagement:
    """Usual reactions over followers, with what that rests on; the rate is None without followers or with few posts."""
    reactions = account.reactions
    if reactions is None:
        return Engagement(basis="reactions are not visible")
    counted = " + ".join(reactions.counted)
    basis = f"median of {counted_words(reactions.median, counted)} a post"
    if not account.followers:
        return Engagement(posts=reactions.posts, basis=f"{basis}; followers are not known")
    if reactions.posts < RATED_POSTS:
        return Engagement(posts=reactions.posts, basis=f"{basis}; too few posts for a rate")
    return Engagement(
        rate=rate_of(account),
        posts=reactions.posts,
        percentile=peers.percentile(account),
        basis=f"{basis}, over followers",
        as_of=account.followers_as_of,
    )


def counted_words(number: float, what: str) -> str:
    """A number and what it counts, given in the plural: "1 post", "2.5 comments", "1 likes + comments"."""
    one = number == 1 and "+" not in what
    return f"{f'{number:,.1f}'.removesuffix('.0')} {what.removesuffix('s') if one else what}"


def shown_kind(kind: str) -> str:
    """The kind of an account in the four words of an answer."""
    return SHOWN_KINDS.get(kind, "unknown")


def kind_warning(document: CreatorDocument) -> tuple[Caution, ...]:
    """Say so when this is not a person's own voice, which is also why it stands lower."""
    if document.kind not in NOT_A_VOICE:
        return ()
    what = {
        "aggregator": "a collection of other people's posts",
        "publication": "a publication with several authors",
        "group": "a group account",
        "bot": "an automated account",
    }.get(document.kind, "a business or organisation")
    return (
        Caution(code=f"kind_{document.kind}", text=f"{what}, not a person; ranked lower", url=address_of(document)),
    )


def address_of(document: CreatorDocument) -> str:
    """The page that shows a profile best; "" where none is known."""
    return document.bio_url or next((account.url for account in document.accounts if account.url), "")


def tier_of(followers: int | None) -> Tier | None:
    """The tier of the largest account; None when no count is known."""
    if followers is None:
        return None
    return TIERS[bisect_right(SIZES, followers) - 1]


def contact_kind(url: str) -> str:
    """What an address that the creator lists is good for: "contact", "links" (a link hub) or "site"."""
    parts = urlsplit(url.lower())
    if any(word in parts.path for word in CONTACT_WORDS):
        return "contact"
    return "links" if (parts.hostname or "").removeprefix("www.") in LINK_HUBS else "site"


def _place(guess: PlaceGuess) -> PlaceResult:
    return PlaceResult(
        name=guess.place.label,
        role=guess.role,
        country=guess.place.country,
        admin1=guess.place.admin1,
        lat=guess.place.lat,
        lon=guess.place.lon,
        confidence=round(guess.confidence, 4),
        reasons=tuple(
            PlaceReasonResult(text=reason.text, quote=reason.quote, url=reason.url) for reason in guess.reasons
        ),
    )
