"""Scores of creators already in hand, and the words of a theme, over one view; what is computed is shared."""

from collections import Counter
from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from indexer.backends.elastic import blocks, queries
from indexer.backends.elastic.search import asked_terms, creators_by_text
from indexer.backends.elastic.view import Role, View
from indexer.bundles import Vector
from indexer.contract import Filters, TextQuery
from indexer.cosines import exact_cosines
from indexer.lexicon import WeightedTerm, bm25, related_terms
from indexer.score_table import ScoreTable, table_of
from indexer.scoring import Scored, best_of_posts, creator_scores
from indexer.traits import read_traits
from indexer.vocabulary import ASKED, WRITERS, Vocabulary, keeps_writing, teaches, vocabulary_of

_OFTEN: Final = 3  # writers who use a word before anybody asks how common it is (vocabulary._WITH_WORD)


def best_posts(
    view: View,
    creator_ids: Sequence[str],
    query: TextQuery,
    vector: Vector,
    *,
    per_creator: int,
    vocabulary: Vocabulary | None = None,
) -> ScoreTable:
    """See ``Index.best_posts``."""
    found = view.blocks(creator_ids)
    if not found:
        return table_of({})
    held = blocks.join(list(found.values()))
    terms = asked_terms(query)
    lexical = _bm25(view, "post", held, view.weighted("post", terms))
    cosines, passages = _best_passages(held, vector)
    return creator_scores(
        Scored(
            creators=list(found),
            profile=bm25(
                view.weighted("creator", terms),
                held.profiles,
                view.statistics("creator"),
                held.hashes,
                held.frequencies,
            ),
            centroids=_cosines(held.centroids, vector),
            bios=_cosines(held.bios, vector),
            counts=held.counts,
            lexical=lexical,
            cosines=cosines,
            passages=passages,
            distinct=held.posts["copy"] == 0,
            related=None if vocabulary is None else _bm25(view, "post", held, _related(view, vocabulary)),
            post_ids=lambda kept: [held.post_ids[at] for at in kept.tolist()],
            post_traits=lambda kept: read_traits(held.posts[kept]),
        ),
        per_creator,
    )


def learn_vocabulary(view: View, query: TextQuery) -> Vocabulary | None:
    """See ``Index.vocabulary``."""
    hits = creators_by_text(view, query, limit=ASKED, filters=Filters())
    writers = _writers(view, query, [hit.creator_id for hit in hits])
    profiles = view.profiles(writers)
    texts = [profiles[name] for name in writers if name in profiles]
    used = Counter(stem for _, stems in texts for stem in set(stems.split()))
    known = view.frequencies("creator", [("stems", stem) for stem, count in used.items() if count >= _OFTEN])
    return vocabulary_of(
        texts,
        asked={*query.stems, *query.surface},
        creators=view.statistics("creator").documents,
        frequency=lambda stem: known["stems", stem],
    )


def _writers(view: View, query: TextQuery, ids: Sequence[str]) -> list[str]:
    """The writers of a theme among these creators, in their order."""
    if not ids:
        return []
    terms = asked_terms(query)
    documents, [answer] = view.creators_and(ids, [("post", queries.naming_posts(terms, ids))])
    named = {bucket["key"]: bucket["doc_count"] for bucket in answer["aggregations"]["creators"]["buckets"]}
    writers: list[str] = []
    for name in ids:
        if len(writers) == WRITERS:
            break
        document = documents.get(name)
        if document and keeps_writing(named.get(name, 0), document.post_count) and teaches(document.bio):
            writers.append(name)
    return writers


def _related(view: View, vocabulary: Vocabulary) -> list[WeightedTerm]:
    terms: list[queries.Term] = [("stems", word.stem) for word in vocabulary.words]
    known = view.frequencies("post", terms)
    return list(related_terms(vocabulary, view.statistics("post").documents, [known[term] for term in terms]))


def _bm25(view: View, role: Role, held: blocks.Joined, terms: Sequence[WeightedTerm]) -> NDArray[np.float64]:
    records = held.posts if role == "post" else held.profiles
    return bm25(terms, records, view.statistics(role), held.hashes, held.frequencies)


def _best_passages(held: blocks.Joined, vector: Vector) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Of each post the best cosine and the number of the passage that has it; -1 and -1 without any."""
    cosines = np.full(len(held.posts), -1.0)
    passages = np.full(len(held.posts), -1, np.int64)
    if len(held.vectors):
        exact = exact_cosines(held.vectors, vector)
        rows = np.arange(len(exact))
        chosen = best_of_posts(held.row_post, rows, exact)
        posts = held.row_post[chosen]
        cosines[posts] = exact[chosen]
        passages[posts] = chosen - held.first_row[posts]
    return cosines, passages


def _cosines(vectors: Sequence[Any], vector: Vector) -> NDArray[np.float32]:
    """One each, -1 where there is no vector."""
    found = np.full(len(vectors), -1.0, np.float32)
    rows = [row for row, each in enumerate(vectors) if each is not None]
    if rows:
        found[rows] = exact_cosines(np.stack([vectors[row] for row in rows]), vector)
    return found
