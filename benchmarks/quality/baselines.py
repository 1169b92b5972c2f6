"""What the ranking is measured against: plain rules of the literature, run on the same index.

They get the query as it was typed, but for the last two, which are told theme and place as our own ranking is. Each
gives an order of creators and nothing else.
"""

from collections.abc import Callable, Mapping, Sequence
from math import exp
from typing import Final, NamedTuple

import numpy as np

from app.evaluation import TREC_DEPTH, Run
from benchmarks.quality.judged import Opened, everybody
from indexer.bundles import CreatorDocument
from indexer.contract import CreatorHit, Filters, PostHit
from search.fitting import place_fits
from search.fusion import Scores, in_order, min_max, reciprocal_ranks
from search.query import text_query
from search.weights import WEIGHTS

EVERYBODY: Final = Filters()
VOTING: Final = 1_000  # posts that vote
SEED: Final = 20_261_123

Ranking = list[tuple[str, float]]  # (creator id of the index, score), best first


class Found(NamedTuple):
    """What the index finds for one text: everything that the baselines are made of."""

    profile: Ranking  # BM25 over the profile
    centroid: Ranking
    bio: Ranking
    lexical: Sequence[PostHit]
    dense: Sequence[PostHit]


def random_order(people: Mapping[str, CreatorDocument], _: Found) -> Ranking:
    """Anybody."""
    order = np.random.default_rng(SEED).permutation(len(people))
    return in_order(zip(sorted(people), map(float, order), strict=True))


def most_posts(people: Mapping[str, CreatorDocument], _: Found) -> Ranking:
    """Who writes most."""
    return in_order((key, float(document.post_count)) for key, document in people.items())


def most_followers(people: Mapping[str, CreatorDocument], _: Found) -> Ranking:
    """Who has most followers."""
    return in_order((key, float(document.followers or 0)) for key, document in people.items())


def best_post(_: Mapping[str, CreatorDocument], found: Found) -> Ranking:
    """CombMAX of BM25."""
    return _combined(found.lexical, max)


def sum_of_posts(_: Mapping[str, CreatorDocument], found: Found) -> Ranking:
    """CombSUM of BM25."""
    return _combined(found.lexical, sum)


def votes(_: Mapping[str, CreatorDocument], found: Found) -> Ranking:
    """Macdonald and Ounis's expCombMNZ: |V| · Σ e^s over the posts that vote, scores in [0, 1]."""
    voting = found.lexical[:VOTING]
    best = max((hit.score for hit in voting), default=1.0)
    return _combined(voting, lambda scores: len(scores) * sum(exp(score / best) for score in scores))


def dense_three(_: Mapping[str, CreatorDocument], found: Found) -> Ranking:
    """The three best cosines of each creator."""
    return _combined(found.dense, lambda scores: sum(sorted(scores, reverse=True)[:3]) / 3)


def fused_ranks(_: Mapping[str, CreatorDocument], found: Found) -> Ranking:
    """Reciprocal rank fusion (k = 60) of BM25 over the profile and the centroid."""
    return reciprocal_ranks([[key for key, _ in ranking] for ranking in (found.profile, found.centroid)])


def fused_scores(_: Mapping[str, CreatorDocument], found: Found) -> Ranking:
    """Half of each, both from 0 to 1."""
    legs = [dict(zip(dict(leg), _even(leg), strict=True)) for leg in (found.profile, found.centroid)]
    people = sorted({key for leg in legs for key in leg})
    return in_order((key, sum(leg.get(key, 0.0) for leg in legs) / len(legs)) for key in people)


BASELINES: Final[Mapping[str, Callable[[Mapping[str, CreatorDocument], Found], Ranking]]] = {
    "random": random_order,
    "number of posts": most_posts,
    "followers": most_followers,
    "BM25 of the profile": lambda _, found: found.profile,
    "BM25, best post": best_post,
    "BM25, sum of posts": sum_of_posts,
    "BM25, votes (expCombMNZ)": votes,
    "centroid": lambda _, found: found.centroid,
    "dense, best three posts": dense_three,
    "dense, bio alone": lambda _, found: found.bio,
    "RRF60 of profile and centroid": fused_ranks,
    "mean of profile and centroid": fused_scores,
}
WITH_PLACE: Final = "RRF60, theme and place as read"


def baseline_runs(opened: Opened) -> dict[str, Run]:
    """Baseline → its order for every query, in the collection's own ids."""
    people = everybody(opened.index)
    own = {
        key: next((account.collection_id for account in document.accounts if account.collection_id), None) or key
        for key, document in people.items()
    }
    runs: dict[str, dict[str, list[tuple[str, float]]]] = {name: {} for name in (*BASELINES, WITH_PLACE)}
    for query, text in opened.judged.queries.items():
        found = _find(opened, text)
        orders = {name: baseline(people, found) for name, baseline in BASELINES.items()}
        orders[WITH_PLACE] = _gated(opened, query, people)
        for name, order in orders.items():
            runs[name][query] = [(own[key], score) for key, score in order if key in own][:TREC_DEPTH]
    return dict(runs)


def _find(opened: Opened, text: str) -> Found:
    index, vector, words = opened.index, opened.encoder.encode(text), text_query(text, opened.index)
    info = index.info()
    every, posts, deep = info.creators, info.posts, min(info.creators, TREC_DEPTH)
    return Found(
        profile=_ranking(index.search_creators_text(words, limit=every, filters=EVERYBODY)),
        centroid=_ranking(index.search_creators_vector(vector, field="centroid", limit=every, filters=EVERYBODY)),
        bio=_ranking(index.search_creators_vector(vector, field="bio", limit=every, filters=EVERYBODY)),
        lexical=index.search_posts_text(words, creators=deep, per_creator=posts, filters=EVERYBODY),
        dense=index.search_posts_vector(vector, creators=deep, per_creator=posts, filters=EVERYBODY),
    )


def _ranking(hits: Sequence[CreatorHit]) -> Ranking:
    return [(hit.creator_id, hit.score) for hit in hits]


def _gated(opened: Opened, query: str, people: Mapping[str, CreatorDocument]) -> Ranking:
    """Fused ranks of the theme, times how well the place fits: what our reading of places is worth alone."""
    niche = opened.niches[query]
    index, theme = opened.index, niche.theme or niche.text
    every = index.info().creators
    words, vector = text_query(theme, index), opened.encoder.encode(theme)
    legs = (
        index.search_creators_text(words, limit=every, filters=EVERYBODY),
        index.search_creators_vector(vector, field="centroid", limit=every, filters=EVERYBODY),
    )
    fused = reciprocal_ranks([[hit.creator_id for hit in leg] for leg in legs])
    outlines = index.outlines([key for key, _ in fused if key in people])
    fits = place_fits(outlines, niche, opened.gazetteer, index, WEIGHTS)
    scores = dict(zip(outlines.creators.tolist(), fits.scores.tolist(), strict=True))
    return in_order((key, score * scores[key]) for key, score in fused if key in scores)


def _combined(hits: Sequence[PostHit], combine: Callable[[list[float]], float]) -> Ranking:
    scores: dict[str, list[float]] = {}
    for hit in hits:
        scores.setdefault(hit.creator_id, []).append(hit.score)
    return in_order((key, float(combine(held))) for key, held in scores.items())


def _even(leg: Ranking) -> Scores:
    return min_max(np.array([score for _, score in leg], dtype=np.float64))
