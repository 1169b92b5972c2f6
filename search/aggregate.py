"""From the scores of posts and profiles to the relevance of creators: pure, per query, no index and no text.

A principal, recurring interest is sought, in the manner of the literature on finding blogs and experts: a creator is
relevant when the best five posts are ("E", rank-discounted), when there are several good ones (votes, saturating:
Macdonald and Ounis vote with raw counts), when they are much of what is written (the share, shrunken), when the words
of the niche run through all that is written (the vocabulary that others of the niche share), and when the whole is
(profile: cosine of centroid or bio, and BM25).

Only the best posts of a creator are looked at, so five thousand posts count like the best ten, and no follower
count appears anywhere. Values are normalised within the query: they give an order, not a confidence.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from indexer.score_table import ScoreTable
from search.fusion import COSINE_FLOOR, LEXICAL_FLOOR, Scores, convex, min_max, theoretical_min_max
from search.weights import Weights

BEST_FIVE = 1.0 / np.arange(1, 6)
JUST_EVIDENCE = 1e-6  # the weakest post that is evidence still is one


class Relevance(NamedTuple):
    """Per creator, in the order given: both parts in [0, 1], and the score of every post, best first."""

    posts: Scores  # shape (creators,)
    profile: Scores  # shape (creators,)
    post_scores: Scores  # shape (creators, most posts), 0.0 where a creator has fewer
    votes: Scores  # posts that count as evidence, shape (creators,)


def relevance(candidates: ScoreTable, bios: Sequence[float], *, evidence: int, weights: Weights) -> Relevance:
    """Score creators by their posts and by their profile.

    ``bios``: the share of the theme's words that each bio names. ``evidence`` is the number of posts, over all
    candidates, that can be evidence; the others tell nothing.
    """
    scores = hybrid_post_scores(candidates, weights.dense)
    counted = only_best(scores, evidence, weights.near_best)
    return Relevance(
        posts=posts_part(counted, weights) + principal_part(candidates, weights),
        profile=profile_part(candidates, bios, weights),
        post_scores=scores,
        votes=np.count_nonzero(counted, axis=1).astype(np.float64),
    )


def hybrid_post_scores(candidates: ScoreTable, dense: float) -> Scores:
    """Both legs of every post on one scale, each creator's best first; shape (creators, most posts)."""
    mixed = convex(
        theoretical_min_max(candidates.cosines, COSINE_FLOOR),
        theoretical_min_max(candidates.lexical, LEXICAL_FLOOR),
        dense,
    )
    return -np.sort(-mixed, axis=1)


def only_best(scores: Scores, how_many: int, near_best: float = 1.0) -> Scores:
    """The best ``how_many`` scores, and all from ``near_best`` times the best on, spread over (0, 1]; others are 0.

    Spreading is what makes one strong post worth more than several middling ones. A fixed number alone would leave
    nothing to most creators where a common word is asked for and hundreds of posts are equally good.
    """
    present = np.sort(scores[scores > 0.0])[::-1]
    if present.size == 0:
        return np.zeros_like(scores)
    top = present[0]
    lowest = min(present[:how_many][-1], near_best * top)
    spread = (scores - lowest) / (top - lowest) if top > lowest else np.ones_like(scores)
    return np.where((scores > 0.0) & (scores >= lowest), np.clip(spread, JUST_EVIDENCE, 1.0), 0.0)


def posts_part(counted: Scores, weights: Weights) -> Scores:
    """Evidence of posts in [0, 1]: the best one, the best five, and how many there are."""
    if counted.size == 0:
        return np.zeros(len(counted))
    five = counted[:, :5]
    mass = counted.sum(axis=1)
    return (
        weights.best * min_max(counted[:, 0])
        + weights.discounted * min_max(five @ BEST_FIVE[: five.shape[1]])
        + weights.recurring * min_max(mass / (mass + weights.shrink))
    )


def principal_part(candidates: ScoreTable, weights: Weights) -> Scores:
    """Which share of all that a creator writes is on the theme, told by its vocabulary; 0 where it has none.

    A bio is what its owner says to write about, which is worth as much as one post: it decides among those who have
    written two or three, and is lost among fifty.
    """
    told = np.clip((candidates.bios - weights.bio_from) / (weights.bio_full - weights.bio_from), 0.0, 1.0)
    return weights.principal * min_max((candidates.on_theme + told) / (candidates.written + weights.others))


def profile_part(candidates: ScoreTable, bios: Sequence[float], weights: Weights) -> Scores:
    """Evidence of the whole in [0, 1]: how near centroid or bio is, BM25, and whether the bio names the theme.

    A bio is what its owner says to be about; who wrote of many things besides has a centroid that tells less. The
    nearness of all posts is trusted with their number; what the bio alone is worth does not wait for posts.
    """
    count = np.minimum(candidates.written, weights.enough_posts)
    cosine = np.maximum(candidates.centroids, candidates.bios)
    trust = count / (count + weights.shrink)
    nearness = np.maximum(min_max(cosine) * trust, weights.bio_alone * min_max(candidates.bios))
    return convex(
        np.asarray(bios, np.float64), convex(nearness, min_max(candidates.profile), weights.centroid), weights.bio_names
    )
