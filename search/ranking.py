"""From the candidates of the legs to an order: score, weigh what is known of them, set aside what is denied.

One pass, no text shown to anybody here (that is ``evidence``), no per-query state kept.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from indexer.bundles import CreatorDocument, PostTraits
from indexer.card import Card
from indexer.contract import CreatorScores, Index
from indexer.outline import Outline
from indexer.score_table import ScoreTable
from places.gazetteer import Gazetteer
from places.model import PlaceGuess
from search.aggregate import Relevance, relevance
from search.authenticity import Doubt, authenticity_of, doubt_factor, doubts
from search.confidence import Features, confidence, features
from search.explain import recompute
from search.fitting import PlaceFit, is_voice, place_fits, wanted
from search.phrases import only_saying
from search.query import Query
from search.results import Parts
from search.terms import ThemeTerms
from search.weights import Limits, Weights

ByColumn = Mapping[int, PostTraits]  # of some posts of a creator, by their column in the table of scores
READ_CLOSELY = 60  # creators whose best posts are read, for denials and keyword lists
READ_POSTS = 3
SAME = 4  # digits in which the scores of a copied post agree
NEARLY_SAME = 1.01 * 10**-SAME  # further apart no two numbers agree in these digits


class Among:
    """What the candidates of one query have in common; documents are read when somebody looks at them."""

    def __init__(self, index: Index, scores: ScoreTable, weights: Weights) -> None:
        self.scores = scores  # denied posts already gone
        self.peers = index.peers()
        self.weights = weights
        self._index = index
        self._documents: dict[str, CreatorDocument] = {}
        self._cards: dict[str, Card] = {}

    def read_cards(self, ids: Iterable[str]) -> None:
        """Read the cards of these creators in one go."""
        self._cards.update(self._index.cards([key for key in ids if key not in self._cards]))

    def card(self, key: str) -> Card:
        """The card of a creator."""
        if key not in self._cards:
            self.read_cards([key])
        return self._cards[key]

    def read(self, ids: Iterable[str]) -> None:
        """Read the documents of these creators in one go."""
        self._documents.update(self._index.get([key for key in ids if key not in self._documents]))

    def document(self, key: str) -> CreatorDocument:
        """The document of a creator."""
        if key not in self._documents:
            self.read([key])
        return self._documents[key]


class Ranked(NamedTuple):
    """A creator with everything that its place in the order rests on."""

    id: str
    among: Among
    row: int  # in the scores of all
    outline: Outline
    parts: Parts
    score: float
    confidence: float
    theme: float  # the confidence if the place were right
    features: Features  # what both rest on
    nearest: int | None  # number of the place that fits best, if places were asked for
    reacting: float | None  # percentile of the reactions among accounts of the same size and platform
    votes: int  # of the posts that count, how many are evidence
    bio_names: float  # share of the theme's words that the bio names,
    bio_denied: bool  # ... and whether only to refuse them
    trust: float  # what doubts leave of the authenticity
    keyword_lists: bool  # texts that repeat one word, which lowers the authenticity
    repeats: tuple[Doubt, ...] = ()  # profiles that this one repeats, which lowers the authenticity, too

    @property
    def document(self) -> CreatorDocument:
        """All that is known of the creator."""
        return self.among.document(self.id)

    @property
    def card(self) -> Card:
        """What an answer shows of the creator."""
        return self.among.card(self.id)

    @property
    def standings(self) -> list[float | None]:
        """Where each account that has a rate stands among its peers."""
        return [self.among.peers.standing(rate) for rate in self.outline.rates]

    @property
    def scores(self) -> CreatorScores:
        """What the posts and the profile scored."""
        return self.among.scores.row(self.row)

    @property
    def guess(self) -> PlaceGuess | None:
        """The place that fits best, if places were asked for."""
        return None if self.nearest is None else self.document.places[self.nearest]

    @property
    def doubts(self) -> tuple[Doubt, ...]:
        """What about the profile and its numbers lowers the authenticity."""
        if self.trust == 1.0:  # as of most, for whom nothing needs to be looked at again
            return self.repeats
        return (*doubts(self.document, self.among.peers, self.among.weights), *self.repeats)


def documents_of(ranked: Sequence[Ranked]) -> list[CreatorDocument]:
    """The documents of some creators, read in one go."""
    if ranked:
        ranked[0].among.read([entry.id for entry in ranked])
    return [entry.document for entry in ranked]


def look_at(ranked: Iterable[Ranked]) -> None:
    """Read in one go what an answer shows of some creators: cards, scores of posts, documents of who is doubted."""
    together: defaultdict[Among, list[Ranked]] = defaultdict(list)
    for entry in ranked:
        together[entry.among].append(entry)
    for among, entries in together.items():
        among.scores.look_at([entry.row for entry in entries])
        among.read_cards([entry.id for entry in entries])
        among.read([entry.id for entry in entries if entry.trust < 1.0])


class _Known(NamedTuple):
    """What is known of a creator beside the scores."""

    outline: Outline
    bio_names: float
    bio_denied: bool
    fit: PlaceFit
    reacting: float | None
    trust: float  # see Ranked


def rank(
    ids: Sequence[str], query: Query, *, index: Index, gazetteer: Gazetteer, weights: Weights, limits: Limits
) -> list[Ranked]:
    """Score and order creators; best first, equal scores by id. Creators outside the size asked for are left out."""
    outlines = wanted(index.outlines(ids), query.niche, index)
    scores = index.best_posts(
        sorted(outlines), query.text, query.vector, per_creator=limits.per_creator, vocabulary=query.vocabulary
    )
    scores = only_saying(without_repeated_posts(scores.of(sorted(scores))), query.niche.phrases, index)
    known = _known({key: outlines[key] for key in scores}, query, gazetteer, index, weights)
    bios = [each.bio_names for each in known]
    evidence = weights.evidence(index.info().posts)

    first = relevance(scores, bios, evidence=evidence, weights=weights)
    read = read_closely(promising(first, known, weights), scores)
    heard = without_denied_posts(scores, read, query.terms, index)
    found = first if heard is scores else relevance(heard, bios, evidence=evidence, weights=weights)
    return in_order(_judged(Among(index, heard, weights), found, known, read, query))


def _known(
    outlines: Mapping[str, Outline], query: Query, gazetteer: Gazetteer, index: Index, weights: Weights
) -> list[_Known]:
    peers, terms = index.peers(), query.terms
    fits = place_fits(outlines, query.niche, gazetteer, index, weights)
    bios = [outline.bio for outline in outlines.values()]
    named = terms.naming(bios, [outline.may_deny for outline in outlines.values()])
    return [
        _Known(
            outline,
            *naming,
            fits[key],
            None if outline.rate is None else peers.standing(outline.rate),
            doubt_factor(outline, peers, weights),
        )
        for (key, outline), naming in zip(outlines.items(), named, strict=True)
    ]


def in_order(ranked: Iterable[Ranked]) -> list[Ranked]:
    """Best first, equal scores by id."""
    return sorted(ranked, key=lambda entry: (-entry.score, entry.id))


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


def promising(first: Relevance, known: Sequence[_Known], weights: Weights) -> list[int]:
    """The rows of the creators whose texts are worth reading: those that would lead the answer."""
    relevant = weights.profile * first.profile + (1.0 - weights.profile) * first.posts
    likely = relevant * np.array([each.fit[0] for each in known])
    rows: list[int] = np.argsort(-likely, kind="stable")[:READ_CLOSELY].tolist()
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
    among: Among, found: Relevance, known: Sequence[_Known], read: Mapping[int, ByColumn], query: Query
) -> Iterator[Ranked]:
    weights, niche = among.weights, query.niche
    posts, profiles, votes = found.posts.tolist(), found.profile.tolist(), found.votes.tolist()
    seen = features(among.scores, has_vocabulary=query.is_told)
    for row, (key, of_one) in enumerate(zip(among.scores, known, strict=True)):
        outline, (place, nearest), reacting = of_one.outline, of_one.fit, of_one.reacting
        denied = of_one.bio_denied
        # Only of those who were read closely: whoever else is a list of keywords has nothing to lose.
        texts = read.get(row)
        plain = (
            1.0
            if texts is None
            else authenticity_of([outline.repetition, *[post.repetition for post in texts.values()]])
        )
        genuine = plain * of_one.trust * (1.0 if is_voice(outline.kind, niche) else weights.not_a_voice)
        parts = Parts(  # six digits: what is shown is what the score is made of
            round(posts[row], 6),
            round(profiles[row] * (weights.denied_bio if denied else 1.0), 6),
            round(place, 6),
            round(genuine, 6),
            1.0 if reacting is None else round(1.0 + weights.engagement * (2.0 * reacting - 1.0), 6),
        )
        theme = confidence(seen[row], place=1.0, authenticity=parts.authenticity, denied=denied)
        yield Ranked(
            id=key,
            among=among,
            row=row,
            outline=outline,
            parts=parts,
            score=recompute(parts, weights),
            confidence=theme
            if parts.place == 1.0
            else confidence(seen[row], place=parts.place, authenticity=parts.authenticity, denied=denied),
            theme=theme,
            features=seen[row],
            nearest=nearest,
            reacting=reacting,
            votes=int(votes[row]),
            bio_names=of_one.bio_names,
            bio_denied=denied,
            trust=of_one.trust,
            keyword_lists=plain < 1.0,
        )
