"""Counts as people write them: examples, and properties over all ways to write one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.sources._counts import WrittenCount, parse_count

EXAMPLES = [
    ("12.3k", None, 12_300, 100),
    ("12.3K followers", "en", 12_300, 100),
    ("1,2 Mio.", "de", 1_200_000, 100_000),
    ("1.234", "de", 1_234, 1),
    ("1,234", "en", 1_234, 1),
    ("1\u00a0234", "fr", 1_234, 1),
    ("1\u202f234 abonnés", "fr", 1_234, 1),
    ("1'234", None, 1_234, 1),
    ("12,3 тыс.", "ru", 12_300, 100),
    ("1,5 млн подписчиков", "ru", 1_500_000, 100_000),
    ("1.234 Mio.", "de", 1_234_000_000, 1_000_000),
    ("1.234M", "en", 1_234_000, 1_000),
    ("1.234,5 Tsd.", "de", 1_234_500, 100),
    ("1,234.5K", "en", 1_234_500, 100),
    ("12,34,567", "hi", 1_234_567, 1),
    ("1.5 lakh", "en", 150_000, 10_000),
    ("3.4万", "ja", 34_000, 1_000),
    ("2억", "ko", 200_000_000, 100_000_000),
    ("12,3 B", "tr", 12_300, 100),
    ("1B", "en", 1_000_000_000, 1_000_000_000),
    ("3,4 mil", "es", 3_400, 100),
    ("5 mil", "en", 5_000_000, 1_000_000),
    ("10k+", None, 10_000, 1_000),
    ("0", None, 0, 1),
    ("0.5k", None, 500, 100),
    ("１２３", "ja", 123, 1),
    ("12 Blogs", "de", 12, 1),
]


@pytest.mark.parametrize(("text", "language", "value", "step"), EXAMPLES)
def test_examples(text: str, language: str | None, value: int, step: int) -> None:
    assert parse_count(text, language) == WrittenCount(value, step)


@pytest.mark.parametrize(
    "text",
    ["", "many", "-5", "2.5", "1.23", "0,123", "1.234M", "5 mil", "1,23,4", "12.34.5", "1..2", "k", "1e5", "12:30",
     "1/2", "999999999999999999999", "1.2.3k", "12-15", "3.14159k"],
)  # fmt: skip
def test_what_is_no_count_or_could_be_two(text: str) -> None:
    assert parse_count(text) is None


GROUPS = st.sampled_from([",", ".", " ", "\u00a0", "\u202f", "\u2009", "'", "’"])


@given(st.integers(0, 10**12), GROUPS)
def test_thousands_may_be_parted_by_anything(number: int, mark: str) -> None:
    assert parse_count(f"{number:,}".replace(",", mark)) == WrittenCount(number)


@given(st.integers(1, 999), st.integers(0, 9), st.sampled_from(["k", "K", " k", "M", " Mio.", "тыс.", " млн"]))
def test_a_unit_keeps_how_exact_it_is(whole: int, tenth: int, unit: str) -> None:
    power = 3 if unit.strip(" .").lower() in ("k", "тыс") else 6
    for mark in ".,":
        found = parse_count(f"{whole}{mark}{tenth}{unit}")
        assert found == WrittenCount((whole * 10 + tenth) * 10 ** (power - 1), 10 ** (power - 1))
        assert found is not None
        assert found.value % found.step == 0


@given(st.text(max_size=60), st.sampled_from([None, "de", "en", "tr", "xx"]))
def test_any_text_is_read_or_not(text: str, language: str | None) -> None:
    found = parse_count(text, language)
    assert found is None or (found.value >= 0 and found.step >= 1 and found.value % found.step == 0)
