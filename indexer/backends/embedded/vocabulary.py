"""Counting for ``indexer.vocabulary`` over one snapshot, and the scores of the words that it found."""

from collections.abc import Collection

import numpy as np
from numpy.typing import NDArray

from indexer.backends.embedded.snapshot import Positions, Snapshot
from indexer.backends.embedded.tables import LISTS
from indexer.backends.embedded.text_store import Role
from indexer.codec import unpack_tokens
from indexer.contract import TextQuery
from indexer.lexicon import related_terms, term_hash
from indexer.vocabulary import FEWEST, WITH_WORD, WRITERS, Vocabulary, keeps_writing, vocabulary_of_counts


def learn_vocabulary(snapshot: Snapshot, query: TextQuery, creators: Positions) -> Vocabulary | None:
    """See ``Index.vocabulary``; ``creators`` are those asked, best first."""
    writers = _writers(snapshot, query, creators)
    if len(writers) < FEWEST:
        return None
    hashes, counts = _occurring(snapshot.terms_of(writers))
    common, used = hashes[counts >= WITH_WORD], counts[counts >= WITH_WORD]
    spelling = snapshot.words.spelling(common)  # of the stems among them: a profile holds surface words, too
    frequencies = zip(common.tolist(), snapshot.words.frequencies("creator", common), strict=True)
    frequency = {spelling[key]: held for key, held in frequencies if key in spelling}
    return vocabulary_of_counts(
        {spelling[key]: count for key, count in zip(common.tolist(), used.tolist(), strict=True) if key in spelling},
        writers=len(writers),
        asked={*query.stems, *query.surface},
        creators=snapshot.state.creators,
        frequency=frequency.__getitem__,
        written=lambda stems: _as_written(snapshot, writers, stems),
    )


def related_scores(snapshot: Snapshot, role: Role, vocabulary: Vocabulary) -> NDArray[np.float64]:
    """BM25 of the vocabulary's words, each with its weight, over the stems of all posts or profiles by position."""
    hashes = np.array([term_hash(word.stem, "stems") for word in vocabulary.words], np.uint32)
    frequencies = snapshot.words.frequencies(role, hashes)
    return snapshot.lexical(role, list(related_terms(vocabulary, snapshot.statistics(role).documents, frequencies)))


def _writers(snapshot: Snapshot, query: TextQuery, creators: Positions) -> Positions:
    """The writers of a theme among these creators, in order."""
    counts = snapshot.creators["post_count"][creators]
    named = snapshot.lexical("post", snapshot.weighted("post", query))[snapshot.posts_of(creators)] > 0.0
    times = np.bincount(np.repeat(np.arange(len(creators)), counts)[named], minlength=len(creators))
    teaches = (snapshot.creators["has"][creators] & LISTS) == 0
    keep = [keeps_writing(naming, posts) for naming, posts in zip(times.tolist(), counts.tolist(), strict=True)]
    writers: Positions = creators[np.array(keep, np.bool_) & teaches][:WRITERS]
    return writers


def _occurring(terms: NDArray[np.uint32]) -> tuple[NDArray[np.uint32], Positions]:
    """The distinct terms of several profiles, and in how many each stands."""
    ordered = np.sort(terms)
    begins = np.flatnonzero(np.append(True, ordered[1:] != ordered[:-1]))[: len(ordered)]
    return ordered[begins], np.diff(np.append(begins, len(ordered)))


def _as_written(snapshot: Snapshot, writers: Positions, stems: Collection[str]) -> dict[str, str]:
    """How the first writer of each stem writes it; only profiles that are the first with one are read."""
    asked = list(stems)
    hashes = np.array([term_hash(stem, "stems") for stem in asked], np.uint32)
    written: dict[str, str] = {}
    missing = np.ones(len(asked), np.bool_)
    for position in writers.tolist():
        terms = snapshot.terms_of(np.array([position]))
        found = missing & (terms[np.minimum(np.searchsorted(terms, hashes), len(terms) - 1)] == hashes)
        if found.any():
            surface, stemmed = unpack_tokens(snapshot.tokens(snapshot.creators[position]))
            held = {stem: word for at in np.flatnonzero(found) if (word := _word(surface, stemmed, stem := asked[at]))}
            written |= held
            missing &= [stem not in held for stem in asked]
        if not missing.any():
            break
    return written


def _word(surface: str, stems: str, stem: str) -> str:
    """The surface word where a stem first stands; "" where it does not. Splitting all of a profile takes longer."""
    at = f" {stems} ".find(f" {stem} ")
    if at < 0:
        return ""
    number = stems.count(" ", 0, at)
    return surface.split(" ", number + 1)[number]
