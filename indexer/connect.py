"""From a location to an index: the only place that names backends."""

from collections.abc import Callable
from types import ModuleType
from typing import Literal, overload

from indexer.contract import Index, WritableIndex
from indexer.errors import IndexUnavailable
from indexer.locations import Location, Server

DEFAULT_DIMENSION = 384
"""Numbers in a vector of the default model."""


@overload
def open_index(location: Location, *, mode: Literal["read"] = "read", model: str | None = None) -> Index: ...
@overload
def open_index(
    location: Location, *, mode: Literal["write"], model: str, dimension: int = DEFAULT_DIMENSION
) -> WritableIndex: ...
def open_index(
    location: Location,
    *,
    mode: Literal["read", "write"] = "read",
    model: str | None = None,
    dimension: int = DEFAULT_DIMENSION,
) -> Index:
    """Open the index in a folder (``DATA/index``) or on a server.

    ``model`` is the identity of the sentence model (``models.resolve``): a reader may name the one that it encodes
    with, a writer must. ``mode="write"`` takes the lease of the one writer; where there is no index it founds one.
    Raises IndexMissing (reading), IndexMismatch (another model or schema), IndexDamaged, IndexLocked; of a server
    IndexUnavailable, IndexAccessInvalid.
    """
    # Imported here and below: naming a backend must not load the others.
    if mode == "read":
        if isinstance(location, Server):
            read: Index = _elastic().open_for_reading(location, model=model)
            return read
        from indexer.backends.embedded import opening as embedded

        return embedded.open_for_reading(location, model=model)
    if model is None:
        raise ValueError("writing needs the identity of the model")
    if isinstance(location, Server):
        written: WritableIndex = _elastic().open_for_writing(location, model=model, dimension=dimension)
        return written
    from indexer.backends.embedded import opening as embedded

    return embedded.open_for_writing(location, model=model, dimension=dimension)


def open_new_edition(
    location: Location, *, model: str, dimension: int, is_at_work: Callable[[str], bool] = lambda _: False
) -> WritableIndex:
    """An empty index that nobody sees before ``publish``; what is at ``location`` stays until then.

    On a server the one that somebody else is writing just now, if ``is_at_work`` says so of its name in the feed.
    Raises IndexLocked; of a server IndexUnavailable, IndexAccessInvalid. What is there may be damaged.
    """
    if isinstance(location, Server):
        made: WritableIndex = _elastic().open_new_edition(
            location, model=model, dimension=dimension, is_at_work=is_at_work
        )
        return made
    from indexer.backends.embedded import opening as embedded

    return embedded.open_new_edition(location, model=model, dimension=dimension)


def describe_server(server: Server) -> str:
    """What a server says of itself. Raises IndexUnavailable, IndexAccessInvalid."""
    return str(_elastic().describe(server))


def roll_back(server: Server) -> str:
    """Make the index of before the last rebuild the one that is read; the newer one goes. Returns its name.

    Raises IndexMissing when there is none, IndexLocked, IndexUnavailable.
    """
    return str(_elastic().roll_back(server))


def drop_older(server: Server) -> int:
    """Delete the indices that were kept for going back; returns how many. Raises IndexLocked, IndexUnavailable."""
    return int(_elastic().drop_older(server))


def _elastic() -> ModuleType:
    """The backend with the official client, which only those who have a cluster install."""
    try:
        from indexer.backends.elastic import opening
    except ModuleNotFoundError as error:
        if (error.name or "").split(".")[0] not in ("elasticsearch", "elastic_transport", "orjson", "pybase64"):
            raise
        raise IndexUnavailable(
            f"an index on a server needs the package {error.name}; run: pip install 'nichescout[elasticsearch]'"
        ) from None
    return opening
