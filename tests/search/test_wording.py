"""A theme in other words: what of the lexicon reaches a query, and with which weight."""

from hypothesis import given
from hypothesis import strategies as st

from indexer.contract import TextQuery
from places.gazetteer import open_gazetteer
from search.engine import Engine
from search.terms import ThemeTerms
from search.wording import MOST_MEMBERS, TELLING, Wording, told_by, wording_of
from tests.search.memory_index import MemoryIndex
from tests.search.world import NOW, Person, WordEncoder, bundles


def in_all(_word: str) -> int:
    return 5


def test_an_unknown_theme_stays_as_it_is():
    assert wording_of("quux frobnication", in_all) == Wording("quux frobnication")
    assert told_by(Wording("quux"), ["en"]) is None


def test_names_of_one_word_are_names_and_longer_ones_are_left_out():
    found = wording_of("sourdough", in_all)
    assert "levain" in (*found.names, *found.telling)
    assert not {"sourdough", "baking", "making"} & {*found.names, *found.telling}
    assert found.explained == 1.0


def test_only_what_the_index_holds_is_looked_for():
    found = wording_of("sushi", lambda word: 3 if word in ("omakase", "rolls") else 0)
    assert (found.names, found.telling) == ((), ("omakase",))


def test_a_theme_known_in_part_has_no_telling_words():
    assert wording_of("quantum sushi", in_all).telling == ()
    assert wording_of("quantum sushi", in_all).explained == 0.5


def test_an_umbrella_is_its_members_the_commonest_first():
    def frequency(word: str) -> int:
        return {"pottery": 9, "quilting": 7}.get(word, 0)

    assert wording_of("handmade", frequency).names == ("pottery", "quilting")
    many = wording_of("food", in_all)
    assert len(many.names) <= MOST_MEMBERS + 60


def test_the_model_reads_english():
    assert wording_of("bouldern", in_all).read == "bouldering"
    assert wording_of("vegane Brot backen", in_all).read == "vegane bread"
    assert wording_of("sushi", in_all).read == "sushi"


def test_telling_words_make_a_vocabulary():
    alone = told_by(Wording("sushi", telling=("omakase", "rolls")), ["en", "de"])
    assert alone is not None
    assert {(word.stem, word.weight) for word in alone.words} >= {("omakas", TELLING), ("roll", TELLING)}
    assert alone.writers == 0


def test_another_name_covers_the_words_it_stands_for():
    terms = ThemeTerms.of(
        TextQuery(surface=("vegan", "bread"), stems=("vegan", "bread")), others=("brot",), explained=0.5
    )
    assert terms.coverage("vegan bread") == 1.0
    assert terms.coverage("Brot") == 0.5
    assert terms.coverage("tea") == 0.0
    assert terms.denied("I never eat Brot")


@given(st.text(max_size=80))
def test_any_text_has_a_wording(theme):
    found = wording_of(theme, in_all)
    assert 0.0 <= found.explained <= 1.0
    assert isinstance(found.read, str)


def test_who_writes_it_in_another_language_is_found():
    german = ["Heute Bouldern in der Halle.", "Neue Kletterschuhe zum Bouldern.", "Bouldern bis die Haut weg ist."]
    others = [Person(f"cook{number}", [f"Soup number {number}.", "Rice and beans.", "Salt."]) for number in range(12)]
    people = [Person("kathi", german, bio="Bouldern"), *others]
    with open_gazetteer() as gazetteer:
        engine = Engine(MemoryIndex(bundles(people)), WordEncoder(), gazetteer)
        answer = engine.search("bouldering", now=NOW, min_confidence=0.0)
    assert answer.results[0].creator.id == "kathi"
    assert any("other words" in note for note in answer.query.notes)
