"""Word pieces: what is remembered of a word says the same as the tokenizer that reads the whole text."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Tokenizer, models, pre_tokenizers

from indexer import pieces
from indexer.models import resolve
from indexer.pieces import PieceStarts

_SAID = [
    "sushi", "Kneading", "kneading,", "the", "uneatable", "naïve", "cafe\u0301", "寿司", "日本 ", "so-called", "don’t",
    "[CLS]", "a[SEP]b", "##s", "…", "\u200b", "\x1f", "\x85", "\u2003", "\u00a0", "\x00", "🍣", "İ", "https://a.example/b",
    "x" * 120, "\n", "\t", "\r", "  ",
]  # fmt: skip


@pytest.fixture(scope="module")
def whole() -> Callable[[str], list[int]]:
    """The starts as the tokenizer gives them for a text read at once."""
    tokenizer = Tokenizer.from_file(str(resolve().folder / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return lambda text: [start for start, _ in tokenizer.encode(text, add_special_tokens=False).offsets]


@pytest.fixture(scope="module")
def starts() -> PieceStarts:
    return PieceStarts(resolve().folder)


@given(st.lists(st.one_of(st.sampled_from(_SAID), st.text(max_size=4)), max_size=12), st.sampled_from(["", " ", "\n"]))
def test_words_add_up_to_the_text(
    starts: PieceStarts, whole: Callable[[str], list[int]], said: list[str], between: str
) -> None:
    text = between.join(said)
    assert [*starts(text)] == whole(text)
    assert [*starts(text)] == whole(text)  # from memory
    assert len(starts(text)) == len(whole(text))


def test_so_many_words_are_remembered(
    starts: PieceStarts, whole: Callable[[str], list[int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pieces, "_REMEMBERED", 3)
    text = "Kneading a sourdough, resting it, baking it: uneatable."
    assert [*starts(text)] == whole(text)


def test_a_tokenizer_that_reads_over_spaces_gets_the_whole_text(tmp_path: Path) -> None:
    tokenizer = Tokenizer(models.Unigram([("<unk>", 0.0), ("a", -1.0), ("b", -1.0), ("a▁b", -0.5)], unk_id=0))
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(split=False, prepend_scheme="never")
    tokenizer.save(str(tmp_path / "tokenizer.json"))
    assert [*PieceStarts(tmp_path)("a b")] == [0]
