"""Bundles as documents of the two indices. Pure."""

import hashlib
from collections.abc import Iterator
from datetime import UTC
from typing import Any, Final, NamedTuple

from indexer.backends.elastic import blocks
from indexer.backends.elastic.binary import encoded
from indexer.backends.elastic.queries import millionths, packed
from indexer.bundle_terms import read_bundle
from indexer.bundles import ANSWER_MARKS, CreatorBundle, CreatorDocument, PostDocument, PostTraits
from indexer.codec import micros, pack_creator, pack_post
from indexer.engagement import main_rated, rate_of, steps_of
from indexer.lexicon import Forward, Forwards, forward_all

Json = dict[str, Any]

_LONGEST: Final = 200  # characters of a token: the analyzer cuts at 255


def version_of(revision: int) -> int:
    """The external version of what a revision writes. Odd numbers are for deletions of it (``deletion_of``)."""
    return 2 * revision


def deletion_of(version: int) -> int:
    """The external version at which something is deleted: what was written before can never come back."""
    return version | 1


class Prepared(NamedTuple):
    """What both a creator's document and those of its posts are made of, worked out once."""

    bundle: CreatorBundle
    words: Forwards  # of each post and, last, of the profile
    traits: list[PostTraits]


def prepared(bundle: CreatorBundle) -> Prepared:
    """Read the words and traits of a bundle."""
    profile, of_posts = read_bundle(bundle)
    return Prepared(bundle, forward_all([*of_posts, profile]), [post.traits for post in bundle.posts])


def creator_document(made: Prepared) -> Json:
    """A creator with its blocks."""
    bundle, words, traits = made
    creator = bundle.creator
    *_, profile = words.each()
    document: Json = {
        "live": True,
        "revision": creator.revision,
        "id": creator.id,
        **_facts(creator),
        **_words(creator, profile),
        "post_count": len(bundle.posts),
        "passages": len(bundle.vectors),
        "rates": [f"{step}\t{count}" for step, count in steps_of(creator.accounts).items()],
        "decided": any(mark.kind in ANSWER_MARKS for mark in creator.marks),
        "held": list(post_keys(bundle)),
        "doc": encoded(pack_creator(creator, bundle.post_languages)),
        "block": encoded(blocks.pack(bundle, words, traits)),
    }
    homes = [guess.place for guess in creator.places if guess.role == "home"]
    if homes:
        document["location"] = {"lat": homes[0].lat, "lon": homes[0].lon}
    if bundle.centroid is not None:
        document["centroid"] = packed(bundle.centroid)
    if bundle.bio_vector is not None:
        document["bio"] = packed(bundle.bio_vector)
    return document


def post_documents(made: Prepared) -> Iterator[tuple[str, Json]]:
    """(id, document) of each post and of each passage after a post's first."""
    bundle, words, traits = made
    facts = _facts(bundle.creator)
    row = 0
    for (post, keys), said, known in zip(_keys(bundle), words.each(), traits, strict=False):
        count = len(post.passages)
        for number, key in enumerate(keys):
            document: Json = {
                "live": True,
                "is_post": number == 0,
                "revision": bundle.creator.revision,
                "post_id": post.id,
                "creator_id": post.creator_id,
                "passage": number if count else -1,
                **facts,
                **(_post_content(post, said, known) if number == 0 else {}),
            }
            if count:
                document["vector"] = packed(bundle.vectors[row + number])
            yield key, document
        row += count


def post_keys(bundle: CreatorBundle) -> Iterator[str]:
    """The ids of ``post_documents``."""
    return (key for _, keys in _keys(bundle) for key in keys)


def tombstone(revision: int) -> Json:
    """What stays of a deleted document: nothing but that it is gone."""
    return {"live": False, "revision": revision}


def index_token(token: str) -> str:
    """A token as it is indexed: the analyzer would cut a longer one in pieces."""
    if len(token) <= _LONGEST:
        return token
    return token[:60] + hashlib.blake2b(token.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def _keys(bundle: CreatorBundle) -> Iterator[tuple[PostDocument, list[str]]]:
    """Each post with the ids of its documents: of itself, of each passage after its first."""
    for post in bundle.posts:
        yield post, [post.id, *(f"{post.id}#{number}" for number in range(1, len(post.passages)))]


def _post_content(post: PostDocument, words: Forward, traits: PostTraits) -> Json:
    content: Json = {**_words(post, words), "language": post.language, "doc": encoded(pack_post(post, traits))}
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
        "terms": encoded(blocks.pack_terms(words)),
    }


def _indexed(tokens: str) -> str:
    words = tokens.split()
    if max(map(len, words), default=0) <= _LONGEST:
        return tokens
    return " ".join([index_token(word) for word in words])
