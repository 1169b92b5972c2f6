"""What somebody keeps writing about, in their own words."""

from text.tokens import tokenize
from text.topics import topics_of


def usual(word: str) -> float:
    return {"the": 0.9, "good": 0.2, "made": 0.1}.get(word, 0.001)


def topics(*texts: str, language: str | None = "en", **options: list[str]) -> dict[str, float]:
    return dict(topics_of([tokenize(text) for text in texts], language=language, ordinary=usual, **options))


def test_words_of_many_texts_are_topics_with_their_share_and_common_ones_are_not() -> None:
    found = topics(
        "good pickles made", "pickles and brine", "good brine again", "the brine of pickles", "good rain", "a good walk"
    )
    assert found == {"pickles": 0.5, "brine": 0.5}


def test_two_texts_are_a_coincidence() -> None:
    assert topics("pickles", "pickles", "rain", "walks") == {}


def test_spellings_of_one_word_are_one_topic_under_the_commonest() -> None:
    assert topics("pickle", "pickles", "pickles", "rain") == {"pickles": 0.75}


def test_a_word_that_always_stands_beside_another_is_no_second_topic() -> None:
    assert len(topics("sour pickles", "sour pickles", "sour pickles", "rain")) == 1


def test_rarer_words_count_when_tags_or_profile_name_them_too() -> None:
    texts = ["pickles jar", "pickles jar", "pickles jar", *["pickles"] * 17]
    assert "jar" not in topics(*texts)
    assert topics(*texts, own=["jars"])["jar"] == 0.15


def test_where_somebody_is_is_no_topic() -> None:
    assert topics("harlow pickles", "harlow pickles", "harlow rain", "pickles", places=["harlow"]) == {"pickles": 0.75}


def test_stop_words_of_the_texts_own_language_are_none() -> None:
    assert topics("wir gurken", "wir gurken", "wir gurken", language="de") == {"gurken": 1.0}
    assert topics() == {}
