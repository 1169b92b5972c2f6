"""The three ways to open an embedded index: to read, to go on writing, to write a new edition from nothing."""

from collections.abc import Callable
from pathlib import Path

from indexer import editions
from indexer.backends.embedded.index import EmbeddedIndex
from indexer.backends.embedded.state import committed_state
from indexer.backends.embedded.text_store import TextReader
from indexer.editions import Manifest, WriterLease
from indexer.errors import IndexDamaged, IndexMismatch, IndexMissing


def open_for_reading(index_dir: Path, *, model: str | None = None) -> EmbeddedIndex:
    """Raises IndexMissing, IndexDamaged, IndexMismatch (another schema, or another model than the one named)."""
    while True:
        edition = editions.current_edition(index_dir)
        try:
            if model is not None:
                _check_model(editions.read_manifest(edition), model)
            return EmbeddedIndex(index_dir, None, None)
        except IndexDamaged:
            # A purge or a rebuild may have replaced the edition between the reading of two files.
            if editions.current_edition(index_dir) == edition:
                raise


def open_for_writing(index_dir: Path, *, model: str, dimension: int) -> EmbeddedIndex:
    """Open the current edition, or found the first one. Raises IndexLocked, IndexMismatch for another model."""
    from indexer.backends.embedded.writer import EditionWriter  # a reader does without the writing half

    def opened(lease: WriterLease) -> EmbeddedIndex:
        try:
            edition = editions.current_edition(index_dir)
        except IndexMissing:
            index = _found(index_dir, lease, _manifest(model, dimension), version=0)
            index.publish()
            return index
        manifest = editions.read_manifest(edition)
        _check_model(manifest, model)
        editions.remove_other_editions(index_dir, edition)
        return EmbeddedIndex(index_dir, EditionWriter(edition, manifest), lease)

    return _leased(index_dir, opened)


def open_new_edition(index_dir: Path, *, model: str, dimension: int) -> EmbeddedIndex:
    """Found an edition that nobody sees before ``publish``; the current one stays as it is until then."""

    def opened(lease: WriterLease) -> EmbeddedIndex:
        current, version = _current_or_none(index_dir)
        editions.remove_other_editions(index_dir, current)
        return _found(index_dir, lease, _manifest(model, dimension), version=version)

    return _leased(index_dir, opened)


def _leased(index_dir: Path, opened: Callable[[WriterLease], EmbeddedIndex]) -> EmbeddedIndex:
    lease = WriterLease(index_dir)
    try:
        return opened(lease)
    except BaseException:
        lease.release()
        raise


def _manifest(model: str, dimension: int) -> Manifest:
    return Manifest(schema_version=editions.SCHEMA_VERSION, model=model, dimension=dimension)


def _check_model(manifest: Manifest, model: str) -> None:
    if manifest.model != model:
        raise IndexMismatch(
            f"the search index was made with the model {manifest.model}, not {model}; {editions.REBUILD}"
        )


def _found(index_dir: Path, lease: WriterLease, manifest: Manifest, *, version: int) -> EmbeddedIndex:
    """Found an edition with an empty first commit."""
    from indexer.backends.embedded.writer import EditionWriter

    edition = editions.next_edition(index_dir)
    editions.write_manifest(edition, manifest)
    writer = EditionWriter(edition, manifest, version=version)
    writer.commit(epoch="", seq=0)
    return EmbeddedIndex(index_dir, writer, lease)


def _current_or_none(index_dir: Path) -> tuple[Path | None, int]:
    """The current edition and its version. A damaged one stays until it is replaced; its version is lost."""
    try:
        edition = editions.current_edition(index_dir)
    except (IndexMissing, IndexDamaged):
        return None, 0
    try:
        return edition, committed_state(TextReader(edition / "text").searcher()).version
    except IndexDamaged:
        return edition, 0
