"""Queries as people type them in four languages → theme, places in words, filters (``queries/*.txt``)."""

from pathlib import Path

import pytest

from niche.naming import read_places, spoken
from niche.understand import understand
from places.gazetteer import Gazetteer

FOLDER = Path(__file__).parent / "queries"


def _cases() -> list[tuple[str, str, str, str]]:
    lines = (line for file in sorted(FOLDER.glob("*.txt")) for line in file.read_text("utf-8").splitlines())
    cases = []
    for line in lines:
        if line.startswith("## "):
            continue
        query, theme, places, filters = (part.strip() for part in f"{line} | | |".split("|")[:4])
        cases.append((query, theme, places, filters))
    return cases


CASES = _cases()


@pytest.mark.parametrize(("query", "theme", "places", "filters"), CASES, ids=[case[0] for case in CASES])
def test_a_query_is_understood(gazetteer: Gazetteer, query: str, theme: str, places: str, filters: str) -> None:
    niche = understand(query, gazetteer)
    read = "; ".join(f"{target.relation} {spoken(target.place, gazetteer)}" for target in niche.places)
    assert (niche.theme, read) == (theme, places)
    found = {name: getattr(niche.filters, name) for name in niche.filters.__slots__}
    found |= {"like": niche.like, "excluded": niche.excluded, "phrases": niche.phrases}
    written = {
        name: ",".join(value) if isinstance(value, tuple) else str(value)
        for name, value in found.items()
        if value not in (None, (), "")
    }
    assert {name: value.replace(" ", "_") for name, value in written.items()} == dict(
        entry.split("=", 1) for entry in filters.split()
    )


@pytest.mark.parametrize("language", ["english", "german", "spanish", "french"])
def test_each_language_has_a_realistic_list(language: str) -> None:
    assert len((FOLDER / f"{language}.txt").read_text("utf-8").splitlines()) > 25


def test_what_is_said_of_a_place_can_be_typed_back(gazetteer: Gazetteer) -> None:
    for query, *_ in CASES:
        for part in understand(query, gazetteer).parts:
            if part.kind != "place" or part.option != "--place" or part.text.startswith("-") or ":" in part.text:
                continue
            named = part.value.removeprefix("not ").removeprefix("near ").split(" or ")
            for name in (*named, *part.alternatives):
                assert len(read_places(name, gazetteer)) == 1, name
