"""From the candidates of the legs to an order: score, judge place and kind, set aside what is denied.

One pass, no text shown to anybody here (that is ``evidence``), no per-query state kept.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from math import prod
from operator import sub
from typing import NamedTuple

from indexer.contract import CreatorDocument, CreatorScores, Index, PostDocument, PostScore
from indexer.engagement import Peers, main_rated, rate_of
from niche.model import Niche
from places.gazetteer import Gazetteer
from places.match import PlacesAsked, lies_in
from places.model import PlaceGuess
from search.aggregate import Relevance, relevance
from search.authenticity import Doubt, authenticity_of, doubts
from search.confidence import Features, confidence, features
from search.explain import recompute
from search.phrases import only_saying, says_all
from search.query import Query
from search.results import Parts
from search.terms import ThemeTerms
from search.weights import Limits, Weights
from text.fold import fold

NOT_A_VOICE = frozenset({"organisation", "aggregator", "publication", "group", "bot"})
INCLUDED = {"organisation": {"organisation", "publication", "group"}, "aggregator": {"aggregator", "bot"}}
PlaceFit = tuple[float, PlaceGuess | None]
PostTexts = tuple[PostDocument, ...]
READ_CLOSELY = 60  # creators whose best posts are read, for denials and keyword lists
READ_POSTS = 3
SAME = 4  # digits in which the scores of a copied post agree
NEARLY_SAME = 1.01 * 10**-SAME  # further apart no two numbers agree in these digits


class Ranked(NamedTuple):
    """A creator with everything that its place in the order rests on."""

    document: CreatorDocument
    scores: CreatorScores  # denied posts already gone
    parts: Parts
    score: float
    confidence: float
    theme: float  # the confidence if the place were right
    features: Features  # what both rest on
    guess: PlaceGuess | None  # the place that fits best, if places were asked for
    reacting: float | None  # percentile of the reactions among accounts of the same size and platform
    votes: int  # of the posts that count, how many are evidence
    bio_denied: bool
    doubts: tuple[Doubt, ...]  # about the profile and its numbers, which lower the authenticity
    keyword_lists: bool  # texts that repeat one word, which lowers the authenticity
    read: PostTexts = ()  # the posts that were read closely


def rank(
    ids: Sequence[str], query: Query, *, index: Index, gazetteer: Gazetteer, weights: Weights, limits: Limits
) -> list[Ranked]:
    """Score and order creators; best first, equal scores by id. Creators outside the size asked for are left out."""
    documents = {key: document for key, document in index.get(ids).items() if is_wanted(document, query.niche)}
    scores = index.best_posts(
        list(documents), query.text, query.vector, per_creator=limits.per_creator, vocabulary=query.vocabulary
    )
    documents = {key: documents[key] for key in sorted(documents) if key in scores}
    scores = only_saying({key: without_repeated_posts(scores[key]) for key in documents}, query.niche.phrases, index)
    peers = index.peers()
    numbers = {
        key: (_reacting(document, peers), doubts(document, peers, weights)) for key, document in documents.items()
    }
    asked = PlacesAsked(query.niche.places, gazetteer)
    fits = {key: place_of(document, query.niche, asked, weights) for key, document in documents.items()}
    bios = [query.terms.coverage(document.bio) for document in documents.values()]
    evidence = weights.evidence(index.info().posts)

    first = relevance(list(scores.values()), bios, evidence=evidence, weights=weights)
    read = read_closely(promising(first, fits, weights), scores, index)
    heard = without_denied_posts(scores, read, query.terms)
    found = first if heard == scores else relevance(list(heard.values()), bios, evidence=evidence, weights=weights)
    scores = heard

    ranked = [
        _judge(document, scores[key], found, row, fits[key], numbers[key], read.get(key), query, weights)
        for row, (key, document) in enumerate(documents.items())
    ]
    return in_order(ranked)


def in_order(ranked: Iterable[Ranked]) -> list[Ranked]:
    """Best first, equal scores by id."""
    return sorted(ranked, key=lambda entry: (-entry.score, entry.document.id))


def is_wanted(document: CreatorDocument, niche: Niche) -> bool:
    """Whether nothing that is known speaks against size, reactions and words asked for; unknown is not "no"."""
    if not says_all(document, niche.phrases):
        return False
    followers, asked = document.followers, niche.filters
    if followers is not None and asked.min_followers is not None and followers < asked.min_followers:
        return False
    if followers is not None and asked.max_followers is not None and followers > asked.max_followers:
        return False
    rated = None if asked.min_engagement is None else main_rated(document.accounts)
    if rated is not None and (rate_of(rated) or 0.0) < (asked.min_engagement or 0.0):
        return False
    excluded = [re.escape(fold(word)) for word in niche.excluded if word.strip()]
    profile = f"{fold(document.name)} {fold(document.bio)}" if excluded else ""
    return not any(re.search(rf"(?<!\w){word}(?:e?[sn])?(?!\w)", profile) for word in excluded)  # "-cat": no Catherine


def without_repeated_posts(held: CreatorScores) -> CreatorScores:
    """Posting one text ten times is no interest: a copy has the cosine and the BM25 of its original."""
    cosines = sorted([post.cosine for post in held.posts])
    if not any(gap <= NEARLY_SAME for gap in map(sub, cosines[1:], cosines)):
        return held  # as with most: rounding all would take its time
    distinct: dict[tuple[float, float], PostScore] = {}
    for post in held.posts:
        distinct.setdefault((round(post.cosine, SAME), round(post.lexical, SAME)), post)
    return held if len(distinct) == len(held.posts) else held._replace(posts=tuple(distinct.values()))


def promising(first: Relevance, fits: Mapping[str, PlaceFit], weights: Weights) -> list[str]:
    """The creators whose texts are worth reading: those that would lead the answer."""
    relevant = weights.profile * first.profile + (1.0 - weights.profile) * first.posts
    likely = {key: float(relevant[row]) * fit for row, (key, (fit, _)) in enumerate(fits.items())}
    return sorted(likely, key=lambda key: (-likely[key], key))[:READ_CLOSELY]


def read_closely(keys: Sequence[str], scores: Mapping[str, CreatorScores], index: Index) -> dict[str, PostTexts]:
    """The best posts that name the theme, of each of these creators."""
    wanted = {
        key: [post.post_id for post in scores[key].posts[:READ_POSTS] if post.lexical > 0.0] for key in sorted(keys)
    }
    posts = index.get_posts([post_id for of_one in wanted.values() for post_id in of_one])
    return {key: tuple(posts[post_id] for post_id in of_one if post_id in posts) for key, of_one in wanted.items()}


def without_denied_posts(
    scores: Mapping[str, CreatorScores], read: Mapping[str, PostTexts], terms: ThemeTerms
) -> dict[str, CreatorScores]:
    """Take away posts that name the theme only to refuse it."""
    denied = {post.id for posts in read.values() for post in posts if terms.denied(_written(post))}
    kept = dict(scores)
    for key, posts in read.items():
        if any(post.id in denied for post in posts):
            kept[key] = kept[key]._replace(posts=tuple(post for post in kept[key].posts if post.post_id not in denied))
    return kept


def _written(post: PostDocument) -> str:
    return f"{post.title}\n{post.text}\n{' '.join(f'#{tag}' for tag in post.tags)}"


def _judge(
    document: CreatorDocument,
    scores: CreatorScores,
    found: Relevance,
    row: int,
    fit: PlaceFit,
    numbers: tuple[float | None, tuple[Doubt, ...]],
    read: PostTexts | None,
    query: Query,
    weights: Weights,
) -> Ranked:
    niche = query.niche
    bio_denied = query.terms.denied(document.bio)
    place, guess = fit
    reacting, doubted = numbers
    # Only of those who were read closely: whoever else is a list of keywords has nothing to lose.
    plain = 1.0 if read is None else authenticity_of([document.bio, *(f"{post.title}\n{post.text}" for post in read)])
    parts = rounded(
        Parts(
            posts=float(found.posts[row]),
            profile=float(found.profile[row]) * (weights.denied_bio if bio_denied else 1.0),
            place=place,
            authenticity=plain
            * prod(factor for _, factor in doubted)
            * (1.0 if is_voice(document, niche) else weights.not_a_voice),
            engagement=1.0 if reacting is None else 1.0 + weights.engagement * (2.0 * reacting - 1.0),
        )
    )
    seen = features(scores, has_vocabulary=query.is_told)
    theme = confidence(seen, place=1.0, authenticity=parts.authenticity, denied=bio_denied)
    return Ranked(
        document=document,
        scores=scores,
        parts=parts,
        score=recompute(parts, weights),
        confidence=theme
        if parts.place == 1.0
        else confidence(seen, place=parts.place, authenticity=parts.authenticity, denied=bio_denied),
        theme=theme,
        features=seen,
        guess=guess,
        reacting=reacting,
        votes=int(found.votes[row]),
        bio_denied=bio_denied,
        keyword_lists=plain < 1.0,
        doubts=doubted,
        read=read or (),
    )


def place_of(document: CreatorDocument, niche: Niche, asked: PlacesAsked, weights: Weights) -> PlaceFit:
    """How well the places of a creator fit in [0, 1], and the one that fits best; 1.0 when no place was asked for.

    Nearness is worth something around a city. Whoever asks for a state, a region or a country means its border:
    Boston is not in Maine.
    """
    if not niche.places:
        return 1.0, None
    if document.marks and is_denied(document, niche, asked.gazetteer):
        return 0.0, None
    match = asked.match(document.places)
    beyond = asked.bordered and match.guess is not None and not match.inside
    return match.score * (weights.beyond_border if beyond else 1.0), match.guess


def _reacting(document: CreatorDocument, peers: Peers) -> float | None:
    rated = main_rated(document.accounts)
    return None if rated is None else peers.percentile(rated)


def is_denied(document: CreatorDocument, niche: Niche, gazetteer: Gazetteer) -> bool:
    """Whether the operator said that this creator lives nowhere in any of the places asked for."""
    denied = [mark.value for mark in document.marks if mark.kind == "not-in"]
    asked = [target.place.key for target in niche.wanted_places]
    return bool(asked) and all(any(lies_in(key, area, gazetteer) for area in denied) for key in asked)


def is_voice(document: CreatorDocument, niche: Niche) -> bool:
    """A person or somebody of whom nothing else is known; or just a kind that was asked for."""
    if document.kind not in NOT_A_VOICE or document.kind in niche.filters.kinds:
        return True
    return any(document.kind in INCLUDED[name] for name in niche.filters.include)


def rounded(parts: Parts) -> Parts:
    """Six digits: what is shown is what the score is made of."""
    return Parts(
        posts=round(parts.posts, 6),
        profile=round(parts.profile, 6),
        place=round(parts.place, 6),
        authenticity=round(parts.authenticity, 6),
        engagement=round(parts.engagement, 6),
    )
