"""Scores side by side say what the scores of each creator say."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from indexer.bundles import PostTraits
from indexer.contract import CreatorScores, PostScore
from indexer.score_table import table_of
from indexer.scoring import Scored, creator_scores

NUMBERS = st.integers(0, 3).map(float)  # few, so that many are equal
POSTS = st.lists(st.tuples(NUMBERS, NUMBERS), max_size=7)


def scores(name: str, posts: list[tuple[float, float]]) -> CreatorScores:
    made = [PostScore(f"{name}-{number}", lexical, cosine, number) for number, (lexical, cosine) in enumerate(posts)]
    return CreatorScores(1.5, 0.3, 0.1, len(posts), 0.5, tuple(made))


@given(st.lists(POSTS, max_size=5), st.randoms())
def test_a_table_is_the_mapping_it_was_made_of(held: list, random) -> None:
    plain = {f"c{number}": scores(f"c{number}", posts) for number, posts in enumerate(held)}
    table = table_of(plain)
    assert table == plain
    assert table_of(table) is table
    mixed = random.sample(list(plain), len(plain))
    assert list(table.of(mixed).items()) == [(key, plain[key]) for key in mixed]
    ids = table.post_ids(range(len(plain)), 2)
    assert ids == [[post.post_id for post in each.posts[:2]] for each in plain.values()]
    best = table.best(range(len(plain)), 2)
    assert best == [[(post.post_id, post.passage) for post in each.posts[:2]] for each in plain.values()]
    assert table.best_cosines.tolist() == [each.posts[0].cosine if each.posts else -1.0 for each in plain.values()]


@given(st.lists(POSTS, min_size=1, max_size=5), st.sets(st.integers(0, 6)))
def test_what_is_taken_away_leaves_the_rest_in_order(held: list, kept: set[int]) -> None:
    plain = {f"c{number}": scores(f"c{number}", posts) for number, posts in enumerate(held)}
    columns = sorted(column for column in kept if column < len(held[0]))
    left = table_of(plain).keeping({0: columns})
    first = plain["c0"]
    assert left["c0"] == first._replace(posts=tuple(first.posts[column] for column in columns))
    assert {key: left[key] for key in plain if key != "c0"} == {key: plain[key] for key in plain if key != "c0"}
    assert table_of(plain)["c0"] == first


@given(st.lists(POSTS, min_size=1, max_size=5), st.integers(0, 4))
def test_the_best_posts_of_each_come_first_and_equal_ones_by_id(held: list, most: int) -> None:
    posts = [(owner, lexical, cosine) for owner, of_one in enumerate(held) for lexical, cosine in of_one]
    names = [f"p{(number * 7) % 50:02}" for number in range(len(posts))]
    lexical, cosines = (np.array([post[column] for post in posts]) for column in (1, 2))
    size = np.zeros(len(held))
    found = creator_scores(
        Scored(
            creators=[f"c{owner}" for owner in range(len(held))],
            profile=size,
            centroids=size,
            bios=size,
            counts=np.array([len(of_one) for of_one in held]),
            lexical=lexical,
            cosines=cosines,
            passages=np.zeros(len(posts), np.int64),
            distinct=np.ones(len(posts), np.bool_),
            related=None,
            post_ids=lambda rows: [names[row] for row in rows.tolist()],
            post_traits=lambda rows: [PostTraits(float(row), may_deny=row % 2 == 1) for row in rows.tolist()],
        ),
        most,
    )
    top = max(lexical.max(initial=0.0), 1e-9)
    for owner, each in enumerate(found.values()):
        own = [at for at, post in enumerate(posts) if post[0] == owner]
        own.sort(key=lambda at: (-(0.75 * cosines[at] + 0.25 * lexical[at] / top), names[at]))
        assert [post.post_id for post in each.posts] == [names[at] for at in own[:most]]
        assert each.post_count == len(own)
