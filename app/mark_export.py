"""What the user said of relevance as judgements: ``queries.tsv`` and ``qrels.trec``, as ``eval`` reads them.

Texts of creators are not copied: the collection that they came from goes beside the two files.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Final, NamedTuple

from app.config import Config
from app.errors import CollectionError
from catalog.errors import BadMark
from catalog.records import CreatorRecord
from catalog.store import open_catalog
from indexer.documents import main_account
from text.fold import fold

FILES: Final = ("queries.tsv", "qrels.trec")
GRADES: Final = {"relevant": 1, "not-relevant": 0}
Judgements = dict[tuple[str, str], int]


class Exported(NamedTuple):
    """How much was written; ``elsewhere`` counts judgements on creators that no collection brought."""

    queries: int
    judgements: int
    elsewhere: int


def export_judgements(config: Config, folder: Path) -> Exported:
    """Write both files. Raises BadMark where nothing was said of a query, CollectionError where a file is there."""
    for name in FILES:
        if (folder / name).exists():
            raise CollectionError(f"{folder / name} is there already; give another folder")
    with open_catalog(config.place, create=False) as catalog:
        ids = sorted({row.creator_id for row in catalog.marks() if row.creator_id and row.mark.kind in GRADES})
        found = catalog.creators(ids)
    records = [found[key] for key in ids if key in found]
    queries = _queries(records)
    if not queries:
        raise BadMark("there is nothing to export yet; first: nichescout mark CREATOR relevant --for QUERY")
    judgements, elsewhere = _judgements(records, queries)
    folder.mkdir(parents=True, exist_ok=True)
    lines = [f"{number}\t{text}\n" for number, text in queries.values()]
    (folder / FILES[0]).write_text("".join(lines), "utf-8")
    rows = [f"{number} 0 {creator} {grade}\n" for (number, creator), grade in judgements.items()]
    (folder / FILES[1]).write_text("".join(rows), "utf-8")
    return Exported(len(queries), len(judgements), elsewhere)


def _queries(records: Iterable[CreatorRecord]) -> dict[str, tuple[str, str]]:
    """Folded text → (id, text as typed, on one line), in alphabetical order: the same marks give the same ids."""
    texts: dict[str, str] = {}
    for record in records:
        for mark in record.marks:
            if mark.kind in GRADES and mark.query is not None:
                texts.setdefault(_folded(mark.query), " ".join(mark.query.split()))
    return {key: (f"q{number}", texts[key]) for number, key in enumerate(sorted(texts), 1)}


def _judgements(records: Iterable[CreatorRecord], queries: dict[str, tuple[str, str]]) -> tuple[Judgements, int]:
    """(query id, creator id) → grade. A word on whatever is asked holds for each query without a word of its own."""
    judged: Judgements = {}
    elsewhere = 0
    for record in records:
        said = [mark for mark in record.marks if mark.kind in GRADES]
        of_all = [GRADES[mark.kind] for mark in said if mark.query is None]
        of_query = {_folded(mark.query): GRADES[mark.kind] for mark in said if mark.query is not None}
        collection_id = _collection_id(record)
        for key, (number, _) in queries.items():
            for grade in [of_query[key]] if key in of_query else of_all:
                judged[number, collection_id or record.id] = grade
                elsewhere += collection_id is None
    return judged, elsewhere


def _collection_id(record: CreatorRecord) -> str | None:
    """The id under which a run names this creator (``engine.rank_collection``): that of the first account with one."""
    main = main_account(record)
    accounts = sorted(record.accounts, key=lambda each: (each.id != main.id, each.id))
    return next((account.collection_id for account in accounts if account.collection_id), None)


def _folded(query: str) -> str:
    return " ".join(fold(query).split())
