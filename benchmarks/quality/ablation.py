"""What each part of the ranking is worth: the whole against the whole without it, query by query.

    python -m benchmarks.quality.ablation COLLECTION_FOLDER...

Each collection is imported and indexed once (vectors from the common cache). A part is taken away, every query is asked
again, and nDCG@10 is compared per query: mean difference, and the share of 10,000 random sign flips that differ as much
(Fisher's randomisation test, two-sided).
"""

import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

import numpy as np

from app.evaluation import Judged, eval_cache, rank_all, read_judged
from app.importing import import_collection
from app.indexing import build
from catalog.store import open_catalog
from indexer.connect import open_index
from indexer.contract import Index
from indexer.encoder import open_encoder
from places.gazetteer import open_gazetteer
from search.engine import Engine
from search.evaluate import evaluate
from search.weights import WEIGHTS, Weights

MEASURE: Final = "nDCG@10"
FLIPS: Final = 10_000
WITHOUT: Final[Mapping[str, Weights]] = {
    "posts": replace(WEIGHTS, profile=1.0),
    "profile": replace(WEIGHTS, profile=0.0),
    "share on the theme": replace(WEIGHTS, principal=0.0),
    "vocabulary of the niche": replace(WEIGHTS, short_theme=0),
    "best posts": replace(WEIGHTS, discounted=0.0, recurring=0.0, devoted=0.0),
    "words (BM25) of posts": replace(WEIGHTS, dense=1.0),
    "words (BM25) of profiles": replace(WEIGHTS, centroid=1.0),
    "meaning of posts": replace(WEIGHTS, dense=0.0),
    "meaning of profiles": replace(WEIGHTS, centroid=0.0),
    "lowering of shops and collections": replace(WEIGHTS, not_a_voice=1.0),
    "lowering of listing profiles": replace(WEIGHTS, listing=1.0),
    "borders of states and regions": replace(WEIGHTS, beyond_border=1.0),
}

ByQuery = Mapping[str, float]


def main(folders: Sequence[Path]) -> int:
    """Print one Markdown table for each collection."""
    for folder in folders:
        judged = read_judged(folder)
        with tempfile.TemporaryDirectory(prefix="nichescout-ablation-") as temporary:
            _make(folder, Path(temporary))
            _report(folder.name, judged, Path(temporary))
    return 0


def _make(folder: Path, data: Path) -> None:
    with open_catalog(data) as catalog:
        import_collection(catalog, folder)
    build(data, model=None, cache=eval_cache(), on_progress=lambda _: None)


def _report(name: str, judged: Judged, data: Path) -> None:
    index, encoder, gazetteer = open_index(data / "index"), open_encoder(data / "index"), open_gazetteer()

    def measure(weights: Weights) -> ByQuery:
        return _measure(Engine(index, encoder, gazetteer, weights=weights), judged, index)

    whole = measure(WEIGHTS)
    print(
        f"\n{name}: {MEASURE} {_mean(whole):.3f} over {len(whole)} queries\n\n| without | {MEASURE} | difference | p |"
    )
    print("|---|---|---|---|")
    for part, weights in WITHOUT.items():
        _row(part, whole, measure(weights))
    gazetteer.close()
    index.close()


def _measure(engine: Engine, judged: Judged, index: Index) -> ByQuery:
    run = rank_all(engine, judged, index.info().newest_post_at, lambda _: None)
    metrics = evaluate(run, {name: judged.qrels[name] for name in judged.queries})
    return {name: values[MEASURE] for name, values in metrics.by_query.items()}


def _row(part: str, whole: ByQuery, without: ByQuery) -> None:
    differences = np.array([without[name] - whole[name] for name in sorted(whole)])
    print(f"| {part} | {_mean(without):.3f} | {differences.mean():+.3f} | {_chance(differences):.3f} |", flush=True)


def _mean(values: ByQuery) -> float:
    return float(np.mean(list(values.values())))


def _chance(differences: np.ndarray) -> float:
    """The share of random sign flips whose mean is at least as far from zero."""
    signs = np.random.default_rng(1).choice([-1.0, 1.0], size=(FLIPS, len(differences)))
    return float((np.abs((signs * differences).mean(axis=1)) >= abs(differences.mean()) - 1e-12).mean())


if __name__ == "__main__":
    sys.exit(main([Path(argument) for argument in sys.argv[1:]]))
