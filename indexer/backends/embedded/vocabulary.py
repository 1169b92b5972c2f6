"""Counting for ``indexer.vocabulary`` over one snapshot, and the scores of the words that it found."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from indexer.backends.embedded.snapshot import Positions, Snapshot
from indexer.backends.embedded.text_store import Role
from indexer.codec import unpack_tokens
from indexer.contract import CreatorHit, TextQuery
from indexer.lexicon import related_terms
from indexer.vocabulary import WRITERS, Vocabulary, keeps_writing, teaches, vocabulary_of


def learn_vocabulary(snapshot: Snapshot, query: TextQuery, hits: Sequence[CreatorHit]) -> Vocabulary | None:
    """See ``Index.vocabulary``; ``hits`` are the creators asked, best first."""
    writers = _writers(snapshot, query, hits)
    return vocabulary_of(
        [unpack_tokens(snapshot.tokens(snapshot.creators[position])) for position in writers],
        asked={*query.stems, *query.surface},
        creators=snapshot.state.creators,
        frequency=lambda stem: snapshot.frequency("creator", "stems", stem),
    )


def related_scores(snapshot: Snapshot, role: Role, vocabulary: Vocabulary, positions: Positions) -> NDArray[np.float64]:
    """BM25 of the vocabulary's words, each with its weight, over the stems of posts or profiles."""
    documents = snapshot.statistics(role).documents
    terms = related_terms(vocabulary, documents, lambda stem: snapshot.frequency(role, "stems", stem))
    return snapshot.lexical(role, list(terms), positions)


def _writers(snapshot: Snapshot, query: TextQuery, hits: Sequence[CreatorHit]) -> list[int]:
    """Positions of the writers of a theme, in the order of ``hits``."""
    found = snapshot.find_creators([hit.creator_id for hit in hits])
    creators = np.fromiter((found[hit.creator_id] for hit in hits), np.int64, len(hits))
    counts = snapshot.creators["post_count"][creators]
    named = snapshot.lexical("post", snapshot.weighted("post", query), snapshot.posts_of(creators)) > 0.0
    times = np.bincount(np.repeat(np.arange(len(creators)), counts)[named], minlength=len(creators))
    writers: list[int] = []
    for position, naming, posts in zip(creators.tolist(), times.tolist(), counts.tolist(), strict=True):
        if len(writers) == WRITERS:
            break
        if keeps_writing(naming, posts) and teaches(snapshot.creator(position).bio):
            writers.append(position)
    return writers
