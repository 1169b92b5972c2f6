"""Fields and settings of the two indices, pinned: no default of a server version decides how we rank. Pure.

Only what an Elasticsearch 9 without modules and with the free licence has: the analyzer ``whitespace``, keywords,
numbers, dates, points, ``dense_vector`` with ``int8_hnsw``. Tokens come ready-made from ``text.tokens``.
"""

from typing import Any, Final

from base.slug import slug
from indexer.editions import SCHEMA_VERSION, Manifest

Json = dict[str, Any]

_TOKENS: Final = {"type": "text", "analyzer": "whitespace", "index_options": "freqs", "norms": True}
_KEYWORD: Final = {"type": "keyword", "ignore_above": 1024}
_NUMBER: Final = {"type": "long"}
_STORED: Final = {"type": "binary", "store": True}  # left out of _source, which would hold it a second time
_FACTS: Final[Json] = {  # what filters need of a creator, on its own document and on each of its posts
    "platforms": _KEYWORD,
    "languages": _KEYWORD,
    "kind": _KEYWORD,
    "places": _KEYWORD,  # keys of sure and possible places and of what they lie in
    "followers": _NUMBER,
    "active": _NUMBER,  # last post, microseconds since 1970
    "engagement": _NUMBER,  # rate in millionths
}
_WORDS: Final[Json] = {
    "surface": _TOKENS,
    "stems": _TOKENS,
    "surface_length": _NUMBER,
    "stems_length": _NUMBER,
    "terms": {"type": "binary", "doc_values": True},  # blocks.pack_terms, for exact BM25
}
_COMMON: Final[Json] = {"live": {"type": "boolean"}, "revision": _NUMBER, "doc": _STORED}


def creators_mapping(manifest: Manifest) -> Json:
    """Of the index with one document a creator."""
    return _mapping(
        manifest,
        {
            **_COMMON,
            **_FACTS,
            **_WORDS,
            "id": _KEYWORD,
            "post_count": _NUMBER,
            "passages": _NUMBER,
            "location": {"type": "geo_point"},
            "rates": _KEYWORD,  # engagement.steps_of
            "decided": {"type": "boolean"},  # has marks of contract.ANSWER_MARKS
            "held": {"type": "keyword", "index": False, "doc_values": False, "store": True},  # ids in the other index
            "block": _STORED,
            "state": _STORED,
            "centroid": _vector(manifest),
            "bio": _vector(manifest),
        },
    )


def posts_mapping(manifest: Manifest) -> Json:
    """Of the index with one document a post, and one for each passage after a post's first."""
    return _mapping(
        manifest,
        {
            **_COMMON,
            **_FACTS,
            **_WORDS,
            "post_id": _KEYWORD,
            "creator_id": _KEYWORD,
            "is_post": {"type": "boolean"},  # false: a further passage, without words
            "language": _KEYWORD,
            "published_at": {"type": "date"},
            "published": _NUMBER,  # the same in microseconds
            "passage": {"type": "short"},
            "vector": _vector(manifest),
        },
    )


def settings(shards: int) -> Json:
    """Of both, while they are filled: nothing is copied and nothing shown but by a commit."""
    return {
        "number_of_shards": shards,
        "number_of_replicas": 0,
        "refresh_interval": "-1",  # a commit refreshes; nothing is visible in between
        "dense_vector.hnsw_enable_early_termination": False,  # it halved the recall of long result lists
        "merge.policy.expunge_deletes_allowed": 0,  # a purge leaves nothing that was promised to be deleted
    }


def live_settings() -> Json:
    """What changes when readers come: a copy where there is a second node to hold it."""
    return {"auto_expand_replicas": "0-1"}


def physical_name(prefix: str, role: str, manifest: Manifest, number: int) -> str:
    """The name of an index: says what it was made for, and is never used twice."""
    model = slug(manifest.model)[:80]
    return f"{prefix}-{role}-v{manifest.schema_version}-{model}-{number}"


def number_of(physical: str) -> int:
    """The last part of a physical name."""
    return int(physical.rsplit("-", 1)[1])


def manifest_of(meta: Json) -> Manifest:
    """Read back what ``_mapping`` wrote."""
    return Manifest(int(meta["schema_version"]), str(meta["model"]), int(meta["dimension"]))


def is_readable(manifest: Manifest) -> bool:
    """Whether this program knows the schema."""
    return manifest.schema_version == SCHEMA_VERSION


def _mapping(manifest: Manifest, properties: Json) -> Json:
    stored = [name for name, field in properties.items() if field.get("store")]
    return {
        "dynamic": "strict",
        "_meta": manifest._asdict(),
        "_source": {"excludes": [*stored, "terms"]},
        "properties": properties,
    }


def _vector(manifest: Manifest) -> Json:
    return {
        "type": "dense_vector",
        "dims": manifest.dimension,
        "index": True,
        "similarity": "cosine",
        "index_options": {"type": "int8_hnsw", "m": 16, "ef_construction": 100},
    }
