import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import jsonschema
import pytest

import search
from indexer.bundles import Reactions
from niche.model import Niche, NicheFilters
from places.model import Place, PlaceTarget
from search.confidence import STRONG
from search.engine import Engine
from search.errors import CreatorAmbiguous, CreatorUnknown, CursorInvalid, ExampleUnknown, LimitInvalid
from search.explain import recompute
from search.results import Parts, answer_json, iso_time
from search.weights import WEIGHTS
from tests.search.memory_index import MemoryIndex
from tests.search.world import NOW, Person, WordEncoder, bundle, bundles, home, niche

SCHEMA = json.loads((Path(search.__file__).parent / "answer.schema.json").read_text("utf-8"))
BOSTON = Place(key="g:4930956", name="Boston", kind="city", country="US", admin1="MA", lat=42.36, lon=-71.06)
RENO = Place(key="g:5511077", name="Reno", kind="city", country="US", admin1="NV", lat=39.53, lon=-119.81)
IN_BOSTON = PlaceTarget(place=BOSTON, relation="in", radius_km=None, keys=frozenset({BOSTON.key}), d0_km=25.0)

SUSHI = [
    "Good morning, everybody. The omakase sushi at the harbour was the best nigiri of the year. Then it rained.",
    "Sushi rice needs a fan. I tried three kinds of vinegar for my sushi.",
    "My sushi knife came back from the grinder today.",
]
BREAD = ["A sourdough loaf with an open crumb.", "Bread again, the sourdough starter is awake.", "Rye bread today."]
TRAINS = ["The night train was late.", "Model trains in the cellar.", "A timetable from 1931."]

PEOPLE = [
    Person("mika", SUSHI, bio="I write about sushi.", followers=4200, places=(home(BOSTON),),
           place_keys=frozenset({BOSTON.key}), links=("https://mika.example/contact",)),
    Person("tomo", [text.replace("harbour", "station") for text in SUSHI], bio="sushi diary", followers=80_000,
           places=(home(RENO),), place_keys=frozenset({RENO.key})),
    Person("noor", SUSHI[1:], bio="lunch notes on sushi"),
    Person("rolls", SUSHI, bio="Rolls & Co. Order our sushi online.", kind="organisation", followers=900),
    Person("pia", ["Everybody asks. I am not a sushi person.", *TRAINS], bio="not a sushi person, sorry"),
    Person("bea", BREAD, bio="Bread every day", followers=1_500),
    Person("ted", TRAINS, bio="Trains", followers=None),
    Person("lee", [], bio="Ask me about sushi", dates=False),
]  # fmt: skip


@pytest.fixture
def engine(gazetteer):
    return Engine(MemoryIndex(bundles(PEOPLE)), WordEncoder(), gazetteer)


def names(answer):
    return [result.creator.id for result in answer.results]


def test_an_answer_has_the_documented_shape(engine):
    for asked in (niche("sushi"), niche("sushi", places=(IN_BOSTON,)), niche("astronomy")):
        answer = json.loads(answer_json(engine.search(asked, now=NOW)))
        jsonschema.validate(answer, SCHEMA)
    explained = json.loads(answer_json(engine.search(niche("sushi"), now=NOW, explain=True)))
    jsonschema.validate(explained, SCHEMA)


def test_those_who_write_about_the_theme_come_first_and_once(engine):
    found = names(engine.search(niche("sushi"), now=NOW))
    assert set(found[:2]) == {"mika", "tomo"}
    assert len(found) == len(set(found))
    assert {"bea", "ted"}.isdisjoint(found[:4])


def test_a_business_stands_below_the_people_and_says_so(engine):
    results = {
        result.creator.id: result for result in engine.search(niche("sushi"), now=NOW, min_confidence=0.0).results
    }
    assert results["rolls"].match.score < min(results[name].match.score for name in ("mika", "tomo", "noor"))
    assert [warning.code for warning in results["rolls"].creator.warnings] == ["kind_organisation"]


def test_a_business_that_was_asked_for_is_not_held_back(engine):
    asked = niche("sushi", filters=NicheFilters(kinds=("organisation",)))
    answer = engine.search(asked, now=NOW)
    assert names(answer) == ["rolls"]
    assert answer.results[0].match.parts.authenticity == 1.0


def test_who_says_not_a_sushi_person_is_not_one(engine):
    assert "pia" not in names(engine.search(niche("sushi"), now=NOW))
    ranked = [line.creator_id for line in engine.rank(niche("sushi"), 100)]
    assert ranked.index("pia") > max(ranked.index(name) for name in ("mika", "tomo", "noor", "lee"))


def test_a_place_lets_the_local_lead_and_the_unknown_stand_before_the_far_away(engine):
    ranked = [line.creator_id for line in engine.rank(niche("sushi", places=(IN_BOSTON,)), 100)]
    assert ranked[0] == "mika"
    assert ranked.index("noor") < ranked.index("tomo")


def test_a_state_has_a_border_and_a_city_has_surroundings(gazetteer):
    maine = PlaceTarget(
        place=gazetteer.get("a:US.ME"), relation="in", radius_km=None, keys=frozenset({"a:US.ME"}), d0_km=300
    )
    near_maine = replace(maine, relation="near")
    engine = Engine(MemoryIndex(bundles(PEOPLE)), WordEncoder(), gazetteer)

    def place_of_mika(target):
        answer = engine.search(niche("sushi", places=(target,)), now=NOW, min_confidence=0.0)
        return next(result.match.parts.place for result in answer.results if result.creator.id == "mika")

    assert place_of_mika(maine) < 0.3 * place_of_mika(near_maine)


def test_every_result_quotes_what_matched_with_address_and_times(engine):
    answer = engine.search(niche("sushi", places=(IN_BOSTON,)), now=NOW)
    reasons = answer.results[0].match.reasons
    assert {reason.part for reason in reasons} == {"posts", "profile", "place"}
    for reason in reasons:
        assert reason.url.startswith("https://blogs.example/")
        assert reason.fetched_at == NOW
    quotes = [reason.quote for reason in reasons if reason.part == "posts"]
    assert all("sushi" in quote.lower() for quote in quotes)
    assert not any(quote.startswith("Good morning") for quote in quotes)
    assert all(reason.posted_at is not None for reason in reasons if reason.part == "posts")


def test_a_creator_without_posts_is_shown_by_the_profile(engine):
    results = {
        result.creator.id: result for result in engine.search(niche("sushi"), now=NOW, min_confidence=0.0).results
    }
    (reason,) = results["lee"].match.reasons
    assert (reason.part, reason.quote, reason.posted_at) == ("profile", "Ask me about sushi", None)


def test_the_score_can_be_recomputed_from_parts_and_printed_weights(engine):
    answer = engine.search(niche("sushi", places=(IN_BOSTON,)), now=NOW, explain=True, min_confidence=0.0)
    weights = answer.explanation.weights
    for result in answer.results:
        parts = result.match.parts
        relevance = weights["profile_weight"] * parts.profile + (1 - weights["profile_weight"]) * parts.posts
        by_hand = relevance * parts.place * parts.authenticity * parts.engagement
        assert result.match.score == pytest.approx(by_hand, abs=1e-6)


def test_scores_fall_and_ranks_rise(engine):
    results = engine.search(niche("sushi"), now=NOW, min_confidence=0.0).results
    assert [result.match.rank for result in results] == list(range(1, len(results) + 1))
    scores = [result.match.score for result in results]
    assert scores == sorted(scores, reverse=True)


def test_nothing_is_shown_with_confidence_when_nobody_fits(engine):
    answer = engine.search(niche("astronomy"), now=NOW)
    assert answer.outcome == "nearest_only"
    assert (answer.results, answer.total, answer.has_more) == ((), 0, False)
    assert 0 < len(answer.nearest) <= 5
    assert all(result.match.band == "unsure" for result in answer.nearest)
    assert "nobody here seems to keep writing about “astronomy”" in answer.query.notes
    assert engine.search(niche("astronomy"), now=NOW, min_confidence=0.0).outcome == "matches"  # who asks, is told


def test_whoever_looks_likely_where_nobody_knows_the_theme_is_not_called_so(gazetteer):
    people = [Person("now-and-then", [*SUSHI[1:], *TRAINS], bio="Trains and lunch"), *PEOPLE[5:7]]
    engine = Engine(MemoryIndex(bundles(people)), WordEncoder(), gazetteer)
    assert engine.scored(niche("sushi"), now=NOW)[0].confidence > STRONG
    answer = engine.search(niche("sushi"), now=NOW)
    assert [result.match.band for result in answer.nearest] == ["unsure"] * 3


def test_an_empty_index_answers_with_nothing(gazetteer):
    answer = Engine(MemoryIndex([]), _NoWords(), gazetteer).search(niche("sushi"), now=NOW)
    assert (answer.outcome, answer.results, answer.nearest) == ("none", (), ())


class _NoWords(WordEncoder):
    def encode(self, text):
        return super().encode(text)[:1]


def test_pages_follow_each_other_without_gap_or_overlap(engine):
    whole = names(engine.search(niche("sushi"), now=NOW, limit=100, min_confidence=0.0))
    paged, cursor = [], None
    while True:
        answer = engine.search(niche("sushi"), now=NOW, limit=2, min_confidence=0.0, cursor=cursor)
        paged += names(answer)
        cursor = answer.next_cursor
        assert answer.has_more == (cursor is not None)
        if cursor is None:
            break
    assert paged == whole


def test_a_cursor_of_another_query_is_refused(engine):
    cursor = engine.search(niche("sushi"), now=NOW, limit=1).next_cursor
    with pytest.raises(CursorInvalid):
        engine.search(niche("sourdough"), now=NOW, cursor=cursor)


@pytest.mark.parametrize("limit", [0, -1, 501])
def test_a_limit_outside_the_window_is_refused(engine, limit):
    with pytest.raises(LimitInvalid, match="1 to 500"):
        engine.search(niche("sushi"), limit=limit)


def test_a_known_size_outside_is_left_out_and_an_unknown_one_is_not(engine):
    asked = niche("sushi", filters=NicheFilters(min_followers=1_000, max_followers=9_999))
    found = names(engine.search(asked, now=NOW, min_confidence=0.0))
    assert "mika" in found
    assert "noor" in found
    assert {"tomo", "rolls"}.isdisjoint(found)


def answered(person, likes):
    """The same creator, whose posts get so many likes."""
    made = bundle(person)
    account = made.creator.accounts[0]._replace(reactions=Reactions(float(likes), 8, ("likes",)))
    return replace(made, creator=replace(made.creator, accounts=(account,)))


def test_who_is_known_to_be_answered_less_is_left_out_and_the_unknown_are_not(gazetteer):
    people = [replace(person, followers=1000) for person in PEOPLE[:2]]
    engine = Engine(
        MemoryIndex([answered(people[0], 30), answered(people[1], 10), bundle(PEOPLE[2])]), WordEncoder(), gazetteer
    )
    asked = niche("sushi", filters=NicheFilters(min_engagement=0.02))
    answer = engine.search(asked, now=NOW, min_confidence=0.0)
    found = names(answer)
    assert any("not visible are kept" in note for note in answer.query.notes)
    assert (people[0].id in found, people[1].id in found, PEOPLE[2].id in found) == (True, False, True)


def test_reactions_move_a_score_by_three_in_a_hundred_at_most_and_say_so(gazetteer):
    rated = [answered(Person(f"c{number:02}", SUSHI, followers=1000), 1.2**number) for number in range(40)]
    engine = Engine(MemoryIndex([*rated, bundle(Person("unrated", SUSHI))]), WordEncoder(), gazetteer)
    found = {one.creator.id: one.match for one in engine.search(niche("sushi"), now=NOW, limit=50).results}
    assert [name for name in found if name != "unrated"] == [f"c{number:02}" for number in range(39, -1, -1)]
    assert found["unrated"].parts.engagement == 1.0
    assert [reason.part for reason in found["unrated"].reasons if reason.part == "engagement"] == []
    best, worst = found["c39"], found["c00"]
    assert 1.0 < best.parts.engagement <= 1.03
    assert 0.97 <= worst.parts.engagement < 1.0
    (reason,) = (reason for reason in best.reasons if reason.part == "engagement")
    assert reason.text == "122.5% react, more than with 81% of nano accounts on blog"
    assert reason.url == "https://blogs.example/c39"


def test_excluded_words_are_excluded(engine):
    assert "tomo" not in names(engine.search(niche("sushi", excluded=("diary",)), now=NOW, min_confidence=0.0))


def test_active_counts_from_the_day_that_is_given(engine):
    asked = niche("sushi", filters=NicheFilters(active_within_days=30))
    assert names(engine.search(asked, now=NOW))
    assert engine.search(asked, now=NOW + timedelta(days=400)).outcome == "none"


def test_who_has_fallen_silent_is_told_of(engine):
    def warned(now):
        found = engine.search(niche("sushi"), now=now, min_confidence=0.0).results
        return {
            result.creator.id: [each.text for each in result.creator.warnings if each.code == "silent"]
            for result in found
        }

    assert warned(NOW)["mika"] == []
    assert warned(NOW + timedelta(days=200))["mika"] == ["silent for 7 months, as far as we read"]
    assert warned(NOW + timedelta(days=200))["lee"] == []  # whose posts were never seen


def test_followers_never_change_the_order(gazetteer):
    def order(followers):
        people = [replace(person, followers=followers[row % len(followers)]) for row, person in enumerate(PEOPLE)]
        engine = Engine(MemoryIndex(bundles(people)), WordEncoder(), gazetteer)
        return [(line.creator_id, line.score) for line in engine.rank(niche("sushi"), 100)]

    assert order([10, 1_000_000, None]) == order([2_000_000, None, 500])


def test_a_copied_persona_is_answered_once(gazetteer):
    twins = [Person("first", SUSHI, bio="I write about sushi.", name="Mika"),
             Person("second", SUSHI, bio="I write  about SUSHI.", name="mika"), *PEOPLE[3:]]  # fmt: skip
    engine = Engine(MemoryIndex(bundles(twins)), WordEncoder(), gazetteer)
    found = names(engine.search(niche("sushi"), now=NOW, min_confidence=0.0))
    assert ("first" in found, "second" in found) == (True, False)
    assert [line.creator_id for line in engine.rank(niche("sushi"), 100)][-1] == "second"


def test_a_ranking_goes_on_below_those_that_were_scored(gazetteer):
    people = [Person(f"c{number:03}", [f"sushi number {number}", "trains"]) for number in range(260)]
    engine = Engine(MemoryIndex(bundles(people)), WordEncoder(), gazetteer)
    ranked = engine.rank(niche("sushi"), 1000)
    assert len({line.creator_id for line in ranked}) == len(ranked) == 260
    assert [line.score for line in ranked] == sorted((line.score for line in ranked), reverse=True)
    assert len(engine.rank(niche("sushi"), 50)) == 50


def test_a_collection_is_answered_in_its_own_ids(gazetteer):
    people = [Person("joined", SUSHI, collection_ids=("k2", "k7")), Person("plain", BREAD)]
    engine = Engine(MemoryIndex(bundles(people)), WordEncoder(), gazetteer)
    assert [key for key, _ in engine.rank_collection(niche("sushi"), limit=10)] == ["k2", "plain"]


def test_only_a_place_finds_those_who_write_about_it(engine):
    answer = engine.search(niche("", places=(IN_BOSTON,)), now=NOW, min_confidence=0.0)
    assert names(answer)[0] == "mika"
    assert any("no theme" in note for note in answer.query.notes)


def test_the_model_s_languages_are_told(gazetteer):
    index = MemoryIndex(bundles(PEOPLE), languages={"en": 0.8, "es": 0.2})
    answer = Engine(index, WordEncoder(), gazetteer).search(niche("sushi"), now=NOW)
    assert any("es" in note for note in answer.query.notes)


def test_a_report_has_everything_of_one_creator_newest_first(engine):
    report = engine.vet("mika", now=NOW)
    assert [post.text for post in report.posts] == SUSHI
    assert report.creator.tier.name == "nano"
    assert report.creator.contact[0].kind == "contact"
    assert json.loads(answer_json(report))["creator"]["last_fetched"] == iso_time(NOW)
    with pytest.raises(CreatorUnknown, match="'nobody'"):
        engine.vet("nobody")
    assert (engine.find("mika"), engine.find("nobody"), engine.find("")) == ("mika", None, None)


@pytest.mark.parametrize("name", ["mika", "@Mika", "mika@blogs.example", "https://blogs.example/mika/"])
def test_a_report_knows_handles_and_addresses(gazetteer, name):
    person = replace(PEOPLE[0], extra={"id": "01J0000000000000000000000A"}, name="mika")
    opened = Engine(MemoryIndex(bundles([person])), WordEncoder(), gazetteer)
    assert opened.vet(name).creator.id == "01J0000000000000000000000A"


def test_a_name_of_several_is_asked_back_with_their_addresses(gazetteer):
    (account,) = bundles(PEOPLE[:1])[0].creator.accounts
    people = [
        replace(
            PEOPLE[0],
            name="Mika Tan",
            extra={
                "id": f"01J0000000000000000000000{number}",
                "accounts": (account._replace(host=host, url=f"https://{host}/mika"),),
            },
        )
        for number, host in enumerate(("blogs.example", "notes.example"))
    ]
    opened = Engine(MemoryIndex(bundles(people)), WordEncoder(), gazetteer)
    for name in ("mika", "Mika Tan"):
        with pytest.raises(CreatorAmbiguous) as error:
            opened.vet(name)
        assert str(error.value).endswith("give one address of https://blogs.example/mika, https://notes.example/mika")
    assert opened.find("mika@notes.example") == "01J00000000000000000000001"


@pytest.mark.parametrize("brand", ["Umi & Ash", "@umiash", "umiash.example"])
def test_who_names_a_brand_is_kept_or_left_out(gazetteer, brand):
    said = "Sushi at Umi & Ash (@umiash, https://umiash.example/): the best sushi."
    people = [replace(PEOPLE[0], posts=[*SUSHI, said]), *PEOPLE[1:4]]
    opened = Engine(MemoryIndex(bundles(people)), WordEncoder(), gazetteer)

    def found(**conditions):
        asked = Niche(text="sushi", theme="sushi", filters=NicheFilters(**conditions))
        return set(names(opened.search(asked, now=NOW, min_confidence=0.0)))

    everybody = found()
    assert len(everybody) > 1
    assert found(mentions=(brand,)) == {"mika"}
    assert found(no_mentions=(brand,)) == everybody - {"mika"}
    assert found(mentions=("Umiko",)) == set()


@pytest.mark.parametrize(("word", "is_left"), [("cat", True), ("Catherine", False), ("knit", True)])
def test_a_word_left_out_is_a_whole_word(gazetteer, word, is_left):
    person = replace(PEOPLE[0], bio="Catherine. Sushi, knitting.")
    answer = Engine(MemoryIndex(bundles([person])), WordEncoder(), gazetteer).search(
        Niche(text="sushi", theme="sushi", excluded=(word,)), now=NOW, min_confidence=0.0
    )
    assert bool(answer.results) is is_left


def test_the_same_question_has_the_same_answer(engine):
    def asked():
        return engine.search(niche("sushi"), now=NOW)._replace(took_ms=0.0)

    assert asked() == asked()


def test_recompute_follows_the_formula():
    assert recompute(Parts(posts=1.0, profile=1.0), WEIGHTS) == 1.0
    assert recompute(Parts(posts=1.0, profile=1.0, place=0.5, authenticity=0.5), WEIGHTS) == 0.25


def test_like_finds_who_writes_about_the_same_without_the_example(engine):
    answer = engine.search(Niche(text="like @mika", theme="", like="mika"), now=NOW, min_confidence=0.0)
    assert names(answer)[0] in ("noor", "tomo", "rolls")
    assert "mika" not in names(answer)


def test_like_nobody_is_one_clear_line(engine):
    with pytest.raises(ExampleUnknown, match="nobody in the index is called 'no_one'"):
        engine.search(Niche(text="like @no_one", theme="", like="no_one"), now=NOW)


def test_words_in_quotation_marks_are_said_just_so(gazetteer):
    people = [
        Person("said", ["My second hand coat.", "A hand made hat, the second one.", "A second hand jacket."]),
        Person("turned", ["On the other hand, a second coat.", "The second glove for my left hand."]),
        Person("other", BREAD),
    ]
    engine = Engine(MemoryIndex(bundles(people)), WordEncoder(), gazetteer)
    quoted = engine.search('"second hand"', now=NOW, min_confidence=0.0)
    assert names(quoted) == ["said"]
    quotes = [reason.quote for reason in quoted.results[0].match.reasons if reason.part == "posts"]
    assert {"second hand" in quote for quote in quotes} == {True}
    assert any("without the quotation marks" in note for note in quoted.query.notes)
    assert set(names(engine.search("second hand", now=NOW, min_confidence=0.0))) == {"said", "turned", "other"}
    assert engine.search('"third hand"', now=NOW).outcome == "none"


def test_the_town_in_the_name_of_a_dish_is_no_sign_of_the_dish(gazetteer):
    people = [
        Person("town", [f"New York in the {season}, my New York." for season in ("spring", "summer", "fall")]),
        Person("cake", ["Cheesecake with a thin crust.", "How to bake a cheesecake.", "Plum cake."]),
        Person("other", TRAINS),
    ]
    engine = Engine(MemoryIndex(bundles(people)), WordEncoder(), gazetteer)
    ranked = [line.creator_id for line in engine.rank("new york cheesecake", 10)]
    assert ranked[0] == "cake"
    about_the_town = Engine(MemoryIndex(bundles([people[0]])), WordEncoder(), gazetteer)
    assert about_the_town.search("new york cheesecake", now=NOW).outcome != "matches"
