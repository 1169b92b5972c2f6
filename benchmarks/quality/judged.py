"""A judged collection made ready to be asked: files, checksums, its index in a cache folder, an engine on it.

Importing and indexing take minutes, so an index is kept under a name made of the collection's checksum and of the
program parts that it depends on; a second run only asks. What is measured of it lives in the other modules.
"""

import hashlib
import json
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final, Literal

import numpy as np

from app.evaluation import Judged, Run, eval_cache, rank_all, read_judged
from app.importing import import_collection
from app.indexing import build
from base.folders import cache_dir
from catalog.store import open_catalog
from indexer.bundles import CreatorDocument
from indexer.connect import open_index
from indexer.contract import Filters, Index
from indexer.encoder import open_encoder
from niche.model import Niche
from niche.understand import understand
from places.gazetteer import Gazetteer, open_gazetteer
from search.engine import Engine
from search.query import Encoder

COLLECTION_FILES: Final = ("creators.jsonl", "posts.jsonl")
JUDGEMENT_FILES: Final = ("queries.tsv", "qrels.trec", "labels.tsv")
ROOT: Final = Path(__file__).resolve().parents[2]
INDEX_DEPENDS_ON: Final = (
    "app/collections.py", "app/importing.py", "catalog", "crawler/gate.py", "indexer", "places", "text",
)  # fmt: skip
SHOWN: Final = 16  # hex digits of a checksum


@dataclass(frozen=True, slots=True, kw_only=True)
class Checksums:
    """SHA-256, shortened, of what is searched and of what is asked and answered."""

    collection: str
    judgements: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A collection that can be asked. ``now`` is the day of its newest post, from which "active" counts."""

    name: str
    folder: Path
    checksums: Checksums
    judged: Judged
    niches: Mapping[str, Niche]  # query id → as understood
    index: Index
    encoder: Encoder
    gazetteer: Gazetteer
    engine: Engine
    now: datetime | None

    @property
    def relevant(self) -> dict[str, frozenset[str]]:
        """Query id → creators with a grade above 0; empty where nobody is."""
        return {
            query: frozenset(creator for creator, grade in self.judged.qrels[query].items() if grade > 0)
            for query in self.judged.queries
        }

    def run(self) -> Run:
        """The whole order for every query."""
        return rank_all(self.engine, self.judged, self.now, lambda _: None)


def collections_in(folder: Path) -> list[Path]:
    """The judged collections in a folder, by name; a folder that is one itself is the only one."""
    if is_collection(folder):
        return [folder]
    return sorted(child for child in folder.iterdir() if child.is_dir() and is_collection(child))


def is_collection(folder: Path) -> bool:
    """Whether all files of a judged collection are there."""
    return all((folder / name).is_file() for name in (*COLLECTION_FILES, *JUDGEMENT_FILES[:2]))


def creator_fields(folder: Path, name: str) -> frozenset[str]:
    """The values that the creators of a collection have in one field."""
    with (folder / "creators.jsonl").open(encoding="utf-8") as lines:
        return frozenset(str(json.loads(line).get(name, "")) for line in lines if line.strip())


def checksums(folder: Path) -> Checksums:
    """Of the files as they are now; a file that may be absent counts by its absence."""
    return Checksums(
        collection=_digest(folder / name for name in COLLECTION_FILES),
        judgements=_digest(folder / name for name in JUDGEMENT_FILES),
    )


@contextmanager
def open_collection(folder: Path, *, cache: Path | None = None) -> Iterator[Opened]:
    """Import and index unless that is done, then open. ``cache``: where indexes are kept (default: the user's cache).

    Raises CollectionError for files that are not what they should be.
    """
    sums = checksums(folder)
    judged = read_judged(folder)
    data = prepared(folder, sums.collection, cache or cache_dir() / "quality")
    index, gazetteer = open_index(data / "index"), open_gazetteer()
    encoder = open_encoder(data / "index")
    try:
        yield Opened(
            name=folder.name,
            folder=folder,
            checksums=sums,
            judged=judged,
            niches={
                query: understand(text, gazetteer, frequency=index.frequency) for query, text in judged.queries.items()
            },
            index=index,
            encoder=encoder,
            gazetteer=gazetteer,
            engine=Engine(index, encoder, gazetteer),
            now=index.info().newest_post_at,
        )
    finally:
        index.close()
        gazetteer.close()


def everybody(index: Index) -> dict[str, CreatorDocument]:
    """All creators of an index who wrote a post or a bio."""
    info = index.info()
    anything = np.full(info.dimension, info.dimension**-0.5, np.float32)
    fields: tuple[Literal["centroid", "bio"], ...] = ("centroid", "bio")
    found = {
        hit.creator_id
        for field in fields
        for hit in index.search_creators_vector(anything, field=field, limit=info.creators, filters=Filters())
    }
    return dict(index.get(sorted(found)))


def prepared(folder: Path, checksum: str, cache: Path) -> Path:
    """The data folder of this collection for this program, made if it is not there; older ones of its name go."""
    data = cache / f"{folder.name}-{checksum}-{program_digest()}"
    if data.is_dir():
        return data
    for old in cache.glob(f"{folder.name}-{'?' * SHOWN}-{'?' * SHOWN}"):
        shutil.rmtree(old)
    cache.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=cache) as temporary:
        made = Path(temporary) / data.name
        made.mkdir()
        with open_catalog(made) as catalog:
            import_collection(catalog, folder)
        build(made, cache=eval_cache())
        made.rename(data)
    return data


def program_digest() -> str:
    """Of every file that an index depends on, so that a change of the program is never measured on an old index."""
    files: list[Path] = []
    for name in INDEX_DEPENDS_ON:
        path = ROOT / name
        files += [path] if path.is_file() else sorted(file for file in path.rglob("*") if file.is_file())
    return _digest(file for file in files if "__pycache__" not in file.parts)


def _digest(files: Iterable[Path]) -> str:
    total = hashlib.sha256()
    for file in files:
        total.update(file.name.encode() + b"\0")
        if file.is_file():
            with file.open("rb") as stream:
                total.update(hashlib.file_digest(stream, "sha256").digest())
    return total.hexdigest()[:SHOWN]
