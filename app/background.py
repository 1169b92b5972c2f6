"""What a report on a creator gains from the catalog: how the accounts were joined.

The index does not hold it; where there is no catalog beside it, the report stays as it was.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from catalog.place import CatalogPlace
from search.report import Joined, VettingReport

if TYPE_CHECKING:  # a search over an index alone does without
    from catalog.records import JoinSeen

HOW: Final = {
    "rel_me": "each page names the other as its own (rel=me)",
    "verified": "the platform has verified the link",
    "moved": "one account says that it moved to the other",
    "operator": "you said so",
}


def with_background(report: VettingReport, place: CatalogPlace) -> VettingReport:
    """The report with the reasons why the accounts that it shows are one creator's."""
    if len(report.creator.accounts) < 2 or not place.may_exist:
        return report
    from catalog.store import open_catalog

    with open_catalog(place, create=False) as catalog:
        joins = catalog.joins(report.creator.id)
    return report._replace(joined=joined_of(report, joins))


def joined_of(report: VettingReport, joins: "Iterable[JoinSeen]") -> tuple[Joined, ...]:
    """Those joins that are between accounts that the report shows, in words."""
    shown = {account.url for account in report.creator.accounts}
    return tuple(
        Joined(join.url, join.other, HOW.get(join.kind, join.kind), join.evidence_url, join.at)
        for join in joins
        if {join.url, join.other} <= shown
    )
