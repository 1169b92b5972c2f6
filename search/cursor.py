"""The place in an answer at which the next page begins: query, state of the index, rank."""

import base64
import zlib
from dataclasses import dataclass
from typing import Final

from niche.model import Niche
from search.errors import CursorInvalid, CursorStale

SEED: Final = 0x6E696368  # a second checksum: two of 32 bits tell apart what one may not


@dataclass(frozen=True, slots=True)
class Cursor:
    """``query`` is a digest of the understood query; ``rank`` results have been shown."""

    query: str
    generation: int
    rank: int

    def __str__(self) -> str:
        return base64.urlsafe_b64encode(f"{self.query}.{self.generation}.{self.rank}".encode()).decode().rstrip("=")


def digest(niche: Niche, min_confidence: float | None) -> str:
    """A short name for a query, the same in every process (the order of a set is not).

    Checksums, because hashlib takes as long to import as a search to rank, and nobody gains by forging a page number.
    """
    places = (f"{target.relation} {target.place.key} {target.radius_km}" for target in niche.places)
    words = (niche.text, niche.theme, *niche.excluded, *niche.phrases, niche.like)
    parts = (*words, repr(niche.filters), *places, str(min_confidence))
    text = "\n".join(parts).encode()
    return f"{zlib.crc32(text):08x}{zlib.crc32(text, SEED):08x}"


def read_cursor(text: str, *, query: str, generation: int) -> int:
    """How many results have been shown. Raises CursorInvalid for another query, another index or no cursor at all."""
    try:
        named, held, rank = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode().split(".")
        cursor = Cursor(named, int(held), int(rank))
    except ValueError:
        raise CursorInvalid("this is not a cursor; take next_cursor from an answer") from None
    if cursor.query != query:
        raise CursorInvalid("the cursor belongs to another query; ask again without one")
    if cursor.rank < 0:
        raise CursorInvalid("this is not a cursor; take next_cursor from an answer")
    if cursor.generation != generation:
        again = str(Cursor(query, generation, cursor.rank))
        raise CursorStale("the index has changed since the cursor was given; ask again without one", again)
    return cursor.rank
