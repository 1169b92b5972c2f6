"""How one creator looks for one niche: which posts are on it, best and latest evidence, confidence, place."""

from collections.abc import Sequence
from typing import Final, Literal, NamedTuple

from indexer.bundles import PostDocument
from indexer.contract import CreatorScores, PostScore
from search.confidence import band
from search.evidence import best_quote, shortened
from search.query import Query
from search.ranked import Ranked
from search.report import NicheFit, Quote
from text.sentences import sentences

MEANS_IT: Final = 0.45  # cosine from which a post is on the theme without naming it
NAMES_IT: Final = 0.5  # share of the theme's words that a post must name
SHOWN: Final = 3
FITS: Final = 0.5  # of the place factor, from which a place is the one asked for
NEAR: Final = 0.1
SURE: Final = 0.5  # of a place, from which a middling factor means distance; below, that it may be another place


class Reading(NamedTuple):
    """The fit, and the ids of the posts that are on the niche."""

    fit: NicheFit
    on_niche: frozenset[str]


def read_niche(query: Query, scores: CreatorScores, ranked: Ranked | None, posts: Sequence[PostDocument]) -> Reading:
    """``scores`` hold all posts, best first; ``ranked`` is None for somebody whom the query's filters rule out."""
    by_id = {post.id: post for post in posts}
    on_niche = [score for score in scores.posts if _is_on_niche(by_id[score.post_id], score, query)]
    newest = {post.id: number for number, post in enumerate(posts)}
    latest = sorted(on_niche, key=lambda score: newest[score.post_id])
    best = _quotes(on_niche, by_id, query)
    shown = {quote.url for quote in best}
    dates = [moment for score in on_niche if (moment := by_id[score.post_id].published_at)]
    fit = NicheFit(
        query=query.niche.text,
        theme=query.niche.theme,
        confidence=None if ranked is None else round(ranked.confidence, 4),
        band=None if ranked is None else band(ranked.confidence),
        place=_place(query, ranked),
        posts=len(on_niche),
        share=round(len(on_niche) / len(posts), 4) if posts else None,
        latest_at=max(dates, default=None),
        best=best,
        latest=tuple(quote for quote in _quotes(latest, by_id, query) if quote.url not in shown),
    )
    return Reading(fit, frozenset(score.post_id for score in on_niche))


def _is_on_niche(post: PostDocument, score: PostScore, query: Query) -> bool:
    if query.terms.denied(post.written):
        return False
    return query.terms.coverage(post.written) >= NAMES_IT or score.cosine >= MEANS_IT


def _quotes(scores: Sequence[PostScore], by_id: dict[str, PostDocument], query: Query) -> tuple[Quote, ...]:
    made: dict[str, Quote] = {}
    for score in scores:
        post = by_id[score.post_id]
        quote = best_quote(post, score.passage, query.terms)
        if not _words(quote):  # nothing but tags: what stands beside them tells more
            quote = shortened(_longest_sentence(_words(post.text)) or post.title, 0)
        if quote and quote not in made:
            made[quote] = Quote(quote, post.url, post.published_at, post.fetched_at)
        if len(made) == SHOWN:
            break
    return tuple(made.values())


def _words(text: str) -> str:
    return " ".join(word for word in text.split() if not word.startswith("#"))


def _longest_sentence(text: str) -> str:
    return max((text[start:end].strip() for start, end in sentences(text)), key=len, default="")


def _place(query: Query, ranked: Ranked | None) -> Literal["fits", "possible", "near", "elsewhere", "unknown"] | None:
    if not query.niche.places or ranked is None:
        return None
    if ranked.guess is None:
        return "elsewhere" if ranked.document.places else "unknown"
    if ranked.parts.place >= FITS:
        return "fits"
    if ranked.parts.place < NEAR:
        return "elsewhere"
    return "near" if ranked.guess.confidence >= SURE else "possible"
