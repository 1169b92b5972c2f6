"""The index as configured: building it and asking it, in one place so that nobody forgets where it is."""

from typing import TYPE_CHECKING, Any

from app.config import Config

if TYPE_CHECKING:
    from app.indexing import BuildSummary
    from search.engine import Engine


def open_configured(config: Config, *, one_query: bool = False) -> "Engine":
    """As ``open_engine``, over the configured index. Raises what that raises."""
    from search.engine import open_engine

    return open_engine(config.data, config.index_place, fallback=config.falls_back, one_query=one_query)


def build_configured(config: Config, **options: Any) -> "BuildSummary":
    """As ``app.indexing.build``, from the configured catalog into the configured index. Raises what that raises."""
    from app.indexing import build

    return build(config.data, catalog=config.catalog, location=config.index_place, model=config.model, **options)
