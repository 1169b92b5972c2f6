"""Creators and posts as an answer shows them: plain translation, no judgement of relevance; queries: ``understood``."""

from bisect import bisect_right
from datetime import datetime
from typing import Final
from urllib.parse import urlsplit

from indexer.bundles import AccountView, CreatorDocument, MarkView, PostDocument
from indexer.engagement import RATED_POSTS, SIZES, Peers, rate_of
from places.model import PlaceGuess
from search.fitting import NOT_A_VOICE
from search.ranking import Ranked
from search.results import (
    AccountResult,
    Caution,
    Contact,
    CreatorResult,
    Discovery,
    Engagement,
    PlaceReasonResult,
    PlaceResult,
    PostResult,
    Tier,
    Topic,
    YouSaid,
)

TIERS: Final = tuple(
    Tier(name=name, min=low, max=None if above is None else above - 1)
    for name, low, above in zip(
        ("starting", "nano", "micro", "mid", "macro", "mega"), SIZES, (*SIZES[1:], None), strict=True
    )
)
SILENT_DAYS: Final = 90
DAYS_A_MONTH: Final = 30.44
HALF: Final = 0.5
ROLES: Final = {
    "home": ("lives in", "may live in"),
    "visits": ("visits", "may have visited"),
    "former": ("used to live in", "may have lived in"),
}
SHOWN_KINDS: Final = {
    "person": "person", "organisation": "organisation", "aggregator": "aggregator", "publication": "organisation",
    "group": "organisation",
}  # fmt: skip
CONTACT_WORDS: Final = ("contact", "kontakt", "contacto", "impressum", "work-with", "collab", "media-kit", "press")
LINK_HUBS: Final = frozenset({"linktr.ee", "beacons.ai", "bio.link", "campsite.bio", "lnk.bio", "carrd.co"})


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
    return YouSaid(*mark[:5], text=f"you said, {mark.at.date().isoformat()}: {mark.words}{reason}")


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


def reaction_words(platform: str, followers: int, rate: float, percentile: float | None) -> str:
    """A rate beside its peers: "1.2% react, more than with 64% of nano accounts on mastodon"."""
    size = tier_of(followers)
    alike = f"{size.name} accounts on {platform}" if size else platform
    if percentile is None:
        return f"{rate:.1%} react, too few {alike} to compare"
    beside = f"more than with {percentile:.0%}" if percentile >= HALF else f"less than with {1.0 - percentile:.0%}"
    return f"{rate:.1%} react, {beside} of {alike}"


def place_words(role: str, label: str, confidence: float) -> str:
    """What a place is to somebody: "lives in Boston, MA, US"; "may live in" where that is rather wrong."""
    sure, perhaps = ROLES[role]
    return f"{sure if confidence >= HALF else perhaps} {label}"


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
    return (Caution(code=f"kind_{document.kind}", text=f"{what}, not a person; ranked lower", url=_address(document)),)


def match_warnings(entry: Ranked, now: datetime) -> tuple[Caution, ...]:
    """What the match itself makes worth knowing."""
    warnings = []
    if entry.bio_denied:
        warnings.append(
            Caution(code="denied", text="says in the profile not to be about this", url=_address(entry.document))
        )
    if entry.keyword_lists:
        warnings.append(
            Caution(
                code="keyword_lists",
                text="texts repeat one word like a list of keywords; ranked lower",
                url=_address(entry.document),
            )
        )
    silent = silence(entry.document, now, _address(entry.document))
    return (*warnings, *(caution for caution, _ in entry.doubts), *silent)


def silence(document: CreatorDocument, now: datetime, at: str) -> tuple[Caution, ...]:
    """Nothing was written for three months and more; ``at`` is the page that shows it best."""
    last = document.last_post_at
    if last is None or (now - last).days < SILENT_DAYS:
        return ()
    months = round((now - last).days / DAYS_A_MONTH)
    return (Caution("silent", f"silent for {months} months, as far as we read", at),)


def _address(document: CreatorDocument) -> str:
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


def post_result(post: PostDocument) -> PostResult:
    """A post as ``show`` lists it."""
    return PostResult(
        title=post.title,
        text=post.text,
        url=post.url,
        kind=post.kind,
        posted_at=post.published_at,
        fetched_at=post.fetched_at,
        likes=post.likes,
        comments=post.comments,
        shares=post.shares,
        id=post.id,
    )
