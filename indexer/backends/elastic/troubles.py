"""What can be wrong with a server, in words: the client's errors as ours, each one line that says what to do."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

import elasticsearch

from indexer.backends.elastic.address import VARIABLES, Address
from indexer.errors import IndexDamaged, IndexMissing, IndexUnavailable

_FLOODED: Final = "read-only-allow-delete"
_LONGEST: Final = 200  # characters of what a server says


class StateGone(Exception):
    """The server no longer holds the state that a reader looks at: it was restarted, or nobody asked for long."""


@contextmanager
def told(address: Address) -> Iterator[None]:
    """Raise what the client raises as an error of the index."""
    url = address.url
    try:
        yield
    except elasticsearch.SSLError as error:
        raise IndexUnavailable(
            f"the certificate of {url} is not trusted ({_short(error)}); set {VARIABLES['ca']} to the cluster's "
            f"http_ca.crt or {VARIABLES['fingerprint']} to its SHA-256"
        ) from error
    except elasticsearch.ConnectionTimeout as error:
        raise IndexUnavailable(f"the search server at {url} does not answer in time; is it overloaded?") from error
    except elasticsearch.TransportError as error:
        raise IndexUnavailable(
            f"the search server at {url} cannot be reached ({_short(error)}); is it running?"
        ) from error
    except elasticsearch.UnsupportedProductError as error:
        raise IndexUnavailable(
            f"what answers at {url} is no Elasticsearch; nichescout needs version 9 or newer"
        ) from error
    except elasticsearch.ApiError as error:
        raise _refused(address, error) from error


def not_written(address: Address, item: Mapping[str, Any]) -> str:
    """Why a document or a request to write was not taken. ``item`` has "status" and "error"."""
    error = item.get("error", item)
    said = reason(error.get("error", error) if isinstance(error, Mapping) else error)
    if _FLOODED in said:
        return (
            f"the index at {address} takes no documents: a disk of the cluster is nearly full; "
            "make room there, then run: nichescout index build"
        )
    if "cluster_block_exception" in str(item):
        return f"the index at {address} is read-only ({said}); allow writing, then run: nichescout index build"
    if item["status"] == 503:
        return f"the search server at {address.url} is not ready ({said}); wait, then run again"
    if item["status"] == 429:
        return f"the search server at {address.url} is too busy ({said}); wait, then run again"
    return f"the search server at {address.url} did not take a document ({item['status']}: {said})"


def causes(error: Any) -> Iterator[Mapping[str, Any]]:
    """An error and all that it names as its causes."""
    if isinstance(error, Mapping):
        yield error
        for cause in (*error.get("root_cause", ()), *(shard.get("reason") for shard in error.get("failed_shards", ()))):
            yield from causes(cause)
        if "caused_by" in error:
            yield from causes(error["caused_by"])


def reason(error: Any) -> str:
    """The first reason that an error gives."""
    reasons = [str(cause["reason"]) for cause in causes(error) if cause.get("reason")]
    reasons += [str(cause["type"]) for cause in causes(error) if cause.get("type")]
    return (reasons[0] if reasons else str(error))[:_LONGEST]


def _refused(address: Address, error: elasticsearch.ApiError) -> Exception:
    url, status, body = address.url, error.meta.status, str(error.body)
    said = reason(error.body.get("error", error.body)) if isinstance(error.body, dict) else _short(error)
    if status == 401:
        return IndexUnavailable(f"the search server at {url} wants a valid API key: set {VARIABLES['api_key']}")
    if status == 403 and "security_exception" in body:
        return IndexUnavailable(f"the API key may not do this on {address} ({said})")
    if status == 400 and "media_type_header_exception" in body:
        return IndexUnavailable(f"the search server at {url} is older than version 9 ({said})")
    if "search_context_missing" in body:
        return StateGone()
    if status == 404 and "index_not_found_exception" in body:
        return IndexMissing(f"there is no search index at {address} yet; run: nichescout index build")
    if status in (429, 503) or "cluster_block_exception" in body:
        return IndexUnavailable(not_written(address, {"status": status, "error": error.body}))
    return IndexDamaged(f"the search server at {url} refuses a request ({status}: {said})")


def _short(error: Exception) -> str:
    return str(getattr(error, "message", error)).split(": ")[-1][:_LONGEST]
