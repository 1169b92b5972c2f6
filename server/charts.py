"""Plots of a creator's page as numbers for SVG: posts by month, reactions beside others, followers over time."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from search.report import Month, VettingReport

MONTHS: Final = 36
BAR: Final = 14
HEIGHT: Final = 90


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
