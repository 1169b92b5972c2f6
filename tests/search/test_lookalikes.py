"""Whoever repeats another's profile under a handle made of it stands below, whatever the numbers say."""

from dataclasses import replace

import pytest

from search.engine import Engine
from tests.search.memory_index import MemoryIndex
from tests.search.world import NOW, Person, WordEncoder, bundle, niche

BIO = "Slow lunches and long letters."
POSTS = ("Omakase tonight was quiet.", "Nigiri at the counter.", "My train was late.")


def person(handle: str, *, platform: str = "mastodon", bio: str = BIO, posts=POSTS, followers: int = 900):
    made = bundle(Person(handle, posts, bio=bio, followers=followers))
    account = made.creator.accounts[0]._replace(handle=handle, platform=platform)
    return replace(made, creator=replace(made.creator, accounts=(account,)))


def ranked(gazetteer, *people, theme: str = "sushi"):
    others = [
        person("ferry", bio="Boats.", posts=("Ferries at dawn.",)),
        person("loaf", bio="Bread.", posts=("Loaf.",)),
    ]
    with Engine(MemoryIndex([*people, *others]), WordEncoder(), gazetteer) as engine:
        answer = engine.search(niche(theme), now=NOW, min_confidence=0.0, limit=50)
    return {result.creator.id: result for result in answer.results}


def codes(result) -> list[str]:
    return [warning.code for warning in result.creator.warnings]


@pytest.mark.parametrize("copy", ["the.wren67", "wren67_x", "Wren67.backup", "real-wren_67"])
def test_a_handle_made_of_anothers_with_the_same_bio_stands_below_it(gazetteer, copy):
    more = (*POSTS, "Omakase, omakase, omakase and nigiri.")
    found = ranked(gazetteer, person("wren67"), person(copy, bio=f"{BIO} DM for collabs", posts=more, followers=90_000))
    assert found["wren67"].match.rank < found[copy].match.rank
    assert found["wren67"].match.score > found[copy].match.score
    assert "repeats_profile" in codes(found[copy])
    assert "repeats_profile" not in codes(found["wren67"])
    (said,) = [warning for warning in found[copy].creator.warnings if warning.code == "repeats_profile"]
    assert "@wren67" in said.text
    assert found[copy].match.parts.authenticity < found["wren67"].match.parts.authenticity


def test_a_copy_of_a_copy_stands_below_both(gazetteer):
    found = ranked(gazetteer, person("the.wren67x"), person("wren67"), person("the.wren67"))
    order = sorted(found, key=lambda key: found[key].match.rank)
    kept = [key for key in order if "wren" in key]
    assert kept == ["wren67", "the.wren67", "the.wren67x"]


@pytest.mark.parametrize(
    "other",
    [
        person("the.wren67", platform="bluesky"),  # elsewhere it may be the same person
        person("the.wren67", bio="Trains, and what is sold in them."),
        person("warbler"),
        person("wren-67"),  # neither is made of the other
    ],
)
def test_less_than_all_of_it_is_held_against_nobody(gazetteer, other):
    found = ranked(gazetteer, person("wren67"), other)
    assert not any("repeats_profile" in codes(result) for result in found.values())


@pytest.mark.parametrize("bio", ["", "hi!"])
def test_a_bio_that_says_nothing_is_no_profile_to_repeat(gazetteer, bio):
    found = ranked(gazetteer, person("wren67", bio=bio), person("the.wren67", bio=bio))
    assert not any("repeats_profile" in codes(result) for result in found.values())
