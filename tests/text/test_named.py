"""Handles, addresses and brands in a text."""

import pytest

from text.named import addresses, brand_of, handles, names_brand


def test_handles_are_found_and_mail_addresses_are_not() -> None:
    text = (
        "Brine with @Mika and @mika, with @jo.pine@pixel.example; write to brine@mail.example. https://x.example/@lou"
    )
    assert handles(text) == ["mika", "jo.pine@pixel.example"]


def test_addresses_come_without_the_punctuation_behind_them() -> None:
    assert addresses("See https://jar.example/a?b=1, (http://pine.example/).") == [
        "https://jar.example/a?b=1",
        "http://pine.example/",
    ]


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("Alder & Pine", "jars of ALDER &  Pine again"),
        ("Alder & Pine", "jars by @alderpine"),
        ("Alder Pine", "#alderpine jars"),
        ("@alderpine", "jars by @AlderPine, really"),
        ("alderpine.example", "from https://www.alderpine.example/jars"),
        ("https://www.alderpine.example/", "from alderpine.example."),
        ("Erle", "Gläser von Erle."),
    ],
)
def test_a_brand_is_found_by_name_handle_and_domain(typed: str, text: str) -> None:
    assert names_brand(text, brand_of(typed))


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("Alder", "an elderly jar of Alderney"),
        ("@alder", "by @alderpine"),
        ("@alder", "alder wood"),
        ("alder.example", "see pinealder.example or alder.example.org"),
    ],
)
def test_a_brand_is_not_found_inside_other_words(typed: str, text: str) -> None:
    assert not names_brand(text, brand_of(typed))
