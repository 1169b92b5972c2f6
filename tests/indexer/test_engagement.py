"""Rates and percentiles: what they rest on, against whom, and when nothing is said."""

from collections import Counter

import pytest

from indexer.bundles import AccountView, Reactions
from indexer.engagement import PEERS, Peers, main_rated, rate_at, rate_of, steps_of


def account(median: float, *, followers: int | None = 2000, posts: int = 10, platform: str = "pixelfed") -> AccountView:
    return AccountView(
        platform, f"{platform}.example", "a", "u", True, followers, None, reactions=Reactions(median, posts, ("likes",))
    )


def peers_of(accounts: list[AccountView]) -> Peers:
    return Peers(sum((steps_of([each]) for each in accounts), start=Counter()))


FORTY = [account(10.0 * 1.2**number) for number in range(40)]


def test_a_rate_is_reactions_over_followers() -> None:
    assert rate_of(account(30.0)) == 0.015


@pytest.mark.parametrize("unrated", [account(30.0, followers=None), account(30.0, followers=0), account(9.0, posts=2)])
def test_no_rate_without_followers_or_with_few_posts(unrated: AccountView) -> None:
    assert rate_of(unrated) is None
    assert steps_of([unrated]) == Counter()
    assert peers_of(FORTY).percentile(unrated) is None


def test_the_rate_of_a_creator_is_that_of_the_account_with_most_followers_that_has_one() -> None:
    small, large, silent = account(5.0, followers=900), account(7.0), account(7.0, followers=90_000, posts=1)
    assert main_rated([small, silent, large]) == large
    assert main_rated([silent]) is None


def test_a_percentile_is_the_share_of_the_others_with_less() -> None:
    found = [peers_of(FORTY).percentile(each) for each in FORTY]
    kept = 10 / 15  # ten posts
    assert found == pytest.approx([0.5 + (number / 39 - 0.5) * kept for number in range(40)], abs=1e-4)


def test_a_quantile_is_the_rate_that_so_many_do_not_exceed() -> None:
    peers = peers_of(FORTY)
    rates = [rate_of(each) or 0.0 for each in FORTY]
    one, other = rate_at(FORTY[5]), rate_at(account(1.0, platform="mastodon"))
    assert one is not None
    assert other is not None
    assert peers.quantile(one, 0.1) == pytest.approx(rates[3], rel=0.05)
    assert peers.quantile(one, 0.9) == pytest.approx(rates[35], rel=0.05)
    assert peers.quantile(other, 0.5) is None


def test_equal_rates_stand_in_the_middle() -> None:
    same = [account(8.0)] * 31
    assert peers_of(same).percentile(same[0]) == 0.5


def test_few_posts_are_drawn_to_the_middle() -> None:
    best = [account(500_000.0, posts=posts) for posts in (3, 10, 100)]
    of_three, of_ten, of_hundred = (peers_of([*FORTY, each]).percentile(each) for each in best)
    assert 0.5 < of_three < of_ten < of_hundred < 1.0


def test_there_is_none_below_thirty_others() -> None:
    assert peers_of(FORTY[: PEERS + 1]).percentile(FORTY[0]) is not None
    assert peers_of(FORTY[:PEERS]).percentile(FORTY[0]) is None


def test_platform_size_and_what_is_counted_tell_peers_apart() -> None:
    others = [
        account(20.0, platform="mastodon"),
        account(20.0, followers=999),
        account(20.0)._replace(reactions=Reactions(20.0, 9, ("likes", "comments"))),
    ]
    peers = peers_of([*FORTY, *others])
    assert [peers.percentile(each) for each in others] == [None, None, None]
    assert peers.percentile(FORTY[3]) == peers_of(FORTY).percentile(FORTY[3])
