from collections import Counter
from dataclasses import replace
from datetime import timedelta
from math import prod

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.bundles import AccountView, Reactions
from indexer.engagement import Peers, steps_of
from indexer.facts import busiest_day, clockwork
from indexer.outline import outline_of
from indexer.outline_table import doubts_of
from niche.model import Niche
from search.authenticity import LEAST, authenticity_of, doubt_factor, doubts
from search.engine import Engine
from search.weights import WEIGHTS
from tests.search.memory_index import MemoryIndex
from tests.search.world import NOW, Person, WordEncoder, bundle, bundles
from text.repetition import repetition

STUFFED = [
    "Kayak kayak best kayak tours kayak rental kayak deals kayak near me cheap kayak.",
    "Top kayak, kayak shop, kayak promo code, kayak open now, kayak delivery, best kayak.",
    "Kayak discount kayak coupon kayak blog kayak influencer kayak kayak sale.",
]
PLAIN = [
    "I took the kayak out past the lighthouse at dawn and saw two seals on the rocks.",
    "A new spray skirt for the kayak, and the first evening on which it did not leak.",
    "The tide turned early, so I carried the kayak home over the dunes.",
]


def authenticity(texts):
    return authenticity_of(map(repetition, texts))


def test_keyword_lists_are_damped_and_prose_is_not():
    assert authenticity(STUFFED) == LEAST
    assert authenticity(PLAIN) == 1.0
    assert authenticity([]) == 1.0


def test_a_list_of_tags_below_a_sentence_is_no_keyword_stuffing():
    assert authenticity([f"{PLAIN[0]} #kayak #kayaking #kayaklife #seakayak"]) == 1.0


def test_one_playful_text_among_several_costs_nothing():
    assert authenticity(["Rain, rain, rain, rain on the tent, and a good book.", *PLAIN]) == 1.0


@pytest.mark.parametrize("text", ["", "sushi", "Sushi, sushi, sushi!", "#sushi #sushi https://sushi.example/sushi"])
def test_short_texts_show_no_habit(text):
    assert repetition(text) is None


@given(st.lists(st.text(), max_size=6))
def test_the_factor_has_bounds(texts):
    assert LEAST <= authenticity(texts) <= 1.0


def answer_of(people):
    with_gazetteer = Engine(MemoryIndex(bundles(people)), WordEncoder(), _NoGazetteer())  # type: ignore[arg-type]
    return with_gazetteer.search(Niche(text="kayak", theme="kayak"), now=NOW, min_confidence=0.0)


class _NoGazetteer:
    """No place is asked for, so none is looked up."""


BREAD = ["Bread every day, and the oven is never cold.", "Rye again.", "The starter is awake."]


def test_who_stuffs_stands_below_who_writes_and_the_answer_says_why():
    writers = [Person(f"writer{number}", PLAIN, bio="Mostly kayak, some tea") for number in range(3)]
    stuffer = Person("stuffer", STUFFED, bio="kayak kayak best kayak deals kayak near me kayak")
    results = {result.creator.id: result for result in answer_of([stuffer, *writers, Person("baker", BREAD)]).results}
    held = results["stuffer"]
    assert all(results[writer.id].match.rank < held.match.rank for writer in writers)
    assert [caution.code for caution in held.creator.warnings] == ["keyword_lists"]
    assert held.match.parts.authenticity == LEAST
    assert not any(results[writer.id].creator.warnings for writer in writers)


def test_posting_one_text_ten_times_moves_nothing():
    others = [Person("writer", PLAIN), Person("baker", BREAD)]

    def posts_part(posts):
        results = answer_of([Person("repeater", posts), *others]).results
        return next(result.match.parts.posts for result in results if result.creator.id == "repeater")

    # Equal but for the frequencies of words in the whole index, of which the copies are a part.
    assert posts_part([PLAIN[0]] * 10) == pytest.approx(posts_part([PLAIN[0]]), abs=0.02)


def test_a_single_mention_stands_below_a_recurring_interest():
    passing = ["A kayak for lunch.", "Marathon training.", "Ran ten miles.", "Intervals today.", "New shoes.", "Rest."]
    people = [
        Person("runner", passing),
        *(Person(f"paddler{number}", PLAIN[number:] + PLAIN[:number]) for number in range(3)),
    ]
    assert [result.creator.id for result in answer_of(people).results][-1] == "runner"


def account(**changes):
    return AccountView(
        "bluesky", "sky.example", "a", "https://sky.example/a", True, 5_000, NOW, following=300
    )._replace(**changes)


def reactions(median=100.0, spread=0.6, comments_a_like=0.1):
    return Reactions(median, 20, ("likes", "comments"), spread, comments_a_like)


PEERS = [account(reactions=reactions(80.0 + 2 * number)) for number in range(40)]


def codes(seen, **document):
    """The codes of the doubts about a creator with this one account, among forty others."""
    made = bundle(Person("who", PLAIN)).creator
    among = Peers(sum((steps_of([each]) for each in (seen, *PEERS)), start=Counter()))
    made = replace(made, accounts=(seen,), **document)
    found = doubts(made, among, WEIGHTS)
    assert doubt_factor(doubts_of(outline_of(made), among), WEIGHTS) == pytest.approx(
        prod(factor for _, factor in found)
    )
    assert all(0.0 < factor < 1.0 and "ranked lower" in caution.text for caution, factor in found)
    return [caution.code for caution, _ in found]


@pytest.mark.parametrize(
    ("seen", "code"),
    [
        (account(following=3_500), "follows_as_many"),
        (account(reactions=reactions(900.0)), "far_more_reactions"),
        (account(reactions=reactions(20.0)), "far_less_reactions"),
        (account(reactions=reactions(spread=0.1)), "even_reactions"),
        (account(reactions=reactions(comments_a_like=0.4)), "many_comments"),
    ],
)
def test_numbers_that_look_made_lower_and_are_told(seen, code):
    assert codes(seen) == [code]


@pytest.mark.parametrize(
    "seen",
    [
        account(),
        account(following=None, reactions=reactions()),
        account(followers=None, following=9_000),
        account(followers=400, following=900),  # friends among friends
        account(following=3_400, reactions=reactions()),
        account(platform="mastodon", reactions=reactions(900.0)),  # nobody to compare with
        account(platform="discourse", reactions=reactions(comments_a_like=2.0)),
        account(reactions=reactions(12.0, spread=0.05, comments_a_like=0.5), followers=60, following=70),
        account(reactions=reactions(spread=None, comments_a_like=None)),
    ],
    ids=range(9),
)
def test_natural_or_unknown_numbers_cost_nothing(seen):
    assert codes(seen) == []


def test_posting_all_at_once_or_like_a_clock_lowers():
    assert codes(account(), busiest_day=0.6, clockwork=0.9) == ["burst", "clockwork"]
    assert codes(account(), busiest_day=0.2, clockwork=0.1) == codes(account(), busiest_day=None) == []


def test_a_bought_audience_stands_below_an_equal_one():
    honest, bought = bundle(Person("zoe", PLAIN, followers=2_000)), bundle(Person("abe", PLAIN, followers=2_000))
    seen = bought.creator.accounts[0]._replace(following=1_900)
    bought = replace(bought, creator=replace(bought.creator, accounts=(seen,)))
    index = MemoryIndex([honest, bought, *bundles([Person("baker", BREAD)])])
    engine = Engine(index, WordEncoder(), _NoGazetteer())  # type: ignore[arg-type]
    first, second, *_ = engine.search(Niche(text="kayak", theme="kayak"), now=NOW, min_confidence=0.0).results
    assert (first.creator.id, second.creator.id) == ("zoe", "abe")
    assert second.match.parts.authenticity == WEIGHTS.doubtful
    (warning,) = second.creator.warnings
    assert warning.text.startswith("follows 1,900 accounts and has 2,000 followers")
    assert warning.code in [each.code for each in engine.vet("abe", now=NOW).creator.warnings]


def test_rhythm_is_counted_from_dates():
    start = NOW
    hourly = [start + timedelta(hours=number) for number in range(24)]
    weekly = [start + timedelta(days=7 * number) for number in range(24)]
    assert (clockwork(hourly), clockwork(weekly), clockwork(hourly[:19])) == (1.0, 0.0, None)
    assert (busiest_day(weekly), busiest_day([start] * 24), busiest_day([])) == (round(1 / 24, 4), 1.0, None)
