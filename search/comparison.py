"""Two to five reports side by side: the same rows for all, differences marked, an empty cell says what is missing.

A row differs when words are unequal, when the largest number is half as much again as the smallest, or when dates lie
two months apart. Quotations always differ and are not marked; what is not known never makes a difference.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final, NamedTuple

from indexer.creator_view import counted_words
from search.errors import ComparisonInvalid
from search.present import reaction_words
from search.report import VettingReport

MOST: Final = 5
MUCH_MORE: Final = 1.5
LONG: Final = timedelta(days=60)
QUOTED: Final = frozenset({"best evidence", "own words", "warnings", "contact"})

Value = float | str | datetime | None


class Cell(NamedTuple):
    """A value (number, text or time; None: not known) and how it is said; ``url`` supports it where one page does."""

    value: Value
    words: str
    url: str = ""


class Row(NamedTuple):
    """One question, answered for each creator in the order asked."""

    name: str
    differs: bool
    cells: tuple[Cell, ...]


class Compared(NamedTuple):
    """Who stands in a column."""

    id: str
    name: str
    url: str


class Comparison(NamedTuple):
    """The whole table."""

    as_of: datetime
    creators: tuple[Compared, ...]
    rows: tuple[Row, ...]


def compare(reports: Sequence[VettingReport]) -> Comparison:
    """Reports made for the same niche and brands. Raises ComparisonInvalid unless they are of 2 to 5 creators."""
    if not 2 <= len({report.creator.id for report in reports}) == len(reports) <= MOST:
        raise ComparisonInvalid(f"compare takes two to {MOST} different creators; give handle@host, address or id")
    first = reports[0]
    questions: list[tuple[str, Callable[[VettingReport], Cell]]] = [
        ("kind", lambda r: _known(None if r.creator.kind == "unknown" else r.creator.kind, "kind not known")),
        ("lives in", _home),
        ("followers", _followers),
        ("tier", lambda r: _known(r.creator.tier.name if r.creator.tier else None, "followers not known")),
        ("languages", lambda r: _known(", ".join(r.creator.languages) or None, "no text to tell")),
        ("posts read", lambda r: Cell(r.post_count, f"{r.post_count:,}")),
        ("posts a month", _rate),
        ("last post", lambda r: _when(r.cadence.last_post_at, "no dated post")),
        ("writes about", _topics),
    ]
    if first.niche is not None:
        questions += [
            ("fits the niche", _confidence),
            ("posts on it", _on_niche),
            ("latest on it", lambda r: _when(r.niche.latest_at if r.niche else None, "no dated post on it")),
            ("best evidence", _evidence),
        ]
    questions += [
        ("reactions", _engagement),
        ("comments a post", _comments),
        ("paid posts", _paid),
        ("own words", _own),
    ]
    questions += [(f"names {brand.brand}", partial(_brand, at=number)) for number, brand in enumerate(first.brands)]
    questions += [("contact", _contact), ("warnings", _warnings)]
    return Comparison(
        as_of=first.as_of,
        creators=tuple(Compared(r.creator.id, r.creator.name, r.creator.accounts[0].url) for r in reports),
        rows=tuple(_row(name, [ask(report) for report in reports]) for name, ask in questions),
    )


def _row(name: str, cells: Sequence[Cell]) -> Row:
    known = [cell.value for cell in cells if cell.value is not None]
    numbers = [value for value in known if isinstance(value, int | float)]
    times = [value for value in known if isinstance(value, datetime)]
    if name in QUOTED:
        differs = False
    elif numbers:
        differs = max(numbers) > min(numbers) and max(numbers) >= MUCH_MORE * min(numbers)
    elif times:
        differs = max(times) - min(times) >= LONG
    else:
        differs = len(set(known)) > 1
    return Row(name, differs, tuple(cells))


def _known(value: Any, missing: str, words: str = "", url: str = "") -> Cell:
    return Cell(None, missing) if value is None else Cell(value, words or str(value), url)


def _when(moment: datetime | None, missing: str) -> Cell:
    return Cell(None, missing) if moment is None else Cell(moment, moment.date().isoformat())


def _home(report: VettingReport) -> Cell:
    homes = [place for place in report.creator.places if place.role == "home"]
    if not homes:
        return Cell(None, "no text says it")
    url = homes[0].reasons[0].url if homes[0].reasons else ""
    return Cell(homes[0].name, f"{homes[0].name} ({homes[0].confidence:.0%} sure)", url)


def _followers(report: VettingReport) -> Cell:
    counts = [(account.followers, account.url) for account in report.creator.accounts if account.followers is not None]
    if not counts:
        return Cell(None, "no account shows a number")
    most, url = max(counts)
    return Cell(most, f"{most:,}", url)


def _rate(report: VettingReport) -> Cell:
    rate = report.cadence.posts_per_month
    return _known(rate, "too few dated posts", f"{rate:.1f}" if rate is not None else "")


def _topics(report: VettingReport) -> Cell:
    words = ", ".join(f"{topic.label} {topic.share:.0%}" for topic in report.topics[:3])
    return _known(report.topics[0].label if report.topics else None, "no word stands out", words)


def _confidence(report: VettingReport) -> Cell:
    niche = report.niche
    if niche is None or niche.confidence is None:
        return Cell(None, "outside of what was asked for")
    return Cell(niche.band, f"{niche.band} ({niche.confidence:.0%})")


def _on_niche(report: VettingReport) -> Cell:
    niche = report.niche
    if niche is None or niche.share is None:
        return Cell(None, "no posts")
    return Cell(niche.share, f"{niche.share:.0%} ({niche.posts} of {report.post_count})")


def _evidence(report: VettingReport) -> Cell:
    best = report.niche.best[0] if report.niche and report.niche.best else None
    return Cell(None, "no post on it") if best is None else Cell(best.quote, f"“{best.quote}”", best.url)


def _engagement(report: VettingReport) -> Cell:
    rated = [account for account in report.creator.accounts if account.engagement.rate is not None]
    if not rated:
        reasons = dict.fromkeys(account.engagement.basis or "not read" for account in report.creator.accounts)
        return Cell(None, "; ".join(reasons))
    best = max(rated, key=lambda account: account.followers or 0)
    found = best.engagement
    words = reaction_words(best.platform, best.followers or 0, found.rate or 0.0, found.percentile)
    return Cell(found.rate, f"{words} ({counted_words(found.posts, 'posts')})", best.url)


def _comments(report: VettingReport) -> Cell:
    found = report.comments
    if found is None:
        return Cell(None, "not visible")
    return Cell(found.median, f"{found.median:g}; {found.answered} of {found.posts} posts have some")


def _paid(report: VettingReport) -> Cell:
    found = report.sponsored
    if found is None:
        return Cell(None, "too few posts to say")
    return Cell(
        found.share,
        f"{found.share:.0%} say so ({found.posts} of {found.of})" if found.posts else f"none of {found.of} says so",
        found.quotes[0].url if found.quotes else "",
    )


def _own(report: VettingReport) -> Cell:
    """A quote, never a number: how many somebody tells of says nothing on how much they buy."""
    if not report.dealings:
        return Cell(None, "tells of no purchase, visit or review")
    said = report.dealings[0].said
    return Cell(said.quote, f"“{said.quote}”", said.url)


def _brand(report: VettingReport, at: int) -> Cell:
    brand = report.brands[at]
    paid = f", {brand.sponsored_posts} paid" if brand.sponsored_posts else ""
    words = f"in {counted_words(brand.posts, 'posts')}{paid}" if brand.posts else "in no post"
    return Cell(brand.posts, words, brand.quotes[0].url if brand.quotes else "")


def _contact(report: VettingReport) -> Cell:
    ways = sorted(report.creator.contact, key=lambda way: ("contact", "links", "site").index(way.kind))
    return Cell(ways[0].url, ways[0].url, ways[0].url) if ways else Cell(None, "lists no page")


def _warnings(report: VettingReport) -> Cell:
    words = "; ".join(warning.text for warning in report.creator.warnings)
    return Cell(words or "none", words or "none")
