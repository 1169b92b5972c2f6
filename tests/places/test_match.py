"""How places fit what is asked for: inside, near, elsewhere, unknown, asked against."""

import pytest

from places.gazetteer import Gazetteer
from places.match import UNKNOWN, keys_of, place_match
from places.model import PlaceGuess, PlaceTarget, Relation, Role
from places.targets import make_target


@pytest.fixture
def guess(gazetteer: Gazetteer):  # type: ignore[no-untyped-def]
    def make(name: str, confidence: float = 0.9, role: Role = "home") -> PlaceGuess:
        return PlaceGuess(place=gazetteer.lookup(name)[0], role=role, confidence=confidence)

    return make


@pytest.fixture
def target(gazetteer: Gazetteer):  # type: ignore[no-untyped-def]
    def make(name: str, relation: Relation = "in", radius_km: float | None = None) -> PlaceTarget:
        return make_target(gazetteer.lookup(name)[0], relation, gazetteer, radius_km=radius_km)

    return make


@pytest.mark.parametrize(
    ("home", "asked"),
    [
        ("Boston", "Boston"),
        ("Evanston", "Chicago"),
        ("Boston", "east coast"),
        ("Boston", "Massachusetts"),
        ("Maine", "US"),
    ],
)
def test_inside(gazetteer: Gazetteer, guess, target, home: str, asked: str) -> None:  # type: ignore[no-untyped-def]
    match = place_match([guess(home)], [target(asked)], gazetteer)
    assert match.inside
    assert match.score > 0.9
    assert match.distance_km == 0


def test_inside_beats_near_beats_unknown_beats_elsewhere(gazetteer: Gazetteer, guess, target) -> None:  # type: ignore[no-untyped-def]
    asked = [target("Boston")]
    homes = [[guess("Boston")], [guess("Worcester")], [], [guess("Los Angeles")]]
    scores = [place_match(guesses, asked, gazetteer).score for guesses in homes]
    assert scores == sorted(scores, reverse=True)
    assert scores[2] == UNKNOWN
    assert scores[1] > 2 * UNKNOWN
    assert scores[3] < UNKNOWN / 2


def test_the_probabilities_of_homes_inside_add_up(gazetteer: Gazetteer, guess, target) -> None:  # type: ignore[no-untyped-def]
    homes = [guess("Boston", 0.4), guess("Worcester", 0.25), guess("Denver", 0.2)]
    match = place_match(homes, [target("Massachusetts")], gazetteer)
    assert match.score == pytest.approx(0.65 + UNKNOWN * 0.15)
    assert match.inside
    assert match.guess == homes[0]
    assert place_match([guess("Boston", 0.7), guess("Worcester", 0.7)], [target("US")], gazetteer).score == 0.99
    faint = [guess("Boston", 0.2), guess("Worcester", 0.2), guess("Boston", 0.6, "visits")]
    assert place_match(faint, [target("Massachusetts")], gazetteer).inside
    assert not place_match(faint[1:], [target("Massachusetts")], gazetteer).inside


def test_a_small_town_is_not_its_big_neighbour(gazetteer: Gazetteer, guess, target) -> None:  # type: ignore[no-untyped-def]
    cambridge = make_target(gazetteer.get("g:4931972"), "in", gazetteer)  # type: ignore[arg-type]
    assert "g:4930956" not in cambridge.keys  # Boston
    assert "g:4930956" in make_target(gazetteer.get("g:4931972"), "near", gazetteer).keys  # type: ignore[arg-type]

    near, inside, beyond = (
        place_match([guess(home, 0.8)], [cambridge], gazetteer) for home in ("Boston", "Somerville", "Worcester")
    )
    assert inside.score > 0.8 > near.score > beyond.score
    assert not near.inside
    assert near.distance_km == pytest.approx(4, abs=2), "as far as it is, although the areas overlap"
    around = make_target(cambridge.place, "near", gazetteer)
    assert place_match([guess("Boston", 0.8)], [around], gazetteer).inside


def test_only_the_state_is_known(gazetteer: Gazetteer, guess, target) -> None:  # type: ignore[no-untyped-def]
    match = place_match([guess("Illinois")], [target("Chicago")], gazetteer)
    assert UNKNOWN < match.score < 0.6
    assert not match.inside


def test_former_homes_and_visits_count_little(gazetteer: Gazetteer, guess, target) -> None:  # type: ignore[no-untyped-def]
    for role in ("former", "visits"):
        match = place_match([guess("Boston", role=role)], [target("Boston")], gazetteer)
        assert match.score < 0.3
        assert not match.inside


def test_against_a_place(gazetteer: Gazetteer, guess, target) -> None:  # type: ignore[no-untyped-def]
    against = [target("Boston", "not")]
    assert place_match([guess("Boston")], against, gazetteer).score == pytest.approx(0.1)
    assert not place_match([guess("Boston")], against, gazetteer).inside
    assert place_match([guess("Denver")], against, gazetteer).score == 1
    assert place_match([], against, gazetteer).score == 1


def test_several_places_are_alternatives(gazetteer: Gazetteer, guess, target) -> None:  # type: ignore[no-untyped-def]
    assert place_match([guess("Denver")], [target("Boston"), target("Denver")], gazetteer).inside


def test_a_radius_decides(gazetteer: Gazetteer, guess, target) -> None:  # type: ignore[no-untyped-def]
    assert place_match([guess("Worcester")], [target("Boston", "near", 80)], gazetteer).inside
    assert not place_match([guess("Worcester")], [target("Boston", "near", 20)], gazetteer).inside


def test_keys_hold_what_a_place_lies_in(gazetteer: Gazetteer, guess) -> None:  # type: ignore[no-untyped-def]
    guesses = [guess("Boston"), guess("Denver", role="former"), guess("Lisbon", 0.05)]
    assert keys_of(guesses, gazetteer) == {"g:4930956", "a:US.MA", "c:US"}
