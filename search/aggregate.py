"""From the scores of posts and profiles to the relevance of creators: pure, per query, no index and no text.

The mean of "H" and "E" of the literature on finding blogs and experts: a creator is relevant when the best post is
(H, CombMAX), when several good posts are (H, log of expCombMNZ: Macdonald and Ounis), when the best five are
(E, rank-discounted), and when the whole of what was written is (profile: centroid and BM25).

Only the best posts of a creator are looked at, so five thousand posts count like the best ten, and no follower
count appears anywhere. Values are normalised within the query: they give an order, not a confidence.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from indexer.contract import CreatorScores
from search.fusion import COSINE_FLOOR, LEXICAL_FLOOR, Scores, convex, min_max, theoretical_min_max
from search.weights import Weights

BEST_FIVE = 1.0 / np.arange(1, 6)
JUST_EVIDENCE = 1e-6  # the weakest post that is evidence still is one


@dataclass(frozen=True, slots=True)
class Relevance:
    """Per creator, in the order given: both parts in [0, 1], and the score of every post, best first."""

    posts: Scores  # shape (creators,)
    profile: Scores  # shape (creators,)
    post_scores: Scores  # shape (creators, most posts), 0.0 where a creator has fewer
    votes: Scores  # posts that count as evidence, shape (creators,)


def relevance(candidates: Sequence[CreatorScores], *, evidence: int, weights: Weights) -> Relevance:
    """Score creators by their posts and by their profile.

    ``evidence`` is the number of posts, over all candidates, that can be evidence; the others tell nothing.
    """
    scores = hybrid_post_scores(candidates, weights.dense)
    counted = only_best(scores, evidence)
    return Relevance(
        posts=posts_part(counted, weights),
        profile=profile_part(candidates, weights),
        post_scores=scores,
        votes=np.count_nonzero(counted, axis=1).astype(np.float64),
    )


def hybrid_post_scores(candidates: Sequence[CreatorScores], dense: float) -> Scores:
    """Both legs of every post on one scale, each creator's best first; shape (creators, most posts)."""
    width = max((len(candidate.posts) for candidate in candidates), default=0)
    cosines = np.full((len(candidates), width), COSINE_FLOOR)
    lexical = np.full((len(candidates), width), LEXICAL_FLOOR)
    for row, candidate in enumerate(candidates):
        cosines[row, : len(candidate.posts)] = [post.cosine for post in candidate.posts]
        lexical[row, : len(candidate.posts)] = [post.lexical for post in candidate.posts]
    mixed = convex(
        theoretical_min_max(cosines, COSINE_FLOOR),
        theoretical_min_max(lexical, LEXICAL_FLOOR),
        dense,
    )
    return -np.sort(-mixed, axis=1)


def only_best(scores: Scores, how_many: int) -> Scores:
    """The best ``how_many`` scores spread over (0, 1], in place of which all others are 0.

    Spreading first is what makes one strong post worth more than several middling ones.
    """
    present = np.sort(scores[scores > 0.0])[::-1][:how_many]
    if present.size == 0:
        return np.zeros_like(scores)
    top, lowest = present[0], present[-1]
    spread = (scores - lowest) / (top - lowest) if top > lowest else np.ones_like(scores)
    return np.where(scores >= lowest, np.maximum(spread, JUST_EVIDENCE), 0.0)


def posts_part(counted: Scores, weights: Weights) -> Scores:
    """Evidence of posts in [0, 1]: the best one, how many there are, and the best five."""
    if counted.size == 0:
        return np.zeros(len(counted))
    votes = np.count_nonzero(counted, axis=1)
    mass = np.where(counted > 0.0, np.exp(counted), 0.0).sum(axis=1)
    five = counted[:, :5]
    return (
        weights.strongest * min_max(counted[:, 0])
        + weights.votes * min_max(np.log1p(votes * mass))
        + weights.discounted * min_max(five @ BEST_FIVE[: five.shape[1]])
    )


def profile_part(candidates: Sequence[CreatorScores], weights: Weights) -> Scores:
    """Evidence of the whole in [0, 1]: the centroid, trusted with the number of posts, and BM25 over the profile."""
    count = np.array([candidate.post_count for candidate in candidates], dtype=np.float64)
    centroid = np.array([candidate.centroid for candidate in candidates])
    lexical = np.array([candidate.lexical for candidate in candidates])
    trust = count / (count + weights.shrink)
    return convex(min_max(centroid) * trust, min_max(lexical), weights.centroid)
