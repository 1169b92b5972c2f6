"""A creator with everything that its place in an order rests on, and what the candidates of one query have in common.

Numbers lie in columns, by row; what an answer shows, and documents, are read when somebody looks at a creator.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import cached_property
from math import isnan
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from indexer.bundles import CreatorDocument
from indexer.card import Card
from indexer.contract import Index
from indexer.outline_table import Flags, Floats, OutlineTable
from indexer.score_table import ScoreTable
from places.matches import NONE
from places.model import PlaceGuess
from search.authenticity import Doubt, doubts
from search.confidence import Features, FeatureTable
from search.results import Parts
from search.rounding import rounded
from search.weights import Weights

BestPosts = Sequence[tuple[str, int]]  # ids, and which passage is the best
QUOTABLE: Final = 6  # posts that quotations are looked for in: copies and posts without text are passed over
SAME: Final = 4  # digits in which the scores of a copied post agree


class PartsOfAll(NamedTuple):
    """``Parts`` by row, rounded as they are shown."""

    posts: Floats
    profile: Floats
    place: Floats
    authenticity: Floats
    engagement: Floats


class Judged(NamedTuple):
    """What was made of each candidate, by row of the table of scores."""

    outlines: OutlineTable
    features: FeatureTable  # what the confidence rests on
    parts: PartsOfAll
    nearest: NDArray[np.int64]  # number of the place that fits best; ``NONE``
    bio_names: Sequence[float]  # share of the theme's words that the bio names,
    bio_denied: Flags  # ... and whether only to refuse them
    trust: Sequence[float]  # what doubts leave of the authenticity
    keyword_lists: Flags  # texts that repeat one word, which lowers the authenticity


class Among:
    """What the candidates of one query have in common."""

    def __init__(self, index: Index, scores: ScoreTable, judged: Judged, weights: Weights) -> None:
        """``scores``: denied posts already gone."""
        self.scores = scores
        self.judged = judged
        self.peers = index.peers()
        self.weights = weights
        self._index = index
        self._documents: dict[str, CreatorDocument] = {}
        self._cards: dict[str, Card] = {}
        self._best: dict[int, BestPosts] = {}

    @cached_property
    def first_scores(self) -> list[float | None]:
        """The cosine of the best post of each, as copies have it in common; None without posts."""
        firsts = zip(rounded(self.scores.best_cosines, SAME).tolist(), self.scores.held.tolist(), strict=True)
        return [first if held else None for first, held in firsts]

    @cached_property
    def heads(self) -> list[str]:
        """The first letters and digits of each bio (``outline_table.HEAD``)."""
        heads: list[str] = self.judged.outlines.heads.tolist()
        return heads

    def read_cards(self, ids: Iterable[str]) -> None:
        """Read the cards of these creators in one go."""
        self._cards.update(self._index.cards([key for key in ids if key not in self._cards]))

    def card(self, key: str) -> Card:
        """The card of a creator."""
        if key not in self._cards:
            self.read_cards([key])
        return self._cards[key]

    def read_best(self, rows: Iterable[int]) -> None:
        """Read the ids of the best posts in these rows in one go."""
        missing = [row for row in rows if row not in self._best]
        self._best.update(zip(missing, self.scores.best(missing, QUOTABLE), strict=True))

    def best_posts(self, row: int) -> BestPosts:
        """The best posts of a creator."""
        if row not in self._best:
            self.read_best([row])
        return self._best[row]

    def read(self, ids: Iterable[str]) -> None:
        """Read the documents of these creators in one go."""
        self._documents.update(self._index.get([key for key in ids if key not in self._documents]))

    def document(self, key: str) -> CreatorDocument:
        """The document of a creator."""
        if key not in self._documents:
            self.read([key])
        return self._documents[key]


class Ranked(NamedTuple):
    """One of the candidates. What may still be lowered stands here, the rest in the columns of all."""

    id: str
    among: Among
    row: int  # in the columns
    score: float
    confidence: float
    theme: float  # the confidence if the place were right
    authenticity: float  # of the parts
    repeats: tuple[Doubt, ...] = ()  # profiles that this one repeats, which lowers the authenticity

    @property
    def parts(self) -> Parts:
        """What the score is made of."""
        posts, profile, place, _, engagement = [float(column[self.row]) for column in self.among.judged.parts]
        return Parts(posts, profile, place, self.authenticity, engagement)

    @property
    def features(self) -> Features:
        """What score and confidence rest on."""
        return self.among.judged.features.of(self.row)

    @property
    def bio(self) -> str:
        """The bio, folded."""
        return str(self.among.judged.outlines.bios[self.row])

    @property
    def may_deny(self) -> bool:
        """Whether the bio holds a word of denial."""
        return bool(self.among.judged.outlines.may_deny[self.row])

    @property
    def head(self) -> str:
        """See ``Among.heads``."""
        return self.among.heads[self.row]

    @property
    def first_score(self) -> float | None:
        """See ``Among.first_scores``."""
        return self.among.first_scores[self.row]

    @property
    def accounts(self) -> list[tuple[str, str]]:
        """Platform and handle of each account."""
        return self.among.judged.outlines.accounts(self.row)

    @property
    def document(self) -> CreatorDocument:
        """All that is known of the creator."""
        return self.among.document(self.id)

    @property
    def card(self) -> Card:
        """What an answer shows of the creator."""
        return self.among.card(self.id)

    @property
    def standings(self) -> Sequence[float | None]:
        """Where each account that has a rate stands among its peers."""
        standings: Sequence[float | None] = self.among.judged.outlines.standings[self.row]
        return standings

    @property
    def reacting(self) -> float | None:
        """Percentile of the reactions among accounts of the same size and platform."""
        standing = float(self.among.judged.outlines.reacting[self.row])
        return None if isnan(standing) else standing

    @property
    def bio_names(self) -> float:
        """See ``Judged``."""
        return self.among.judged.bio_names[self.row]

    @property
    def bio_denied(self) -> bool:
        """See ``Judged``."""
        return bool(self.among.judged.bio_denied[self.row])

    @property
    def keyword_lists(self) -> bool:
        """See ``Judged``."""
        return bool(self.among.judged.keyword_lists[self.row])

    @property
    def is_trusted(self) -> bool:
        """Whether nothing about profile and numbers is doubtful, as with most."""
        return self.among.judged.trust[self.row] == 1.0

    @property
    def best_posts(self) -> BestPosts:
        """The best posts, best first."""
        return self.among.best_posts(self.row)

    @property
    def nearest(self) -> int | None:
        """Number of the place that fits best, if places were asked for."""
        number = int(self.among.judged.nearest[self.row])
        return None if number == NONE else number

    @property
    def guess(self) -> PlaceGuess | None:
        """The place that fits best, if places were asked for."""
        return None if self.nearest is None else self.document.places[self.nearest]

    @property
    def doubts(self) -> tuple[Doubt, ...]:
        """What about the profile and its numbers lowers the authenticity."""
        if self.is_trusted:  # nothing needs to be looked at again
            return self.repeats
        return (*doubts(self.document, self.among.peers, self.among.weights), *self.repeats)


def documents_of(ranked: Sequence[Ranked]) -> list[CreatorDocument]:
    """The documents of some creators, read in one go."""
    if ranked:
        ranked[0].among.read([entry.id for entry in ranked])
    return [entry.document for entry in ranked]


def look_at(ranked: Iterable[Ranked]) -> None:
    """Read in one go what an answer shows of some creators: cards, best posts, documents of who is doubted."""
    together: defaultdict[Among, list[Ranked]] = defaultdict(list)
    for entry in ranked:
        together[entry.among].append(entry)
    for among, entries in together.items():
        among.read_best([entry.row for entry in entries])
        among.read_cards([entry.id for entry in entries])
        among.read([entry.id for entry in entries if not entry.is_trusted])


def in_order(ranked: Iterable[Ranked]) -> list[Ranked]:
    """Best first, equal scores by id."""
    return sorted(ranked, key=lambda entry: (-entry.score, entry.id))
