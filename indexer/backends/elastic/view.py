"""One state of an edition, to be read: two points in time, what was counted there, what was fetched already.

Immutable but for what it remembers; a refresh opens another. Finding is in ``search.py``, scores in ``scoring.py``.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any, Final, Literal, NamedTuple

from indexer.backends.elastic import queries
from indexer.backends.elastic.binary import decoded
from indexer.backends.elastic.blocks import Block, unpack
from indexer.backends.elastic.client import Cluster
from indexer.backends.elastic.documents import index_token
from indexer.backends.elastic.editions import Edition
from indexer.backends.elastic.queries import Json, Term
from indexer.backends.elastic.state import KEY, State, state_of
from indexer.bundles import ANSWER_MARKS, CreatorDocument, MarkView, PostDocument
from indexer.codec import from_micros, unpack_creator, unpack_post
from indexer.contract import IndexInfo
from indexer.editions import damaged
from indexer.engagement import Peers
from indexer.lexicon import K1, Statistics, WeightedTerm, inverse_document_frequency

Role = Literal["creator", "post"]

_AT_ONCE: Final = 500  # documents in one answer
_REMEMBERED: Final = 1 << 16  # document frequencies
_BLOCK_BYTES: Final = 256 << 20  # of blocks that are kept
_DOCUMENTS: Final = 1 << 16  # of creators that are kept


class Totals(NamedTuple):
    """What is counted over a whole state."""

    creators: Statistics
    posts: Statistics
    passages: int
    languages: Mapping[str, float]
    newest: int | None  # microseconds
    rates: Counter[str]


class View:
    """A state. Raises StateGone from any method once the server dropped it."""

    def __init__(self, cluster: Cluster, edition: Edition) -> None:
        self.edition = edition
        self._cluster = cluster
        self._points: dict[Role, str] = {}
        try:
            self._points["creator"] = cluster.open_state(edition.creators)
            self._points["post"] = cluster.open_state(edition.posts)
            self.state = self._read_state()
        except BaseException:
            self.close()
            raise
        self._frequencies: dict[tuple[Role, Term], int] = {}
        self._blocks: dict[str, Block] = {}
        self._documents: dict[str, CreatorDocument] = {}
        self._block_bytes = 0
        self.nearest = 0  # of a vector, as many as the creators of a leg need here; 0: not known yet

    def close(self) -> None:
        """Let the server forget this state."""
        for name in self._points.values():
            self._cluster.close_state(name)
        self._points.clear()

    def ask(self, requests: Iterable[tuple[Role, Json]]) -> list[Json]:
        """Ask several things in one request, none where there is nothing to ask; answers in the same order."""
        asked = [(self._points[role], request) for role, request in requests]
        return self._cluster.search(asked) if asked else []

    # What is counted

    def info(self) -> IndexInfo:
        """See the contract."""
        totals, state, manifest = self.totals, self.state, self.edition.manifest
        return IndexInfo(
            schema_version=manifest.schema_version,
            model=manifest.model,
            dimension=manifest.dimension,
            creators=totals.creators.documents,
            posts=totals.posts.documents,
            passages=totals.passages,
            generation=state.version,
            feed_epoch=state.feed_epoch,
            feed_seq=state.feed_seq,
            languages=totals.languages,
            newest_post_at=None if totals.newest is None else from_micros(totals.newest),
            deletions=state.deletions,
            forgotten=state.forgotten,
        )

    @cached_property
    def totals(self) -> Totals:
        """Counted at the first question."""
        creators, posts = self.ask([("creator", queries.creator_totals()), ("post", queries.post_totals())])
        found = posts["aggregations"]
        count = posts["hits"]["total"]["value"]
        languages = {str(bucket["key"]): bucket["doc_count"] / count for bucket in found["languages"]["buckets"]}
        newest = found["newest"]["value"]
        rates: Counter[str] = Counter()
        for bucket in creators["aggregations"]["rates"]["buckets"]:
            step, times = str(bucket["key"]).split("\t")
            rates[step] += int(times) * int(bucket["doc_count"])
        return Totals(
            creators=_statistics(creators),
            posts=_statistics(posts),
            passages=int(creators["aggregations"]["passages"]["value"]),
            languages=dict(sorted(languages.items())),
            newest=None if newest is None else int(newest),
            rates=rates,
        )

    @cached_property
    def peers(self) -> Peers:
        """See the contract."""
        return Peers(self.totals.rates)

    def statistics(self, role: Role) -> Statistics:
        """Counts over living documents."""
        return self.totals.creators if role == "creator" else self.totals.posts

    # Words

    def frequencies(self, role: Role, terms: Iterable[Term]) -> dict[Term, int]:
        """In how many living documents each term occurs; asked once for one state."""
        wanted = list(dict.fromkeys(terms))
        self.ask_with_terms([], wanted, [role])
        return {term: self._frequencies[role, term] for term in wanted}

    def ask_with_terms(
        self, requests: Sequence[tuple[Role, Json]], terms: Iterable[Term], roles: Iterable[Role]
    ) -> list[Json]:
        """``ask``; in the same request how often terms occur that were not asked about yet."""
        wanted = list(dict.fromkeys(terms))
        if len(self._frequencies) >= _REMEMBERED:
            self._frequencies.clear()
        unknown = {role: [term for term in wanted if (role, term) not in self._frequencies] for role in roles}
        counting = [(role, missing) for role, missing in unknown.items() if missing]
        answers = self.ask([*((role, queries.frequencies(_indexed(missing))) for role, missing in counting), *requests])
        for (role, missing), answer in zip(counting, answers, strict=False):
            self._learn(role, missing, answer)
        return answers[len(counting) :]

    def _learn(self, role: Role, terms: Sequence[Term], answer: Json) -> None:
        """Remember the answer to ``queries.frequencies``."""
        buckets = answer["aggregations"]["terms"]["buckets"]
        for term, bucket in zip(terms, buckets, strict=True):
            self._frequencies[role, term] = int(bucket["doc_count"])

    def weighted(self, role: Role, terms: Mapping[Term, int]) -> list[WeightedTerm]:
        """Terms, with how often each was asked, that some living document holds, with their exact weights."""
        documents, held = self.statistics(role).documents, self.frequencies(role, terms)
        return [
            WeightedTerm(token, field, count * inverse_document_frequency(documents, held[field, token]) * (K1 + 1))
            for (field, token), count in terms.items()
            if held[field, token]
        ]

    # Documents

    def creators(self, ids: Sequence[str]) -> dict[str, CreatorDocument]:
        """Stored creators by id, in the order asked."""
        return self.creators_and(ids, [])[0]

    def creators_and(
        self, ids: Sequence[str], others: Sequence[tuple[Role, Json]]
    ) -> tuple[dict[str, CreatorDocument], list[Json]]:
        """``creators``, and the answers to what else is asked in the same request."""
        wanted = list(dict.fromkeys(ids))
        found = {name: self._documents[name] for name in wanted if name in self._documents}
        missing = _parts([name for name in wanted if name not in found])
        answers = self.ask([*others, *(("creator", queries.creators_by_id(part, "doc")) for part in missing)])
        read = {
            _value(hit, "id"): unpack_creator(_stored(hit, "doc"))
            for answer in answers[len(others) :]
            for hit in answer["hits"]["hits"]
        }
        if len(self._documents) + len(read) > _DOCUMENTS:
            self._documents.clear()
        self._documents |= read
        found |= read
        return {name: found[name] for name in wanted if name in found}, answers[: len(others)]

    def posts(self, ids: Sequence[str]) -> dict[str, PostDocument]:
        """Stored posts by id."""
        hits = self._hits("post", [queries.posts_by_id(part) for part in _parts(ids)])
        return {_value(hit, "post_id"): _post(hit) for hit in hits}

    def posts_of(self, creator_id: str) -> list[PostDocument]:
        """All posts of a creator, newest first."""
        found: list[PostDocument] = []
        after: Sequence[Any] | None = None
        while True:
            [answer] = self.ask([("post", queries.posts_of(creator_id, after, _AT_ONCE))])
            hits = answer["hits"]["hits"]
            found += [_post(hit) for hit in hits]
            if len(hits) < _AT_ONCE:
                return found
            after = hits[-1]["sort"]

    def blocks(self, ids: Sequence[str]) -> dict[str, Block]:
        """What scoring needs of these creators, in the order asked; unknown ones are left out."""
        wanted = list(dict.fromkeys(ids))
        missing = [name for name in wanted if name not in self._blocks]
        found = {name: self._blocks[name] for name in wanted if name in self._blocks}
        for hit in self._hits("creator", [queries.creators_by_id(part, "block") for part in _parts(missing)]):
            try:
                found[_value(hit, "id")] = unpack(_stored(hit, "block"))
            except (ValueError, KeyError, TypeError) as error:
                raise damaged(f"a block: {error}") from error
        self._keep({name: found[name] for name in missing if name in found})
        return {name: found[name] for name in wanted if name in found}

    def profiles(self, ids: Sequence[str]) -> dict[str, tuple[str, str]]:
        """Surface and stems of these creators' profiles."""
        if not ids:
            return {}
        [answer] = self.ask([("creator", queries.profiles(ids))])
        sources = [hit["_source"] for hit in answer["hits"]["hits"]]
        return {source["id"]: (source["surface"], source["stems"]) for source in sources}

    @cached_property
    def marked(self) -> dict[str, tuple[MarkView, ...]]:
        """See the contract."""
        found: dict[str, tuple[MarkView, ...]] = {}
        after: str | None = None
        while True:
            [answer] = self.ask([("creator", queries.decided(after, _AT_ONCE))])
            hits = answer["hits"]["hits"]
            for hit in hits:
                marks = unpack_creator(_stored(hit, "doc")).marks
                found[_value(hit, "id")] = tuple(mark for mark in marks if mark.kind in ANSWER_MARKS)
            if len(hits) < _AT_ONCE:
                return found
            after = _value(hits[-1], "id")

    def sample(self, size: int) -> list[str]:
        """Ids of some creators: of those with the most and with the fewest posts."""
        answers = self.ask([("creator", queries.some_creators(size // 2, order)) for order in ("desc", "asc")])
        return list(dict.fromkeys(_value(hit, "id") for answer in answers for hit in answer["hits"]["hits"]))

    def count_posts(self, creators: Sequence[str]) -> int:
        """How many posts of these creators there are."""
        [answer] = self.ask([("post", queries.count_posts(creators))])
        return int(answer["hits"]["total"]["value"])

    def _hits(self, role: Role, requests: Sequence[Json]) -> list[Json]:
        """The hits of all of these, asked for in one request."""
        return [hit for answer in self.ask((role, request) for request in requests) for hit in answer["hits"]["hits"]]

    def _keep(self, found: Mapping[str, Block]) -> None:
        size = sum(block.size for block in found.values())
        if self._block_bytes + size > _BLOCK_BYTES:
            self._blocks.clear()
            self._block_bytes = 0
        self._blocks.update(found)
        self._block_bytes += size

    def _read_state(self) -> State:
        request = {"size": 1, "query": {"ids": {"values": [KEY]}}, "stored_fields": ["state"], "_source": False}
        [answer] = self.ask([("creator", request)])
        hits = answer["hits"]["hits"]
        return state_of(hits[0]["fields"]["state"][0]) if hits else State()


def _parts(ids: Sequence[str]) -> list[Sequence[str]]:
    return [ids[at : at + _AT_ONCE] for at in range(0, len(ids), _AT_ONCE)]


def _statistics(answer: Json) -> Statistics:
    sums = answer["aggregations"]
    return Statistics(int(answer["hits"]["total"]["value"]), int(sums["surface"]["value"]), int(sums["stems"]["value"]))


def _indexed(terms: Iterable[Term]) -> list[Term]:
    return [(field, index_token(token)) for field, token in terms]


def _value(hit: Json, field: str) -> str:
    return str(hit["fields"][field][0])


def _stored(hit: Json, field: str) -> bytes:
    return decoded(hit["fields"][field][0])


def _post(hit: Json) -> PostDocument:
    return unpack_post(_stored(hit, "doc"), _value(hit, "creator_id"))
