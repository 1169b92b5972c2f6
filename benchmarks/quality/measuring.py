"""All figures of one collection, query by query; what they mean together is for ``gate`` and ``report``."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from app.evaluation import Run, read_judged
from benchmarks.quality import labelled, unanswerable
from benchmarks.quality.baselines import baseline_runs
from benchmarks.quality.judged import Opened, collections_in, creator_fields, open_collection
from benchmarks.quality.statistics import Question
from search.evaluate import evaluate
from text.stems import stem
from text.tokens import tokenize

FAIR_FROM: Final = 30  # relevant creators of a size, from which its exposure is held
FAIR: Final = (0.8, 1.25)
FOLLOWERS: Final = "Spearman(rank, followers)"
HEADLINES: Final = ("nDCG@10", "MAP")

Asked = tuple[str, str]  # collection that the query comes from, query id
Values = Mapping[Asked, float]


class Figures(NamedTuple):
    """What one collection gave. ``baselines``: name → headline measure → values."""

    name: str
    people: frozenset[str]  # ids of its creators
    by_measure: Mapping[str, Values]
    baselines: Mapping[str, Mapping[str, Values]]
    confidence: unanswerable.Rates
    questions: Mapping[Asked, Question]
    notes: Sequence[str]
    faults: Sequence[str]


def measured(folder: Path) -> Figures:
    """All figures of the collection in a folder."""
    with open_collection(folder) as opened:
        return measure(opened, foreign_to(folder))


def foreign_to(folder: Path) -> dict[str, Mapping[str, str]]:
    """Queries of the collections beside this one that have no platform in common with it, so no answer in it."""
    platforms = creator_fields(folder, "platform")
    return {
        other.name: read_judged(other).queries
        for other in collections_in(folder.parent)
        if not creator_fields(other, "platform") & platforms
    }


def measure(opened: Opened, others: Mapping[str, Mapping[str, str]]) -> Figures:
    """Ask everything and judge it."""
    run = opened.run()
    by_measure = judged(opened, run)
    notes: list[str] = []
    faults: list[str] = []
    labels = labelled.read_labels(opened.folder)
    if labels is not None:
        by_measure |= {
            name: {(opened.name, query): value for query, value in values.items()}
            for name, values in labelled_measures(opened, labels, run).items()
        }
        notes, faults = exposure_report(opened, labels, run)
    asked = list(unanswerable.ask_all(opened, others))
    by_measure |= {name: dict(values) for name, values in unanswerable.decisions(asked).items()}
    return Figures(
        name=opened.name,
        people=creator_fields(opened.folder, "id"),
        by_measure=by_measure,
        baselines={
            name: {headline: judged(opened, order)[headline] for headline in HEADLINES}
            for name, order in baseline_runs(opened).items()
        },
        confidence=unanswerable.rates(asked),
        questions=questions_of(opened),
        notes=notes,
        faults=faults,
    )


def judged(opened: Opened, run: Run) -> dict[str, Values]:
    """The library's measures of a run."""
    metrics = evaluate(run, {query: opened.judged.qrels[query] for query in opened.judged.queries})
    return {
        name: {(opened.name, query): values[name] for query, values in metrics.by_query.items()}
        for name in metrics.values
    }


def labelled_measures(opened: Opened, labels: labelled.Labelled, run: Run) -> dict[str, labelled.ByQuery]:
    """What only labels can tell."""
    return {
        "region precision@10": labelled.region_precision(opened, labels, run),
        "theme precision@10": labelled.theme_precision(opened, run),
        "recall@20": labelled.recall(opened, run),
        "honest twin first": labelled.honest_twin_first(labels, run),
        FOLLOWERS: labelled.follower_correlation(opened, labels, run),
    }


def exposure_report(opened: Opened, labels: labelled.Labelled, run: Run) -> tuple[list[str], list[str]]:
    """Exposure of each size for its share of the relevant, as notes; those that are unfair as faults too."""
    notes, faults = [], []
    for one in labelled.exposure(opened, labels, run):
        said = f"exposure of {one.tier}: {one.ratio:.2f} of its share ({one.creators} relevant creators)"
        notes.append(said)
        if one.creators >= FAIR_FROM and not FAIR[0] <= one.ratio <= FAIR[1]:
            faults.append(f"{said}, outside {FAIR[0]} to {FAIR[1]}")
    return notes, faults


def questions_of(opened: Opened) -> dict[Asked, Question]:
    """What tells the topics of this collection's queries."""
    return {
        (opened.name, query): Question(frozenset(stem(tokenize(niche.theme), "en")), opened.relevant[query])
        for query, niche in opened.niches.items()
    }


def families(figures: Sequence[Figures]) -> Iterator[list[Figures]]:
    """Collections that share more than half of their creators count as one."""
    rest = list(figures)
    while rest:
        family = [rest.pop(0)]
        for other in list(rest):
            smaller = min(len(family[0].people), len(other.people))
            if 2 * len(family[0].people & other.people) > smaller:
                family.append(other)
                rest.remove(other)
        yield family
