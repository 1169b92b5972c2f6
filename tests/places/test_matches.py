"""Many creators at once fit the places asked for exactly as each does alone."""

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from places.gazetteer import Gazetteer
from places.match import place_match
from places.matches import NONE, ROLES, Guesses, PlacesAsked
from places.model import PlaceGuess
from places.targets import make_target

NAMES = (
    "Boston",
    "Cambridge",
    "Worcester",
    "Massachusetts",
    "Denver",
    "Colorado",
    "Chicago",
    "Illinois",
    "US",
    "Munich",
)
RELATIONS = st.sampled_from(["in", "near", "not"])
NAMED = st.sampled_from(NAMES)
LIVES = st.tuples(NAMED, st.sampled_from(ROLES), st.sampled_from([0.1, 0.2, 0.25, 0.5, 0.7, 0.95]))
PEOPLE = st.lists(st.lists(LIVES, max_size=5), max_size=6)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(people=PEOPLE, asked=st.lists(st.tuples(NAMED, RELATIONS), min_size=1, max_size=3))
def test_many_fit_as_each_alone(gazetteer: Gazetteer, people: list[list[tuple]], asked: list[tuple]) -> None:
    targets = [make_target(gazetteer.lookup(name)[0], relation, gazetteer) for name, relation in asked]
    places = [gazetteer.lookup(name)[0] for name in NAMES]
    flat = [(row, *lives) for row, lived in enumerate(people) for lives in lived]
    guesses = Guesses(
        owners=np.array([row for row, _, _, _ in flat], np.int64),
        numbers=np.array([NAMES.index(name) for _, name, _, _ in flat], np.int64),
        roles=np.array([ROLES.index(role) for _, _, role, _ in flat], np.int64),
        confidences=np.array([sure for *_, sure in flat], np.float64),
        places=places,
    )
    found = PlacesAsked(targets, gazetteer).matches(guesses, len(people))
    first = 0
    for row, lived in enumerate(people):
        alone = [PlaceGuess(places[NAMES.index(name)], role, sure) for name, role, sure in lived]
        match = place_match(alone, targets, gazetteer)
        deciding = next((number for number, guess in enumerate(alone) if guess is match.guess), None)
        assert found.scores[row] == match.score
        assert found.inside[row] == match.inside
        assert found.deciding[row] == (NONE if deciding is None else first + deciding)
        first += len(lived)
