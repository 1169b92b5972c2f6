"""``nichescout eval DIR``: a judged collection through the same import, index and engine as everything else."""

import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from app.errors import CollectionError
from app.importing import import_collection
from app.indexing import BuildProgress, build

TREC_DEPTH = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A collection's questions and answers: query id → text, query id → creator id → grade."""

    queries: Mapping[str, str]
    qrels: Mapping[str, Mapping[str, int]]


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
