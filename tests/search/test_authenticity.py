import pytest
from hypothesis import given
from hypothesis import strategies as st

from niche.model import Niche
from search.authenticity import LEAST, authenticity_of, repetition
from search.engine import Engine
from tests.search.memory_index import MemoryIndex
from tests.search.world import NOW, Person, WordEncoder, bundles

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


def test_keyword_lists_are_damped_and_prose_is_not():
    assert authenticity_of(STUFFED) == LEAST
    assert authenticity_of(PLAIN) == 1.0
    assert authenticity_of([]) == 1.0


def test_a_list_of_tags_below_a_sentence_is_no_keyword_stuffing():
    assert authenticity_of([f"{PLAIN[0]} #kayak #kayaking #kayaklife #seakayak"]) == 1.0


def test_one_playful_text_among_several_costs_nothing():
    assert authenticity_of(["Rain, rain, rain, rain on the tent, and a good book.", *PLAIN]) == 1.0


@pytest.mark.parametrize("text", ["", "sushi", "Sushi, sushi, sushi!", "#sushi #sushi https://sushi.example/sushi"])
def test_short_texts_show_no_habit(text):
    assert repetition(text) is None


@given(st.lists(st.text(), max_size=6))
def test_the_factor_has_bounds(texts):
    assert LEAST <= authenticity_of(texts) <= 1.0


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
