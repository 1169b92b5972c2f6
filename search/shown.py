"""Who may be shown at all: an index that is older than a wish to be forgotten may hold somebody still."""

from indexer.bundles import CreatorDocument
from indexer.contract import Index
from indexer.forgotten import Forgotten


class Shown:
    """The creators of an index without those who were forgotten since it was built."""

    def __init__(self, index: Index, forgotten: Forgotten | None) -> None:
        self._index = index
        self._forgotten = forgotten

    def among(self, ids: list[str]) -> list[str]:
        """Those of these ids who may be shown, in order."""
        if self._forgotten is None or self._forgotten.is_followed_by(self._index.info()):
            return ids
        gone = self._forgotten.among(self._index.get(ids).values())
        return [key for key in ids if key not in gone]

    def called(self, name: str) -> CreatorDocument | None:
        """The creator of this name. Raises CreatorAmbiguous where several are called so."""
        from search.lookup import only_one

        return only_one(name, self._all_called(name))

    def only_called(self, name: str) -> CreatorDocument | None:
        """As ``called``, but nobody where several are called so."""
        found = self._all_called(name)
        return found[0] if len(found) == 1 else None

    def _all_called(self, name: str) -> list[CreatorDocument]:
        from search.lookup import creators_called  # most queries name nobody

        found = creators_called(self._index, name)
        shown = set(self.among([document.id for document in found]))
        return [document for document in found if document.id in shown]
