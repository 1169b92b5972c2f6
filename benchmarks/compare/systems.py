"""Each system with what its own guide recommends for hybrid search; all get the same texts and vectors.

``build`` writes an index into a folder, ``opened`` gives a function from a question to (post, score), best first. What
a system needs is imported only when it is asked.
"""

import os
import struct
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol

import numpy as np

from benchmarks.compare.encoding import encode
from indexer.bundles import Vector
from text.stems import stem
from text.stopwords import is_stopword
from text.tokens import tokenize

if TYPE_CHECKING:
    from benchmarks.compare.collection import Collection

POSTS: Final = 200  # asked of each leg and of the whole
RRF: Final = 60
ADDRESS: Final = "NICHESCOUT_COMPARE_ELASTICSEARCH"
Hits = Sequence[tuple[int, float]]
Ask = Callable[[str], Hits]


class System(Protocol):
    """What is compared; ``name`` is that of its row."""

    name: str

    def build(self, collection: "Collection", folder: Path) -> None:
        """Write an index of the collection into a folder."""

    def opened(self, folder: Path) -> Ask:
        """Answer questions from it."""

    def size(self, folder: Path) -> int:
        """Bytes that it takes on disk."""


def fused(legs: Iterable[Sequence[int]]) -> Hits:
    """Reciprocal rank fusion of rankings of posts."""
    scores: dict[int, float] = {}
    for leg in legs:
        for rank, post in enumerate(leg, 1):
            scores[post] = scores.get(post, 0.0) + 1.0 / (RRF + rank)
    return sorted(scores.items(), key=lambda each: (-each[1], each[0]))


def english(text: str) -> str:
    """Stems of the words that are no stop words."""
    return " ".join(stem([word for word in tokenize(text) if not is_stopword(word, "en")], "en"))


class Elasticsearch:
    """One node: ``match`` over English stems and ``knn`` over int8_hnsw, fused by rank.

    The server's own rrf is not in the free licence. The distribution at hand lacks the analysers of languages, so that
    texts and questions come as ``english`` would make them: words without stop words, Snowball stems.
    """

    name = "Elasticsearch, match + knn"

    def build(self, collection: "Collection", folder: Path) -> None:
        """Bulk, refresh, merge to one segment, as the tuning guide says for an index that is only read."""
        from elasticsearch import Elasticsearch as Client
        from elasticsearch.helpers import bulk

        client = Client(os.environ[ADDRESS], request_timeout=120)
        name = f"compare-{collection.name}"
        client.indices.delete(index=name, ignore_unavailable=True)
        vector = {"type": "dense_vector", "dims": collection.vectors.shape[1], "similarity": "cosine",
                  "index_options": {"type": "int8_hnsw"}}  # fmt: skip
        client.indices.create(
            index=name,
            settings={"number_of_shards": 1, "number_of_replicas": 0, "refresh_interval": -1},
            mappings={"properties": {"text": {"type": "text", "analyzer": "whitespace"}, "vector": vector}},
        )
        rows = enumerate(zip(collection.texts, collection.vectors.tolist(), strict=True))
        bulk(
            client, ({"_index": name, "_id": str(at), "text": english(text), "vector": row} for at, (text, row) in rows)
        )
        client.indices.refresh(index=name)
        client.indices.forcemerge(index=name, max_num_segments=1)
        (folder / "name").write_text(name)

    def opened(self, folder: Path) -> Ask:
        """Both legs in one request."""
        from elasticsearch import Elasticsearch as Client

        client, name = Client(os.environ[ADDRESS], request_timeout=60), (folder / "name").read_text()

        def ask(text: str) -> Hits:
            knn = {"field": "vector", "query_vector": encode(text).tolist(), "k": POSTS, "num_candidates": 2 * POSTS}
            legs = [{"query": {"match": {"text": english(text)}}}, {"knn": knn}]
            lines = [line for leg in legs for line in ({}, {"size": POSTS, "_source": False, **leg})]
            answers = client.msearch(index=name, searches=lines)["responses"]
            return fused([int(hit["_id"]) for hit in answer["hits"]["hits"]] for answer in answers)

        return ask

    def size(self, folder: Path) -> int:
        """Bytes on disk, as the node tells."""
        from elasticsearch import Elasticsearch as Client

        told = Client(os.environ[ADDRESS]).indices.stats(index=(folder / "name").read_text(), metric="store")
        return int(told["_all"]["primaries"]["store"]["size_in_bytes"])


class _OnDisk:
    def size(self, folder: Path) -> int:
        """Bytes on disk."""
        return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())


class LanceDB(_OnDisk):
    """Native hybrid search with the RRF reranker; full scan of vectors, as recommended for less than 100,000 rows."""

    name = "LanceDB, hybrid"

    def build(self, collection: "Collection", folder: Path) -> None:
        """Table, full-text index with stems and stop words, compaction."""
        import lancedb
        import pyarrow as pa

        width = collection.vectors.shape[1]
        vectors = pa.FixedSizeListArray.from_arrays(pa.array(collection.vectors.ravel()), width)
        numbers = pa.array(range(len(collection.texts)))
        rows = pa.table({"at": numbers, "text": list(collection.texts), "vector": vectors})
        table = lancedb.connect(str(folder)).create_table("posts", rows)
        table.create_fts_index("text", language="English", stem=True, remove_stop_words=True, ascii_folding=True)
        table.optimize()

    def opened(self, folder: Path) -> Ask:
        """One query does all."""
        import lancedb
        from lancedb.rerankers import RRFReranker

        table, reranker = lancedb.connect(str(folder)).open_table("posts"), RRFReranker(K=RRF)

        def ask(text: str) -> Hits:
            found = (
                table.search(query_type="hybrid").vector(encode(text)).text(text).distance_type("cosine")
                .rerank(reranker).limit(POSTS).select(["at"]).to_arrow()
            )  # fmt: skip
            return list(zip(found["at"].to_pylist(), found["_relevance_score"].to_pylist(), strict=True))

        return ask


class SQLite(_OnDisk):
    """FTS5 with Porter stems and sqlite-vec in one file, fused by rank, as sqlite-vec's author describes."""

    name = "SQLite FTS5 + sqlite-vec"

    def build(self, collection: "Collection", folder: Path) -> None:
        """Both tables in one transaction."""
        connection = self._open(folder)
        connection.execute("CREATE VIRTUAL TABLE words USING fts5(text, content='', tokenize='porter unicode61')")
        width = collection.vectors.shape[1]
        connection.execute(f"CREATE VIRTUAL TABLE near USING vec0(vector float[{width}] distance_metric=cosine)")
        with connection:
            rows = zip(collection.texts, collection.vectors, strict=True)
            for at, (text, vector) in enumerate(rows):
                connection.execute("INSERT INTO words(rowid, text) VALUES (?, ?)", (at, text))
                connection.execute("INSERT INTO near(rowid, vector) VALUES (?, ?)", (at, _packed(vector)))
        connection.execute("INSERT INTO words(words) VALUES ('optimize')")
        connection.close()

    def opened(self, folder: Path) -> Ask:
        """Any word of the question, and the nearest."""
        connection = self._open(folder)

        def ask(text: str) -> Hits:
            quoted = " OR ".join(f'"{word}"' for word in _words(text))
            words = connection.execute(
                "SELECT rowid FROM words WHERE words MATCH ? ORDER BY rank LIMIT ?", (quoted, POSTS)
            ).fetchall()
            near = connection.execute(
                "SELECT rowid FROM near WHERE vector MATCH ? AND k = ? ORDER BY distance",
                (_packed(encode(text)), POSTS),
            ).fetchall()
            return fused([row[0] for row in leg] for leg in (words, near))

        return ask

    @staticmethod
    def _open(folder: Path) -> Any:
        import apsw
        import sqlite_vec

        connection = apsw.Connection(str(folder / "posts.sqlite"))
        connection.enable_load_extension(True)
        connection.load_extension(sqlite_vec.loadable_path())
        return connection


class Txtai(_OnDisk):
    """``Embeddings`` with ``hybrid`` on, all else as it comes (faiss, BM25, weights of one half)."""

    name = "txtai, hybrid"

    def build(self, collection: "Collection", folder: Path) -> None:
        """Texts are looked up instead of embedded: embedding is no system's own."""
        embeddings_class = self._loaded()
        _KNOWN.update(zip(collection.texts, collection.vectors, strict=True))
        embeddings = embeddings_class(method="external", transform="benchmarks.compare.systems.transform", hybrid=True)
        embeddings.index((at, text, None) for at, text in enumerate(collection.texts))
        embeddings.save(str(folder / "index"))

    def opened(self, folder: Path) -> Ask:
        """One query does all."""
        embeddings = self._loaded()()
        embeddings.load(str(folder / "index"))
        return lambda text: [(int(at), score) for at, score in embeddings.search(text, POSTS)]

    @staticmethod
    def _loaded() -> Any:
        os.environ["ALLOW_RESOLVE_TRANSFORM"] = "True"  # read at import: ``transform`` below is named in the index
        from txtai import Embeddings

        return Embeddings


_KNOWN: Final[dict[str, Vector]] = {}


def transform(texts: Sequence[str]) -> Any:
    """The vectors of texts for txtai."""
    return np.stack([_KNOWN[text] if text in _KNOWN else encode(text) for text in texts])


def _words(text: str) -> list[str]:
    return ["".join(c for c in word if c.isalnum()) for word in text.split() if any(c.isalnum() for c in word)]


def _packed(vector: Vector) -> bytes:
    return struct.pack(f"{len(vector)}f", *vector.tolist())


SYSTEMS: Final[dict[str, Callable[[], System]]] = {
    "elasticsearch": Elasticsearch,
    "lancedb": LanceDB,
    "sqlite": SQLite,
    "txtai": Txtai,
}
