"""Bundles as documents of the two indices. Pure."""

import base64
import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC
from itertools import repeat
from typing import Any, Final

from indexer.backends.elastic import blocks
from indexer.backends.elastic.queries import millionths, packed
from indexer.bundles import ANSWER_MARKS, CreatorBundle, CreatorDocument, PostDocument
from indexer.codec import micros, pack_creator, pack_post
from indexer.engagement import main_rated, rate_of, steps_of
from indexer.lexicon import Forward, forward, forward_all, read_terms

Json = dict[str, Any]

_LONGEST: Final = 200  # characters of a token: the analyzer cuts at 255
_LONG = re.compile(rf"\S{{{_LONGEST + 1},}}")


def version_of(revision: int) -> int:
    """The external version of what a revision writes. Odd numbers are for deletions of it (``deletion_of``)."""
    return 2 * revision


def deletion_of(version: int) -> int:
    """The external version at which something is deleted: what was written before can never come back."""
    return version | 1


def creator_document(bundle: CreatorBundle) -> Json:
    """A creator with its blocks."""
    creator = bundle.creator
    languages: dict[str, int] = {}
    for post in bundle.posts:
        if post.language:
            languages[post.language] = languages.get(post.language, 0) + 1
    document: Json = {
        "live": True,
        "revision": creator.revision,
        "id": creator.id,
        **_facts(creator),
        **_words(creator, forward(creator.surface, creator.stems)),
        "post_count": len(bundle.posts),
        "passages": len(bundle.vectors),
        "rates": [f"{step}\t{count}" for step, count in steps_of(creator.accounts).items()],
        "decided": any(mark.kind in ANSWER_MARKS for mark in creator.marks),
        "held": [key for key, _ in post_documents(bundle, with_content=False)],
        "doc": _base64(pack_creator(creator, languages)),
        "block": _base64(blocks.pack(bundle)),
    }
    homes = [guess.place for guess in creator.places if guess.role == "home"]
    if homes:
        document["location"] = {"lat": homes[0].lat, "lon": homes[0].lon}
    if bundle.centroid is not None:
        document["centroid"] = packed(bundle.centroid)
    if bundle.bio_vector is not None:
        document["bio"] = packed(bundle.bio_vector)
    return document


def post_documents(bundle: CreatorBundle, *, with_content: bool = True) -> Iterator[tuple[str, Json]]:
    """(id, document) of each post and of each passage after a post's first."""
    facts = _facts(bundle.creator) if with_content else {}
    words: Iterable[Forward | None] = _words_of(bundle.posts) if with_content else repeat(None)
    row = 0
    for post, said in zip(bundle.posts, words, strict=False):
        count = len(post.passages)
        for number in range(max(1, count)):
            key = post.id if number == 0 else f"{post.id}#{number}"
            document: Json = {}
            if with_content:
                document = {
                    "live": True,
                    "is_post": number == 0,
                    "revision": bundle.creator.revision,
                    "post_id": post.id,
                    "creator_id": post.creator_id,
                    "passage": number if count else -1,
                    **facts,
                    **(_post_content(post, said) if said and number == 0 else {}),
                }
                if count:
                    document["vector"] = packed(bundle.vectors[row + number])
            yield key, document
        row += count


def tombstone(revision: int) -> Json:
    """What stays of a deleted document: nothing but that it is gone."""
    return {"live": False, "revision": revision}


def index_token(token: str) -> str:
    """A token as it is indexed: the analyzer would cut a longer one in pieces."""
    if len(token) <= _LONGEST:
        return token
    return token[:60] + hashlib.blake2b(token.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def _words_of(posts: Sequence[PostDocument]) -> Iterator[Forward]:
    return forward_all(read_terms(post.surface, post.stems) for post in posts).each()


def _post_content(post: PostDocument, words: Forward) -> Json:
    content: Json = {**_words(post, words), "language": post.language, "doc": _base64(pack_post(post))}
    if post.published_at is not None:
        content["published"] = micros(post.published_at)
        content["published_at"] = post.published_at.astimezone(UTC).isoformat()
    return content


def _facts(creator: CreatorDocument) -> Json:
    rated = main_rated(creator.accounts)
    rate = None if rated is None else rate_of(rated)
    return {
        "platforms": sorted(creator.platforms),
        "languages": list(creator.languages),
        "kind": creator.kind,
        "places": sorted(creator.place_keys),
        "followers": creator.followers,
        "active": None if creator.last_post_at is None else micros(creator.last_post_at),
        "engagement": None if rate is None else millionths(rate),
    }


def _words(document: CreatorDocument | PostDocument, words: Forward) -> Json:
    return {
        "surface": _indexed(document.surface),
        "stems": _indexed(document.stems),
        "surface_length": words.surface,
        "stems_length": words.stems,
        "terms": _base64(blocks.pack_terms(words)),
    }


def _indexed(tokens: str) -> str:
    if _LONG.search(tokens) is None:
        return tokens
    return " ".join(index_token(token) for token in tokens.split())


def _base64(content: bytes) -> str:
    return base64.b64encode(content).decode("ascii")
