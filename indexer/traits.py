"""What a ranking asks of posts' texts, as columns of their records: worked out when a post is stored. Pure."""

from collections.abc import Iterable
from math import isnan, nan
from typing import Any, Final

from numpy.typing import NDArray

from indexer.bundles import PostTraits

COLUMNS: Final = (("may_deny", "u1"), ("repetition", "<f8"))
"""Of a record; a repetition of NaN: too short to tell."""


def write_traits(records: NDArray[Any], traits: Iterable[PostTraits]) -> None:
    """Put the traits of posts into their records."""
    known = list(traits)
    records["may_deny"] = [each.may_deny for each in known]
    records["repetition"] = [nan if each.repetition is None else each.repetition for each in known]


def read_traits(records: NDArray[Any]) -> list[PostTraits]:
    """The inverse of ``write_traits``."""
    pairs = zip(records["repetition"].tolist(), records["may_deny"].tolist(), strict=True)
    return [PostTraits(None if isnan(share) else share, bool(denies)) for share, denies in pairs]
