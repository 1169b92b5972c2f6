"""Only those who name a brand, or only those who do not: a condition on all of somebody's posts, kept or not."""

from collections.abc import Iterable, Sequence
from typing import Final

from indexer.contract import Filters, Index
from niche.model import NicheFilters
from search.query import text_query
from search.ranked import Ranked
from text.named import Brand, brand_of, names_brand

_CREATORS: Final = 500  # whose posts are read for the brand's words, best first
_POSTS: Final = 5  # of each


def naming_as_asked(ranked: Sequence[Ranked], asked: NicheFilters, index: Index) -> list[Ranked]:
    """Those of ``ranked`` who name one of the brands asked for, and none of those asked against."""
    if not asked.mentions and not asked.no_mentions:
        return list(ranked)
    wanted = _who_name(asked.mentions, index)
    unwanted = _who_name(asked.no_mentions, index)
    return [entry for entry in ranked if (not asked.mentions or entry.id in wanted) and entry.id not in unwanted]


def _who_name(brands: Iterable[str], index: Index) -> frozenset[str]:
    """The creators with a post that names one of the brands."""
    return frozenset(creator for typed in brands for creator in _who_name_one(brand_of(typed), index))


def _who_name_one(brand: Brand, index: Index) -> Iterable[str]:
    query = text_query(brand.words or brand.handle or brand.domain, index)
    hits = index.search_posts_text(query, creators=_CREATORS, per_creator=_POSTS, filters=Filters())
    posts = index.get_posts([hit.post_id for hit in hits])
    for hit in hits:
        post = posts.get(hit.post_id)
        if post and names_brand(f"{post.title}\n{post.text} {' '.join(f'#{tag}' for tag in post.tags)}", brand):
            yield hit.creator_id
