"""Folding, tokens and sentences."""

import itertools
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from text.fold import _fold_once, fold
from text.sentences import sentences
from text.tokens import tokenize


@pytest.mark.parametrize(
    ("written", "folded"),
    [("Café", "cafe"), ("Straße", "strasse"), ("SMØRREBRØD", "smorrebrod"), ("Łódź", "lodz"), ("ｓｕｓｈｉ", "sushi")],
)
def test_fold_gives_one_spelling(written: str, folded: str) -> None:
    assert fold(written) == folded


@given(st.text())
def test_fold_is_idempotent(s: str) -> None:
    assert fold(fold(s)) == fold(s)


@given(st.text(st.sampled_from("aBc ’‘“—•é🍣☀🏽\ufe0f\u0301ßİ…™½")))
def test_what_is_folded_at_once_is_what_is_folded_in_passes(s: str) -> None:
    slowly = s
    for _ in range(6):
        slowly = _fold_once(slowly)
    assert fold(s) == slowly


@given(st.text())
def test_tokens_are_closed_under_fold(s: str) -> None:
    assert all(token and fold(token) == token and not token.isspace() for token in tokenize(s))


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("", []),
        ("...", []),
        ("Sushi-Bar in St. Pölten", ["sushi", "bar", "in", "st", "polten"]),
        ("l'été", ["l", "ete"]),
        ("snake_case", ["snake", "case"]),
        ("寿司が好き", ["寿司", "司が", "が好", "好き"]),
        ("寿", ["寿"]),
        ("東京ramen", ["東京", "ramen"]),
        ("हिन्दी में", ["हिन्दी", "में"]),
        ("🍣 sushi 🍣", ["sushi"]),
    ],
)
def test_words_of_many_scripts(text: str, tokens: list[str]) -> None:
    assert tokenize(text) == tokens


def test_tokenizing_keeps_up_with_an_index_build() -> None:
    text = "Spent the evening at the counter, grande soirée — great omakase. " * 3_000
    before = time.thread_time()  # other work beside it does not count
    tokenize(text)
    assert len(text.encode()) / (time.thread_time() - before) > 1_000_000  # bytes a second


def _cut(text: str) -> list[str]:
    return [text[start:end] for start, end in sentences(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Dr. Ono cooks. We eat!", ["Dr. Ono cooks.", "We eat!"]),
        ("So (great!) it was. Really?", ["So (great!) it was.", "Really?"]),
        ("A title\n\nA text without a stop", ["A title", "A text without a stop"]),
        ("寿司。好き！", ["寿司。", "好き！"]),
        ("Open 5 p.m. to 9 p.m. at nonno.example now", ["Open 5 p.m. to 9 p.m. at nonno.example now"]),
        ("  ", []),
    ],
)
def test_sentences(text: str, expected: list[str]) -> None:
    assert _cut(text) == expected


@given(st.text(alphabet="ab .!?\n。A\"'"))
def test_sentences_cover_the_text_in_order(text: str) -> None:
    spans = sentences(text)
    assert all(start < end for start, end in spans)
    assert all(before[1] <= after[0] for before, after in itertools.pairwise(spans))
    assert "".join("".join(text[a:b].split()) for a, b in spans) == "".join(text.split())
