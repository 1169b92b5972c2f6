"""The same engine over both backends gives the same answers: fresh, changed without a merge, in three shards.

On invented people; ``benchmarks/parity.py`` does the same on judged collections.
"""

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from indexer.backends.elastic import opening as elastic
from indexer.backends.embedded import opening as embedded
from indexer.bundles import CreatorBundle
from indexer.contract import Index
from indexer.locations import Server
from niche.model import Niche, NicheFilters
from places.gazetteer import Gazetteer
from places.model import Place, PlaceTarget
from search.engine import Engine
from tests.indexer.conftest import clean
from tests.search.world import DIMENSION, NOW, Person, WordEncoder, bundles, home, niche

MODEL = "words@1"
TOPICS = ("sushi", "sourdough", "birding", "vinyl", "sneakers", "trains", "knitting", "ceramics")
TALK = (
    "morning", "harbour", "together", "weather", "friends", "walk", "kitchen", "market", "again", "tonight", "letter",
    "window", "river", "bridge", "summer", "winter", "coffee", "notes", "corner", "garden",
)  # fmt: skip
BOSTON = Place(key="g:4930956", name="Boston", kind="city", country="US", admin1="MA", lat=42.36, lon=-71.06)
IN_BOSTON = PlaceTarget(place=BOSTON, relation="in", radius_km=None, keys=frozenset({BOSTON.key}), d0_km=25.0)
MICRO = NicheFilters(min_followers=10_000, max_followers=99_999)
ASKED: list[Niche] = [
    *(niche(topic) for topic in TOPICS),
    *(niche(f"{topic} {word}") for topic, word in zip(TOPICS, TALK, strict=False)),
    *(niche(topic, places=(IN_BOSTON,)) for topic in TOPICS[:4]),
    *(niche(topic, filters=MICRO) for topic in TOPICS[:4]),
    *(niche(topic, places=(IN_BOSTON,), filters=MICRO) for topic in TOPICS[4:]),
    niche("omakase nigiri"),
    niche("astronomy"),
]


def invented(count: int = 240) -> list[CreatorBundle]:
    """People with one or two topics, of whom a fifth live in Boston."""
    rng = np.random.default_rng(11)

    def sentence(topic: str) -> str:
        words = [topic if rng.random() < 0.6 else "another", *rng.choice(TALK, size=int(rng.integers(3, 14)))]
        return " ".join(str(word) for word in rng.permutation(words)).capitalize() + "."

    people = []
    for number in range(count):
        topics = [str(topic) for topic in rng.choice(TOPICS, size=1 + number % 2, replace=False)]
        texts = [
            " ".join(sentence(topics[at % len(topics)]) for _ in range(int(rng.integers(1, 4))))
            for at in range(int(rng.integers(1, 9)))
        ]
        here = number % 5 == 0
        people.append(
            Person(
                f"p{number:03}",
                texts,
                bio=f"About {topics[0]} and {rng.choice(TALK)}" if number % 3 else "",
                followers=None if number % 7 == 0 else int(rng.integers(500, 120_000)),
                places=(home(BOSTON),) if here else (),
                place_keys=frozenset({BOSTON.key}) if here else frozenset(),
            )
        )
    return bundles(people)


def changed(held: list[CreatorBundle]) -> tuple[list[CreatorBundle], list[str]]:
    """A fifth of them without their first post, and who is gone: a tenth."""
    edited = [
        replace(
            bundle,
            creator=replace(bundle.creator, revision=2, post_count=len(bundle.posts) - 1),
            posts=bundle.posts[1:],
            vectors=bundle.vectors[len(bundle.posts[0].passages) :],
        )
        for bundle in held[::5]
    ]
    return edited, [bundle.creator.id for bundle in held[1::10]]


@pytest.fixture(scope="module")
def pairs(elasticsearch: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, tuple[Index, Index]]]:
    """Both backends by the state that they are in: embedded, elastic."""
    held = invented()
    edited, gone = changed(held)
    found, servers = {}, []
    for name, shards in (("fresh", 1), ("three shards, changed", 3), ("changed", 1)):
        folder: Path = tmp_path_factory.mktemp("parity")
        server = Server(f"{elasticsearch}/parity{os.getpid()}-{len(servers)}", folder / "remote", shards=shards)
        servers.append(server)
        writers: list[Index] = [
            embedded.open_for_writing(folder / "index", model=MODEL, dimension=DIMENSION),
            elastic.open_for_writing(server, model=MODEL, dimension=DIMENSION),
        ]
        for index in writers:
            index.upsert(held)
            index.commit(epoch="e", seq=1)
            if "changed" in name:
                index.upsert(edited)
                index.delete(gone)
                index.commit(epoch="e", seq=2)
        found[name] = (writers[0], writers[1])
    yield found
    for one, other in found.values():
        one.close()
        other.close()
    for server in servers:
        clean(server)


@pytest.mark.parametrize("state", ["fresh", "changed", "three shards, changed"])
def test_both_backends_answer_alike(pairs: dict[str, tuple[Index, Index]], gazetteer: Gazetteer, state: str) -> None:
    shared = []
    one, other = (Engine(index, WordEncoder(), gazetteer) for index in pairs[state])
    for asked in ASKED:
        answers = [engine.search(asked, now=NOW, min_confidence=0.0) for engine in (one, other)]
        first = [[result.creator.id for result in answer.results] for answer in answers]
        shared.append(len(set(first[0]) & set(first[1])) / max(1, len(first[0])))
        if first[0] == first[1]:
            scores = [[result.match.score for result in answer.results] for answer in answers]
            assert scores[0] == pytest.approx(scores[1], abs=2e-3)
            assert answers[0].total == answers[1].total
    assert len(shared) == len(ASKED)
    assert np.percentile(shared, 5) >= 0.8
    assert np.mean(shared) >= 0.98


def test_there_is_something_to_agree_on(pairs: dict[str, tuple[Index, Index]], gazetteer: Gazetteer) -> None:
    engine = Engine(pairs["fresh"][1], WordEncoder(), gazetteer)
    found = [engine.search(asked, now=NOW, min_confidence=0.0).results for asked in ASKED]
    assert sum(len(results) == 10 for results in found) >= len(ASKED) - 2
    assert len({results[0].creator.id for results in found if results}) > 10
