"""Bundles as items of a generation's files: what lies where, of several creators at once.

By the bundle numpy's calls would cost as much as what they do. Who is replaced, what is counted and when it is
committed: ``writer.py``.
"""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Final

import numpy as np
from numpy.typing import NDArray

from indexer.backends.embedded.tables import CREATOR, HAS_BIO, HAS_CENTROID, LISTS, POST, Array, GenerationWriter
from indexer.backends.embedded.vectors import quantise, sign_bits
from indexer.bundle_terms import read_bundle
from indexer.bundles import CreatorBundle, Matrix, PostTraits, Vector
from indexer.card import pack_card
from indexer.codec import NO_TIME, micros, pack_creator, pack_post, pack_tokens
from indexer.lexicon import ReadTerms, forward_all
from indexer.outline import outline_of, pack_outline
from indexer.profile import copies
from indexer.traits import write_traits
from indexer.vocabulary import teaches

_TOGETHER: Final = 256  # documents appended at once: bounds memory
_OF_DOCUMENTS: Final = (
    "ids", "id_size", "docs", "doc_size", "tokens", "token_size", "terms", "term_count", "surface", "stems",
)  # fmt: skip


def append_bundles(tables: GenerationWriter, bundles: Sequence[CreatorBundle], *, entry: int, no: int) -> Array:
    """Append bundles; returns the records of the creators.

    ``entry`` is the number of the first creator, ``no`` that of the first post.
    """
    creators = _creators(tables, bundles, entry)
    posts, traits = _posts(tables, bundles, creators, no)
    _append_documents(tables, bundles, creators, posts, traits)
    for heap, size, contents in (
        ("outlines", "outline_size", [pack_outline(outline_of(bundle.creator)) for bundle in bundles]),
        ("cards", "card_size", [pack_card(bundle.creator) for bundle in bundles]),
    ):
        creators[heap], creators[size] = _append_heap(tables, heap, contents)
    _append_rows(tables, bundles, creators, posts)
    creators["newest"] = [max((micros(post.published_at) for post in each.posts), default=NO_TIME) for each in bundles]
    tables.append("posts", posts)
    tables.append("creators", creators)
    return creators


def _creators(tables: GenerationWriter, bundles: Sequence[CreatorBundle], entry: int) -> Array:
    """What is known of creators before their documents are packed."""
    creators = np.zeros(len(bundles), CREATOR)
    creators["entry"] = np.arange(entry, entry + len(bundles))
    creators["revision"] = [bundle.creator.revision for bundle in bundles]
    creators["post_count"] = [len(bundle.posts) for bundle in bundles]
    creators["row_count"] = [len(bundle.vectors) for bundle in bundles]
    creators["posts"] = tables.counts["posts"] + _starts(creators["post_count"])
    creators["rows"] = tables.counts["row_post"] + _starts(creators["row_count"])
    creators["has"] = [
        (HAS_CENTROID if bundle.centroid is not None else 0)
        | (HAS_BIO if bundle.bio_vector is not None else 0)
        | (0 if teaches(bundle.creator.bio) else LISTS)
        for bundle in bundles
    ]
    return creators


def _posts(
    tables: GenerationWriter, bundles: Sequence[CreatorBundle], creators: Array, no: int
) -> tuple[Array, list[PostTraits]]:
    """Likewise of all their posts, with the traits of each."""
    documents = [post for bundle in bundles for post in bundle.posts]
    posts = np.zeros(len(documents), POST)
    first = tables.counts["creators"]
    posts["creator"] = np.repeat(np.arange(first, first + len(bundles)), creators["post_count"])
    posts["copy"] = np.concatenate([~copies(bundle.posts) for bundle in bundles])
    traits = [post.traits for post in documents]
    write_traits(posts, traits)
    posts["no"] = np.arange(no, no + len(posts))
    posts["published"] = [micros(post.published_at) for post in documents]
    posts["row_count"] = [len(post.passages) for post in documents]
    posts["rows"] = tables.counts["row_post"] + _starts(posts["row_count"])
    return posts, traits


def _append_documents(
    tables: GenerationWriter,
    bundles: Sequence[CreatorBundle],
    creators: Array,
    posts: Array,
    traits: Sequence[PostTraits],
) -> None:
    """Append ids, documents, token strings and terms, each creator's before its posts', and note where they lie."""
    kinds = {name: CREATOR[name] for name in _OF_DOCUMENTS}
    records = np.zeros(len(creators) + len(posts), list(kinds.items()))
    packed, read, at = _packed(bundles, traits), _read(bundles), 0
    while some := [*islice(packed, _TOGETHER)]:
        part = records[at : at + len(some)]
        for heap, size, contents in zip(
            ("ids", "docs", "tokens"), ("id_size", "doc_size", "token_size"), zip(*some, strict=True), strict=True
        ):
            part[heap], part[size] = _append_heap(tables, heap, contents)
        terms = forward_all(islice(read, len(some)))
        part["surface"], part["stems"], part["term_count"] = terms.surface, terms.stems, terms.counts
        part["terms"] = tables.append("terms", terms.hashes) + _starts(terms.counts)
        tables.append("frequencies", terms.frequencies)
        at += len(some)
    own = np.zeros(len(records), np.bool_)
    own[np.arange(len(creators)) + _starts(creators["post_count"])] = True
    for name in _OF_DOCUMENTS:
        creators[name], posts[name] = records[name][own], records[name][~own]
    ends = np.cumsum(creators["post_count"], dtype=np.int64)
    for name in ("surface", "stems"):
        before = np.append(0, np.cumsum(posts[name], dtype=np.int64))
        creators[f"post_{name}"] = before[ends] - before[ends - creators["post_count"]]


def _packed(bundles: Sequence[CreatorBundle], traits: Sequence[PostTraits]) -> Iterator[tuple[bytes, bytes, bytes]]:
    """Id, document and token strings of each creator and its posts. Nobody asks for the token strings of a post."""
    of_posts = iter(traits)
    for bundle in bundles:
        creator = bundle.creator
        yield (
            creator.id.encode(),
            pack_creator(creator, bundle.post_languages),
            pack_tokens(creator.surface, creator.stems),
        )
        for post in bundle.posts:
            yield post.id.encode(), pack_post(post, next(of_posts)), b""


def _read(bundles: Sequence[CreatorBundle]) -> Iterator[ReadTerms]:
    """The terms of each creator and its posts."""
    for bundle in bundles:
        profile, of_posts = read_bundle(bundle)
        yield profile
        yield from of_posts


def _append_rows(tables: GenerationWriter, bundles: Sequence[CreatorBundle], creators: Array, posts: Array) -> None:
    """Append the vectors, and whose each row is."""
    first, first_post = tables.counts["creators"], tables.counts["posts"]
    tables.append("row_creator", np.repeat(np.arange(first, first + len(bundles)), creators["row_count"]))
    tables.append("row_post", np.repeat(np.arange(first_post, first_post + len(posts)), posts["row_count"]))
    vectors = bundles[0].vectors if len(bundles) == 1 else np.concatenate([bundle.vectors for bundle in bundles])
    _append_vectors(tables, "passage", vectors)
    tables.append("passage_bits", sign_bits(vectors))
    empty = np.zeros(vectors.shape[1], np.float32)
    _append_vectors(tables, "centroid", _rows([bundle.centroid for bundle in bundles], empty))
    _append_vectors(tables, "bio", _rows([bundle.bio_vector for bundle in bundles], empty))


def _rows(vectors: Sequence[Vector | None], otherwise: Vector) -> Matrix:
    return np.stack([otherwise if vector is None else vector for vector in vectors])


def _append_vectors(tables: GenerationWriter, kind: str, vectors: Matrix) -> None:
    quantised = quantise(vectors)
    tables.append(f"{kind}_i8", quantised.i8)
    tables.append(f"{kind}_scale", quantised.scale)
    tables.append(f"{kind}_f16", quantised.f16)


def _append_heap(
    tables: GenerationWriter, heap: str, contents: Sequence[bytes]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Where each of these bytes begins and how many they are, appended."""
    sizes = np.array([len(content) for content in contents], np.int64)
    return tables.append_bytes(heap, b"".join(contents)) + _starts(sizes), sizes


def _starts(sizes: Array) -> NDArray[np.int64]:
    """Where each of several things begins that lie one after another."""
    return np.cumsum(sizes, dtype=np.int64) - sizes
