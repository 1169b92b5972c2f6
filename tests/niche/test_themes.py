"""The file of themes is well-formed, and a theme finds its concepts in other words, other languages and wholes."""

import time
from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from niche.themes import _FILE, LANGUAGES, Found, _folded, themes_in
from text.fold import fold
from text.stopwords import is_stopword
from text.tokens import tokenize


class Concept(NamedTuple):
    id: str
    umbrellas: list[str]
    names: dict[str, list[str]]
    telling: list[str]


def _concepts() -> Iterator[Concept]:
    """A second, plain reader of the file: blocks parted by empty lines, remarks left out."""
    written = _FILE.read_text("utf-8")
    kept = "\n".join(line for line in written.splitlines() if not line.startswith("#"))
    for block in filter(str.strip, kept.split("\n\n")):
        header, *lines = block.strip().splitlines()
        concept, _, umbrellas = header.partition(" < ")
        assert concept[0] + concept[-1] == "[]", header
        parted = {kind: words.split(" | ") for kind, _, words in (line.partition(": ") for line in lines)}
        assert all(len(parts) in (1, len(parted["en"])) for parts in parted.values()), f"{concept}: bars do not match"
        assert "-" not in parted["en"], f"{concept}: a kind without an English name"
        listed = {
            kind: [one for part in parts for one in part.split(", ") if one != "-"] for kind, parts in parted.items()
        }
        assert len(listed) == len(lines), f"{concept}: a language stands twice"
        assert set(listed) <= {*LANGUAGES, "telling"}, concept
        telling = listed.pop("telling")
        for part in parted["telling"]:
            assert 1 <= len(words := part.split(", ")) == len(set(words)) <= 18, (concept, part)
        yield Concept(concept[1:-1], umbrellas.split(", ") if umbrellas else [], listed, telling)


CONCEPTS = list(_concepts())
BY_ID = {concept.id: concept for concept in CONCEPTS}
NAMES = [
    (concept.id, language, name) for concept in CONCEPTS for language, names in concept.names.items() for name in names
]


def _ids(theme: str) -> list[str]:
    return [found.concept for found in themes_in(theme)]


def _only(theme: str) -> Found:
    (found,) = themes_in(theme)
    return found


def test_each_concept_stands_once_with_an_english_name_and_its_own_words() -> None:
    assert len(BY_ID) == len(CONCEPTS) >= 400
    for concept in CONCEPTS:
        assert "en" in concept.names, concept.id
        assert len(concept.telling) >= 5, concept.id
        assert all(word == word.strip() != "" for word in concept.telling), concept.id


def test_every_umbrella_exists_and_none_is_under_itself() -> None:
    for concept in CONCEPTS:
        above, left = set(), list(concept.umbrellas)
        while left:
            umbrella = left.pop()
            assert umbrella in BY_ID, f"{concept.id} < {umbrella}"
            if umbrella not in above:
                above.add(umbrella)
                left += BY_ID[umbrella].umbrellas
        assert concept.id not in above


def test_no_name_stands_twice() -> None:
    twice = {
        name: times for name, times in Counter(" ".join(tokenize(name)) for *_, name in NAMES).items() if times > 1
    }
    assert twice == {}


def test_names_are_words_that_mean_something() -> None:
    for concept, language, name in NAMES:
        first, *more = tokenize(name)
        assert name == name.strip(), (concept, name)
        assert not all(is_stopword(word, language) for word in (first, *more)), (concept, name)
        assert more or not any(is_stopword(first, other) for other in LANGUAGES), (concept, name)
        assert more or len(first) >= 3, (concept, name)


@pytest.mark.slow
def test_every_name_finds_its_concept() -> None:
    lost = [(concept, name) for concept, _, name in NAMES if _ids(name) != [concept]]
    assert lost == []


def test_the_quick_folding_is_the_one_of_all_texts() -> None:
    written = _FILE.read_text("utf-8")
    for plain, quick in zip(written.splitlines(), _folded(written).splitlines(), strict=True):
        assert tokenize(plain) == tokenize(quick)


def test_a_theme_gives_its_other_names_and_the_words_of_its_people() -> None:
    found = _only("sourdough")
    assert found.words == ("sourdough",)
    assert {"Sauerteig", "masa madre", "pain au levain"} <= set(found.same)
    assert "sourdough" not in found.same
    assert {"levain", "banneton"} <= set(found.telling)
    assert found.members == ()


@pytest.mark.parametrize(
    ("theme", "concept"),
    [
        ("Brot backen", "bread"),
        ("selbstgebackenes Brot", "bread"),
        ("masa madre", "bread"),
        ("pains au levain", "bread"),
        ("Häkeln", "crochet"),
        ("ganchillo", "crochet"),
        ("senderismo", "hiking"),
        ("randonnées", "hiking"),
        ("Keramik", "pottery"),
        ("ceramica", "pottery"),
        ("poterie", "pottery"),
    ],
)
def test_languages_meet(theme: str, concept: str) -> None:
    assert _ids(theme) == [concept]


@pytest.mark.parametrize(
    ("theme", "concept"),
    [
        ("quilt", "quilting"),
        ("QUILTS!", "quilting"),
        ("bird watcher", "birding"),
        ("trail runner", "trail-running"),
        ("wood working", "woodworking"),
        ("screenprinting", "printmaking"),
        ("recetas sin el gluten", "gluten-free"),
        ("Torte mit Buttercreme", "cakes"),
    ],
)
def test_endings_accents_and_parting_do_not_matter(theme: str, concept: str) -> None:
    assert set(_ids(theme)) == {concept}


def test_the_longest_name_wins_and_words_serve_once() -> None:
    assert _ids("vegan baking") == ["vegan-food"]
    assert _ids("trail running and cycling") == ["trail-running", "cycling"]
    assert [found.words for found in themes_in("slow cross stitch with beer")] == [("cross", "stitch"), ("beer",)]


def test_an_umbrella_has_members_the_nearest_first() -> None:
    crafts = _only("makers").members
    assert {"knitting", "pottery", "woodworking"} <= set(crafts)
    assert crafts.index("textiles") < crafts.index("knitting")
    assert len(set(crafts)) == len(crafts)
    assert "sushi" in _only("foodies").members
    assert _only("sushi").members == ()


def test_kinds_of_a_concept_are_not_each_other() -> None:
    pickleball, umbrella = _only("pickleball"), _only("deportes de raqueta")
    assert pickleball.name == "pickleball"
    assert "Tischtennis" in _only("ping pong").same
    assert not {"Tischtennis", "tennis", "racket sports"} & set(pickleball.same)
    assert pickleball.members == ()
    assert "dink" in pickleball.telling
    assert "shuttlecock" not in pickleball.telling
    assert (umbrella.name, umbrella.language) == ("racket sports", "es")
    assert {"pickleball", "table tennis"} <= set(umbrella.members)
    assert not {"Tischtennis", "tenis"} & set(umbrella.same)
    assert {"dink", "shuttlecock"} <= set(umbrella.telling)


@pytest.mark.parametrize(
    "theme", ["bass", "pen", "reading", "jam", "pain", "wand", "kits", "chat", "course", "hook", "angel"]
)
def test_words_of_many_meanings_are_no_theme(theme: str) -> None:
    assert themes_in(theme) == ()


@pytest.mark.parametrize("theme", ["", " ", "zzzz qqqq", "寿司", "🍣", ", : [bread] < food", "telling: levain"])
def test_nothing_is_found_in_nothing(theme: str) -> None:
    assert {found.concept for found in themes_in(theme)} <= {"bread", "food"}


@given(st.text(max_size=200) | st.lists(st.sampled_from([name for *_, name in NAMES]), max_size=6).map(" ".join))
def test_any_text_is_read(theme: str) -> None:
    words = tokenize(theme)
    at = 0
    for found in themes_in(theme):  # in order, without overlap
        while tuple(words[at : at + len(found.words)]) != found.words:
            at += 1
            assert at < len(words)
        at += len(found.words)
        assert found.concept in BY_ID
        assert fold(" ".join(found.words)) == " ".join(found.words)


def test_a_theme_is_read_in_milliseconds() -> None:
    theme = "sourdough pottery trail runners and makers of Keramik"
    themes_in(theme)
    quickest = min(_seconds(theme) for _ in range(5))
    assert quickest < 0.01  # of the processor; 2 ms here


def _seconds(theme: str) -> float:
    began = time.process_time()
    themes_in(theme)
    return time.process_time() - began
