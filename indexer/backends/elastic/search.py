"""The legs over one view: the server finds candidates, exact scores order them, the limits are applied.

Lucene counts deleted documents until it merges and rounds the lengths of texts, so its BM25 depends on how an index
came about; what it found is scored again from the terms that come along, as the embedded index does it. Vectors are
scored again by the server, with all their digits.

``legs`` asks for all legs of a query in one request; a leg that is not full by then (somebody prolific stands in the
way of others) is asked for more, by itself.
"""

from binascii import a2b_base64
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, Literal, NamedTuple

from indexer.backends.elastic import blocks, queries
from indexer.backends.elastic.documents import index_token
from indexer.backends.elastic.queries import MOST_HITS, Json, Term
from indexer.backends.elastic.view import Role, View
from indexer.bundles import Vector
from indexer.contract import CreatorHit, Filters, PostHit, TextQuery
from indexer.lexicon import bm25, query_terms

_POOL: Final = 400  # candidates at least
_WIDTH: Final = 4  # candidates for each creator asked for
_MARGIN: Final = 1.25  # of creators, where only the best post of each is asked for
_WIDER: Final = 2  # times as many of the nearest, where those do not suffice
_SATURATED: Final = 20  # candidates of a creator from which the best of them are in hand

_POST_FIELDS: Final = ("post_id", "creator_id", "passage")
_TEXT_FIELDS: Final = ("post_id", "creator_id", "terms")


class Leg(NamedTuple):
    """One ranking of a query: what is asked, and how hits become it."""

    role: Role
    request: Json


def posts_by_text(view: View, query: TextQuery, *, creators: int, per_creator: int, filters: Filters) -> list[PostHit]:
    """See ``Index.search_posts_text``."""
    terms = asked_terms(query)
    if not terms or creators < 1:
        return []
    pool: dict[str, tuple[str, bytes]] = {}
    without: list[str] = []
    size = min(MOST_HITS, max(_POOL, _WIDTH * creators))
    while True:
        request = queries.words(
            _for_server(terms), filters, size=size, order="post_id", fields=_TEXT_FIELDS, without=without
        )
        [answer] = view.ask([("post", request)])
        hits = answer["hits"]["hits"]
        pool.update(_with_terms(hits))
        owners = Counter(owner for owner, _ in pool.values())
        if len(hits) < size or len(owners) >= creators:
            break
        saturated = [owner for owner, count in owners.items() if count >= max(2 * per_creator, _SATURATED)]
        if len(saturated) == len(without):
            if size == MOST_HITS:
                break
            size = min(MOST_HITS, size * _WIDTH)
        without = saturated
    return limited(_scored_posts(view, terms, pool), creators, per_creator)


def posts_by_vector(view: View, vector: Vector, *, creators: int, per_creator: int, filters: Filters) -> list[PostHit]:
    """See ``Index.search_posts_vector``."""
    if creators < 1:
        return []
    best: dict[str, PostHit] = {}
    without: list[str] = []
    size = min(MOST_HITS, max(_POOL, _WIDTH * creators))
    while True:
        request = queries.neighbours(
            "vector", vector, filters, count=size, size=size, fields=_POST_FIELDS, without=without
        )
        [answer] = view.ask([("post", request)])
        hits = answer["hits"]["hits"]
        for hit in _post_hits(hits):
            known = best.get(hit.post_id)
            if known is None or (-hit.score, hit.passage) < (-known.score, known.passage):
                best[hit.post_id] = hit
        owners = Counter(hit.creator_id for hit in best.values())
        if len(owners) >= creators:
            break
        saturated = [owner for owner, count in owners.items() if count >= max(2 * per_creator, _SATURATED)]
        if len(saturated) == len(without):  # only then: a graph of many equal vectors gives fewer than there are
            if size == MOST_HITS or len(hits) < size:
                break
            size = min(MOST_HITS, size * _WIDTH)
        without = saturated
    return limited(best.values(), creators, per_creator)


def creators_by_text(view: View, query: TextQuery, *, limit: int, filters: Filters) -> list[CreatorHit]:
    """See ``Index.search_creators_text``."""
    terms = asked_terms(query)
    if not terms or limit < 1:
        return []
    [answer] = view.ask([("creator", _profiles_request(terms, filters, limit))])
    return _profile_hits(view, terms, answer, limit)


def creators_by_vector(
    view: View, vector: Vector, *, field: Literal["centroid", "bio"], limit: int, filters: Filters
) -> list[CreatorHit]:
    """See ``Index.search_creators_vector``."""
    if limit < 1:
        return []
    [answer] = view.ask([("creator", _centroids_request(field, vector, filters, limit))])
    return _near_creators(answer, limit)


def legs(view: View, query: TextQuery, vector: Vector, scopes: Sequence[Filters], *, creators: int) -> list[list[str]]:
    """See ``Index.search_legs``: everything in one request, what is counted over the terms included."""
    terms = asked_terms(query)
    size = min(MOST_HITS, int(_MARGIN * creators))
    nearest = view.nearest or min(MOST_HITS, max(_POOL, _WIDTH * creators))
    asked: list[tuple[Role, Json]] = []
    unknown: dict[Role, list[Term]] = {role: view.unknown(role, terms) for role in ("post", "creator")}
    asked += [(role, queries.frequencies(_indexed(missing))) for role, missing in unknown.items() if missing]
    counted = len(asked)
    for scope in scopes:
        words = queries.words(_for_server(terms), scope, size=size, order="post_id", fields=_TEXT_FIELDS, without=())
        if terms:
            asked.append(("post", queries.one_of_each(words, "creator_id")))
            asked.append(("creator", _profiles_request(terms, scope, creators)))
        asked.append(("post", _nearest_request(vector, scope, nearest, creators)))
        asked.append(("creator", _centroids_request("centroid", vector, scope, creators)))
    answers = view.ask(asked)
    for (role, missing), answer in zip(
        ((role, missing) for role, missing in unknown.items() if missing), answers[:counted], strict=True
    ):
        view.learn(role, missing, answer)

    rest = iter(answers[counted:])
    rankings: list[list[str]] = []
    for scope in scopes:
        by_words: list[str] = []
        by_profile: list[str] = []
        if terms:
            found = _scored_posts(view, terms, _with_terms(next(rest)["hits"]["hits"]))
            by_words = [hit.creator_id for hit in limited(found, creators, 1)]
            by_profile = [hit.creator_id for hit in _profile_hits(view, terms, next(rest), creators)]
        by_meaning = _by_meaning(view, next(rest), vector, scope, nearest, creators)
        by_centroid = [hit.creator_id for hit in _near_creators(next(rest), creators)]
        rankings += [by_words, by_meaning, by_profile, by_centroid]
    return rankings


def _nearest_request(vector: Vector, scope: Filters, nearest: int, creators: int) -> Json:
    """The best post of each creator among the nearest ones."""
    near = queries.neighbours(
        "vector", vector, scope, count=nearest, size=int(_MARGIN * creators), fields=_POST_FIELDS, without=()
    )
    return queries.one_of_each(near, "creator_id")


def _by_meaning(view: View, answer: Json, vector: Vector, scope: Filters, nearest: int, creators: int) -> list[str]:
    """Creators by their best post; where somebody prolific stands in the way of others, more of the nearest are asked.

    The next query begins with as many: most indices are of one kind.
    """
    while True:
        found = [hit.creator_id for hit in limited(_post_hits(answer["hits"]["hits"]), creators, 1)]
        if len(found) >= creators or nearest == MOST_HITS or answer["hits"]["total"]["value"] < nearest:
            return found
        nearest = min(MOST_HITS, _WIDER * nearest)
        [answer] = view.ask([("post", _nearest_request(vector, scope, nearest, creators))])
        if scope == Filters():
            view.nearest = max(view.nearest, nearest)


def asked_terms(query: TextQuery) -> dict[Term, int]:
    """Distinct terms of a query with how often they were given."""
    return {(field, token): count for token, field, count in query_terms(query)}


def limited(hits: Iterable[PostHit], creators: int, per_creator: int) -> list[PostHit]:
    """Walk down a ranking, skipping full creators, until ``creators`` distinct ones are in hand."""
    taken: Counter[str] = Counter()
    found = []
    for hit in sorted(hits, key=lambda hit: (-hit.score, hit.post_id)):
        if taken[hit.creator_id] >= per_creator:
            continue
        taken[hit.creator_id] += 1
        found.append(hit)
        if len(taken) == creators:
            break
    return found


def _for_server(terms: Mapping[Term, int]) -> dict[Term, float]:
    return {(field, index_token(token)): float(count) for (field, token), count in terms.items()}


def _indexed(terms: Iterable[Term]) -> list[Term]:
    return [(field, index_token(token)) for field, token in terms]


def _profiles_request(terms: Mapping[Term, int], filters: Filters, limit: int) -> Json:
    size = min(MOST_HITS, max(_POOL, int(_MARGIN * limit)))
    return queries.words(_for_server(terms), filters, size=size, order="id", fields=("id", "terms"), without=())


def _centroids_request(field: str, vector: Vector, filters: Filters, limit: int) -> Json:
    count = min(MOST_HITS, max(_POOL, int(_MARGIN * limit)))
    return queries.neighbours(field, vector, filters, count=count, size=count, fields=("id",), without=())


def _with_terms(hits: Iterable[Json]) -> dict[str, tuple[str, bytes]]:
    """Post id → (creator, packed terms)."""
    found = {}
    for hit in hits:
        fields = hit["fields"]
        found[fields["post_id"][0]] = (fields["creator_id"][0], a2b_base64(fields["terms"][0]))
    return found


def _scored_posts(view: View, terms: Mapping[Term, int], pool: Mapping[str, tuple[str, bytes]]) -> list[PostHit]:
    held = blocks.unpack_terms(content for _, content in pool.values())
    scores = bm25(view.weighted("post", terms), held.records, view.statistics("post"), held.hashes, held.frequencies)
    named = zip(pool.items(), scores.tolist(), strict=True)
    return [PostHit(name, owner, score) for (name, (owner, _)), score in named if score > 0.0]


def _post_hits(hits: Iterable[Json]) -> list[PostHit]:
    return [
        PostHit(hit["fields"]["post_id"][0], hit["fields"]["creator_id"][0], _cosine(hit), hit["fields"]["passage"][0])
        for hit in hits
    ]


def _profile_hits(view: View, terms: Mapping[Term, int], answer: Json, limit: int) -> list[CreatorHit]:
    hits = answer["hits"]["hits"]
    held = blocks.unpack_terms(a2b_base64(hit["fields"]["terms"][0]) for hit in hits)
    weighted = view.weighted("creator", terms)
    scores = bm25(weighted, held.records, view.statistics("creator"), held.hashes, held.frequencies)
    ranked = sorted((-score, hit["fields"]["id"][0]) for hit, score in zip(hits, scores.tolist(), strict=True))
    return [CreatorHit(name, -score) for score, name in ranked[:limit] if score < 0.0]


def _near_creators(answer: Json, limit: int) -> list[CreatorHit]:
    ranked = sorted((-_cosine(hit), hit["fields"]["id"][0]) for hit in answer["hits"]["hits"])
    return [CreatorHit(name, -score) for score, name in ranked[:limit]]


def _cosine(hit: Json) -> float:
    """The server's score of a vector is (1 + cosine) / 2."""
    return min(1.0, max(-1.0, 2.0 * float(hit["_score"]) - 1.0))
