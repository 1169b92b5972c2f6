"""Who was forgotten since an index was built: search asks, so that an older index shows nobody who is on the list.

While the index follows the list, as after every build, nothing is read but its first line.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from base.suppression_list import listed_digests, listed_fingerprint
from indexer.bundles import CreatorDocument
from indexer.contract import IndexInfo

if TYPE_CHECKING:  # a search over an index that follows the list does without
    from catalog.items import Alias


class Forgotten:
    """Tells whom an index of this data folder may still hold, but nobody may see."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def is_followed_by(self, info: IndexInfo) -> bool:
        """Whether the index was built with the list as it is now; then nobody on it is in the index."""
        return listed_fingerprint(self._folder) == info.forgotten

    def among(self, documents: Iterable[CreatorDocument]) -> set[str]:
        """Ids of those with an account whose name is on the list. Raises SuppressionKeyMissing."""
        from catalog.forgotten import digest_of, read_key

        if not (digests := listed_digests(self._folder)):
            return set()
        key = read_key(self._folder)
        return {
            document.id for document in documents if any(digest_of(key, alias) in digests for alias in _names(document))
        }


def _names(document: CreatorDocument) -> "Iterator[Alias]":
    from catalog.identity import handle_alias
    from catalog.items import Alias, AliasKind

    for account in document.accounts:
        yield Alias(AliasKind.URL, account.url)
        yield Alias(AliasKind.ACTOR_URI, account.url)
        if account.handle:
            yield handle_alias(account.handle, account.host)
