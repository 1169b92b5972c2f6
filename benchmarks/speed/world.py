"""A generated index of any size for speed alone: invented creators, Zipf words, vectors around real topic vectors.

python -m benchmarks.speed.world DATA [POSTS] [--sentences]

Names of topics are those of the lexicon of themes and of the gazetteer, the words between them are made of syllables.
A post's vector is its topic's, as the real encoder gives it, with noise: near enough to ask with the real encoder.
Quality cannot be measured with it. The index goes through the real documents, token chain, place reading and writer.
With --sentences each sentence is a passage, about 3.6 to a post, as in long posts.
"""

import argparse
import random
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np

from catalog.items import Consent, Counts, Interaction, Moment
from catalog.records import AccountRecord, CreatorRecord, PostRecord
from indexer.backends.embedded.opening import open_new_edition
from indexer.bundles import Passage, PostDocument, Vector
from indexer.documents import CreatorDraft, bundle, draft
from indexer.embedder import Embedder
from indexer.encoder import QueryEncoder
from indexer.onnx_export import write_encoder
from indexer.pieces import PieceStarts
from niche import themes
from places.gazetteer import Gazetteer, open_gazetteer
from text.split import split_words

POSTS: Final = 200_000
POSTS_EACH: Final = 10  # mean
DAY: Final = datetime(2026, 11, 1, tzinfo=UTC)
_TOWNS_EACH: Final = 25
_COUNTRIES: Final = ("c:US", "c:US", "c:DE", "c:ES", "c:FR", "c:GB")
_PLATFORMS: Final = ("blog", "mastodon", "bluesky", "podcast", "forum")
_WORDS: Final = 30_000
_OWN_WORDS: Final = 12  # of a topic
_TOPICAL: Final = 0.15  # share of a post's words
_TRUE: Final = 0.7  # share of a creator's posts on the main topic
_NOISE: Final = 0.9  # length of the noise beside a topic's vector
_COMMIT: Final = 1000  # creators


class Topic(NamedTuple):
    """What creators write about, its own words and its vector."""

    name: str
    words: tuple[str, ...]
    vector: Vector


class World:
    """The creators of an invented web; the same numbers always make the same ones."""

    def __init__(self, topics: Sequence[Topic], towns: Sequence[str]) -> None:
        self._topics = topics
        self._towns = towns
        chance = random.Random(1)
        self._words = [_word(chance) for _ in range(_WORDS)]
        self._zipf = list(accumulate(1 / rank for rank in range(1, _WORDS + 1)))
        self._often = list(accumulate(1 / rank**0.6 for rank in range(1, len(topics) + 1)))

    def creator(self, number: int) -> tuple[CreatorRecord, Mapping[str, Topic]]:
        """One creator, and the topic of each of its posts by id."""
        chance = random.Random(number)
        name = f"creator-{number:07}"
        (main,) = chance.choices(self._topics, cum_weights=self._often)
        town = chance.choice(self._towns)
        platform = chance.choice(_PLATFORMS)
        account = AccountRecord(
            id=f"account-{name}", platform=platform, host=f"{name}.example", handle=name,
            url=f"https://{name}.example/", name=" ".join(chance.choices(self._words, k=2)).title(),
            bio=f"I write about {main.name} in {town}. {self._sentence(chance, main)}",
            location=town if chance.random() < 0.6 else "", tags=(main.name.replace(" ", ""),), links=(),
            counts=Counts(followers=int(10 ** chance.gauss(3.5, 0.6)), following=chance.randrange(50, 900)),
            kind="person", languages=("en",), counts_as_of=DAY, created=None, consent=Consent.FULL, consent_reason="",
            consent_url="", read=True, first_seen=DAY, last_fetched=DAY,
        )  # fmt: skip
        topics: dict[str, Topic] = {}
        posts = []
        for at in range(1 + int(chance.expovariate(1 / (POSTS_EACH - 0.5)))):
            topic = main if chance.random() < _TRUE else chance.choices(self._topics, cum_weights=self._often)[0]
            posts.append(self._post(f"{name}-{at}", account, topic, town, chance))
            topics[posts[-1].id] = topic
        return CreatorRecord(id=name, revision=1, accounts=(account,), posts=tuple(posts)), topics

    def _post(self, name: str, account: AccountRecord, topic: Topic, town: str, chance: random.Random) -> PostRecord:
        sentences = [self._sentence(chance, topic) for _ in range(chance.randrange(2, 6))]
        if chance.random() < 0.1:
            sentences.append(f"Back home in {town}.")
        liked = int(10 ** chance.gauss(1.2, 0.4))
        return PostRecord(
            id=name, account_id=account.id, native_id=name, url=f"{account.url}{name}", kind="article",
            title=f"{topic.name.title()} {chance.choice(topic.words)}", text=" ".join(sentences), language="en",
            tags=(topic.name.replace(" ", ""),) if chance.random() < 0.3 else (),
            published=Moment(DAY - timedelta(hours=chance.randrange(20_000))), edited=None, first_seen=DAY,
            fetched_at=DAY, interaction=Interaction(likes=liked, comments=liked // 8), place="", provenance="feed",
        )  # fmt: skip

    def _sentence(self, chance: random.Random, topic: Topic) -> str:
        words = chance.choices(self._words, cum_weights=self._zipf, k=chance.randrange(7, 15))
        for at in range(len(words)):
            if chance.random() < _TOPICAL:
                words[at] = chance.choice((topic.name, *topic.words))
        return f"{' '.join(words).capitalize()}."


def make_index(folder: Path, posts: int, *, sentences: bool = False) -> None:
    """An index of about so many posts with its encoder, in ``folder``; ``sentences``: each of them is a passage."""
    embedder = Embedder()
    dimension = embedder.model.dimension
    noise = np.random.default_rng(1)
    with (
        closing(open_gazetteer()) as gazetteer,
        closing(open_new_edition(folder, model=embedder.model.identity, dimension=dimension)) as index,
    ):
        write_encoder(embedder, index.encoder_folder)
        world = World(_topics(QueryEncoder(index.encoder_folder)), town_names(gazetteer))
        pieces = PieceStarts(embedder.model.folder)
        for number in range(posts // POSTS_EACH):
            record, topics = world.creator(number)
            read = draft(record, piece_starts=pieces, split=split_words)
            read = _in_sentences(read) if sentences else read
            vectors = dict(_vectors(read, topics, noise))
            index.upsert([bundle(read, vectors, gazetteer=gazetteer, split=split_words, dimension=dimension)])
            if number % _COMMIT == _COMMIT - 1:
                index.commit(epoch="made-up", seq=number)
                print(f"{number + 1} creators", file=sys.stderr)
        index.commit(epoch="made-up", seq=posts)
        index.publish()


def _in_sentences(read: CreatorDraft) -> CreatorDraft:
    posts = tuple(replace(post, document=_cut(post.document)) for post in read.posts)
    return replace(read, posts=posts)


def _cut(post: PostDocument) -> PostDocument:
    spans = [match.span() for match in re.finditer(r"[^.]+\.", post.text)]
    return replace(post, passages=tuple(Passage(*span, f"{post.id} {span}") for span in spans))


def town_names(gazetteer: Gazetteer) -> list[str]:
    """Where the creators live: big towns as people write them."""
    towns = [town for key in _COUNTRIES for town in gazetteer.biggest_towns([key], _TOWNS_EACH)]
    return [f"{town.name}, {town.admin1}" if town.country == "US" else town.name for town in towns]


def topic_names() -> list[str]:
    """The first English name of every concept of the lexicon."""
    written = Path(themes.__file__).with_name("themes.txt").read_text("utf-8")
    return re.findall(r"^\[[^]]+\].*\nen: ([^,|\n]+?)(?: ?[,|]|$)", written, re.MULTILINE)


def _topics(encoder: QueryEncoder) -> list[Topic]:
    chance = random.Random(2)
    names = topic_names()
    chance.shuffle(names)
    return [Topic(name, tuple(_word(chance) for _ in range(_OWN_WORDS)), encoder.encode(name)) for name in names]


def _vectors(
    read: CreatorDraft, topics: Mapping[str, Topic], noise: np.random.Generator
) -> Iterator[tuple[str, Vector]]:
    for post in read.posts:
        for passage in post.document.passages:
            yield passage.key, _near(topics[post.document.id].vector, noise)
    if read.bio_key is not None:
        yield read.bio_key, _near(next(iter(topics.values())).vector, noise)


def _near(vector: Vector, noise: np.random.Generator) -> Vector:
    beside = noise.standard_normal(len(vector))
    moved = vector + _NOISE * beside / np.linalg.norm(beside)
    unit: Vector = (moved / np.linalg.norm(moved)).astype(np.float32)
    return unit


def _word(chance: random.Random) -> str:
    return "".join(chance.choice("bcdfgklmnprstvz") + chance.choice("aeiou") for _ in range(chance.randrange(2, 5)))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="A generated index for speed alone.")
    parser.add_argument("data", type=Path)
    parser.add_argument("posts", type=int, nargs="?", default=POSTS)
    parser.add_argument("--sentences", action="store_true", help="each sentence is a passage")
    given = parser.parse_args()
    make_index(given.data / "index", given.posts, sentences=given.sentences)
