"""Does nichescout know when nobody fits? Questions that have an answer against questions that have none.

Questions without an answer are made twice: a collection's own queries after everybody relevant was taken out of the
index ("taken out": what is left is near by or of a neighbouring niche, or was just not judged), and queries of another
collection ("foreign"). Rates, the area under the curve and calibration; nothing is fitted here (``fit`` does that).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, Literal, NamedTuple

import numpy as np

from benchmarks.quality.hidden import WithoutCreators, creators_by_own_id
from benchmarks.quality.judged import Opened
from search.confidence import POSSIBLE, Features, logit, theme_margin
from search.engine import Engine
from search.ranked import Ranked

FOREIGN: Final = 25  # queries asked of another collection, evenly taken
BINS: Final = 10  # of the calibration error

Kind = Literal["answerable", "without", "taken out", "foreign"]


class Judgement(NamedTuple):
    """One creator for one question: what is known, what was concluded, whether it is right."""

    features: Features
    place: float
    authenticity: float
    confidence: float
    theme: float  # the confidence if the place were right
    is_relevant: bool


class Question(NamedTuple):
    """A question asked of a collection. ``asked`` names where the query comes from, for its topic."""

    collection: str
    asked: tuple[str, str]
    kind: Kind
    judgements: tuple[Judgement, ...]

    @property
    def has_answer(self) -> bool:
        """Whether somebody in the index is relevant."""
        return self.kind == "answerable"

    @property
    def strength(self) -> float:
        """From 0.0 on somebody is shown: the theme is known, and somebody is possible; in logits."""
        best = max((judgement.confidence for judgement in self.judgements), default=0.0)
        return min(logit(best) - logit(POSSIBLE), theme_margin(judgement.theme for judgement in self.judgements))

    @property
    def shows(self) -> bool:
        """Whether an answer shows somebody as a match."""
        return self.strength >= 0.0


def ask_all(opened: Opened, others: Mapping[str, Mapping[str, str]]) -> Iterator[Question]:
    """Every own query, each once more with its relevant creators taken out, and some of other collections.

    ``others``: collection → query id → text.
    """
    own = creators_by_own_id(opened.index)
    for query, relevant in opened.relevant.items():
        niche, asked = opened.niches[query], (opened.name, query)
        people = frozenset(own[creator] for creator in relevant if creator in own)
        ranked = opened.engine.scored(niche, now=opened.now)
        yield _question(opened.name, asked, "answerable" if relevant else "without", ranked, people)
        if people:
            engine = Engine(WithoutCreators(opened.index, people), opened.encoder, opened.gazetteer)
            yield _question(opened.name, asked, "taken out", engine.scored(niche, now=opened.now), frozenset())
    for name, queries in others.items():
        for query, text in list(queries.items())[:: max(1, len(queries) // FOREIGN)][:FOREIGN]:
            yield _question(
                opened.name, (name, query), "foreign", opened.engine.scored(text, now=opened.now), frozenset()
            )


def _question(
    collection: str, asked: tuple[str, str], kind: Kind, ranked: Sequence[Ranked], people: frozenset[str]
) -> Question:
    judgements = (
        Judgement(
            entry.features,
            entry.parts.place,
            entry.parts.authenticity,
            entry.confidence,
            entry.theme,
            entry.id in people,
        )
        for entry in ranked
    )
    return Question(collection, asked, kind, tuple(judgements))


class Rates(NamedTuple):
    """Of one collection; shares in [0, 1]. ``auroc``: answerable against all that are not."""

    false_silence: float  # answerable, and nobody shown
    false_show: Mapping[str, float]  # by kind of unanswerable question: somebody shown
    auroc: Mapping[str, float]
    calibration_error: float  # of creators, over the collection's own queries


def rates(questions: Sequence[Question]) -> Rates:
    """What the confidence does with the questions of one collection."""
    answerable = [question for question in questions if question.has_answer]
    unanswerable: dict[str, list[Question]] = {}
    for question in questions:
        if not question.has_answer:
            kind = "foreign" if question.kind == "foreign" else "taken out"
            unanswerable.setdefault(kind, []).append(question)
    return Rates(
        false_silence=_share(not question.shows for question in answerable),
        false_show={kind: _share(question.shows for question in asked) for kind, asked in unanswerable.items()},
        auroc={
            kind: auroc([one.strength for one in answerable], [one.strength for one in asked])
            for kind, asked in unanswerable.items()
        },
        calibration_error=calibration_error(
            [
                (judgement.confidence, judgement.is_relevant)
                for question in questions
                if question.kind in ("answerable", "without")
                for judgement in question.judgements
            ]
        ),
    )


def decisions(questions: Sequence[Question]) -> dict[str, dict[tuple[str, str], float]]:
    """The same by question, 1.0 where it was decided rightly: to be held by floors."""
    names = {"answerable": "shown when answerable", "foreign": "silent when foreign"}
    found: dict[str, dict[tuple[str, str], float]] = {}
    for question in questions:
        name = names.get(question.kind, "silent when taken out")
        found.setdefault(name, {})[question.asked] = float(question.shows == question.has_answer)
    return found


def auroc(positives: Sequence[float], negatives: Sequence[float]) -> float:
    """The probability that a positive stands above a negative, ties counting half."""
    if not positives or not negatives:
        return float("nan")
    above = np.asarray(positives)[:, None]
    below = np.asarray(negatives)[None, :]
    return float(((above > below) + 0.5 * (above == below)).mean())


def calibration_error(judged: Sequence[tuple[float, bool]]) -> float:
    """Expected calibration error: |mean confidence - share that is relevant| over ten equal bins."""
    if not judged:
        return 0.0
    said, so = (np.asarray(column, dtype=np.float64) for column in zip(*judged, strict=True))
    bins = np.minimum((said * BINS).astype(int), BINS - 1)
    held = (bins == number for number in range(BINS))
    return float(sum(abs(said[at].sum() - so[at].sum()) for at in held) / said.size)


def _share(values: Iterable[bool]) -> float:
    listed = list(values)
    return sum(listed) / len(listed) if listed else 0.0
