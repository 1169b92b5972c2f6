"""Invented creators as bundles, and a plain Python index to compare with: slow, obvious, without any library."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from math import log

import numpy as np

from indexer.bundles import AccountView, CreatorBundle, CreatorDocument, Passage, PostDocument, Reactions, Vector
from indexer.contract import Filters, TextQuery
from indexer.engagement import rate_of
from places.model import Place, PlaceGuess, PlaceReason

DIMENSION = 16
EVERYTHING = Filters()
DAY = datetime(2026, 11, 1, 12, 30, 15, 123456, tzinfo=UTC)


def unit(seed: str, dimension: int = DIMENSION) -> Vector:
    """A unit vector that depends on the text alone."""
    number = int.from_bytes(hashlib.blake2b(seed.encode(), digest_size=8).digest())
    vector = np.random.default_rng(number).standard_normal(dimension)
    return (vector / np.linalg.norm(vector)).astype(np.float32)


def query(text: str) -> TextQuery:
    tokens = tuple(text.split())
    return TextQuery(surface=tokens, stems=tuple(token.rstrip("s") for token in tokens))


def post(post_id: str, creator_id: str, text: str, *, day: int | None = 0, passages: int = 1) -> PostDocument:
    return PostDocument(
        id=post_id,
        creator_id=creator_id,
        account_id=f"account of {creator_id}",
        url=f"https://blog.example/{post_id}",
        kind="article",
        title="",
        text=text,
        tags=("food", "日本"),
        language="en",
        published_at=None if day is None else DAY - timedelta(days=day),
        fetched_at=DAY,
        surface=text,
        stems=" ".join(token.rstrip("s") for token in text.split()),
        passages=tuple(Passage(start=0, end=len(text), key=f"{post_id}{n}") for n in range(passages)),
        likes=3,
        comments=None,
        shares=0,
    )


def creator(
    creator_id: str,
    texts: Sequence[str] = (),
    *,
    bio: str = "",
    revision: int = 1,
    platforms: Iterable[str] = ("blog",),
    languages: Sequence[str] = ("en",),
    kind: str = "person",
    followers: int | None = None,
    reactions: Reactions | None = None,
    place_keys: Iterable[str] = (),
    last_post_at: datetime | None = None,
    posts: Sequence[PostDocument] | None = None,
) -> CreatorBundle:
    """A creator whose posts are ``texts``; vectors follow from the texts."""
    if posts is None:
        posts = [post(f"{creator_id}-{n}", creator_id, text, day=n) for n, text in enumerate(texts)]
    vectors = [unit(item.text + "#" * n) for item in posts for n in range(len(item.passages))]
    words = " ".join([bio, *(item.text for item in posts)]).split()
    place = Place(key="g:1", name="Harbour", kind="city", country="US", admin1="ME", lat=43.6, lon=-70.2)
    document = CreatorDocument(
        id=creator_id,
        revision=revision,
        name=f"Name of {creator_id}",
        kind=kind,
        bio=bio,
        languages=tuple(languages),
        accounts=(
            AccountView(
                platform="blog",
                host="blog.example",
                handle=creator_id,
                url=f"https://blog.example/@{creator_id}",
                read=True,
                followers=followers,
                followers_as_of=DAY if followers is not None else None,
                reactions=reactions,
                following=7,
            ),
        ),
        places=(PlaceGuess(place=place, role="home", confidence=0.8, reasons=(PlaceReason("bio", "Harbour", "u"),)),),
        place_keys=frozenset(place_keys),
        platforms=frozenset(platforms),
        followers=followers,
        post_count=len(posts),
        posts_per_month=1.5,
        last_post_at=last_post_at,
        first_seen=DAY - timedelta(days=99),
        last_fetched=DAY,
        links=("https://links.example/",),
        discovered_by=(("sushi", "hashtag #sushi on pixel.example", "https://pixel.example/tags/sushi"),),
        bio_url=f"https://blog.example/@{creator_id}",
        bio_fetched_at=DAY,
        surface=" ".join(words),
        stems=" ".join(word.rstrip("s") for word in words),
    )
    matrix = np.array(vectors, dtype=np.float32).reshape(len(vectors), DIMENSION)
    centroid = None
    if vectors:
        mean = matrix.mean(axis=0)
        centroid = (mean / np.linalg.norm(mean)).astype(np.float32)
    return CreatorBundle(
        creator=document,
        posts=tuple(posts),
        vectors=matrix,
        centroid=centroid,
        bio_vector=unit(bio) if bio else None,
    )


def without_tokens(document: CreatorDocument | PostDocument) -> CreatorDocument | PostDocument:
    return replace(document, surface="", stems="")


@dataclass
class Scored:
    creator: str
    post: str
    score: float


class PlainIndex:
    """The contract in the plainest words."""

    def __init__(self, bundles: Iterable[CreatorBundle]) -> None:
        self.bundles = {bundle.creator.id: bundle for bundle in bundles}

    def passes(self, filters: Filters, creator_id: str) -> bool:
        document = self.bundles[creator_id].creator
        followers, last = document.followers, document.last_post_at
        rate, least = rate_of(document.accounts[0]), filters.min_engagement
        return (
            (not filters.platforms or bool(filters.platforms & document.platforms))
            and (not filters.languages or bool(filters.languages & set(document.languages)))
            and (not filters.kinds or document.kind in filters.kinds)
            and (not filters.place_keys or bool(filters.place_keys & document.place_keys))
            and (filters.min_followers is None or (followers is not None and followers >= filters.min_followers))
            and (filters.max_followers is None or (followers is not None and followers <= filters.max_followers))
            and (least is None or (rate is not None and rate >= least))
            and (filters.active_since is None or (last is not None and last >= filters.active_since))
        )

    def text(self, asked: TextQuery, filters: Filters = EVERYTHING) -> list[Scored]:
        posts = [item for bundle in self.bundles.values() for item in bundle.posts]
        scores = self._bm25(asked, [(item.surface, item.stems) for item in posts])
        return self._ranked(
            Scored(item.creator_id, item.id, score)
            for item, score in zip(posts, scores, strict=True)
            if score > 0 and self.passes(filters, item.creator_id)
        )

    def vector(self, asked: Vector, filters: Filters = EVERYTHING) -> list[Scored]:
        found = []
        for creator_id, bundle in self.bundles.items():
            row = 0
            for item in bundle.posts:
                rows = bundle.vectors[row : row + len(item.passages)]
                row += len(item.passages)
                if len(rows) and self.passes(filters, creator_id):
                    found.append(Scored(creator_id, item.id, float((rows @ asked).max())))
        return self._ranked(found)

    def profiles(self, asked: TextQuery) -> dict[str, float]:
        documents = [bundle.creator for bundle in self.bundles.values()]
        scores = self._bm25(asked, [(document.surface, document.stems) for document in documents])
        return {document.id: score for document, score in zip(documents, scores, strict=True)}

    @staticmethod
    def limited(ranked: Sequence[Scored], creators: int, per_creator: int) -> list[Scored]:
        taken: Counter[str] = Counter()
        hits = []
        for item in ranked:
            if len(taken) >= creators:
                break
            if taken[item.creator] < per_creator:
                taken[item.creator] += 1
                hits.append(item)
        return hits

    @staticmethod
    def _ranked(found: Iterable[Scored]) -> list[Scored]:
        return sorted(found, key=lambda item: (-round(item.score, 9), item.post))

    @staticmethod
    def _bm25(asked: TextQuery, documents: Sequence[tuple[str, str]]) -> list[float]:
        scores = [0.0] * len(documents)
        for field, terms in enumerate((asked.surface, asked.stems)):
            counted = [Counter(document[field].split()) for document in documents]
            lengths = [sum(counts.values()) for counts in counted]
            average = max(sum(lengths) / max(len(lengths), 1), 1.0)
            for term in terms:
                frequency = sum(1 for counts in counted if counts[term])
                idf = log(1 + (len(documents) - frequency + 0.5) / (frequency + 0.5))
                for at, counts in enumerate(counted):
                    tf = counts[term]
                    scores[at] += idf * tf * 2.2 / (tf + 1.2 * (0.25 + 0.75 * lengths[at] / average))
        return scores
