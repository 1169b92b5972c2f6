"""One creator with thousands of posts on a theme does not crowd out those with a few: over a real embedded index."""

import random

import pytest

from indexer.connect import open_index
from places.gazetteer import open_gazetteer
from search.engine import Engine
from tests.search.world import DIMENSION, Person, WordEncoder, bundles, niche

DISHES = tuple("omakase nigiri rice vinegar knife counter lunch market tuna eel ginger wasabi chef bento soy".split())  # noqa: SIM905 - easier to read
OTHER = tuple("train garden chess football novel bicycle opera budget tax camera guitar river museum yoga".split())  # noqa: SIM905 - easier to read


def _posts(random_words: random.Random, how_many: int, theme: str) -> list[str]:
    words = DISHES if theme else OTHER
    return [
        f"{theme} {' '.join(random_words.sample(words, 4))}. And {' '.join(random_words.sample(OTHER, 3))}."
        for _ in range(how_many)
    ]


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    words = random.Random(7)
    people = [
        Person("prolific", _posts(words, 5_000, "Sushi")),
        *(Person(f"small{number:02}", _posts(words, 6, "Sushi")) for number in range(50)),
        *(Person(f"other{number:03}", _posts(words, 6, "")) for number in range(200)),
    ]
    folder = tmp_path_factory.mktemp("data") / "index"
    with_everybody = open_index(folder, mode="write", model="words", dimension=DIMENSION)
    with_everybody.upsert(bundles(people))
    with_everybody.commit(epoch="test", seq=1)
    with_everybody.close()
    with open_gazetteer() as gazetteer:
        opened = Engine(open_index(folder), WordEncoder(), gazetteer)
        yield opened
        opened.close()


def test_at_least_45_of_50_small_creators_are_among_the_first_60(engine):
    first = [line.creator_id for line in engine.rank(niche("sushi"), 60)]
    assert sum(name.startswith("small") for name in first) >= 45


def test_thousands_of_posts_lift_nobody_out_of_reach(engine):
    answer = engine.search(niche("sushi"), limit=60)
    scores = {result.creator.id: result.match.score for result in answer.results}
    best_small = max(score for name, score in scores.items() if name.startswith("small"))
    assert scores.get("prolific", 0.0) <= 1.3 * best_small


def test_nobody_off_the_theme_is_a_match(engine):
    assert not any(result.creator.id.startswith("other") for result in engine.search(niche("sushi"), limit=60).results)
