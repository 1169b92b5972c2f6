"""The legs over one view: the server finds candidates, exact scores order them, the limits are applied.

Lucene counts deleted documents until it merges and rounds the lengths of texts, so its BM25 depends on how an index
came about; what it found is scored again from the terms that come along, as the embedded index does it. Vectors are
scored again by the server, with all their digits.

``legs`` asks for all legs of a query in one request; a leg that is not full by then (somebody prolific stands in the
way of others) is asked for more, by itself.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, Literal

from indexer.backends.elastic import blocks, queries
from indexer.backends.elastic.binary import decoded
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

_OWNED_FIELDS: Final = ("post_id", "creator_id")
_POST_FIELDS: Final = (*_OWNED_FIELDS, "passage")
_TEXT_FIELDS: Final = ("creator_id", "terms")  # the id is what equal ones are sorted by


def posts_by_text(view: View, query: TextQuery, *, creators: int, per_creator: int, filters: Filters) -> list[PostHit]:
    """See ``Index.search_posts_text``."""
    terms = asked_terms(query)
    if not terms or creators < 1:
        return []
    pool: dict[str, tuple[str, str]] = {}
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
    [answer] = view.ask_with_terms([("creator", _profiles_request(terms, filters, limit))], terms, ["creator"])
    return _profiles(view, terms, answer, limit)


def creators_by_vector(
    view: View, vector: Vector, *, field: Literal["centroid", "bio"], limit: int, filters: Filters
) -> list[CreatorHit]:
    """See ``Index.search_creators_vector``."""
    if limit < 1:
        return []
    [answer] = view.ask([("creator", _centroids_request(field, vector, filters, limit))])
    return _nearest(answer, limit)


def legs(view: View, query: TextQuery, vector: Vector, scopes: Sequence[Filters], *, creators: int) -> list[list[str]]:
    """See ``Index.search_legs``: everything in one request, what is counted over the terms included."""
    terms = asked_terms(query)
    size = min(MOST_HITS, int(_MARGIN * creators))
    nearest = view.nearest or min(MOST_HITS, max(_POOL, _WIDTH * creators))
    asked: list[tuple[Role, Json]] = []
    for scope in scopes:
        words = queries.words(_for_server(terms), scope, size=size, order="post_id", fields=_TEXT_FIELDS, without=())
        if terms:
            asked.append(("post", queries.one_of_each(words, "creator_id")))
            asked.append(("creator", _profiles_request(terms, scope, creators)))
        asked.append(("post", _nearest_request(vector, scope, nearest, creators)))
        asked.append(("creator", _centroids_request("centroid", vector, scope, creators)))
    answers = iter(view.ask_with_terms(asked, terms, ["post", "creator"]))
    rankings: list[list[str]] = []
    for scope in scopes:
        by_words = _best_owners(view, terms, next(answers), creators) if terms else []
        by_profile = _profiles(view, terms, next(answers), creators) if terms else []
        by_meaning = _by_meaning(view, next(answers), vector, scope, nearest, creators)
        by_centroid = _nearest(next(answers), creators)
        by_creator = ([hit.creator_id for hit in hits] for hits in (by_profile, by_centroid))
        rankings += [by_words, by_meaning, *by_creator]
    return rankings


def _nearest_request(vector: Vector, scope: Filters, nearest: int, creators: int) -> Json:
    """The best post of each creator among the nearest ones."""
    near = queries.neighbours(
        "vector", vector, scope, count=nearest, size=int(_MARGIN * creators), fields=_OWNED_FIELDS, without=()
    )
    return queries.one_of_each(near, "creator_id")


def _by_meaning(view: View, answer: Json, vector: Vector, scope: Filters, nearest: int, creators: int) -> list[str]:
    """Creators by their best post; where somebody prolific stands in the way of others, more of the nearest are asked.

    The next query begins with as many: most indices are of one kind.
    """
    while True:
        found = _owners([(-_closeness(hit), *_post_and_owner(hit)) for hit in answer["hits"]["hits"]], creators)
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


def _profiles_request(terms: Mapping[Term, int], filters: Filters, limit: int) -> Json:
    size = min(MOST_HITS, max(_POOL, int(_MARGIN * limit)))
    return queries.words(_for_server(terms), filters, size=size, order="id", fields=("terms",), without=())


def _centroids_request(field: str, vector: Vector, filters: Filters, limit: int) -> Json:
    count = min(MOST_HITS, max(_POOL, int(_MARGIN * limit)))
    return queries.neighbours(field, vector, filters, count=count, size=count, fields=("id",), without=())


def _with_terms(hits: Iterable[Json]) -> dict[str, tuple[str, str]]:
    """Post id → (creator, packed terms)."""
    found = {}
    for hit in hits:
        fields = hit["fields"]
        found[hit["sort"][1]] = (fields["creator_id"][0], fields["terms"][0])
    return found


def _scored_posts(view: View, terms: Mapping[Term, int], pool: Mapping[str, tuple[str, str]]) -> list[PostHit]:
    scores = _exact(view, "post", terms, [packed for _, packed in pool.values()])
    named = zip(pool.items(), scores, strict=True)
    return [PostHit(name, owner, score) for (name, (owner, _)), score in named if score > 0.0]


def _best_owners(view: View, terms: Mapping[Term, int], answer: Json, creators: int) -> list[str]:
    """Creators by their best post, of an answer that holds no other."""
    hits = answer["hits"]["hits"]
    scores = _exact(view, "post", terms, [hit["fields"]["terms"][0] for hit in hits])
    scored = zip(scores, hits, strict=True)
    return _owners(
        [(-score, hit["sort"][1], hit["fields"]["creator_id"][0]) for score, hit in scored if score > 0.0], creators
    )


def _owners(scored: list[tuple[float, str, str]], creators: int) -> list[str]:
    """The creators of (-score, post, creator), best first, equal ones by post."""
    return [owner for _, _, owner in sorted(scored)[:creators]]


def _exact(view: View, role: Role, terms: Mapping[Term, int], packed: Sequence[str]) -> list[float]:
    """The scores of documents by their terms."""
    held = blocks.unpack_terms([*map(decoded, packed)])
    weighted, statistics = view.weighted(role, terms), view.statistics(role)
    scores: list[float] = bm25(weighted, held.records, statistics, held.hashes, held.frequencies).tolist()
    return scores


def _post_hits(hits: Iterable[Json]) -> list[PostHit]:
    return [PostHit(*_post_and_owner(hit), _cosine(_closeness(hit)), hit["fields"]["passage"][0]) for hit in hits]


def _post_and_owner(hit: Json) -> tuple[str, str]:
    return hit["fields"]["post_id"][0], hit["fields"]["creator_id"][0]


def _profiles(view: View, terms: Mapping[Term, int], answer: Json, limit: int) -> list[CreatorHit]:
    """Creators by the words of their profiles."""
    hits = answer["hits"]["hits"]
    scores = _exact(view, "creator", terms, [hit["fields"]["terms"][0] for hit in hits])
    ranked = sorted([(-score, hit["sort"][1]) for hit, score in zip(hits, scores, strict=True) if score > 0.0])
    return [CreatorHit(name, -score) for score, name in ranked[:limit]]


def _nearest(answer: Json, limit: int) -> list[CreatorHit]:
    """Creators by a vector."""
    ranked = sorted([(-_closeness(hit), hit["fields"]["id"][0]) for hit in answer["hits"]["hits"]])
    return [CreatorHit(name, _cosine(-farness)) for farness, name in ranked[:limit]]


def _closeness(hit: Json) -> float:
    """The server's score of a vector, (1 + cosine) / 2, without what rounding added."""
    return min(1.0, hit["_score"])  # type: ignore[no-any-return]


def _cosine(closeness: float) -> float:
    return max(-1.0, 2.0 * closeness - 1.0)
