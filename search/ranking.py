"""From the candidates of the legs to an order: score, judge place and kind, set aside what is denied.

One pass, no text shown to anybody here (that is ``evidence``), no per-query state kept.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from indexer.contract import CreatorDocument, CreatorScores, Index, PostDocument
from niche.model import Niche
from places.gazetteer import Gazetteer
from places.match import place_match
from places.model import PlaceGuess
from search.aggregate import Relevance, relevance
from search.confidence import confidence
from search.explain import recompute
from search.query import Query
from search.results import Parts
from search.terms import ThemeTerms
from search.weights import Limits, Weights
from text.fold import fold

NOT_A_VOICE = frozenset({"organisation", "aggregator", "publication", "group", "bot"})
BORDERED = frozenset({"state", "region", "country"})
PlaceFit = tuple[float, PlaceGuess | None]
READ_CLOSELY = 60  # creators whose best posts are read for denials
READ_POSTS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranked:
    """A creator with everything that its place in the order rests on."""

    document: CreatorDocument
    scores: CreatorScores  # denied posts already gone
    parts: Parts
    score: float
    confidence: float
    guess: PlaceGuess | None  # the place that fits best, if places were asked for
    votes: int  # of the posts that count, how many are evidence
    bio_denied: bool


def rank(
    ids: Sequence[str], query: Query, *, index: Index, gazetteer: Gazetteer, weights: Weights, limits: Limits
) -> list[Ranked]:
    """Score and order creators; best first, equal scores by id. Creators outside the size asked for are left out."""
    documents = {key: document for key, document in index.get(ids).items() if is_wanted(document, query.niche)}
    scores = index.best_posts(list(documents), query.text, query.vector, per_creator=limits.per_creator)
    documents = {key: documents[key] for key in sorted(documents) if key in scores}
    scores = {key: scores[key] for key in documents}
    evidence = weights.evidence(index.info().posts)

    first = relevance(list(scores.values()), evidence=evidence, weights=weights)
    scores = without_denied_posts(scores, first, query.terms, index)
    found = relevance(list(scores.values()), evidence=evidence, weights=weights)

    ranked = [
        _judge(documents[key], scores[key], found, row, query, gazetteer, weights) for row, key in enumerate(documents)
    ]
    return sorted(ranked, key=lambda entry: (-entry.score, entry.document.id))


def is_wanted(document: CreatorDocument, niche: Niche) -> bool:
    """Whether nothing that is known speaks against the size and the words asked for; unknown is not "no"."""
    followers, asked = document.followers, niche.filters
    if followers is not None and asked.min_followers is not None and followers < asked.min_followers:
        return False
    if followers is not None and asked.max_followers is not None and followers > asked.max_followers:
        return False
    profile = f" {fold(document.name)} {fold(document.bio)} "
    return not any(fold(word) in profile for word in niche.excluded if word.strip())


def without_denied_posts(
    scores: Mapping[str, CreatorScores], first: Relevance, terms: ThemeTerms, index: Index
) -> dict[str, CreatorScores]:
    """Take away posts that name the theme only to refuse it, from those whose posts would count most."""
    order = sorted(zip(first.posts.tolist(), scores, strict=True), key=lambda pair: (-pair[0], pair[1]))
    closely = {key for _, key in order[:READ_CLOSELY]}
    wanted = [post.post_id for key in closely for post in scores[key].posts[:READ_POSTS] if post.lexical > 0.0]
    denied = {key for key, post in index.get_posts(sorted(wanted)).items() if terms.denied(_written(post))}
    return {
        key: replace(held, posts=tuple(post for post in held.posts if post.post_id not in denied))
        for key, held in scores.items()
    }


def _written(post: PostDocument) -> str:
    return f"{post.title}\n{post.text}\n{' '.join(f'#{tag}' for tag in post.tags)}"


def _judge(
    document: CreatorDocument,
    scores: CreatorScores,
    found: Relevance,
    row: int,
    query: Query,
    gazetteer: Gazetteer,
    weights: Weights,
) -> Ranked:
    niche = query.niche
    bio_denied = query.terms.denied(document.bio)
    place, guess = place_of(document, niche, gazetteer, weights)
    parts = rounded(
        Parts(
            posts=float(found.posts[row]),
            profile=float(found.profile[row]) * (weights.denied_bio if bio_denied else 1.0),
            place=place,
            authenticity=1.0 if is_voice(document, niche) else weights.not_a_voice,
        )
    )
    return Ranked(
        document=document,
        scores=scores,
        parts=parts,
        score=recompute(parts, weights),
        confidence=confidence(scores, place=parts.place, authenticity=parts.authenticity, denied=bio_denied),
        guess=guess,
        votes=int(found.votes[row]),
        bio_denied=bio_denied,
    )


def place_of(document: CreatorDocument, niche: Niche, gazetteer: Gazetteer, weights: Weights) -> PlaceFit:
    """How well the places of a creator fit in [0, 1], and the one that fits best; 1.0 when no place was asked for.

    Nearness is worth something around a city. Whoever asks for a state, a region or a country means its border:
    Boston is not in Maine.
    """
    if not niche.places:
        return 1.0, None
    match = place_match(document.places, niche.places, gazetteer)
    relations = {target.relation for target in niche.wanted_places}
    bordered = any(target.place.kind in BORDERED for target in niche.wanted_places) and "near" not in relations
    beyond = bordered and match.guess is not None and not match.inside
    return match.score * (weights.beyond_border if beyond else 1.0), match.guess


def is_voice(document: CreatorDocument, niche: Niche) -> bool:
    """A person or somebody of whom nothing else is known; or just the kind that was asked for."""
    return document.kind not in NOT_A_VOICE or document.kind in niche.filters.kinds


def rounded(parts: Parts) -> Parts:
    """Six digits: what is shown is what the score is made of."""
    return Parts(
        posts=round(parts.posts, 6),
        profile=round(parts.profile, 6),
        place=round(parts.place, 6),
        authenticity=round(parts.authenticity, 6),
        engagement=round(parts.engagement, 6),
    )
