"""What an answer says of a creator in words, and posts as it shows them; creators: ``indexer.creator_view``."""

from datetime import datetime
from typing import Final

from indexer.bundles import PostDocument
from indexer.creator_view import tier_of
from search.ranked import Ranked
from search.results import Caution, PostResult

SILENT_DAYS: Final = 90
DAYS_A_MONTH: Final = 30.44
HALF: Final = 0.5
ROLES: Final = {
    "home": ("lives in", "may live in"),
    "visits": ("visits", "may have visited"),
    "former": ("used to live in", "may have lived in"),
}


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


def match_warnings(entry: Ranked, now: datetime) -> tuple[Caution, ...]:
    """What the match itself makes worth knowing."""
    address, last = entry.card.address, entry.card.last_post_at
    warnings = []
    if entry.bio_denied:
        warnings.append(Caution(code="denied", text="says in the profile not to be about this", url=address))
    if entry.keyword_lists:
        text = "texts repeat one word like a list of keywords; ranked lower"
        warnings.append(Caution(code="keyword_lists", text=text, url=address))
    silent = silence(None if last is None else datetime.fromisoformat(last), now, address)
    return (*warnings, *(caution for caution, _ in entry.doubts), *silent)


def silence(last: datetime | None, now: datetime, at: str) -> tuple[Caution, ...]:
    """Nothing was written since ``last``, for three months and more; ``at`` is the page that shows it best."""
    if last is None or (now - last).days < SILENT_DAYS:
        return ()
    months = round((now - last).days / DAYS_A_MONTH)
    return (Caution("silent", f"silent for {months} months, as far as we read", at),)


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
