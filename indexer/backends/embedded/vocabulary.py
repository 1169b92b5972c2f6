"""Counting for ``indexer.vocabulary`` over one snapshot, and the scores of the words that it found."""

from collections.abc import Collection, Iterable

import numpy as np
from numpy.typing import NDArray

from indexer.backends.embedded.snapshot import Positions, Snapshot
from indexer.backends.embedded.tables import LISTS
from indexer.backends.embedded.text_store import Role
from indexer.codec import unpack_tokens
from indexer.contract import TextQuery
from indexer.lexicon import related_terms, term_hash
from indexer.vocabulary import FEWEST, WITH_WORD, WRITERS, Vocabulary, can_tell, keeps_writing, vocabulary_of_counts


def learn_vocabulary(snapshot: Snapshot, query: TextQuery, creators: Positions) -> Vocabulary | None:
    """See ``Index.vocabulary``; ``creators`` are those asked, best first."""
    writers = _writers(snapshot, query, creators)
    if len(writers) < FEWEST:
        return None
    hashes, counts = _occurring(snapshot.terms_of(writers))
    hashes, counts = hashes[counts >= WITH_WORD], counts[counts >= WITH_WORD]
    frequencies = snapshot.words.frequencies("creator", hashes)
    telling = can_tell(counts, frequencies, len(writers), snapshot.state.creators)  # few are: only they are spelt
    spelling = snapshot.words.spelling(hashes[telling])  # of the stems among them: a profile holds surface words, too
    rows = zip(hashes[telling].tolist(), counts[telling].tolist(), frequencies[telling].tolist(), strict=True)
    known = {spelling[key]: (count, held) for key, count, held in rows if key in spelling}
    return vocabulary_of_counts(
        {stem: count for stem, (count, _) in known.items()},
        writers=len(writers),
        asked={*query.stems, *query.surface},
        creators=snapshot.state.creators,
        frequency=lambda stem: known[stem][1],
        written=lambda stems: _as_written(snapshot, writers, stems),
    )


def related_scores(snapshot: Snapshot, role: Role, vocabulary: Vocabulary) -> NDArray[np.float64]:
    """BM25 of the vocabulary's words, each with its weight, over the stems of all posts or profiles by position."""
    hashes = np.array([term_hash(word.stem, "stems") for word in vocabulary.words], np.uint32)
    frequencies = snapshot.words.frequencies(role, hashes)
    documents = snapshot.statistics(role).documents
    return snapshot.lexical(role, list(related_terms(vocabulary, documents, frequencies.tolist())))


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
        terms = snapshot.terms_of_one(position)
        found = missing & (terms[np.minimum(np.searchsorted(terms, hashes), len(terms) - 1)] == hashes)
        if found.any():
            stems = [asked[at] for at in np.flatnonzero(found).tolist()]
            held = _words(*unpack_tokens(snapshot.tokens(snapshot.creators[position])), stems)
            written |= held
            missing &= [stem not in held for stem in asked]
        if not missing.any():
            break
    return written


def _words(surface: str, stemmed: str, stems: Iterable[str]) -> dict[str, str]:
    """The surface word where each of these stems first stands; those that stand nowhere are left out."""
    words, text = surface.split(" "), f" {stemmed} "
    places = ((stem, text.find(f" {stem} ")) for stem in stems)
    return {stem: words[text.count(" ", 0, at)] for stem, at in places if at >= 0}
