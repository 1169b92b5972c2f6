"""Documents: what of a creator is indexed, and what each field says."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from catalog.items import Counts, Moment
from catalog.records import CreatorRecord
from indexer.bundles import CreatorBundle
from indexer.documents import bundle, draft
from indexer.kinds import kind_of
from indexer.profile import CHOSEN, NEWEST, centroid_of, chosen_posts, copies, post_vectors
from places.gazetteer import Gazetteer, open_gazetteer
from tests.indexer import worlds
from tests.indexer.records import DAY, account, links, post, record
from tests.indexer.test_passages import starts
from tests.indexer.worlds import DIMENSION, unit


@pytest.fixture(scope="module")
def gazetteer() -> Iterator[Gazetteer]:
    with closing(open_gazetteer()) as opened:
        yield opened


def split(word: str) -> list[str]:
    return {"eastcoastsushi": ["east", "coast", "sushi"]}.get(word.lower(), [word])


def made(of: CreatorRecord, gazetteer: Gazetteer) -> CreatorBundle:
    read = draft(of, piece_starts=starts, split=split)
    vectors = {key: unit(text) for key, text in read.texts.items()}
    return bundle(read, vectors, gazetteer=gazetteer, split=split, dimension=DIMENSION)


def test_a_creator_and_its_posts(gazetteer: Gazetteer) -> None:
    one = account(
        "mika",
        bio="I eat sushi in Boston, Massachusetts.",
        location="Boston, MA",
        kind="person",
        counts=Counts(followers=900),
        counts_as_of=DAY,
        links=links("https://shop.example/"),
        tags=("eastcoastsushi",),
    )
    two = account("mika2", platform="mastodon", counts=Counts(followers=4000), counts_as_of=DAY, read=False)
    told = replace(
        record("c1", ["Otoro today. #Nigiri", "Rolls again."], accounts=[two, one]),
        posts=(
            post("p2", "mika", "Rolls again.", day=9, title="Rolls", tags=("maki",)),
            post("p1", "mika", "Otoro today. #Nigiri", day=40, tags=("nigiri",)),
            post("p3", "mika", "No date.", day=None),
        ),
    )
    found = made(told, gazetteer)
    creator = found.creator
    assert (creator.name, creator.bio_url, creator.kind) == ("Mika", "https://mika.example/", "person")
    assert [view.handle for view in creator.accounts] == ["mika", "mika2"]
    assert (creator.followers, creator.platforms) == (4000, {"blog", "mastodon"})
    assert (creator.languages, creator.post_count) == (("en",), 3)
    assert creator.last_post_at == DAY - timedelta(days=9)
    assert creator.posts_per_month is None
    assert creator.links == ("https://shop.example/",)
    assert creator.discovered_by[0][:2] == ("sushi", "hashtag #sushi")
    assert {"a:US.MA", "c:US"} <= creator.place_keys
    assert creator.places[0].place.name == "Boston"
    assert creator.surface.split().count("boston") == 3
    assert {"eastcoastsushi", "coast", "mika", "otoro", "maki"} <= set(creator.surface.split())
    assert [item.id for item in found.posts] == ["p1", "p2", "p3"]
    by_id = {item.id: item for item in found.posts}
    assert by_id["p1"].surface.split().count("nigiri") == 1
    assert by_id["p2"].surface.split() == ["rolls", "again", "maki"]
    assert "roll" in by_id["p2"].stems.split()
    assert by_id["p3"].published_at is None
    for item, vector in zip(found.posts, found.vectors, strict=True):
        (passage,) = item.passages
        assert item.text[passage.start : passage.end] == item.text
        assert np.array_equal(vector, unit(item.text))
    assert np.array_equal(found.bio_vector, unit(one.bio))
    assert found.creator == made(replace(told, posts=told.posts[::-1]), gazetteer).creator


def test_a_creator_that_says_nothing(gazetteer: Gazetteer) -> None:
    bare = account("silent", name="", handle=None, read=False, languages=("de-AT",))
    found = made(record("c1", accounts=[bare]), gazetteer)
    assert (found.creator.name, found.creator.kind) == ("silent.example", "unknown")
    assert (found.centroid, found.bio_vector, found.vectors.shape) == (None, None, (0, DIMENSION))
    assert (found.creator.languages, found.creator.last_post_at, found.creator.followers) == (("de",), None, None)


def test_languages_are_found_where_nobody_says_them(gazetteer: Gazetteer) -> None:
    text = "Heute backe ich ein Brot mit Sauerteig und viel Geduld, denn der Teig muss lange ruhen."
    told = replace(record("c1"), posts=(post("p", "c1", text, language=None), post("q", "c1", "?", language=None)))
    found = made(told, gazetteer)
    assert [item.language for item in found.posts] == ["de", None]
    assert found.creator.languages == ("de",)


def test_a_date_after_our_first_sight_is_not_believed(gazetteer: Gazetteer) -> None:
    late = post("p", "c1", "x", published=Moment(DAY + timedelta(days=400)))
    assert made(replace(record("c1"), posts=(late,)), gazetteer).creator.last_post_at == DAY


def test_cadence(gazetteer: Gazetteer) -> None:
    told = replace(record("c1"), posts=tuple(post(f"p{n}", "c1", f"text {n}", day=n * 7) for n in range(9)))
    assert made(told, gazetteer).creator.posts_per_month == pytest.approx(8 / 56 * 30.44, abs=0.01)


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({"kind": "person", "bio": "Ramen, mostly."}, "person"),
        ({"bio": "I write about tea"}, "person"),
        ({"kind": "person", "bio": "Book a table online! Open daily from five."}, "organisation"),
        ({"name": "Blue Fin Restaurant", "bio": "Fish and rice"}, "organisation"),
        ({"name": "Restaurant Rita", "bio": "I review every diner in town"}, "person"),
        ({"kind": "bot", "bio": "x"}, "aggregator"),
        ({"bio": "Tag us to be featured. Best food of the coast"}, "aggregator"),
        ({"kind": "organisation"}, "organisation"),
        ({"bio": "Tea."}, "unknown"),
    ],
)
def test_kinds(changes: dict[str, str], kind: str) -> None:
    assert kind_of([account("a", **changes)]) == kind


@pytest.mark.parametrize(
    ("texts", "kind"),
    [
        (["Now hiring in Harborview!", "Gift cards available", "Such a view"], "organisation"),
        (["Now hiring in Harborview!", "Such a view"], "unknown"),  # once is a quotation
        (["Now hiring", "Gift cards available", *["Such a view"] * 30], "unknown"),
        (["Your guide to tea. Submit via form", "Tag us for a feature", "Now hiring"], "aggregator"),
        (["We repost the best of the coast", "Reposted, with thanks"], "unknown"),
    ],
)
def test_a_trade_shows_in_several_posts(texts: list[str], kind: str) -> None:
    assert kind_of([account("a", kind="unknown", bio="Tea. est. 2014")], texts) == kind


# Which posts speak for a creator


def test_copies_have_one_vote() -> None:
    posts = [worlds.post(f"p{n}", "c", text) for n, text in enumerate(["tea", "tea", "eel", "tea"])]
    vectors = np.array([unit(item.text) for item in posts])
    votes = copies(posts)
    assert votes.tolist() == [True, False, True, False]
    centroid = centroid_of(vectors, votes, range(4))
    middle = unit("tea") + unit("eel")
    assert centroid @ (middle / np.linalg.norm(middle)) == pytest.approx(1, abs=1e-5)


def test_chosen_posts_are_the_newest_and_the_most_central() -> None:
    topic = [worlds.post(f"t{n:03}", "c", f"topic {n}", day=1000 + n) for n in range(150)]
    noise = [worlds.post(f"n{n:03}", "c", f"noise {n}", day=n) for n in range(150)]
    posts = topic + noise
    vectors = np.array([unit("topic") + 0.3 * unit(item.text) for item in topic] + [unit(item.text) for item in noise])
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    chosen = [posts[at] for at in chosen_posts(posts, vectors.astype(np.float32), copies(posts))]
    assert len(chosen) == CHOSEN
    assert {item.id for item in noise[:NEWEST]} <= {item.id for item in chosen}
    assert sum(item.id.startswith("t") for item in chosen) == CHOSEN - NEWEST


def test_a_post_is_the_mean_of_its_passages() -> None:
    posts = [worlds.post("a", "c", "x", passages=2), worlds.post("b", "c", "y", passages=0)]
    rows = np.array([unit("1"), unit("2")])
    vectors = post_vectors(posts, rows)
    middle = rows.mean(axis=0)
    assert vectors[0] == pytest.approx(middle / np.linalg.norm(middle), abs=1e-6)
    assert not vectors[1].any()
