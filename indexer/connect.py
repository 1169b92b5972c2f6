"""From a location to an index: the only place that names backends."""

from pathlib import Path
from typing import Literal, overload

from indexer.contract import Index, WritableIndex
from indexer.errors import IndexUnavailable

DEFAULT_DIMENSION = 384
"""Numbers in a vector of the default model."""


@overload
def open_index(location: Path | str, *, mode: Literal["read"] = "read", model: str | None = None) -> Index: ...
@overload
def open_index(
    location: Path | str, *, mode: Literal["write"], model: str, dimension: int = DEFAULT_DIMENSION
) -> WritableIndex: ...
def open_index(
    location: Path | str,
    *,
    mode: Literal["read", "write"] = "read",
    model: str | None = None,
    dimension: int = DEFAULT_DIMENSION,
) -> Index:
    """Open the index at a folder (``DATA/index``).

    ``model`` is the identity of the sentence model (``models.resolve``): a reader may name the one that it encodes
    with, a writer must. ``mode="write"`` takes the lease of the one writer; a folder without an index gets an empty
    one. Raises IndexMissing (reading), IndexMismatch (another model or schema), IndexDamaged, IndexLocked.
    """
    if isinstance(location, str) and "://" in location:
        raise IndexUnavailable(f"this program has no search backend for {location.split('://')[0]}://; give a folder")
    # Imported here: naming a backend must not load the others.
    from indexer.backends.embedded import opening

    if mode == "read":
        return opening.open_for_reading(Path(location), model=model)
    if model is None:
        raise ValueError("writing needs the identity of the model")
    return opening.open_for_writing(Path(location), model=model, dimension=dimension)


def open_new_edition(location: Path, *, model: str, dimension: int) -> WritableIndex:
    """An empty index that nobody sees before ``publish``; what is at ``location`` stays until then.

    Raises IndexLocked. What is there may be damaged.
    """
    from indexer.backends.embedded import opening

    return opening.open_new_edition(location, model=model, dimension=dimension)
