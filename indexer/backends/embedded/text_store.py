"""tantivy as this index uses it: ids, facts that filters ask for and the state document; nothing of a text is in it.

Filters are asked of creators; whose a post or a passage is stands in the tables. tantivy's own errors and panics on
altered files become IndexDamaged here and nowhere else.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final, Literal, NamedTuple, ParamSpec, TypeVar

import tantivy

from indexer.bundles import CreatorDocument
from indexer.codec import NO_TIME, micros
from indexer.contract import Filters
from indexer.editions import damaged
from indexer.engagement import main_rated, rate_of
from indexer.errors import IndexLocked, SearchIndexError

Role = Literal["post", "creator"]
Query = Any  # tantivy has stubs, but its classes cannot be subclassed or parametrised
P = ParamSpec("P")
T = TypeVar("T")

_HEAP: Final = 64_000_000  # bytes that tantivy may gather before it writes a segment


def guarded(call: Callable[P, T], *arguments: P.args, **named: P.kwargs) -> T:
    """Call into tantivy; what it says about broken files becomes IndexDamaged."""
    try:
        return call(*arguments, **named)
    except SearchIndexError:
        raise
    except (ValueError, OSError, RuntimeError) as error:
        raise damaged(str(error)[:200]) from error
    except BaseException as error:
        # A Rust panic is no Exception in Python; anything else of that rank (Ctrl-C) passes.
        if type(error).__name__ == "PanicException":
            raise damaged(str(error)[:200]) from error
        raise


class Facts(NamedTuple):
    """What filters need of a creator."""

    words: tuple[str, ...]
    followers: int | None
    active: int | None  # last post, microseconds
    engagement: int | None  # rate in millionths


def facts_of(creator: CreatorDocument) -> Facts:
    """The facts of a creator."""
    words = [f"p:{platform}" for platform in creator.platforms]
    words += [f"l:{language}" for language in creator.languages]
    words += [f"g:{key}" for key in creator.place_keys]
    words.append(f"k:{creator.kind}")
    active = micros(creator.last_post_at)
    rated = main_rated(creator.accounts)
    rate = None if rated is None else rate_of(rated)
    return Facts(
        tuple(words),
        creator.followers,
        None if active == NO_TIME else active,
        None if rate is None else _millionths(rate),
    )


def _millionths(rate: float) -> int:
    return round(rate * 1_000_000)


def _schema() -> Any:
    builder = tantivy.SchemaBuilder()
    for role in ("post", "creator"):
        builder.add_text_field(f"{role}_id", tokenizer_name="raw", index_option="basic")
    builder.add_text_field("facts", tokenizer_name="raw", index_option="basic")
    # Signed: deleting by a term of an unsigned field deletes nothing in tantivy 0.27.
    builder.add_integer_field("entry", indexed=True, fast=True)
    builder.add_integer_field("no", fast=True)
    builder.add_integer_field("followers", indexed=True, fast=True)
    builder.add_integer_field("active", indexed=True, fast=True)
    builder.add_integer_field("engagement", indexed=True, fast=True)
    builder.add_bytes_field("state", stored=True)
    return builder.build()


def _open(folder: Path, *, create: bool) -> Any:
    if create:
        folder.mkdir(parents=True, exist_ok=True)
        index = tantivy.Index(_schema(), str(folder), reuse=True)
    else:
        if not (folder / "meta.json").exists():
            raise damaged("text/meta.json is missing")
        index = tantivy.Index.open(str(folder))
    return index


class TextSearcher:
    """A view of one commit. Numbers: ``no`` of a post, ``entry`` of a creator."""

    def __init__(self, index: Any) -> None:
        self._schema = index.schema
        self._searcher = guarded(index.searcher)

    def state(self) -> bytes | None:
        """The state document of this commit; None before the first."""
        found = self._search(self._term("facts", "state"), 1)
        if not found:
            return None
        content = guarded(self._searcher.doc, found[0][1]).get_first("state")
        return None if content is None else bytes(content)

    def entries(self, filters: Filters, limit: int) -> list[int]:
        """Entries of all creators that pass."""
        clauses = [(tantivy.Occur.Must, self._term("facts", "role:creator")), *self._filter_clauses(filters)]
        return self._numbers("creator", self._search(tantivy.Query.boolean_query(clauses), limit))

    def find(self, role: Role, ids: Sequence[str]) -> list[int]:
        """Numbers of the documents with these ids, in no order."""
        if not ids:
            return []
        query = tantivy.Query.term_set_query(self._schema, f"{role}_id", list(ids))
        return self._numbers(role, self._search(query, len(ids)))

    def _term(self, field: str, value: str) -> Query:
        return tantivy.Query.term_query(self._schema, field, value, "basic")

    def _search(self, query: Query, limit: int) -> list[tuple[float, Any]]:
        hits: list[tuple[float, Any]] = guarded(self._searcher.search, query, limit=max(limit, 1), count=False).hits
        return hits

    def _numbers(self, role: Role, hits: list[tuple[float, Any]]) -> list[int]:
        name = "no" if role == "post" else "entry"
        numbers: list[int] = guarded(self._searcher.fast_field_values, name, [address for _, address in hits])
        return numbers

    def _filter_clauses(self, filters: Filters) -> list[tuple[Any, Query]]:
        wanted = [
            [f"p:{platform}" for platform in filters.platforms],
            [f"l:{language}" for language in filters.languages],
            [f"k:{kind}" for kind in filters.kinds],
            [f"g:{key}" for key in filters.place_keys],
        ]
        queries = [tantivy.Query.term_set_query(self._schema, "facts", sorted(words)) for words in wanted if words]
        if filters.min_followers is not None or filters.max_followers is not None:
            queries.append(self._range("followers", filters.min_followers, filters.max_followers))
        if filters.active_since is not None:
            queries.append(self._range("active", micros(filters.active_since), None))
        if filters.min_engagement is not None:
            queries.append(self._range("engagement", _millionths(filters.min_engagement), None))
        # A filter says yes or no: its own score must not reach the sum.
        return [(tantivy.Occur.Must, tantivy.Query.const_score_query(query, 0.0)) for query in queries]

    def _range(self, field: str, low: int | None, high: int | None) -> Query:
        kind = tantivy.FieldType.Integer
        return tantivy.Query.range_query(self._schema, field, kind, lower_bound=low, upper_bound=high)


class TextReader:
    """Opens views for searching."""

    def __init__(self, folder: Path) -> None:
        """Raises IndexDamaged."""
        self._index = guarded(_open, folder, create=False)

    def searcher(self) -> TextSearcher:
        """A view of the newest commit."""
        guarded(self._index.reload)
        return TextSearcher(self._index)


class TextWriter:
    """The one writer. Nothing is visible before ``commit``."""

    def __init__(self, folder: Path) -> None:
        """Open, or found a store in ``folder``."""
        self._index = guarded(_open, folder, create=not (folder / "meta.json").exists())
        try:
            # One thread: documents keep their order, and two cores have the encoder to feed.
            self._writer = self._index.writer(_HEAP, 1)
        except ValueError as error:
            if "lock" in str(error).lower():
                raise IndexLocked("the search index is being written by another process; wait for it") from error
            raise damaged(str(error)[:200]) from error

    def searcher(self) -> TextSearcher:
        """A view of the newest commit."""
        guarded(self._index.reload)
        return TextSearcher(self._index)

    def add_creator(self, entry: int, creator_id: str, facts: Facts) -> None:
        """Add a creator with what filters ask for."""
        document = tantivy.Document()
        document.add_text("creator_id", creator_id)
        document.add_integer("entry", entry)
        document.add_text("facts", "role:creator")
        for word in facts.words:
            document.add_text("facts", word)
        if facts.followers is not None:
            document.add_integer("followers", facts.followers)
        if facts.active is not None:
            document.add_integer("active", facts.active)
        if facts.engagement is not None:
            document.add_integer("engagement", facts.engagement)
        guarded(self._writer.add_document, document)

    def add_post(self, no: int, entry: int, post_id: str) -> None:
        """Add a post under its creator's entry."""
        document = tantivy.Document()
        document.add_text("post_id", post_id)
        document.add_integer("entry", entry)
        document.add_integer("no", no)
        guarded(self._writer.add_document, document)

    def delete(self, entry: int) -> None:
        """Delete a creator's document and all its posts."""
        guarded(self._writer.delete_documents_by_term, "entry", entry)

    def commit(self, state: bytes) -> None:
        """Make everything durable and visible together with ``state``."""
        guarded(self._writer.delete_documents_by_term, "facts", "state")
        document = tantivy.Document()
        document.add_text("facts", "state")
        document.add_bytes("state", state)
        guarded(self._writer.add_document, document)
        guarded(self._writer.commit)

    def rollback(self) -> None:
        """Drop what was not committed."""
        guarded(self._writer.rollback)

    def close(self) -> None:
        """Drop what was not committed and let merges end."""
        guarded(self._writer.rollback)
        guarded(self._writer.wait_merging_threads)
