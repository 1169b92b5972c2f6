"""From the candidates of the legs to an order: score, judge place and kind, set aside what is denied.

One pass, no text shown to anybody here (that is ``evidence``), no per-query state kept.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from math import prod
from typing import NamedTuple

import numpy as np

from indexer.contract import CreatorDocument, CreatorScores, Index, PostDocument
from indexer.engagement import Peers, main_rated, rate_of
from indexer.score_table import ScoreTable
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
from search.terms import Naming, ThemeTerms
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
    table: ScoreTable  # denied posts already gone
    row: int  # in ``table``
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

    @property
    def scores(self) -> CreatorScores:
        """What the posts and the profile scored."""
        return self.table.row(self.row)


class _Known(NamedTuple):
    """What is known of a creator beside the scores."""

    bio: Naming
    fit: PlaceFit
    reacting: float | None
    doubts: tuple[Doubt, ...]


def rank(
    ids: Sequence[str], query: Query, *, index: Index, gazetteer: Gazetteer, weights: Weights, limits: Limits
) -> list[Ranked]:
    """Score and order creators; best first, equal scores by id. Creators outside the size asked for are left out."""
    held = {key: document for key, document in index.get(ids).items() if is_wanted(document, query.niche)}
    scores = index.best_posts(
        sorted(held), query.text, query.vector, per_creator=limits.per_creator, vocabulary=query.vocabulary
    )
    scores = only_saying(without_repeated_posts(scores.of(sorted(scores))), query.niche.phrases, index)
    documents = [held[key] for key in scores]
    known = _known(documents, query, PlacesAsked(query.niche.places, gazetteer), index.peers(), weights)
    bios = [each.bio.coverage for each in known]
    evidence = weights.evidence(index.info().posts)

    first = relevance(scores, bios, evidence=evidence, weights=weights)
    read = read_closely(promising(first, known, weights), scores, index)
    heard = without_denied_posts(scores, read, query.terms)
    found = first if heard is scores else relevance(heard, bios, evidence=evidence, weights=weights)
    return in_order(_judged(documents, heard, found, known, read, query, weights))


def _known(
    documents: Sequence[CreatorDocument], query: Query, asked: PlacesAsked, peers: Peers, weights: Weights
) -> list[_Known]:
    return [
        _Known(
            query.terms.naming(document.bio),
            place_of(document, query.niche, asked, weights),
            _reacting(document, peers),
            doubts(document, peers, weights),
        )
        for document in documents
    ]


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


def without_repeated_posts(scores: ScoreTable) -> ScoreTable:
    """Posting one text ten times is no interest: a copy has the cosine and the BM25 of its original."""
    alike = np.diff(np.sort(scores.cosines, axis=1), axis=1) <= NEARLY_SAME
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


def promising(first: Relevance, known: Sequence[_Known], weights: Weights) -> list[int]:
    """The rows of the creators whose texts are worth reading: those that would lead the answer."""
    relevant = weights.profile * first.profile + (1.0 - weights.profile) * first.posts
    likely = relevant * np.array([each.fit[0] for each in known])
    rows: list[int] = np.argsort(-likely, kind="stable")[:READ_CLOSELY].tolist()
    return rows


def read_closely(rows: Iterable[int], scores: ScoreTable, index: Index) -> dict[int, PostTexts]:
    """The best posts that name the theme, of the creators in each of these rows."""
    ordered = sorted(rows)
    naming = (scores.lexical[:, :READ_POSTS] > 0.0).tolist()
    wanted = {
        row: [post_id for post_id, named in zip(ids, naming[row], strict=False) if named]
        for row, ids in zip(ordered, scores.post_ids(ordered, READ_POSTS), strict=True)
    }
    posts = index.get_posts([post_id for of_one in wanted.values() for post_id in of_one])
    return {row: tuple([posts[post_id] for post_id in of_one if post_id in posts]) for row, of_one in wanted.items()}


def without_denied_posts(scores: ScoreTable, read: Mapping[int, PostTexts], terms: ThemeTerms) -> ScoreTable:
    """Take away posts that name the theme only to refuse it."""
    denied = {row: {post.id for post in posts if terms.denied(_written(post))} for row, posts in read.items()}
    rows = [row for row, ids in denied.items() if ids]
    return scores.keeping(
        {
            row: [at for at, key in enumerate(ids) if key not in denied[row]]
            for row, ids in zip(rows, scores.post_ids(rows, scores.posts.shape[1]), strict=True)
        }
    )


def _written(post: PostDocument) -> str:
    return f"{post.title}\n{post.text}\n{' '.join(f'#{tag}' for tag in post.tags)}"


def _judged(
    documents: Sequence[CreatorDocument],
    scores: ScoreTable,
    found: Relevance,
    known: Sequence[_Known],
    read: Mapping[int, PostTexts],
    query: Query,
    weights: Weights,
) -> Iterator[Ranked]:
    posts, profiles, votes = found.posts.tolist(), found.profile.tolist(), found.votes.tolist()
    seen = features(scores, has_vocabulary=query.is_told)
    for row, (document, of_one) in enumerate(zip(documents, known, strict=True)):
        place, guess = of_one.fit
        denied = of_one.bio.denied
        # Only of those who were read closely: whoever else is a list of keywords has nothing to lose.
        plain = authenticity_of(_texts(document, read[row])) if row in read else 1.0
        trust = plain * prod([factor for _, factor in of_one.doubts])
        reacting = of_one.reacting
        parts = rounded(
            Parts(
                posts=posts[row],
                profile=profiles[row] * (weights.denied_bio if denied else 1.0),
                place=place,
                authenticity=trust * (1.0 if is_voice(document, query.niche) else weights.not_a_voice),
                engagement=1.0 if reacting is None else 1.0 + weights.engagement * (2.0 * reacting - 1.0),
            )
        )
        theme = confidence(seen[row], place=1.0, authenticity=parts.authenticity, denied=denied)
        yield Ranked(
            document=document,
            table=scores,
            row=row,
            parts=parts,
            score=recompute(parts, weights),
            confidence=theme
            if parts.place == 1.0
            else confidence(seen[row], place=parts.place, authenticity=parts.authenticity, denied=denied),
            theme=theme,
            features=seen[row],
            guess=guess,
            reacting=reacting,
            votes=int(votes[row]),
            bio_denied=denied,
            keyword_lists=plain < 1.0,
            doubts=of_one.doubts,
            read=read.get(row, ()),
        )


def _texts(document: CreatorDocument, read: PostTexts) -> list[str]:
    return [document.bio, *[f"{post.title}\n{post.text}" for post in read]]


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
