"""From the candidates of the legs to an order: score, weigh what is known of them, set aside what is denied.

One pass, no text shown to anybody here (that is ``evidence``), no per-query state kept.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from math import isnan
from typing import NamedTuple

import numpy as np

from indexer.bundles import PostTraits
from indexer.contract import Index
from indexer.outline_table import Floats, OutlineTable
from indexer.score_table import ScoreTable
from places.gazetteer import Gazetteer
from search.aggregate import Relevance, relevance
from search.authenticity import authenticity_of, doubt_factor
from search.confidence import FeatureTable, confidences, features
from search.explain import DIGITS, product
from search.fitting import PlaceFits, is_voice, place_fits, wanted
from search.phrases import only_saying
from search.query import Query
from search.ranked import SAME, Among, Judged, PartsOfAll, Ranked
from search.rounding import rounded
from search.terms import ThemeTerms
from search.weights import Limits, Weights

ByColumn = Mapping[int, PostTraits]  # of some posts of a creator, by their column in the table of scores
READ_CLOSELY = 60  # creators whose best posts are read, for denials and keyword lists
READ_POSTS = 3
NEARLY_SAME = 1.01 * 10**-SAME  # further apart no two numbers agree in these digits


class _Known(NamedTuple):
    """What is known of the candidates beside the scores, by row."""

    outlines: OutlineTable
    bio_names: list[float]
    bio_denied: list[bool]
    fits: PlaceFits
    trust: list[float]  # see Judged


def rank(
    ids: Sequence[str], query: Query, *, index: Index, gazetteer: Gazetteer, weights: Weights, limits: Limits
) -> list[Ranked]:
    """Score and order creators; best first, equal scores by id. Creators outside the size asked for are left out."""
    outlines = wanted(index.outlines(sorted(ids)), query.niche, index)
    scores = index.best_posts(
        sorted(outlines.creators), query.text, query.vector, per_creator=limits.per_creator, vocabulary=query.vocabulary
    )
    scores = only_saying(without_repeated_posts(scores.of(sorted(scores))), query.niche.phrases, index)
    known = _known(outlines.of(scores.creators), query, gazetteer, index, weights)
    evidence = weights.evidence(index.info().posts)

    first = relevance(scores, known.bio_names, evidence=evidence, weights=weights)
    read = read_closely(promising(first, known.fits, weights), scores)
    heard = without_denied_posts(scores, read, query.terms, index)
    found = first if heard is scores else relevance(heard, known.bio_names, evidence=evidence, weights=weights)
    seen = features(heard, has_vocabulary=query.is_told)
    judged = _judged(found, known, read, seen, query, weights)
    return _ordered(Among(index, heard, judged, weights), weights)


def _known(outlines: OutlineTable, query: Query, gazetteer: Gazetteer, index: Index, weights: Weights) -> _Known:
    named = query.terms.naming(outlines.bios.tolist(), outlines.may_deny.tolist())
    return _Known(
        outlines,
        [naming.coverage for naming in named],
        [naming.denied for naming in named],
        place_fits(outlines, query.niche, gazetteer, index, weights),
        [doubt_factor(codes, weights) if codes else 1.0 for codes in outlines.doubts],
    )


def without_repeated_posts(scores: ScoreTable) -> ScoreTable:
    """Posting one text ten times is no interest: a copy has the cosine and the BM25 of its original."""
    columns = np.arange(scores.cosines.shape[1])
    cosines = np.where(columns < scores.held[:, None], scores.cosines, 2.0 + columns)  # what is not there is like none
    alike = np.diff(np.sort(cosines, axis=1), axis=1) <= NEARLY_SAME
    kept: dict[int, list[int]] = {}
    for row in np.flatnonzero(alike.any(axis=1)).tolist():  # a few: rounding all would take its time
        count = int(scores.held[row])
        pairs = zip(scores.cosines[row, :count].tolist(), scores.lexical[row, :count].tolist(), strict=True)
        distinct: dict[tuple[float, float], int] = {}
        for at, (cosine, lexical) in enumerate(pairs):
            distinct.setdefault((round(cosine, SAME), round(lexical, SAME)), at)
        if len(distinct) < count:
            kept[row] = list(distinct.values())
    return scores.keeping(kept)


def promising(first: Relevance, fits: PlaceFits, weights: Weights) -> list[int]:
    """The rows of the creators whose texts are worth reading: those that would lead the answer."""
    relevant = weights.profile * first.profile + (1.0 - weights.profile) * first.posts
    rows: list[int] = np.argsort(-(relevant * fits.scores), kind="stable")[:READ_CLOSELY].tolist()
    return rows


def read_closely(rows: Iterable[int], scores: ScoreTable) -> dict[int, ByColumn]:
    """What is known of the best posts that name the theme, of the creators in each of these rows."""
    ordered = sorted(rows)
    naming = ((scores.lexical[:, :READ_POSTS] > 0.0) & (scores.posts[:, :READ_POSTS] >= 0)).tolist()
    wanted = [[column for column, named in enumerate(naming[row]) if named] for row in ordered]
    pairs = [(row, column) for row, columns in zip(ordered, wanted, strict=True) for column in columns]
    traits = iter(scores.traits([row for row, _ in pairs], [column for _, column in pairs]))
    return {row: {column: next(traits) for column in columns} for row, columns in zip(ordered, wanted, strict=True)}


def without_denied_posts(
    scores: ScoreTable, read: Mapping[int, ByColumn], terms: ThemeTerms, index: Index
) -> ScoreTable:
    """Take away posts that name the theme only to refuse it."""
    doubtful = {row: columns for row, posts in read.items() if (columns := [at for at in posts if posts[at].may_deny])}
    rows = list(doubtful)
    named = dict(zip(rows, scores.post_ids(rows, READ_POSTS), strict=True))
    posts = index.get_posts([named[row][at] for row in rows for at in doubtful[row]])
    denied = {
        row: {at for at in doubtful[row] if (post := posts.get(named[row][at])) and terms.denied(post.written)}
        for row in rows
    }
    return scores.keeping(
        {
            row: [at for at in range(int(scores.held[row])) if at not in columns]
            for row, columns in denied.items()
            if columns
        }
    )


def _judged(
    found: Relevance, known: _Known, read: Mapping[int, ByColumn], seen: FeatureTable, query: Query, weights: Weights
) -> Judged:
    outlines, denied = known.outlines, np.array(known.bio_denied, np.bool_)
    plain = _plainness(outlines, read)
    voice = {kind: 1.0 if is_voice(kind, query.niche) else weights.not_a_voice for kind in set(outlines.kinds)}
    engagement = 1.0 + weights.engagement * (2.0 * outlines.reacting - 1.0)
    parts = (
        found.posts,
        found.profile * np.where(denied, weights.denied_bio, 1.0),
        known.fits.scores,
        plain * np.array(known.trust) * np.array([voice[kind] for kind in outlines.kinds]),
        np.where(np.isnan(engagement), 1.0, engagement),
    )
    return Judged(
        outlines=outlines,
        features=seen,
        parts=PartsOfAll(*[rounded(part, DIGITS) for part in parts]),
        nearest=known.fits.nearest,
        bio_names=known.bio_names,
        bio_denied=denied,
        trust=known.trust,
        keyword_lists=plain < 1.0,
    )


def _plainness(outlines: OutlineTable, read: Mapping[int, ByColumn]) -> Floats:
    """1.0, or less for texts that are lists of keywords. Only of those who were read closely: whoever else writes such
    lists has nothing to lose.
    """
    plain = np.ones(len(outlines.creators))
    bios = outlines.repetition.tolist()
    for row, posts in read.items():
        bio = None if isnan(bios[row]) else bios[row]
        plain[row] = authenticity_of([bio, *[post.repetition for post in posts.values()]])
    return plain


def _ordered(among: Among, weights: Weights) -> list[Ranked]:
    """Best first, equal scores by id, by which the rows are in order."""
    judged = among.judged
    scores, parts = rounded(product(*judged.parts, weights=weights), DIGITS), judged.parts
    sure = partial(confidences, judged.features, authenticity=parts.authenticity, denied=judged.bio_denied)
    themes = sure(places=np.ones(len(scores)))
    order = np.argsort(-scores, kind="stable")
    columns = (scores, sure(places=parts.place), themes, parts.authenticity)
    rows = zip(order.tolist(), *[column[order].tolist() for column in columns], strict=True)
    return [Ranked(among.scores.creators[row], among, row, *numbers) for row, *numbers in rows]
