"""Whom a name means: an id, an account's address, a handle with or without its host, or a name that only one has."""

import re
from typing import Final

from indexer.contract import CreatorDocument, Filters, Index
from search.query import text_query
from text.fold import fold

NAMESAKES: Final = 100  # creators that are looked through for a handle or an address


def find_creator(index: Index, name: str) -> CreatorDocument | None:
    """The creator of this id or with an account of this name, or the only one who calls themselves so."""
    return index.get([name]).get(name) or _called(index, name)


def _called(index: Index, name: str) -> CreatorDocument | None:
    words = text_query(" ".join(re.split(r"[@/]", re.sub(r"^https?://", "", name))), index)
    hits = index.search_creators_text(words, limit=NAMESAKES, filters=Filters())
    documents = index.get([hit.creator_id for hit in hits])
    called = [document for document in documents.values() if name_fits(name, document)]
    namesakes = [document for document in documents.values() if fold(document.name) == fold(name)]
    if not called and len(namesakes) == 1:
        return namesakes[0]
    return min(called, key=lambda document: document.id, default=None)


def name_fits(name: str, document: CreatorDocument) -> bool:
    """Whether one of the accounts has this handle, handle@host or address."""
    wanted = name.strip().removeprefix("@").rstrip("/").lower()
    return any(
        wanted in {account.handle.lower(), f"{account.handle}@{account.host}".lower(), account.url.rstrip("/").lower()}
        for account in document.accounts
    )
