"""The confidence: a probability that follows what is known of a creator, never the rest of the answer."""

from hypothesis import given
from hypothesis import strategies as st

from indexer.contract import CreatorScores, PostScore
from indexer.score_table import table_of
from search.confidence import LIKELY, SURE, confidence, features, theme_margin

UNIT = st.floats(0.0, 1.0)


def scores(best: float, centroid: float, on_theme: float = 0.0, count: int = 10) -> CreatorScores:
    post = PostScore(post_id="p", lexical=1.0, cosine=best, passage=0)
    return CreatorScores(lexical=1.0, centroid=centroid, bio=-1.0, post_count=count, on_theme=on_theme, posts=(post,))


def sure(held: CreatorScores, has_vocabulary: bool = True, denied: bool = False, **fits: float) -> float:
    return confidence(
        features(table_of({"c": held}), has_vocabulary=has_vocabulary).of(0),
        place=fits.get("place", 1.0),
        authenticity=fits.get("authenticity", 1.0),
        denied=denied,
    )


@given(UNIT, UNIT, UNIT, UNIT, UNIT)
def test_it_is_a_probability_and_grows_with_every_feature(best, centroid, share, place, authenticity):
    held = scores(best, centroid, 10 * share)
    fits = {"place": place, "authenticity": authenticity}
    value = sure(held, **fits)
    assert 0.0 <= value <= 1.0
    assert sure(held._replace(centroid=min(1.0, centroid + 0.1)), **fits) >= value
    assert sure(held._replace(on_theme=10 * share + 1.0), **fits) >= value
    assert sure(held, **fits | {"place": min(1.0, place + 0.1)}) >= value
    assert sure(held, **fits | {"authenticity": min(1.0, authenticity + 0.1)}) >= value


def test_whoever_denies_the_theme_is_not_on_it():
    assert sure(scores(0.9, 0.9), denied=True) == 0.0


def test_none_of_the_words_of_a_niche_speaks_against():
    held = scores(0.5, 0.3)
    plain = sure(held, has_vocabulary=False)
    assert sure(held) < plain
    assert sure(held._replace(on_theme=9.0)) > plain


def test_nobody_is_sure_without_posts_and_bio():
    empty = CreatorScores(lexical=0.0, centroid=-1.0, bio=-1.0, post_count=0, on_theme=0.0, posts=())
    assert sure(empty, has_vocabulary=False) < 0.1


def test_a_theme_is_known_by_three_who_are_likely_or_by_one_who_is_sure():
    assert theme_margin([LIKELY + 0.01, LIKELY + 0.01, 0.1, LIKELY + 0.01]) >= 0.0
    assert theme_margin([LIKELY + 0.01, LIKELY + 0.01, LIKELY - 0.05]) < 0.0
    assert theme_margin([0.1, SURE + 0.01, 0.1]) >= 0.0
    assert theme_margin([0.4, 0.1]) == 0.0  # too few to look likely by chance
