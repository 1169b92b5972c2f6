"""The token chain: stems, languages, splitting, both fields, query terms."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from text import stems
from text.analysis import analyse, analyse_query
from text.language import detect
from text.split import split_known, split_words
from text.stems import STEM_LANGUAGES, stem
from text.stopwords import is_stopword

VOCABULARY = {"east", "coast", "sushi", "food", "foodblog", "blogger", "chicago", "lovers", "in", "a"}


def test_stems_are_the_same_when_too_many_words_came(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stems, "_REMEMBERED", 2)
    assert stem(["baking", "kneads", "ovens", "baking"], "en") == ["bake", "knead", "oven", "bake"]


def test_stems_of_a_language_and_of_none() -> None:
    assert {"en", "de", "es", "fr"} <= STEM_LANGUAGES
    assert stem(["lovers", "loving"], "en") == ["lover", "love"]
    assert stem(["stem"], "tlh") == ["stem"]
    assert stem(["running"], "en-GB") == ["run"]


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("We spent the whole evening at the counter and ate far too much fish", "en"),
        ("Wir haben gestern den ganzen Tag Brot gebacken und es war herrlich", "de"),
        ("Ayer comimos unos tacos buenísimos en el mercado de la esquina", "es"),
        ("ok", None),
        ("", None),
        ("https://a.example/ein/zwei #brot #backen 123", None),
    ],
)
def test_language(text: str, language: str | None) -> None:
    assert detect(text) == language


@pytest.mark.parametrize(
    ("word", "parts"),
    [
        ("eastcoastsushi", ["east", "coast", "sushi"]),
        ("EastCoastSushi24", ["east", "coast", "sushi", "24"]),
        ("noodle.mika_", ["noodle", "mika"]),
        ("pho", ["pho"]),
        ("x" * 200, ["x" * 200]),
    ],
)
def test_split_words(word: str, parts: list[str]) -> None:
    assert split_words(word) == parts


def test_split_known_takes_the_fewest_known_words() -> None:
    assert split_known("eastcoastsushi", VOCABULARY.__contains__) == ["east", "coast", "sushi"]
    assert split_known("chicagofoodblogger", VOCABULARY.__contains__) == ["chicago", "food", "blogger"]
    assert split_known("eastcoastramen", VOCABULARY.__contains__) == ["eastcoastramen"]


def test_an_ending_is_no_word_though_somebody_wrote_it_apart() -> None:
    assert split_known("crafters", {"craft", "ers"}.__contains__) == ["crafters"]
    assert split_known("foodies", {"food", "ies"}.__contains__) == ["foodies"]
    assert split_known("lovers", VOCABULARY.__contains__) == ["lovers"]


@given(st.text(max_size=60))
def test_splitting_loses_no_letter(word: str) -> None:
    pieces = split_known(word, VOCABULARY.__contains__)
    assert split_known("".join(pieces), lambda _: True) or not pieces
    assert sum(map(len, pieces)) >= sum(letter.isalnum() and letter.isascii() for letter in word)


def test_hashtags_and_handles_count_joined_and_in_parts() -> None:
    analysed = analyse("Best #EastCoastSushi by @mika.eats@pixel.example https://a.example/p", language="en")
    assert analysed.surface == "best eastcoastsushi east coast sushi by mikaeats mika eats"
    assert analysed.stems == "best eastcoastsushi east coast sushi by mikaeat mika eat"


@given(st.text())
def test_both_fields_have_the_same_tokens(text: str) -> None:
    analysed = analyse(text, language="en", split=lambda word: [word])
    assert len(analysed.surface.split(" ")) == len(analysed.stems.split(" "))


def test_query_terms_leave_stop_words_out_unless_nothing_is_left() -> None:
    assert analyse_query("the best sushi", languages=["en"]).surface == ("best", "sushi")
    assert analyse_query("the who", languages=["en"]).surface == ("the", "who")


def test_query_terms_are_stemmed_in_every_language_and_split_by_the_index() -> None:
    terms = analyse_query("eastcoastsushi lovers", languages=["de"], is_known=VOCABULARY.__contains__)
    assert terms.surface == ("eastcoastsushi", "east", "coast", "sushi", "lovers")
    assert {"lover", "lov"} <= set(terms.stems)


def test_stop_words_belong_to_a_language() -> None:
    assert is_stopword("die", "de")
    assert not is_stopword("die", "en")
    assert is_stopword("the")
    assert not is_stopword("sushi", "xx")
