"""What is asked of the server, as it wants it. Pure: a request goes in by ``client.py``."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import numpy as np

from indexer.backends.elastic.binary import encoded
from indexer.bundles import Vector
from indexer.codec import micros
from indexer.contract import Filters
from indexer.lexicon import Field

Json = dict[str, Any]
Term = tuple[Field, str]

MOST_HITS: Final = 10_000  # index.max_result_window, and the most candidates of a vector search
MOST_AHEAD: Final = 1_000  # words counted in one request
LIVE: Final[Json] = {"term": {"live": True}}
_IS_POST: Final[Json] = {"term": {"is_post": True}}  # no further passage of one
_ALL_BUCKETS: Final = 65_000  # search.max_buckets is 65,536
_WIDER: Final = 1.5  # candidates of a shard for each neighbour asked


def conditions(filters: Filters) -> list[Json]:
    """All must hold; of one with several values any does."""
    named = (
        ("platforms", filters.platforms),
        ("languages", filters.languages),
        ("kind", filters.kinds),
        ("places", filters.place_keys),
    )
    found: list[Json] = [{"terms": {field: sorted(values)}} for field, values in named if values]
    least = None if filters.min_engagement is None else millionths(filters.min_engagement)
    since = None if filters.active_since is None else micros(filters.active_since)
    for field, low, high in (
        ("followers", filters.min_followers, filters.max_followers),
        ("engagement", least, None),
        ("active", since, None),
    ):
        limits = {name: value for name, value in (("gte", low), ("lte", high)) if value is not None}
        if limits:
            found.append({"range": {field: limits}})
    return found


def millionths(rate: float) -> int:
    """A rate as it is stored."""
    return round(rate * 1_000_000)


def words(
    terms: Mapping[Term, float],
    filters: Filters,
    *,
    size: int,
    order: str,
    fields: Sequence[str],
    without: Sequence[str],
) -> Json:
    """Best documents by BM25 of weighted terms; equal ones by the keyword field ``order``."""
    asked: list[Json] = [
        {"term": {field: {"value": token, "boost": weight}}} for (field, token), weight in terms.items()
    ]
    query = {"should": asked, "minimum_should_match": 1, "filter": conditions(filters), "must_not": _nobody(without)}
    return {
        **_hits(size, fields),
        "query": {"bool": query},
        "sort": [{"_score": "desc"}, {order: "asc"}],
        "track_scores": True,
        "track_total_hits": False,
    }


def neighbours(
    field: str,
    vector: Vector,
    filters: Filters,
    *,
    count: int,
    size: int,
    fields: Sequence[str],
    without: Sequence[str],
) -> Json:
    """The ``count`` nearest vectors among those that pass, scored again with all their digits."""
    passing = conditions(filters)
    if without:
        passing.append({"bool": {"must_not": _nobody(without)}})
    return {
        **_hits(size, fields),
        "knn": {
            "field": field,
            "query_vector": packed(vector),
            "k": count,
            "num_candidates": min(MOST_HITS, int(_WIDER * count)),
            "filter": passing,
            "rescore_vector": {"oversample": 1.0},
        },
        "track_total_hits": True,
    }


def one_of_each(request: Json, field: str) -> Json:
    """The same with only the best hit of each value of a keyword field."""
    return {**request, "collapse": {"field": field}}


def creators_by_id(ids: Sequence[str], stored: str) -> Json:
    """A stored field of creators, in any order."""
    return _stored_of([LIVE, {"terms": {"id": list(ids)}}], len(ids), stored, ("id",))


def posts_by_id(ids: Sequence[str]) -> Json:
    """The documents of posts, in any order."""
    return _stored_of([_IS_POST, {"terms": {"post_id": list(ids)}}], len(ids), "doc", ("post_id", "creator_id"))


def frequencies(terms: Iterable[Term]) -> Json:
    """In how many living documents each term occurs; the buckets come in the order given."""
    asked = [{"term": {field: token}} for field, token in terms]
    return {
        "size": 0,
        "query": {"bool": {"filter": [LIVE]}},
        "track_total_hits": False,
        "aggs": {"terms": {"filters": {"filters": asked}}},
    }


def post_totals() -> Json:
    """What is counted over all posts."""
    return {
        "size": 0,
        "query": {"bool": {"filter": [_IS_POST]}},
        "track_total_hits": True,
        "aggs": {
            "surface": {"sum": {"field": "surface_length"}},
            "stems": {"sum": {"field": "stems_length"}},
            "newest": {"max": {"field": "published"}},
            "languages": {"terms": {"field": "language", "size": 1000}},
        },
    }


def creator_totals() -> Json:
    """What is counted over all creators."""
    return {
        "size": 0,
        "query": {"bool": {"filter": [LIVE]}},
        "track_total_hits": True,
        "aggs": {
            "surface": {"sum": {"field": "surface_length"}},
            "stems": {"sum": {"field": "stems_length"}},
            "passages": {"sum": {"field": "passages"}},
            "rates": {"terms": {"field": "rates", "size": _ALL_BUCKETS}},
        },
    }


def naming_posts(terms: Iterable[Term], creators: Sequence[str]) -> Json:
    """How many posts of each of these creators hold any of the terms."""
    named = [{"term": {field: token}} for field, token in terms]
    return {
        "size": 0,
        "query": {
            "bool": {"should": named, "minimum_should_match": 1, "filter": [{"terms": {"creator_id": list(creators)}}]}
        },
        "track_total_hits": False,
        "aggs": {"creators": {"terms": {"field": "creator_id", "size": len(creators)}}},
    }


def profiles(ids: Sequence[str]) -> Json:
    """Words of these creators as they were indexed."""
    return {
        "size": len(ids),
        "query": {"bool": {"filter": [LIVE, {"terms": {"id": list(ids)}}]}},
        "_source": ["id", "surface", "stems"],
        "track_total_hits": False,
    }


def decided(after: str | None, size: int) -> Json:
    """Creators with marks that decide, by id."""
    request = _stored_of([LIVE, {"term": {"decided": True}}], size, "doc", ("id",))
    request["sort"] = [{"id": "asc"}]
    return request if after is None else {**request, "search_after": [after]}


def posts_of(creator_id: str, after: Sequence[Any] | None, size: int) -> Json:
    """The posts of one creator, newest first, those without a date last, equal dates by id."""
    request = _stored_of([_IS_POST, {"term": {"creator_id": creator_id}}], size, "doc", ("post_id", "creator_id"))
    request["sort"] = [{"published": {"order": "desc", "missing": "_last"}}, {"post_id": "asc"}]
    return request if after is None else {**request, "search_after": list(after)}


def some_creators(size: int, order: str) -> Json:
    """The creators with the most ("desc") or the fewest ("asc") posts."""
    return {
        **_hits(size, ("id",)),
        "query": {"bool": {"filter": [LIVE]}},
        "sort": [{"post_count": order}, {"id": "asc"}],
        "track_total_hits": False,
    }


def count_posts(creators: Sequence[str]) -> Json:
    """The posts of these creators, counted."""
    posts = [{"terms": {"creator_id": list(creators)}}, _IS_POST]
    return {"size": 0, "query": {"bool": {"filter": posts}}, "track_total_hits": True}


def packed(vector: Vector) -> str:
    """A vector as the server reads it fastest: its big-endian float32 in base64."""
    return encoded(np.asarray(vector, ">f4").tobytes())


def _stored_of(conditions: list[Json], size: int, stored: str, fields: Sequence[str]) -> Json:
    return {
        "size": size,
        "query": {"bool": {"filter": conditions}},
        "_source": False,
        "stored_fields": [stored],
        "docvalue_fields": list(fields),
        "track_total_hits": False,
    }


def _hits(size: int, fields: Sequence[str]) -> Json:
    """Only values of columns: asking for ``_id`` or ``_source`` of a thousand hits costs several times the search."""
    return {"size": size, "_source": False, "stored_fields": "_none_", "docvalue_fields": list(fields)}


def _nobody(creators: Sequence[str]) -> list[Json]:
    return [{"terms": {"creator_id": list(creators)}}] if creators else []
