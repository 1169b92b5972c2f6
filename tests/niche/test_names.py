"""What bare names say: words of themes, words for a voice, places; and that most names say nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from niche.names import NicheWords, fit_in_general, read_name
from niche.understand import understand
from places.gazetteer import Gazetteer


@pytest.mark.parametrize(
    ("name", "words", "places"),
    [
        ("chicagofoodblogger", ("food", "blogger"), ("Chicago, IL, US",)),
        ("chicago.food.blogger", ("food", "blogger"), ("Chicago, IL, US",)),
        ("ChicagoFoodBlogger", ("food", "blogger"), ("Chicago, IL, US",)),
        ("sushiwithsam", ("sushi",), ()),
        ("bostonbites", ("bites",), ("Boston, MA, US",)),
        ("sourdough_sam", ("sourdough",), ()),
        ("janeeatspdx", ("eats",), ("Portland, OR, US",)),
    ],
)
def test_names_that_say_something(
    name: str, words: tuple[str, ...], places: tuple[str, ...], gazetteer: Gazetteer
) -> None:
    fit = fit_in_general(read_name(name, gazetteer), gazetteer)
    assert (fit.words, fit.places) == (words, places)
    assert fit.score > 0


@pytest.mark.parametrize("name", ["mikaelsorensen", "the.real.mika_92", "kjh2834hfg", "a", "", "user_1899"])
def test_names_that_say_nothing(name: str, gazetteer: Gazetteer) -> None:
    said = read_name(name, gazetteer)
    assert (said.words, said.places) == ((), ())
    assert fit_in_general(said, gazetteer).score == 0


def test_a_niche_orders_names(gazetteer: Gazetteer) -> None:
    niche = NicheWords(understand("food blogs in chicago", gazetteer), gazetteer)
    names = ["chicagofoodblogger", "bostonfoodblogger", "sushiwithsam", "chitownhikes", "mudlarkmaps", "laurenpaints"]
    fits = {name: niche.fit(name, read_name(name, gazetteer)) for name in names}
    scores = {name: fit.score for name, fit in fits.items() if fit is not None}
    assert list(scores) == names[:4]  # the others fit in nothing
    assert max(scores, key=scores.__getitem__) == "chicagofoodblogger"
    assert scores["bostonfoodblogger"] < scores["chicagofoodblogger"] / 1.5


def test_words_of_no_known_theme_are_found_too(gazetteer: Gazetteer) -> None:
    niche = NicheWords(understand("geocaching zorbing", gazetteer), gazetteer)
    fit = niche.fit("zorbingwithsam", read_name("zorbingwithsam", gazetteer))
    assert fit is not None
    assert fit.score >= 0.5


@given(st.text(alphabet="abcdefghijklmnopqrstuvwxyz0123456789._-éüß", max_size=40))
def test_any_name_is_read_alike_twice_and_scores_between_0_and_1(gazetteer: Gazetteer, name: str) -> None:
    said = read_name(name, gazetteer)
    assert said == read_name(name, gazetteer)
    assert 0 <= fit_in_general(said, gazetteer).score <= 1
