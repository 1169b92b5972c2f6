"""The campaign view: which of those on a list posted about us, when, and how it did against their own median."""

from collections.abc import Sequence
from datetime import datetime
from statistics import median
from typing import NamedTuple

from app.listed import Listed
from search.results import PostResult
from text.disclosure import disclosure
from text.named import brand_of, names_brand


class OurPost(NamedTuple):
    """A post of somebody on the list that names one of the brands or codes. None: the platform shows no reactions."""

    creator_id: str
    name: str
    status: str
    brands: tuple[str, ...]
    title: str
    url: str
    posted_at: datetime | None
    says_paid: bool
    reactions: int | None
    usual: float | None  # median of the creator's posts that show reactions

    @property
    def against_usual(self) -> float | None:
        """1.0: as their posts usually do; None where either is not known."""
        return None if self.reactions is None or not self.usual else self.reactions / self.usual


def campaign(rows: Sequence[Listed], brands: Sequence[str]) -> list[OurPost]:
    """The newest post first; those without a date last."""
    wanted = [brand_of(brand) for brand in brands]
    found = []
    for row in rows:
        if row.report is None:
            continue
        counts = [count for post in row.report.posts if (count := _reactions(post)) is not None]
        usual = median(counts) if len(counts) >= 3 else None
        for post in row.report.posts:
            text = f"{post.title}\n{post.text}"
            named = tuple(brand.typed for brand in wanted if names_brand(text, brand))
            if named:
                paid = disclosure(text) is not None
                found.append(
                    OurPost(
                        creator_id=row.entry.creator_id,
                        name=row.name,
                        status=row.entry.status,
                        brands=named,
                        title=post.title or post.text[:120],
                        url=post.url,
                        posted_at=post.posted_at,
                        says_paid=paid,
                        reactions=_reactions(post),
                        usual=usual,
                    )
                )
    return sorted(found, key=_newest_first)


def _newest_first(post: OurPost) -> float:
    return -post.posted_at.timestamp() if post.posted_at is not None else 0.0


def _reactions(post: PostResult) -> int | None:
    shown = [count for count in (post.likes, post.comments, post.shares) if count is not None]
    return sum(shown) if shown else None
