import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.contract import TextQuery
from search.terms import ThemeTerms

SUSHI = ThemeTerms.of(TextQuery(surface=("sushi",), stems=("sushi",)))
CLIMBING = ThemeTerms.of(TextQuery(surface=("rock", "climbing"), stems=("rock", "climb")))


@pytest.mark.parametrize(
    "text",
    [
        "not a sushi person",
        "Ramen first. I'm not really a sushi person, sorry!",
        "I don't eat sushi.",
        "Never liked sushi",
        "The sushi crowd would hate this ramen",
        "I can't stand sushi",
        "kein Sushi, nur Brot",
    ],
)
def test_a_refusal_is_heard(text):
    assert SUSHI.denied(text)


@pytest.mark.parametrize(
    "text",
    [
        "sushi, mostly",
        "not only sushi",
        "I can't get enough sushi",
        "never enough sushi",
        "Not an expert. Ask me about sushi",
        "not a ramen person, sorry; sushi every day",
        "I am not a sushi snob, I just make sushi at home every week",
        "bread and nothing else",
        "",
    ],
)
def test_what_is_no_refusal_is_left_alone(text):
    assert not SUSHI.denied(text)


def test_every_word_of_the_theme_must_be_refused():
    assert CLIMBING.denied("not a rock climbing person")
    assert not CLIMBING.denied("not a rock star, but climbing three times a week")


def test_inflected_words_are_found_and_longer_ones_are_not():
    assert CLIMBING.found("Climbers and climbs") == {"climb"}
    assert ThemeTerms.of(TextQuery(surface=("art",), stems=("art",))).found("articulation") == frozenset()


def test_coverage_is_the_share_of_the_words():
    assert CLIMBING.coverage("we climb") == 0.5
    assert CLIMBING.coverage("rocks to climb") == 1.0
    assert ThemeTerms.of(TextQuery(surface=(), stems=())).coverage("anything") == 0.0


def test_words_without_spaces_between_them_are_found():
    assert ThemeTerms.of(TextQuery(surface=("寿司",), stems=())).coverage("今日は寿司を食べた") == 1.0


@given(st.text(max_size=300), st.lists(st.text(min_size=1, max_size=8), max_size=4))
def test_any_text_and_any_words_can_be_asked(text, words):
    terms = ThemeTerms.of(TextQuery(surface=tuple(words), stems=()))
    assert 0.0 <= terms.coverage(text) <= 1.0
    assert terms.position(text) >= -1
    assert terms.denied(text) in (True, False)


def test_words_are_named_as_they_are_written():
    baking = ThemeTerms.of(TextQuery(surface=("bakers",), stems=("bak",)), others=("brot",))
    assert baking.named("Sourdough Baking again, and Brote") == ("baking", "brote")
    assert baking.named("Bäckereien") == ()
    assert ThemeTerms.of(TextQuery(surface=("fotografía",), stems=("fotografi",))).named("Fotografía en Sevilla") == (
        "fotografía",
    )
