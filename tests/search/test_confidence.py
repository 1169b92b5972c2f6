"""The confidence: a probability that follows what is known of a creator, never the rest of the answer."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from indexer.contract import CreatorScores, PostScore
from search.confidence import confidence

UNIT = st.floats(0.0, 1.0)


def scores(best: float, centroid: float, on_theme: float = 0.0, count: int = 10) -> CreatorScores:
    post = PostScore(post_id="p", lexical=1.0, cosine=best, passage=0)
    return CreatorScores(lexical=1.0, centroid=centroid, bio=-1.0, post_count=count, on_theme=on_theme, posts=(post,))


@given(UNIT, UNIT, UNIT, UNIT, UNIT)
def test_it_is_a_probability_and_grows_with_every_feature(best, centroid, share, place, authenticity):
    held = scores(best, centroid, 10 * share)
    given_now = {"place": place, "authenticity": authenticity, "denied": False, "has_vocabulary": True}
    value = confidence(held, **given_now)
    assert 0.0 <= value <= 1.0
    assert confidence(replace(held, centroid=min(1.0, centroid + 0.1)), **given_now) >= value
    assert confidence(replace(held, on_theme=10 * share + 1.0), **given_now) >= value
    assert confidence(held, **given_now | {"place": min(1.0, place + 0.1)}) >= value
    assert confidence(held, **given_now | {"authenticity": min(1.0, authenticity + 0.1)}) >= value


def test_whoever_denies_the_theme_is_not_on_it():
    assert confidence(scores(0.9, 0.9), place=1.0, authenticity=1.0, denied=True) == 0.0


def test_none_of_the_words_of_a_niche_speaks_against():
    held = scores(0.5, 0.3)
    plain = confidence(held, place=1.0, authenticity=1.0, denied=False)
    assert confidence(held, place=1.0, authenticity=1.0, denied=False, has_vocabulary=True) < plain
    full = confidence(replace(held, on_theme=9.0), place=1.0, authenticity=1.0, denied=False, has_vocabulary=True)
    assert full > plain


def test_nobody_is_sure_without_posts_and_bio():
    empty = CreatorScores(lexical=0.0, centroid=-1.0, bio=-1.0, post_count=0, on_theme=0.0, posts=())
    assert confidence(empty, place=1.0, authenticity=1.0, denied=False) < 0.1
