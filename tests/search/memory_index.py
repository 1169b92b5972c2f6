"""A small index that follows the contract exactly and by brute force: the ranker's tests measure the ranker only."""

import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import compress
from typing import Literal, TypeVar

import numpy as np

from indexer.bundles import ANSWER_MARKS, CreatorBundle, CreatorDocument, MarkView, PostDocument, Vector
from indexer.card import Card, card_of
from indexer.contract import CreatorHit, CreatorScores, Filters, IndexInfo, PostHit, PostScore, TextQuery
from indexer.engagement import Peers, main_rated, rate_of, steps_of
from indexer.legs import legs_one_by_one
from indexer.outline import outline_of
from indexer.outline_table import OutlineTable, outline_table
from indexer.profile import copies
from indexer.score_table import ScoreTable, table_of
from indexer.vocabulary import (
    ASKED,
    FULL_POST,
    WRITERS,
    Vocabulary,
    keeps_writing,
    teaches,
    vocabulary_of,
)

K1, B = 1.2, 0.75


class Bm25:
    """BM25 over the fields ``surface`` and ``stems`` of some documents, summed."""

    def __init__(self, documents: Mapping[str, tuple[str, str]]) -> None:
        self._fields = [
            self._field({key: texts[number].split() for key, texts in documents.items()}) for number in (0, 1)
        ]

    @staticmethod
    def _field(documents: Mapping[str, list[str]]):
        postings: dict[str, dict[str, int]] = {}
        for key, tokens in documents.items():
            for token, count in Counter(tokens).items():
                postings.setdefault(token, {})[key] = count
        lengths = {key: len(tokens) for key, tokens in documents.items()}
        return postings, lengths, sum(lengths.values()) / max(len(lengths), 1) or 1.0

    def scores(self, query: TextQuery) -> dict[str, float]:
        found: dict[str, float] = {}
        for (postings, lengths, mean), terms in zip(self._fields, (query.surface, query.stems), strict=True):
            for term in terms:
                hits = postings.get(term, {})
                idf = math.log(1 + (len(lengths) - len(hits) + 0.5) / (len(hits) + 0.5))
                for key, count in hits.items():
                    norm = K1 * (1 - B + B * lengths[key] / mean)
                    found[key] = found.get(key, 0.0) + idf * count * (K1 + 1) / (count + norm)
        return found


Document = TypeVar("Document", CreatorDocument, PostDocument)


def _stored(document: Document) -> Document:
    """As the other backends give it back: without its words."""
    return replace(document, surface="", stems="")


class MemoryIndex:
    """All rules of ``indexer.contract.Index`` that reading needs; filled once."""

    def __init__(self, bundles: Iterable[CreatorBundle], *, languages: Mapping[str, float] | None = None) -> None:
        self.creators: dict[str, CreatorDocument] = {}
        self.posts: dict[str, PostDocument] = {}
        self.of: dict[str, list[str]] = {}
        self.centroids: dict[str, Vector] = {}
        self.bios: dict[str, Vector] = {}
        self.languages = languages or {"en": 1.0}
        rows, owners = [], []
        for bundle in bundles:
            creator = bundle.creator
            self.creators[creator.id] = creator
            self.of[creator.id] = [post.id for post in bundle.posts]
            if bundle.centroid is not None:
                self.centroids[creator.id] = bundle.centroid
            if bundle.bio_vector is not None:
                self.bios[creator.id] = bundle.bio_vector
            vectors = iter(bundle.vectors)
            for post in bundle.posts:
                self.posts[post.id] = post
                for number, _ in enumerate(post.passages):
                    rows.append(next(vectors))
                    owners.append((post.id, number))
        self.vectors = np.array(rows) if rows else np.zeros((0, 1), np.float32)
        self.owners = owners
        self.post_text = Bm25({key: (post.surface, post.stems) for key, post in self.posts.items()})
        self.creator_text = Bm25({key: (creator.surface, creator.stems) for key, creator in self.creators.items()})

    def info(self) -> IndexInfo:
        dates = [post.published_at for post in self.posts.values() if post.published_at]
        return IndexInfo(
            schema_version=1, model="test", dimension=self.vectors.shape[1], creators=len(self.creators),
            posts=len(self.posts), passages=len(self.owners), generation=3, feed_epoch="test", feed_seq=1,
            languages=self.languages, newest_post_at=max(dates, default=None),
        )  # fmt: skip

    def ask_ahead(self, words: Iterable[str]) -> None:
        pass

    def frequency(self, word: str) -> int:
        return len(self.post_text.scores(TextQuery(surface=(word,), stems=())))

    def _passes(self, creator_id: str, filters: Filters) -> bool:
        creator = self.creators[creator_id]
        followers, last_post = creator.followers, creator.last_post_at
        least, most, since = filters.min_followers, filters.max_followers, filters.active_since
        return (
            (not filters.platforms or bool(filters.platforms & creator.platforms))
            and (not filters.languages or bool(filters.languages & set(creator.languages)))
            and (not filters.kinds or creator.kind in filters.kinds)
            and (not filters.place_keys or bool(filters.place_keys & creator.place_keys))
            and (least is None or (followers is not None and followers >= least))
            and (most is None or (followers is not None and followers <= most))
            and (filters.min_engagement is None or self._reaches(creator, filters.min_engagement))
            and (since is None or (last_post is not None and last_post >= since))
        )

    @staticmethod
    def _reaches(creator: CreatorDocument, least: float) -> bool:
        rated = main_rated(creator.accounts)
        return rated is not None and (rate_of(rated) or 0.0) >= least

    def peers(self) -> Peers:
        return Peers(sum((steps_of(creator.accounts) for creator in self.creators.values()), start=Counter()))

    def _best(self, scores: Mapping[str, float], passages: Mapping[str, int], creators: int, per_creator: int, filters):
        taken: Counter[str] = Counter()
        hits = []
        for post_id, score in sorted(scores.items(), key=lambda pair: (-pair[1], pair[0])):
            owner = self.posts[post_id].creator_id
            if not self._passes(owner, filters) or taken[owner] >= per_creator:
                continue
            if owner not in taken and len(taken) >= creators:
                break
            taken[owner] += 1
            hits.append(PostHit(post_id, owner, score, passages.get(post_id, -1)))
        return hits

    def _cosines(self, vector: Vector) -> tuple[dict[str, float], dict[str, int]]:
        best: dict[str, float] = {}
        passage: dict[str, int] = {}
        for (post_id, number), cosine in zip(self.owners, (self.vectors @ vector).tolist(), strict=True):
            if cosine > best.get(post_id, -2.0):
                best[post_id], passage[post_id] = cosine, number
        return best, passage

    def near_ahead(self, vector: Vector, scopes: Sequence[Filters], *, creators: int) -> None:
        pass

    def search_legs(self, query: TextQuery, meaning: Callable[[], Vector], scopes: Sequence[Filters], *, creators: int):
        return legs_one_by_one(self, query, meaning, scopes, creators=creators)

    def search_posts_text(
        self, query: TextQuery, *, creators: int, per_creator: int, filters: Filters
    ) -> list[PostHit]:
        return self._best(self.post_text.scores(query), {}, creators, per_creator, filters)

    def search_posts_vector(
        self, vector: Vector, *, creators: int, per_creator: int, filters: Filters
    ) -> list[PostHit]:
        return self._best(*self._cosines(vector), creators, per_creator, filters)

    def search_creators_text(self, query: TextQuery, *, limit: int, filters: Filters) -> list[CreatorHit]:
        return self._creators(self.creator_text.scores(query), limit, filters)

    def search_creators_vector(
        self, vector: Vector, *, field: Literal["centroid", "bio"], limit: int, filters: Filters
    ) -> list[CreatorHit]:
        held = self.centroids if field == "centroid" else self.bios
        return self._creators({key: float(row @ vector) for key, row in held.items()}, limit, filters)

    def _creators(self, scores: Mapping[str, float], limit: int, filters: Filters) -> list[CreatorHit]:
        ordered = sorted(scores.items(), key=lambda pair: (-pair[1], pair[0]))
        return [CreatorHit(key, score) for key, score in ordered if self._passes(key, filters)][:limit]

    def best_posts(
        self,
        creator_ids: Sequence[str],
        query: TextQuery,
        vector: Vector,
        *,
        per_creator: int,
        vocabulary: Vocabulary | None = None,
    ) -> ScoreTable:
        lexical = self.post_text.scores(query)
        top = max(lexical.values(), default=0.0) or 1.0
        cosines, passages = self._cosines(vector)
        profile = self.creator_text.scores(query)
        found = {}
        for key in creator_ids:
            if key not in self.creators:
                continue
            posts = [
                PostScore(
                    post_id=post,
                    lexical=lexical.get(post, 0.0),
                    cosine=cosines.get(post, -1.0),
                    passage=passages.get(post, -1),
                )
                for post in self.of[key]
            ]
            posts.sort(key=lambda post: (-(0.75 * post.cosine + 0.25 * post.lexical / top), post.post_id))
            found[key] = CreatorScores(
                lexical=profile.get(key, 0.0),
                centroid=float(self.centroids[key] @ vector) if key in self.centroids else -1.0,
                bio=float(self.bios[key] @ vector) if key in self.bios else -1.0,
                post_count=len(distinct := self._distinct(key)),
                on_theme=self._on_theme(distinct, lexical, vocabulary),
                posts=tuple(posts[:per_creator]),
            )
        return table_of(found, lambda ids: [self.posts[key].traits for key in ids])

    def vocabulary(self, query: TextQuery) -> Vocabulary | None:
        named = self.post_text.scores(query)
        hits = self.search_creators_text(query, limit=ASKED, filters=Filters())
        writers = [
            self.creators[hit.creator_id]
            for hit in hits
            if keeps_writing(sum(post in named for post in self.of[hit.creator_id]), len(self.of[hit.creator_id]))
            and teaches(self.creators[hit.creator_id].bio)
        ]
        stems = [set(creator.stems.split()) for creator in self.creators.values()]
        return vocabulary_of(
            [(writer.surface, writer.stems) for writer in writers[:WRITERS]],
            asked={*query.stems, *query.surface},
            creators=len(self.creators),
            frequency=lambda stem: sum(stem in held for held in stems),
        )

    def _distinct(self, key: str) -> list[str]:
        return list(compress(self.of[key], copies([self.posts[post] for post in self.of[key]])))

    def _on_theme(self, posts: Iterable[str], lexical: Mapping[str, float], vocabulary: Vocabulary | None) -> float:
        if vocabulary is None:
            return 0.0
        related: Counter[str] = Counter()
        for stem, weight, _ in vocabulary.words:
            for post, score in self.post_text.scores(TextQuery(surface=(), stems=(stem,))).items():
                related[post] += weight * score
        fullness = (min(1.0, (lexical.get(post, 0.0) + related[post]) / FULL_POST) for post in posts)
        return sum(fullness)

    def marked(self) -> Mapping[str, tuple[MarkView, ...]]:
        deciding = {
            key: tuple(mark for mark in creator.marks if mark.kind in ANSWER_MARKS)
            for key, creator in self.creators.items()
        }
        return {key: marks for key, marks in deciding.items() if marks}

    def cards(self, creator_ids: Sequence[str]) -> Mapping[str, Card]:
        return {key: card_of(self.creators[key]) for key in creator_ids if key in self.creators}

    def outlines(self, creator_ids: Sequence[str]) -> OutlineTable:
        found = self.get(creator_ids)
        return outline_table(list(found), list(map(outline_of, found.values())), self.peers())

    def get(self, creator_ids: Sequence[str]) -> Mapping[str, CreatorDocument]:
        return {key: _stored(self.creators[key]) for key in creator_ids if key in self.creators}

    def get_posts(self, post_ids: Sequence[str]) -> Mapping[str, PostDocument]:
        return {key: _stored(self.posts[key]) for key in post_ids if key in self.posts}

    def centroid(self, creator_id: str) -> Vector | None:
        return self.centroids.get(creator_id)

    def posts_of(self, creator_id: str) -> Sequence[PostDocument]:
        posts = [self.posts[key] for key in self.of.get(creator_id, [])]
        return sorted(posts, key=lambda post: (post.published_at is not None, post.published_at, post.id), reverse=True)

    def close(self) -> None:
        pass

    # Writing is the build's affair; these exist because the protocol has them.
    def upsert(self, bundles: Iterable[CreatorBundle]) -> None:
        raise NotImplementedError

    def delete(self, creator_ids: Iterable[str]) -> None:
        raise NotImplementedError

    def commit(self, *, epoch: str, seq: int, kept: object = None) -> None:
        raise NotImplementedError

    def refresh(self) -> None:
        raise NotImplementedError
