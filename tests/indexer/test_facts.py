"""Facts that a build counts of a creator: usual reactions, paid posts."""

from dataclasses import replace

from indexer import facts
from indexer.bundles import PostDocument, Reactions
from tests.indexer.worlds import post


def posts(*counts: tuple[int | None, int | None, int | None], kind: str = "post") -> list[PostDocument]:
    return [
        replace(post(f"p{number}", "c", "brine", day=number), likes=likes, comments=comments, shares=shares, kind=kind)
        for number, (likes, comments, shares) in enumerate(counts)
    ]


def test_the_usual_reaction_is_a_median_so_one_hit_makes_nobody_popular() -> None:
    assert facts.reactions_of(posts((1, 1, 0), (3, 1, 0), (900, 60, 40))) == Reactions(
        4.0, 3, ("likes", "comments", "shares")
    )


def test_what_a_platform_does_not_show_is_left_out_and_said() -> None:
    assert facts.reactions_of(posts((None, 2, None), (None, 4, None))) == Reactions(3.0, 2, ("comments",))
    assert facts.reactions_of(posts((None, None, None))) is None
    assert facts.reactions_of([]) is None


def test_a_post_without_a_count_that_the_others_show_does_not_count_as_nothing() -> None:
    assert facts.reactions_of(posts((5, 1, 0), (7, 1, 0), (9, None, 0))) == Reactions(
        7.0, 2, ("likes", "comments", "shares")
    )


def test_answers_to_others_are_no_posts_of_one_s_own() -> None:
    assert facts.reactions_of(posts((0, 0, 0), kind="reply")) is None


def test_the_share_of_paid_posts_needs_three_posts() -> None:
    paid = [replace(each, text=text) for each, text in zip(posts(*[(1, 1, 1)] * 4), "abcd", strict=True)]
    paid[1] = replace(paid[1], tags=("ad",))
    assert facts.sponsored_share(paid) == 0.25
    assert facts.sponsored_share(paid[:2]) is None
