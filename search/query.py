"""A niche made ready for the index: its words by the token chain, its vector, the words to look for in quotations."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple, Protocol

import numpy as np

from base.beside import Beside
from indexer.bundles import Vector
from indexer.contract import Index, IndexInfo, TextQuery
from indexer.vocabulary import Vocabulary
from niche.model import Niche
from search.terms import ThemeTerms
from search.weights import WEIGHTS, Weights
from search.wording import Wording, told_by, wording_of
from text.analysis import analyse_query
from text.stems import STEM_LANGUAGES, stem
from text.tokens import tokenize

QUARTERS: Final = 4
NO_WORDS: Final = TextQuery(surface=(), stems=())
AS_ASKED: Final = Wording("")
RARE: Final = 0.05  # share of the posts up to which a theme is rare
STEMMED_FROM: Final = 0.01  # a language that holds this share of the posts has its stems in the query


class IndexFrequency:
    """``text.frequency.AsksAhead`` of an index."""

    def __init__(self, index: Index) -> None:
        self._index = index

    def __call__(self, word: str) -> int:
        """In how many posts."""
        return self._index.frequency(word)

    def ahead(self, words: Iterable[str]) -> None:
        """See AsksAhead."""
        self._index.ask_ahead(words)


class Encoder(Protocol):
    """What turns a theme into a vector."""

    def encode(self, text: str) -> Vector:
        """A unit vector of the index's dimension."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """What the legs and the scoring need of a niche."""

    niche: Niche
    text: TextQuery
    meaning: Callable[[], Vector]  # waits for the vector, which is made meanwhile
    terms: ThemeTerms
    vocabulary: Vocabulary | None = None
    is_told: bool = False  # whether the share on the theme also says how sure one may be: not of a longer theme
    wording: Wording = AS_ASKED
    example: str = ""  # the id of the creator whose like is sought, who is no answer

    @property
    def vector(self) -> Vector:
        """What is meant; waits for it."""
        return self.meaning()

    @property
    def widened(self) -> TextQuery:
        """The theme's words, and after them those of its vocabulary: what candidates are looked for by.

        Terms count as often as they are given, so weights are spelt in quarters.
        """
        if self.vocabulary is None:
            return self.text
        related = (stem for stem, weight, _ in self.vocabulary.words for _ in range(max(1, round(QUARTERS * weight))))
        return TextQuery(
            surface=tuple(word for word in self.text.surface for _ in range(QUARTERS)),
            stems=(*(word for word in self.text.stems for _ in range(QUARTERS)), *related),
        )


class Example(NamedTuple):
    """A creator whose like is sought: what all their posts are about together."""

    id: str
    centroid: Vector


def prepare(
    niche: Niche,
    index: Index,
    encoder: Encoder,
    *,
    weights: Weights = WEIGHTS,
    example: Example | None = None,
    ahead: Callable[[Vector], None] | None = None,
) -> Query:
    """Read a niche for one index. Without a theme the places themselves are what posts should be about.

    ``ahead``: what can begin as soon as the vector is known, in the thread that makes it.
    """
    if example is not None and not niche.theme:
        centroid = example.centroid
        return Query(
            niche=niche, text=NO_WORDS, meaning=lambda: centroid, terms=ThemeTerms.of(NO_WORDS), example=example.id
        )

    def meant(theme: str) -> Vector:
        vector = _meaning(theme, niche, encoder)
        vector = vector if example is None else _between(vector, example.centroid)
        if ahead is not None:
            ahead(vector)
        return vector

    theme = niche.theme or " ".join(target.place.name for target in niche.wanted_places) or niche.text
    # Encoding and comparing vectors compute outside of Python's lock, so words are looked for meanwhile.
    meaning = Beside(lambda: meant(theme))
    own = text_query(_without_place_words(theme, niche), index)
    words = len(set(own.surface))
    is_short = words <= _most_words(index.info(), weights) and not niche.place_words
    wording = wording_of(theme, IndexFrequency(index)) if is_short else Wording(theme)
    text = with_names(own, wording.names, index)
    vocabulary = index.vocabulary(text) if is_short else None
    if vocabulary is None and _is_rare(text, index):
        vocabulary = told_by(wording, stemmed_languages(index.info().languages))
    if wording.read != theme:
        meaning.result()
        meaning = Beside(lambda: meant(wording.read))
    return Query(
        niche=niche,
        text=text,
        meaning=meaning.result,
        terms=ThemeTerms.of(own, others=wording.names, explained=wording.explained),
        vocabulary=vocabulary,
        is_told=vocabulary is not None and words <= weights.short_theme,
        wording=wording,
        example=example.id if example is not None else "",
    )


def _meaning(theme: str, niche: Niche, encoder: Encoder) -> Vector:
    """The theme's unit vector without what the name of a place adds: a "california roll" is not about California."""
    vector = encoder.encode(theme)
    if not niche.place_words:
        return vector
    for name in niche.place_words:
        place = encoder.encode(name)
        vector = vector - float(vector @ place) * place
    length = float(np.linalg.norm(vector))
    return (vector / length).astype(np.float32) if length > 0.0 else vector


def _without_place_words(theme: str, niche: Niche) -> str:
    """What the lexical legs look for: of "new york cheesecake" the cake, or all who write about New York would lead."""
    left_out = {word for words in niche.place_words for word in tokenize(words)}
    kept = [word for word in theme.split() if not set(tokenize(word)) <= left_out] if left_out else []
    return " ".join(kept) or theme


def _most_words(info: IndexInfo, weights: Weights) -> int:
    """Of a theme that can have a vocabulary: whoever says more means just this.

    Four or five words are a niche where people can be seen to keep writing, and a description where an index holds one
    or two texts of each.
    """
    kept_writing = info.posts >= weights.seen_writing * max(1, info.creators)
    return weights.keyword_theme if kept_writing else weights.short_theme


def _is_rare(text: TextQuery, index: Index) -> bool:
    """Whether few posts name the theme. Where many do and still teach nothing, it is what everybody writes about."""
    most = RARE * index.info().posts
    return all(index.frequency(word) <= most for word in text.surface)


def _between(one: Vector, other: Vector) -> Vector:
    """The unit vector in the middle of two."""
    middle = one + other
    unit: Vector = (middle / np.linalg.norm(middle)).astype(np.float32)
    return unit


def text_query(theme: str, index: Index) -> TextQuery:
    """The theme's words and their stems in every language that the index holds enough of.

    A word that the query says twice counts twice: in long queries that is worth .02 to .03 of nDCG@10.
    """
    languages = stemmed_languages(index.info().languages)
    terms = analyse_query(theme, languages=languages, is_known=lambda word: index.frequency(word) > 0)
    written = tokenize(theme)
    said = Counter(written)
    stems_said: Counter[str] = Counter()
    for language in languages:
        stems_said |= Counter(stem(written, language))
    return TextQuery(
        surface=tuple(word for word in terms.surface for _ in range(max(1, said[word]))),
        stems=tuple(word for word in terms.stems for _ in range(max(1, stems_said[word]))),
    )


def with_names(own: TextQuery, names: Sequence[str], index: Index) -> TextQuery:
    """The theme's words and after them its other names, each once."""
    if not names:
        return own
    others = text_query(" ".join(names), index)
    return TextQuery(
        surface=(*own.surface, *(word for word in others.surface if word not in own.surface)),
        stems=(*own.stems, *(word for word in others.stems if word not in own.stems)),
    )


def stemmed_languages(shares: Mapping[str, float]) -> list[str]:
    """Languages whose stems the query needs, the commonest first; English when none is known."""
    common = sorted(
        (code for code, share in shares.items() if share >= STEMMED_FROM), key=lambda code: (-shares[code], code)
    )
    return [code for code in common if code in STEM_LANGUAGES] or ["en"]
