"""Plots of a creator's page as numbers for SVG: posts by month, reactions beside others, followers over time."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from catalog.follower_counts import FollowerCount, FollowerHistory
from search.report import Month, VettingReport
from server.words import day

MONTHS: Final = 36
BAR: Final = 14
HEIGHT: Final = 90
WIDTH: Final = 300
_ROOM: Final = 6  # above the highest and below the lowest point


class Bar(NamedTuple):
    """One month: the whole bar, and the part that is on topic; y counts from the top."""

    x: int
    y: float
    height: float
    on_y: float
    on_height: float
    label: str


class MonthsPlot(NamedTuple):
    """Posts by month, the last three years at most."""

    bars: tuple[Bar, ...]
    width: int
    height: int
    first: str
    last: str
    most: int


def months_plot(months: Sequence[Month]) -> MonthsPlot | None:
    """None without a dated post."""
    shown = months[-MONTHS:]
    if not shown:
        return None
    most = max(1, *(month.posts for month in shown))
    bars = []
    for number, month in enumerate(shown):
        height, on = month.posts / most * HEIGHT, (month.on_niche or 0) / most * HEIGHT
        about = "" if month.on_niche is None else f", {month.on_niche} on topic"
        label = f"{month.month}: {month.posts} posts{about}"
        bars.append(
            Bar(number * BAR, round(HEIGHT - height, 1), round(height, 1), round(HEIGHT - on, 1), round(on, 1), label)
        )
    return MonthsPlot(tuple(bars), len(shown) * BAR, HEIGHT, shown[0].month, shown[-1].month, most)


class Standing(NamedTuple):
    """Where an account's reactions stand among those of its size: a share of 1."""

    platform: str
    url: str
    percentile: float
    rate: float
    basis: str


def standings(report: VettingReport) -> list[Standing]:
    """Of the accounts that can be compared."""
    return [
        Standing(one.platform, one.url, one.engagement.percentile, one.engagement.rate or 0.0, one.engagement.basis)
        for one in report.creator.accounts
        if one.engagement.percentile is not None
    ]


class Point(NamedTuple):
    """One count; y is from the top."""

    x: float
    y: float
    label: str


class GrowthPlot(NamedTuple):
    """Followers of one account over time, as a line (of one point where they were seen once), and in words."""

    platform: str
    url: str
    said: str
    points: tuple[Point, ...]
    least: int
    most: int
    width: int = WIDTH
    height: int = HEIGHT


def growth_plot(history: FollowerHistory) -> GrowthPlot:
    """The line and what it says in words. Its scale goes from the least to the most; write them beside it."""
    counts = history.counts
    numbers = [one.followers for one in counts]
    least, most = min(numbers), max(numbers)
    began, span = counts[0].at, (counts[-1].at - counts[0].at).total_seconds() or 1.0
    points = tuple(
        Point(
            round((one.at - began).total_seconds() / span * WIDTH, 1),
            round(HEIGHT - _ROOM - (one.followers - least) / ((most - least) or 1) * (HEIGHT - 2 * _ROOM), 1),
            f"{day(one.at)}: {one.followers:,} followers",
        )
        for one in counts
    )
    return GrowthPlot(history.platform, history.url, _growth_words(counts), points, least, most)


def _growth_words(counts: Sequence[FollowerCount]) -> str:
    """Like "1,020 on 12 Mar 2026, 1,110 on 20 Nov 2026: 90 more (+9%)."."""
    first, last = counts[0], counts[-1]
    if len(counts) == 1:
        return f"{last.followers:,} on {day(last.at)}; since then no other number was seen."
    change, step = last.followers - first.followers, max(first.step or 0, last.step or 0)
    told = f"{first.followers:,} on {day(first.at)}, {last.followers:,} on {day(last.at)}: "
    if abs(change) < step:
        return f"{told}about as many; the platform rounds to {step:,}."
    if change == 0:
        return f"{told}as many."
    share = f" ({change / first.followers:+.0%})" if first.followers else ""
    rounded = f"; the platform rounds to {step:,}" if step else ""
    return f"{told}{abs(change):,} {'more' if change > 0 else 'fewer'}{share}{rounded}."
