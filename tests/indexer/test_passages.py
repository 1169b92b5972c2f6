"""Passages: bounds, budget, keys, whatever the text."""

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.passages import FIRST, LAST, PIECES, embedded_text, split_passages


def starts(text: str) -> list[int]:
    """A piece is a letter pair or another character that is not white space."""
    return [match.start() for match in re.finditer(r"\w{1,2}|[^\w\s]", text)]


def test_a_short_post_is_one_passage() -> None:
    (passage,) = split_passages("Lunch", "  Tuna and rice.\nNothing else. ", starts)
    text = "  Tuna and rice.\nNothing else. "
    assert text[passage.start : passage.end] == "Tuna and rice.\nNothing else."
    assert embedded_text("Lunch", text, passage, starts) == "Lunch\nTuna and rice.\nNothing else."


def test_titles() -> None:
    assert split_passages("", " \n", starts) == ()
    (only,) = split_passages("Only a title", "", starts)
    assert (only.start, only.end) == (0, 0)
    assert embedded_text("Only a title", "", only, starts) == "Only a title"
    (again,) = split_passages("Tuna", "Tuna is a fish.", starts)
    assert embedded_text("Tuna", "Tuna is a fish.", again, starts) == "Tuna is a fish."
    assert again.key == split_passages("", "Tuna is a fish.", starts)[0].key
    assert again.key != split_passages("Eel", "Tuna is a fish.", starts)[0].key


def test_long_posts_keep_the_first_six_and_the_last_two() -> None:
    sentence = "aa " * 150 + "end."
    text = " ".join(f"S{number} {sentence}" for number in range(20))
    passages = split_passages("", text, starts)
    assert len(passages) == FIRST + LAST
    assert [text[passage.start :][:3].strip() for passage in passages] == [
        "S0",
        "S1",
        "S2",
        "S3",
        "S4",
        "S5",
        "S18",
        "S19",
    ]


@settings(max_examples=150, deadline=None)
@given(
    st.text(alphabet=st.sampled_from("ab .!?\n字é#"), max_size=200),
    st.text(alphabet=st.sampled_from("abcd    .!?\n字é#,"), max_size=3000),
)
def test_passages_are_in_order_bounded_and_read_whole(title: str, text: str) -> None:
    passages = split_passages(title, text, starts)
    assert len(passages) <= FIRST + LAST
    end = 0
    for passage in passages:
        assert end <= passage.start <= passage.end <= len(text)
        end = passage.end
        assert len(starts(embedded_text(title, text, passage, starts))) <= PIECES
    if len(passages) < FIRST + LAST and text.strip():
        covered = "".join(text[passage.start : passage.end] for passage in passages)
        assert re.sub(r"\s", "", covered) == re.sub(r"\s", "", text)
    assert passages == split_passages(title, text, starts)
