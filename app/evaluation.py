"""``nichescout eval DIR``: a judged collection through the same import, index and engine as everything else."""

import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from app.errors import CollectionError
from app.importing import import_collection
from app.indexing import BuildProgress, build
from base.folders import cache_dir
from catalog.store import open_catalog
from search.engine import Engine, open_engine
from search.evaluate import Metrics, evaluate, write_run

TREC_DEPTH = 1_000  # creators per query in a run, whatever the confidence

Run = Mapping[str, list[tuple[str, float]]]
"""Query id → (creator id of the collection, score), best first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A collection's questions and answers: query id → text, query id → creator id → grade."""

    queries: Mapping[str, str]
    qrels: Mapping[str, Mapping[str, int]]


def evaluate_collection(
    folder: Path,
    *,
    cache: Path,
    run_file: Path | None = None,
    now: datetime | None = None,
    model: str | None = None,
    on_progress: Callable[[BuildProgress], None] = lambda _: None,
) -> Metrics:
    """Import ``folder`` into a temporary place, build, ask every query, and measure.

    ``now`` is the day that recency counts from; None: the newest post. ``cache`` keeps vectors for the next time.
    Raises CollectionError for files that are not what they should be.
    """
    judged = read_judged(folder)
    with tempfile.TemporaryDirectory(prefix="nichescout-eval-") as temporary:
        data = Path(temporary)
        with open_catalog(data) as catalog:
            import_collection(catalog, folder)
        build(data, model=model, cache=cache, on_progress=on_progress)
        with open_engine(data) as engine:
            run = rank_all(engine, judged, now, on_progress)
    if run_file is not None:
        write_run(run_file, run, tag="nichescout")
    return evaluate(run, {query: judged.qrels[query] for query in judged.queries})


def eval_cache() -> Path:
    """Where vectors of judged collections are kept, so that measuring again embeds nothing."""
    return cache_dir() / "eval-vectors.sqlite"


def rank_all(engine: Engine, judged: Judged, now: datetime | None, on_progress: Callable[[BuildProgress], None]) -> Run:
    """Ask every query; creators carry the collection's own ids, a joined one that of its best account."""
    run: dict[str, list[tuple[str, float]]] = {}
    for done, (query_id, text) in enumerate(judged.queries.items(), 1):
        run[query_id] = engine.rank_collection(text, limit=TREC_DEPTH, now=now)
        on_progress(BuildProgress(stage="asking", done=done, total=len(judged.queries)))
    return run


def metric_rows(metrics: Metrics) -> list[tuple[str, str, str]]:
    """Measure, mean and 95% interval as a person reads them."""
    rows = [
        (name, f"{value.mean:.3f}", f"{value.low:.3f} to {value.high:.3f}") for name, value in metrics.values.items()
    ]
    counted = f"{metrics.queries} queries"
    if metrics.without_relevant:
        counted += f"; {metrics.without_relevant} without a relevant creator are not counted"
    return [*rows, ("over", counted, "")]


def read_judged(folder: Path) -> Judged:
    """Read ``queries.tsv`` and ``qrels.trec``. Raises CollectionError with file and line."""
    queries = {cells[0]: cells[1] for _, cells in _lines(folder / "queries.tsv", "\t", 2)}
    qrels: dict[str, dict[str, int]] = {query: {} for query in queries}
    for where, (query, _, creator, grade) in _lines(folder / "qrels.trec", None, 4):
        if not grade.lstrip("-").isdigit():
            raise CollectionError(f"{where}: the grade must be a whole number, not {grade!r}")
        qrels.setdefault(query, {})[creator] = int(grade)
    return Judged(queries=queries, qrels=qrels)


def _lines(file: Path, separator: str | None, cells: int) -> list[tuple[str, list[str]]]:
    if not file.is_file():
        raise CollectionError(f"no {file.name} in {file.parent}; a judged collection needs queries.tsv and qrels.trec")
    rows = []
    for number, line in enumerate(file.read_text("utf-8").splitlines(), 1):
        parts = line.strip().split(separator)
        if line.strip() and len(parts) != cells:
            raise CollectionError(f"{file}, line {number}: {cells} columns are expected, not {len(parts)}")
        if line.strip():
            rows.append((f"{file}, line {number}", parts))
    return rows
