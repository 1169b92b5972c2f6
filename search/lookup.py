"""Whom a name means: an id, an account's address, a handle with or without its host, or a name that only one has."""

import re
from collections.abc import Sequence
from typing import Final

from indexer.bundles import CreatorDocument
from indexer.contract import Filters, Index
from search.errors import CreatorAmbiguous
from search.query import text_query
from text.fold import fold

NAMESAKES: Final = 100  # creators that are looked through for a handle or an address
_CHOICES: Final = 6  # addresses named where a name is several people's


def only_one(name: str, found: Sequence[CreatorDocument]) -> CreatorDocument | None:
    """The one whom ``creators_called`` found; None for nobody. Raises CreatorAmbiguous, which names the several."""
    if len(found) > 1:
        listed = ", ".join(_address(document) for document in found[:_CHOICES])
        more = f" and {len(found) - _CHOICES} more" if len(found) > _CHOICES else ""
        raise CreatorAmbiguous(f"several are called {name}: give one address of {listed}{more}")
    return found[0] if found else None


def creators_called(index: Index, name: str) -> list[CreatorDocument]:
    """Everybody whom a name may mean, by id: whoever has the account goes before those with the name."""
    known = index.get([name]).get(name)
    if known is not None:
        return [known]
    words = text_query(" ".join(re.split(r"[@/]", re.sub(r"^https?://", "", name))), index)
    hits = index.search_creators_text(words, limit=NAMESAKES, filters=Filters())
    documents = sorted(index.get([hit.creator_id for hit in hits]).values(), key=lambda document: document.id)
    with_account = [document for document in documents if name_fits(name, document)]
    return with_account or [document for document in documents if fold(document.name) == fold(name)]


def name_fits(name: str, document: CreatorDocument) -> bool:
    """Whether one of the accounts has this handle, handle@host or address."""
    wanted = name.strip().removeprefix("@").rstrip("/").lower()
    return any(
        wanted in {account.handle.lower(), f"{account.handle}@{account.host}".lower(), account.url.rstrip("/").lower()}
        for account in document.accounts
    )


def _address(document: CreatorDocument) -> str:
    return next((account.url for account in document.accounts if account.url), document.id)
