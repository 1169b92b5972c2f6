"""How much people react to an account, alone and beside accounts of the same platform and size. Pure.

The rate is the median of reactions a post (``facts.reactions_of``) over followers. What a rate means depends on the
platform and on the size, so it is compared only with accounts of the same platform and tier that show the same counts.
The index keeps how many accounts have which rate, in steps of a tenth: a sum over creators, so that a build that adds
and takes away counts as one that begins anew, and a query needs no pass over all.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import lru_cache
from math import log10
from typing import Final, NamedTuple

from indexer.bundles import AccountView

SIZES: Final = (0, 1_000, 10_000, 100_000, 500_000, 1_000_000)  # followers from which a tier begins
RATED_POSTS: Final = 3  # posts with counts that a rate needs
PEERS: Final = 30  # others that a percentile needs
SHRINK: Final = 5.0  # a percentile that rests on n posts keeps n / (n + SHRINK) of its distance from the middle
_STEPS: Final = 24  # steps in which a rate grows tenfold
_LOWEST: Final = 1e-6  # rates below count as this


def rate_of(account: AccountView) -> float | None:
    """Usual reactions a post as a fraction of followers; None without followers or with few posts that show counts."""
    reactions = account.reactions
    if reactions is None or not account.followers or reactions.posts < RATED_POSTS:
        return None
    return round(reactions.median / account.followers, 6)


class Rate(NamedTuple):
    """The rate of an account, and what it is compared with."""

    peers: str  # platform, tier and counts shown
    step: int
    rate: float
    posts: int
    followers: int


def rate_at(account: AccountView) -> Rate | None:
    """The rate of an account among its peers; None where ``rate_of`` is."""
    rate, reactions = rate_of(account), account.reactions
    if rate is None or reactions is None:
        return None
    return Rate(_peers(account), _step(rate), rate, reactions.posts, account.followers or 0)


def main_rated(accounts: Iterable[AccountView]) -> AccountView | None:
    """The account whose rate stands for a creator: of those that have one, that with most followers."""
    rated = [account for account in accounts if rate_of(account) is not None]
    if len(rated) < 2:
        return rated[0] if rated else None
    return max(rated, key=lambda account: account.followers or 0)


def steps_of(accounts: Iterable[AccountView]) -> Counter[str]:
    """How many of these accounts stand on which step of the rates of which peers, as ``"peers step"``."""
    return Counter(f"{rate.peers} {rate.step}" for account in accounts if (rate := rate_at(account)) is not None)


class Peers:
    """Where a rate stands among its peers. Holds the sums of ``steps_of`` over all creators of an index.

    Peers of an account: same platform, same tier, same counts shown.
    """

    def __init__(self, steps: Mapping[str, int]) -> None:
        self._groups: dict[str, dict[int, int]] = {}
        for key, count in steps.items():
            peers, step = key.rsplit(" ", 1)
            self._groups.setdefault(peers, {})[int(step)] = count
        self._quantiles: dict[tuple[str, float], float | None] = {}
        self._standings: dict[tuple[str, int], float | None] = {}

    def percentile(self, account: AccountView) -> float | None:
        """The share of the other accounts of its kind that get less, equal ones by half, drawn to the middle by
        ``SHRINK``; None without a rate or below ``PEERS`` others. The account itself must be among those counted.
        """
        rate = rate_at(account)
        return None if rate is None else self.standing(rate)

    def standing(self, rate: Rate) -> float | None:
        """``percentile`` of the account that has this rate."""
        key = rate.peers, rate.step
        if key not in self._standings:
            self._standings[key] = _standing(self._groups.get(key[0], {}), key[1])
        among = self._standings[key]
        if among is None:
            return None
        return round(0.5 + (among - 0.5) * rate.posts / (rate.posts + SHRINK), 4)

    def quantile(self, rate: Rate, share: float) -> float | None:
        """The rate that ``share`` of the peers do not exceed, to a tenth; None below ``PEERS`` others."""
        key = rate.peers, share
        if key not in self._quantiles:
            self._quantiles[key] = _quantile(self._groups.get(key[0], {}), share)
        return self._quantiles[key]


def _standing(group: Mapping[int, int], own: int) -> float | None:
    """The share of the others below step ``own``, and half of those on it."""
    others = sum(group.values()) - 1
    if others < PEERS:
        return None
    less = sum(count for step, count in group.items() if step < own)
    return (less + (group[own] - 1) / 2) / others


def _quantile(group: Mapping[int, int], share: float) -> float | None:
    total, reached = sum(group.values()), 0
    if total <= PEERS:
        return None
    for step in sorted(group):
        reached += group[step]
        if reached >= share * total:
            break
    return float(_LOWEST * 10.0 ** (step / _STEPS))


def _peers(account: AccountView) -> str:
    counted = account.reactions.counted if account.reactions else ()
    return _named(account.platform, bisect_right(SIZES, account.followers or 0), counted)


@lru_cache(maxsize=1024)
def _named(platform: str, size: int, counted: tuple[str, ...]) -> str:
    return f"{platform} {size} {'+'.join(counted)}"


def _step(rate: float) -> int:
    return round(_STEPS * log10(max(rate, _LOWEST) / _LOWEST))
