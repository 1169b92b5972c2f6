"""What a person sees of the understanding, and how it can be corrected: values, alternatives, notes, misspellings."""

from collections.abc import Iterable

import pytest

from niche.model import QueryPart
from niche.naming import read_places
from niche.understand import Overrides, understand
from places.gazetteer import Gazetteer

WORDS = "craft beer fishing fly quilting quilts radio amateur cat raft bread boston"
KNOWN = frozenset(WORDS.split())


def _place(gazetteer: Gazetteer, query: str) -> QueryPart:
    return next(part for part in understand(query, gazetteer).parts if part.kind == "place")


@pytest.mark.parametrize(
    ("query", "value", "offered"),
    [
        ("bread in portland", "Portland, Oregon", "Portland, Maine"),
        ("bread in münchen", "Munich, Germany", None),
        ("bread in birmingham", "Birmingham, England", "Birmingham, Alabama"),
        ("bread in new york", "New York (state) or New York City, New York", "New York (state)"),
        ("bread not in boston", "not Boston, Massachusetts", None),
        ("bread near hartford", "near Hartford, Connecticut", None),
        ("mexican bloggers", "Mexico", None),
        ("bread georgia", "Georgia", "Georgia (country)"),
    ],
)
def test_places_in_words(gazetteer: Gazetteer, query: str, value: str, offered: str | None) -> None:
    part = _place(gazetteer, query)
    assert (part.value, part.option) == (value, "--place")
    assert offered is None or offered in part.alternatives


def test_an_alternative_can_be_taken(gazetteer: Gazetteer) -> None:
    part = _place(gazetteer, "bread in springfield")
    assert len(part.alternatives) > 3
    for name in part.alternatives:
        forced = understand("bread in springfield", gazetteer, overrides=Overrides(places=(name,)))
        assert [target.place for target in forced.places] == read_places(name, gazetteer)
        assert len(forced.places) == 1


@pytest.mark.parametrize(
    ("query", "kept", "offered"),
    [
        ("boston cream pie", "boston cream pie", "cream pie in Boston, Massachusetts"),
        ("philadelphia roll", "philadelphia roll", "roll in Philadelphia, Pennsylvania"),
        ("detroit style pizza", "detroit style pizza", "pizza in Detroit, Michigan"),
        ("wiener schnitzel", "wiener schnitzel", "schnitzel in Vienna, Austria"),
        ("hamburg steak", "hamburg steak", "steak in Hamburg, Germany"),
    ],
)
def test_a_dish_stays_theme_and_offers_its_place(gazetteer: Gazetteer, query: str, kept: str, offered: str) -> None:
    niche = understand(query, gazetteer)
    part = niche.parts[0]
    assert (niche.theme, niche.places) == (kept, ())
    assert offered in part.alternatives
    assert any("--place" in note for note in niche.notes)


def test_a_word_that_could_be_a_place_is_offered(gazetteer: Gazetteer) -> None:
    niche = understand("turkey recipes", gazetteer)
    assert niche.places == ()
    assert any("--place “Turkey”" in note for note in niche.notes)


@pytest.mark.parametrize(
    ("query", "theme", "place"),
    [
        ("caft beer", "craft beer", None),
        ("fly fsihing", "fly fishing", None),
        ("quiling", "quilting", None),
        ("amateeur radio", "amateur radio", None),
        ("bread in bostn", "bread", "Boston"),
        ("bread philadelhpia", "bread", "Philadelphia"),
        ("bread cincinatti", "bread", "Cincinnati"),
        ("bread los angelas", "bread", "Los Angeles"),
        ("bread new yrok", "bread", "New York"),
        ("east caost bread", "bread", "US East Coast"),
        ("omakase", "omakase", None),
        ('"caft" beer', "caft beer", None),
        ("raft beer", "raft beer", None),
    ],
)
def test_misspellings(gazetteer: Gazetteer, query: str, theme: str, place: str | None) -> None:
    niche = understand(query, gazetteer, frequency=KNOWN.__contains__)
    assert niche.theme == theme
    assert [target.place.name for target in niche.places][:1] == ([place] if place else [])
    is_mended = theme not in query.replace('"', "") or place is not None
    assert any("was read as" in note for note in niche.notes) == is_mended


def test_a_mended_word_can_be_taken_back(gazetteer: Gazetteer) -> None:
    part = understand("caft beer", gazetteer, frequency=KNOWN.__contains__).parts[0]
    assert (part.text, part.value) == ("caft beer", "craft beer")
    assert "caft" in part.alternatives


def test_words_that_the_index_knows_are_never_mended(gazetteer: Gazetteer) -> None:
    everything = understand("fsihing bostn", gazetteer, frequency=lambda _: 100)
    assert everything.theme == "fsihing bostn"
    nothing = understand("fsihing accounts", gazetteer)
    assert nothing.theme == "fsihing"


def test_blogs_may_be_meant_strictly(gazetteer: Gazetteer) -> None:
    part = next(part for part in understand("bread blogs", gazetteer).parts if part.text == "blogs")
    assert (part.option, part.alternatives) == ("--platform", ("blog",))


def test_the_plural_of_a_common_word_is_no_slip(gazetteer: Gazetteer) -> None:
    posts = {"gloves": 40, "glover": 9}
    assert understand("glovers", gazetteer, frequency=lambda word: posts.get(word, 0)).theme == "glovers"


@pytest.mark.parametrize("asked", ["crafters", "quilters", "bakers", "fishings"])
def test_a_word_made_of_a_common_one_is_no_slip(gazetteer: Gazetteer, asked: str) -> None:
    counts = {
        "craft": 90,
        "craters": 9,
        "quilt": 40,
        "quitters": 9,
        "bake": 30,
        "bikers": 9,
        "fishing": 9,
        "fittings": 9,
    }
    niche = understand(f"{asked} in boston", gazetteer, frequency=lambda word: counts.get(word, 0))
    assert niche.theme == asked


def test_a_slip_that_somebody_wrote_gives_way_to_what_everybody_writes(gazetteer: Gazetteer) -> None:
    posts = {"sushi": 400, "suhsi": 2, "sushis": 30}
    assert understand("suhsi", gazetteer, frequency=lambda word: posts.get(word, 0)).theme == "sushi"
    assert understand("shusi", gazetteer, frequency=lambda word: posts.get(word, 0)).theme == "sushi"
    assert understand("sushis", gazetteer, frequency=lambda word: posts.get(word, 0)).theme == "sushis"


class Announced:
    """A frequency that notes which words it was asked for without having been told of them before."""

    def __init__(self, counts: dict[str, int]) -> None:
        self.counts = counts
        self.told: set[str] = set()
        self.journeys = 0

    def __call__(self, word: str) -> int:
        self.journeys += word not in self.told
        self.told.add(word)
        return self.counts.get(word, 0)

    def ahead(self, words: Iterable[str]) -> None:
        new = set(words) - self.told
        self.journeys += bool(new)
        self.told |= new


def test_a_query_is_read_with_few_journeys_to_a_server(gazetteer: Gazetteer) -> None:
    for query in ("sourdogh in bostn", "crafters quiltinng", "sushii and ramnen near seattel"):
        announced = Announced({"sourdough": 900, "quilting": 70, "sushi": 500, "ramen": 300})
        assert understand(query, gazetteer, frequency=announced) == understand(
            query, gazetteer, frequency=lambda word, known=announced.counts: known.get(word, 0)
        )
        assert announced.journeys <= 10
