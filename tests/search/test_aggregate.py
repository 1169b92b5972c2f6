import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.contract import CreatorScores, PostScore
from indexer.score_table import table_of
from search.aggregate import Relevance, only_best
from search.aggregate import relevance as relevance_of
from search.weights import UNTOLD, WEIGHTS


def creator(*cosines: float, lexical: float = 0.0, centroid: float = 0.3, count: int | None = None) -> CreatorScores:
    posts = tuple(
        PostScore(post_id=str(number), lexical=lexical, cosine=cosine, passage=0)
        for number, cosine in enumerate(cosines)
    )
    return CreatorScores(
        lexical=lexical,
        centroid=centroid,
        bio=-1.0,
        on_theme=0.0,
        post_count=len(posts) if count is None else count,
        posts=posts,
    )


def relevance(candidates, *, evidence, weights, bios=None) -> Relevance:
    held = table_of({str(row): candidate for row, candidate in enumerate(candidates)})
    return relevance_of(held, bios or [0.0] * len(candidates), evidence=evidence, weights=weights)


CREATORS = st.lists(
    st.builds(
        lambda cosines, lexical, centroid, more: creator(
            *cosines, lexical=lexical, centroid=centroid, count=len(cosines) + more
        ),
        st.lists(st.floats(-1.0, 1.0), max_size=8),
        st.floats(0.0, 20.0).map(lambda score: round(score, 6)),
        st.floats(-1.0, 1.0),
        st.integers(0, 5000),
    ),
    min_size=1,
    max_size=12,
)


@given(CREATORS, st.integers(1, 50))
def test_parts_lie_between_0_and_1_and_are_numbers(candidates, evidence):
    found = relevance(candidates, evidence=evidence, weights=WEIGHTS)
    for part in (found.posts, found.profile):
        assert part.shape == (len(candidates),)
        assert np.all((part >= 0.0) & (part <= 1.0 + 1e-9))


@given(CREATORS, st.integers(1, 50), st.randoms())
def test_the_order_of_the_candidates_does_not_matter(candidates, evidence, random):
    order = list(range(len(candidates)))
    random.shuffle(order)
    straight = relevance(candidates, evidence=evidence, weights=WEIGHTS)
    mixed = relevance([candidates[row] for row in order], evidence=evidence, weights=WEIGHTS)
    assert np.allclose(straight.posts[order], mixed.posts)
    assert np.allclose(straight.profile[order], mixed.profile)


@given(CREATORS, st.floats(0.1, 50.0))
def test_the_scale_of_bm25_does_not_matter(candidates, factor):
    def scaled(held):
        posts = tuple(post._replace(lexical=post.lexical * factor) for post in held.posts)
        return held._replace(lexical=held.lexical * factor, posts=posts)

    straight = relevance(candidates, evidence=20, weights=WEIGHTS)
    louder = relevance([scaled(held) for held in candidates], evidence=20, weights=WEIGHTS)
    assert np.allclose(straight.post_scores, louder.post_scores, atol=1e-9)
    assert np.allclose(straight.profile, louder.profile, atol=1e-6)


def test_a_better_post_never_lowers_the_posts_part():
    others = [creator(0.2, 0.1), creator(0.8, 0.7, 0.7)]
    before = relevance([creator(0.5, 0.4), *others], evidence=7, weights=WEIGHTS)
    after = relevance([creator(0.6, 0.4), *others], evidence=7, weights=WEIGHTS)
    assert after.posts[0] > before.posts[0]


def test_thousands_of_posts_weigh_no_more_than_the_best_ten():
    ten, thousands = creator(*[0.6] * 10, count=10), creator(*[0.6] * 10, count=5000)
    found = relevance([ten, thousands, creator(0.1)], evidence=50, weights=WEIGHTS)
    assert found.posts[0] == found.posts[1]
    assert found.profile[1] - found.profile[0] < 0.1


def test_a_single_post_makes_a_weaker_profile_than_many():
    found = relevance([creator(0.6, centroid=0.6), creator(*[0.6] * 8, centroid=0.6), creator(0.0, centroid=0.0)],
                      evidence=10, weights=WEIGHTS)  # fmt: skip
    assert found.profile[0] < found.profile[1]


def test_posts_beyond_the_evidence_tell_nothing():
    found = relevance([creator(0.9, 0.8), creator(0.1, 0.1)], evidence=2, weights=WEIGHTS)
    assert found.votes.tolist() == [2.0, 0.0]
    assert found.posts[1] == 0.0


def test_creators_without_posts_are_judged_by_their_profile():
    found = relevance([creator(), creator(lexical=3.0)], evidence=5, weights=WEIGHTS)
    assert found.posts.tolist() == [0.0, 0.0]
    assert found.profile[1] > found.profile[0]


def test_a_bio_that_names_the_theme_is_worth_something_alone():
    silent, named, like = creator(), creator(), creator()._replace(bio=0.5)
    found = relevance([silent, named, like], bios=[0.0, 1.0, 0.0], evidence=5, weights=WEIGHTS)
    assert found.profile[1] - found.profile[0] == pytest.approx(WEIGHTS.bio_names)
    assert found.profile[2] > found.profile[0]


def test_the_weakest_evidence_is_still_evidence():
    kept = only_best(np.array([[0.9, 0.5], [0.7, 0.1]]), 3)
    assert np.count_nonzero(kept) == 3
    assert kept.max() == 1.0


def test_where_everybody_has_good_posts_all_of_them_are_evidence():
    equals = [creator(*[0.6 - row / 1000] * 5, lexical=2.0) for row in range(40)]
    found = relevance(equals, evidence=20, weights=WEIGHTS)
    assert found.votes.tolist() == [5.0] * 40


def test_one_good_post_among_others_is_less_than_a_recurring_interest():
    passing, recurring = creator(0.75, *[0.1] * 9), creator(*[0.7] * 10)
    found = relevance([passing, recurring, creator(0.0, 0.1)], evidence=5, weights=WEIGHTS)
    assert found.posts[0] < found.posts[1]


def test_few_posts_on_one_theme_are_not_beaten_by_the_same_among_many_others():
    devoted = creator(0.7, 0.6, 0.6)._replace(on_theme=3.0)
    scattered = creator(0.7, 0.6, 0.6, *[0.05] * 7)._replace(on_theme=3.0)
    found = relevance([devoted, scattered, creator(0.0, 0.1)], evidence=3, weights=WEIGHTS)
    assert found.posts[0] > found.posts[1]


def test_a_bio_on_the_theme_tells_more_of_who_wrote_little_than_of_who_wrote_much():
    def gain(posts: int) -> float:
        silent = creator(*[0.5] * 3, count=posts)._replace(on_theme=1.0)
        named = silent._replace(bio=0.6)
        others = [creator(0.0, 0.1), creator(*[0.6] * 5)._replace(on_theme=5.0)]
        found = relevance([silent, named, *others], evidence=9, weights=WEIGHTS)
        return found.posts[1] - found.posts[0]

    assert gain(3) > 4 * gain(50) > 0.0


def test_without_a_vocabulary_the_best_post_counts():
    strong, middling = creator(0.9, 0.2, 0.2), creator(0.6, 0.6, 0.6)
    found = relevance([strong, middling, creator(0.1)], evidence=4, weights=UNTOLD)
    assert found.posts[0] > found.posts[1]
    assert UNTOLD.best + UNTOLD.discounted + UNTOLD.recurring + UNTOLD.principal == pytest.approx(1.0)
    assert WEIGHTS.best + WEIGHTS.discounted + WEIGHTS.recurring + WEIGHTS.principal == pytest.approx(1.0)
