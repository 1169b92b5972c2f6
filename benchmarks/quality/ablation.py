"""What each part of the ranking is worth: the whole against the whole without it, query by query.

    python -m benchmarks.quality.ablation COLLECTION_FOLDER...

A part is taken away, every query is asked again, and nDCG@10 is compared per query: mean difference, and Fisher's
randomisation test over whole topics, two-sided.
"""

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from app.evaluation import rank_all
from benchmarks.quality.judged import Opened, open_collection
from benchmarks.quality.measuring import Values, judged, questions_of
from benchmarks.quality.statistics import chance, topics
from search.engine import Engine
from search.weights import UNTOLD, WEIGHTS

MEASURE: Final = "nDCG@10"
WITHOUT: Final[Mapping[str, Mapping[str, float]]] = {
    "posts": {"profile": 1.0},
    "profile": {"profile": 0.0},
    "share on the theme": {"principal": 0.0},
    "vocabulary of the niche": {"short_theme": 0, "keyword_theme": 0},
    "best posts": {"best": 0.0, "discounted": 0.0, "recurring": 0.0},
    "words (BM25) of posts": {"dense": 1.0},
    "words (BM25) of profiles": {"centroid": 1.0},
    "meaning of posts": {"dense": 0.0},
    "meaning of profiles": {"centroid": 0.0},
    "lowering of shops and collections": {"not_a_voice": 1.0},
    "lowering of listing profiles": {"listing": 1.0},
    "doubts about numbers": {"doubtful": 1.0},
    "reactions": {"engagement": 0.0},
    "borders of states and regions": {"beyond_border": 1.0},
}


def main(folders: Sequence[Path]) -> int:
    """Print one Markdown table for each collection."""
    for folder in folders:
        with open_collection(folder) as opened:
            _report(opened)
    return 0


def _report(opened: Opened) -> None:
    topic = topics(questions_of(opened))
    whole = _measure(opened, {})
    mean = sum(whole.values()) / len(whole)
    print(f"\n{opened.name}: {MEASURE} {mean:.3f} over {len(whole)} queries\n")
    print(f"| without | {MEASURE} | difference | p |\n|---|---|---|---|")
    for part, changed in WITHOUT.items():
        without = _measure(opened, changed)
        differences = [without[asked] - value for asked, value in whole.items()]
        gain = sum(differences) / len(differences)
        p = chance(differences, [topic[asked] for asked in whole])
        print(f"| {part} | {mean + gain:.3f} | {gain:+.3f} | {p:.3f} |", flush=True)


def _measure(opened: Opened, changed: Mapping[str, float]) -> Values:
    weights, untold = (kind._replace(**changed) for kind in (WEIGHTS, UNTOLD))  # type: ignore[arg-type]
    engine = Engine(opened.index, opened.encoder, opened.gazetteer, weights=weights, untold=untold)
    return judged(opened, rank_all(engine, opened.judged, opened.now, lambda _: None))[MEASURE]


if __name__ == "__main__":
    sys.exit(main([Path(argument) for argument in sys.argv[1:]]))
