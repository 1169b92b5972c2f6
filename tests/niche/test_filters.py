"""Filters by option and as ``key:value``: options win, unknown ones are errors in one clear line."""

import pytest

from niche.errors import QueryError
from niche.overrides import PLATFORM_GROUPS
from niche.understand import Overrides, understand
from places.gazetteer import Gazetteer


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ("platform:foo bread", "mastodon"),
        ("lang:klingon bread", "es"),
        ("tier:huge bread", "nano"),
        ("include:robots bread", "aggregator"),
        ("kind:robot bread", "organisation"),
        ("place:Xyzzyplugh bread", "--place"),
        ("colour:red bread", "platform:"),
        ("colour>10 bread", "followers>N"),
        ("followers:many bread", "followers>1k"),
        ("followers=10k bread", "followers>1k"),
        ("followers>10k-20k bread", "followers>1k"),
        ("engagement<2% bread", "engagement>2%"),
        ("engagement>200% bread", "engagement>2%"),
        ("active:soon bread", "active:90"),
        ("radius:wide bread", "kilometres"),
        ("-tier:nano bread", "minus"),
        ("followers>10k followers<5k bread", "exchange"),
    ],
)
def test_a_filter_that_is_not_understood_is_an_error(gazetteer: Gazetteer, query: str, named: str) -> None:
    with pytest.raises(QueryError) as error:
        understand(query, gazetteer)
    assert named in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("query", ["10:30 runners", "3:1 dough", "https://rye.example/a?b=c bread", "bread: the book"])
def test_signs_that_make_no_filter(gazetteer: Gazetteer, query: str) -> None:
    assert understand(query, gazetteer).theme


def test_options_win_over_keys_and_keys_over_words(gazetteer: Gazetteer) -> None:
    query = "nano bread bloggers tier:micro lang:de platform:mastodon place:Denver active:30 in Boston"
    niche = understand(query, gazetteer)
    assert (niche.filters.min_followers, niche.filters.languages) == (10_000, ("de",))
    assert [target.place.name for target in niche.places] == ["Denver"]
    assert niche.theme == "bread"
    options = Overrides(
        tier="mega", languages=("es",), platforms=("forum",), active_within_days=7, places=("Portland, Maine",)
    )
    forced = understand(query, gazetteer, overrides=options)
    assert forced.filters.min_followers == 1_000_000
    assert forced.filters.languages == ("es",)
    assert forced.filters.platforms == PLATFORM_GROUPS["forum"]
    assert forced.filters.active_within_days == 7
    assert [target.place.admin1 for target in forced.places] == ["ME"]


def test_options_without_words(gazetteer: Gazetteer) -> None:
    options = Overrides(
        kinds=("person",), include=("aggregator",), exclude=("vegan",), min_engagement=0.02, like="@mika", near="Denver"
    )
    niche = understand("bread", gazetteer, overrides=options)
    assert (niche.filters.kinds, niche.filters.include) == (("person",), ("aggregator",))
    assert (niche.excluded, niche.like, niche.filters.min_engagement) == (("vegan",), "@mika", 0.02)
    assert [(target.relation, target.place.name) for target in niche.places] == [("near", "Denver")]


@pytest.mark.parametrize(
    ("options", "named"),
    [
        (Overrides(kinds=("robot",)), "person"),
        (Overrides(include=("robots",)), "aggregator"),
        (Overrides(min_engagement=2.0), "0.02"),
        (Overrides(mentions=("@",)), "--mentions"),
        (Overrides(no_mentions=(" ",)), "--no-mentions"),
        (Overrides(min_engagement=-0.1), "--min-engagement"),
        (Overrides(min_engagement=float("nan")), "--min-engagement"),
    ],
)
def test_values_out_of_range(gazetteer: Gazetteer, options: Overrides, named: str) -> None:
    with pytest.raises(QueryError, match=named):
        understand("bread", gazetteer, overrides=options)


def test_the_brands_own_place_settles_a_homonym(gazetteer: Gazetteer) -> None:
    alone = understand("bread in portland", gazetteer)
    near = understand("bread in portland", gazetteer, overrides=Overrides(near="Boston"))
    assert [target.place.admin1 for target in alone.places] == ["OR"]
    assert [target.place.admin1 for target in near.places] == ["ME"]


def test_radius(gazetteer: Gazetteer) -> None:
    town = understand("bread in boston", gazetteer).places[0]
    own = understand("bread in boston", gazetteer, overrides=Overrides(radius_km=0)).places[0]
    wide = understand("bread in boston", gazetteer, overrides=Overrides(radius_km=120)).places[0]
    said = understand("bread within 20 miles of boston", gazetteer).places[0]
    assert town.radius_km == 45
    assert town.keys > own.keys >= {own.place.key}
    assert (own.radius_km, wide.radius_km) == (0, 120)
    assert "g:4931972" in town.keys - own.keys, "Cambridge, Massachusetts is in the metro area, not in the town"
    assert said.relation == "near"
    assert said.radius_km == pytest.approx(32.2)


def test_an_own_border_is_in_and_not_near(gazetteer: Gazetteer) -> None:
    state = understand("bread near ohio", gazetteer, overrides=Overrides(radius_km=0)).places[0]
    assert (state.relation, state.keys) == ("in", frozenset({"a:US.OH"}))


def test_a_place_by_option_keeps_the_places_against(gazetteer: Gazetteer) -> None:
    niche = understand("bread in denver not boulder", gazetteer, overrides=Overrides(places=("Colorado",)))
    assert [(target.relation, target.place.name) for target in niche.places] == [("in", "Colorado"), ("not", "Boulder")]


def test_without_places_a_minus_sign_means_the_word(gazetteer: Gazetteer) -> None:
    assert understand("bread -boston", gazetteer, overrides=Overrides(no_place=True)).excluded == ("boston",)
    assert understand("bread -boston", gazetteer).excluded == ()


def test_quarters_are_inside_the_own_border(gazetteer: Gazetteer) -> None:
    own = understand("bread in nyc", gazetteer, overrides=Overrides(radius_km=0)).places[0]
    inside = {place.name for key in own.keys if (place := gazetteer.get(key)) is not None}
    assert {"New York City", "Brooklyn", "Manhattan"} <= inside
    assert "Newark" not in inside


def test_not_on_a_platform_leaves_the_others(gazetteer: Gazetteer) -> None:
    platforms = understand("bread not on mastodon", gazetteer).filters.platforms
    assert "mastodon" not in platforms
    assert {"bluesky", "web"} <= set(platforms)


@pytest.mark.parametrize(
    ("query", "options", "named"),
    [
        ("sushi", Overrides(radius_km=20), "--radius needs a place"),
        ("sushi not in boston", Overrides(radius_km=20), "--radius needs a place"),
        ("sushi under 10k", Overrides(min_followers=50_000), "nobody has both"),
        ("sushi", Overrides(tier="nano", min_followers=50_000), "nobody has both"),
        ("sushi -sushi", Overrides(), "asked for and left out"),
    ],
)
def test_what_contradicts_itself_is_an_error(gazetteer: Gazetteer, query: str, options: Overrides, named: str) -> None:
    with pytest.raises(QueryError, match=named):
        understand(query, gazetteer, overrides=options)


def test_a_name_where_a_place_would_stand_is_told_when_nobody_knows_it(gazetteer: Gazetteer) -> None:
    def known(word: str) -> int:
        return 0 if word == "xyzzyplugh" else 5

    niche = understand("sushi in Xyzzyplugh", gazetteer, frequency=known)
    assert not niche.places
    assert any("“Xyzzyplugh” is no place" in note for note in niche.notes)
    assert understand("sushi in general", gazetteer, frequency=known).notes == ()
    assert understand("sushi in Xyzzyplugh", gazetteer, overrides=Overrides(no_place=True), frequency=known).notes == ()


def test_what_a_place_by_option_might_mean_besides_is_told(gazetteer: Gazetteer) -> None:
    niche = understand("sushi", gazetteer, overrides=Overrides(places=("Portland",)))
    assert any("for Portland, Maine use --place “Portland, Maine”" in note for note in niche.notes)
    assert understand("sushi", gazetteer, overrides=Overrides(places=("Portland, Maine",))).notes == ()


def test_a_quarter_read_as_its_town_is_told(gazetteer: Gazetteer) -> None:
    niche = understand("sushi in brooklyn", gazetteer)
    (note,) = niche.notes
    assert "all of New York City" in note
    name = note.rsplit("“", 1)[1].rstrip("”")
    (target,) = understand("sushi", gazetteer, overrides=Overrides(places=(name,))).places
    assert target.place.name == "Brooklyn"


def test_a_brand_to_be_named_by_key(gazetteer: Gazetteer) -> None:
    assert understand("bread mentions:haruno,@umi", gazetteer).filters.mentions == ("haruno", "@umi")
