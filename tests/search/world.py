"""Small invented worlds for the engine's tests: creators as bundles, and an encoder that needs no model.

A text's vector is the sum of its words' vectors, each a fixed random direction; words of one group share a direction,
as a sentence model would have them.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import numpy as np

from indexer.bundles import AccountView, CreatorBundle, CreatorDocument, Passage, PostDocument, Vector
from niche.model import Niche
from places.model import Place, PlaceGuess, PlaceReason
from text.sentences import sentences
from text.stems import stem
from text.tokens import tokenize

DIMENSION = 384
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
GROUPS = {"omakase": "sushi", "nigiri": "sushi", "loaf": "sourdough", "crumb": "sourdough"}


class WordEncoder:
    """An encoder over words."""

    def encode(self, text: str) -> Vector:
        total = np.zeros(DIMENSION, np.float64)
        for token in tokenize(text):
            total += 0.3 * _direction(token) + _direction(GROUPS.get(token, token))
        return _unit(total)


def _direction(word: str) -> np.ndarray:
    seed = int.from_bytes(hashlib.sha256(word.encode()).digest()[:8], "big")
    return np.random.default_rng(seed).standard_normal(DIMENSION)


def _unit(vector: np.ndarray) -> Vector:
    length = np.linalg.norm(vector)
    return (vector / length if length else np.eye(DIMENSION)[0]).astype(np.float32)


@dataclass(frozen=True)
class Person:
    """What a test says of a creator."""

    id: str
    posts: Sequence[str] = ()
    bio: str = ""
    name: str = ""
    kind: str = "person"
    followers: int | None = None
    places: tuple[PlaceGuess, ...] = ()
    place_keys: frozenset[str] = frozenset()
    collection_ids: tuple[str, ...] = ()
    dates: bool = True
    links: tuple[str, ...] = ()
    extra: dict[str, object] = field(default_factory=dict)


def bundle(person: Person) -> CreatorBundle:
    """A creator as the indexer would make it."""
    encoder = WordEncoder()
    url = f"https://blogs.example/{person.id}"
    posts = tuple(_post(person, number, text, url) for number, text in enumerate(person.posts))
    vectors = np.array(
        [encoder.encode(post.text[passage.start : passage.end]) for post in posts for passage in post.passages],
        np.float32,
    ).reshape(-1, DIMENSION)
    words = tokenize(" ".join([person.bio] * 3 + [person.name, *person.posts[:200]]))
    dates = [post.published_at for post in posts if post.published_at]
    document = CreatorDocument(
        id=person.id,
        revision=1,
        name=person.name or person.id,
        kind=person.kind,
        bio=person.bio,
        languages=("en",),
        accounts=tuple(
            AccountView(
                platform="blog",
                host="blogs.example",
                handle=person.id,
                url=url,
                read=True,
                followers=person.followers,
                followers_as_of=NOW if person.followers is not None else None,
                collection_id=collection_id,
            )
            for collection_id in person.collection_ids or (None,)
        ),
        places=person.places,
        place_keys=person.place_keys,
        platforms=frozenset({"blog"}),
        followers=person.followers,
        post_count=len(posts),
        posts_per_month=float(len(posts)) if posts else None,
        last_post_at=max(dates, default=None),
        first_seen=NOW - timedelta(days=30),
        last_fetched=NOW,
        links=person.links,
        discovered_by=(("sushi", "hashtag #sushi on pixel.example", "https://pixel.example/tags/sushi"),),
        bio_url=url,
        bio_fetched_at=NOW,
        surface=" ".join(words),
        stems=" ".join(stem(words, "en")),
    )
    return CreatorBundle(
        creator=replace(document, **person.extra),
        posts=posts,
        vectors=vectors,
        centroid=_unit(vectors.mean(axis=0)) if len(vectors) else None,
        bio_vector=encoder.encode(person.bio) if person.bio else None,
    )


def _post(person: Person, number: int, text: str, url: str) -> PostDocument:
    title, _, body = text.rpartition("\n")
    words = tokenize(f"{title} {body}")
    return PostDocument(
        id=f"{person.id}-{number:05}",
        creator_id=person.id,
        account_id=f"a-{person.id}",
        url=f"{url}/{number}",
        kind="post",
        title=title,
        text=body,
        tags=(),
        language="en",
        published_at=NOW - timedelta(days=number) if person.dates else None,
        fetched_at=NOW,
        surface=" ".join(words),
        stems=" ".join(stem(words, "en")),
        passages=tuple(
            Passage(start=start, end=end, key=hashlib.sha256(body[start:end].encode()).hexdigest())
            for start, end in sentences(body)[:8]
        ),
    )


def bundles(people: Iterable[Person]) -> list[CreatorBundle]:
    """All of them."""
    return [bundle(person) for person in people]


def niche(theme: str, **parts: object) -> Niche:
    """A niche with this theme and nothing else unless said."""
    return Niche(text=theme, theme=theme, **parts)


def home(place: Place, confidence: float = 0.9) -> PlaceGuess:
    """A home with its reason."""
    reason = PlaceReason("the profile says so", place.label, "https://blogs.example/about")
    return PlaceGuess(place=place, role="home", confidence=confidence, reasons=(reason,))
