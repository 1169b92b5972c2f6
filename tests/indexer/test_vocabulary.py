from hypothesis import given
from hypothesis import strategies as st

from indexer.vocabulary import keeps_writing, teaches, vocabulary_of
from text.lists import listed_items, lists

STEMS = ["sushi", "rice", "omakas", "nigiri", "maki", "bread", "oven"]
TEXTS = st.lists(st.lists(st.sampled_from(STEMS), max_size=12).map(" ".join), max_size=12)


@given(TEXTS, st.integers(0, 400))
def test_words_are_distinct_in_order_and_never_those_asked_for(texts, others):
    used = {stem: sum(stem in text.split() for text in texts) + others % 7 for stem in STEMS}
    found = vocabulary_of(
        [(text, text) for text in texts], asked={"sushi"}, creators=len(texts) + others, frequency=used.__getitem__
    )
    if found is None:
        return
    weights = [word.weight for word in found.words]
    assert weights == sorted(weights, reverse=True)
    assert weights[0] == 1.0
    assert min(weights) > 0.0
    stems = [word.stem for word in found.words]
    assert len(stems) == len(set(stems))
    assert "sushi" not in stems


def test_what_everybody_writes_tells_nothing():
    texts = [("sushi today omakase", "sushi today omakas")] * 6
    found = vocabulary_of(texts, asked={"sushi"}, creators=100, frequency={"today": 90, "omakas": 7}.__getitem__)
    assert found is not None
    assert [(word.stem, word.written) for word in found.words] == [("omakas", "omakase")]


def test_writers_name_the_theme_often_enough():
    assert not keeps_writing(1, 1)
    assert keeps_writing(2, 8)
    assert not keeps_writing(2, 9)
    assert not keeps_writing(8, 5000)


def test_a_list_of_everything_teaches_nothing():
    assert teaches("Sushi, ramen and the like. Boston, MA")
    assert not teaches("sushi | travel | crypto | yoga | tech | Boston | Paris | Rome | Oslo | Bali | Doha")
    assert listed_items("one, two / three • four") == 4
    assert listed_items("") == 0
    assert lists("one, two / three • four", 4)
    assert not lists("one, two / three • four", 5)
