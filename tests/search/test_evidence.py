from hypothesis import given
from hypothesis import strategies as st

from indexer.contract import TextQuery
from search.evidence import MOST, best_quote, shortened
from search.terms import ThemeTerms
from tests.search.world import Person, bundle

SUSHI = ThemeTerms.of(TextQuery(surface=("sushi", "rice"), stems=("sushi", "rice")))


def post(text: str):
    return bundle(Person("p", [text])).posts[0]


def test_the_sentence_that_names_most_of_the_theme_is_quoted():
    text = "Rain all day. I like sushi. The rice for the sushi was warm. Then home."
    assert best_quote(post(text), 0, SUSHI) == "The rice for the sushi was warm."


def test_a_sentence_that_refuses_the_theme_is_not_quoted_when_there_is_another():
    assert best_quote(post("I never eat sushi rice. But sushi it was."), -1, SUSHI) == "But sushi it was."


def test_without_a_word_of_the_theme_the_nearest_passage_is_quoted():
    assert best_quote(post("A long walk. Omakase at the counter by the window."), 1, SUSHI).startswith("Omakase")


def test_a_post_that_is_only_a_title_is_quoted_by_it():
    assert best_quote(post("Where the rice is warm\n"), -1, SUSHI) == "Where the rice is warm"
    assert best_quote(post(""), -1, SUSHI) == ""


def test_a_long_sentence_is_cut_around_the_word():
    text = "and " * 200 + "then sushi " + "or " * 200
    quote = best_quote(post(text.strip()), -1, SUSHI)
    assert "sushi" in quote
    assert len(quote) <= MOST
    assert quote.startswith("…")
    assert quote.endswith("…")


@given(st.text(max_size=1500), st.integers(-1, 1500))
def test_a_shortened_text_is_one_line_that_fits(text, around):
    short = shortened(text, around)
    assert len(short) <= MOST
    assert "\n" not in short
    assert short.strip("…").strip() in " ".join(text.split())
