"""What a ranking looks at in each of two hundred candidates: little, and worked out when they are indexed.

An answer shows ten of them; only their documents are read. Backends that hold outlines pack them as JSON lists side by
side, so that those of all candidates are read in one go; others make them from the documents.
"""

import json
from collections.abc import Iterable, Sequence
from typing import Any, Final, NamedTuple

from indexer.bundles import CreatorDocument
from indexer.engagement import Rate, main_rated, rate_at
from indexer.signs import signs_of
from text.denial import may_deny
from text.fold import fold
from text.repetition import repetition

_DECODER: Final = json.JSONDecoder()


class Outline(NamedTuple):
    """A creator in short. ``bio`` is folded; ``rates`` are of the accounts that have one, ``main`` of these stands for
    the creator (-1: none has).

    Lists are kept as text until somebody looks: two hundred creators with a dozen lists each would be a good part of
    what the collector of garbage walks over in a query.
    """

    kind: str
    followers: int | None
    bio: str
    repetition: float | None  # of the bio; see text.repetition
    may_deny: bool  # ... text.denial
    signs: str  # see indexer.signs; parted by spaces
    account_lines: str  # platform, space and handle, a line each
    rates: Sequence[Rate]
    main: int
    places: str  # of the guesses: key, kind, latitude, longitude, population, role, confidence; JSON
    is_marked: bool

    @property
    def rate(self) -> Rate | None:
        """The rate that stands for the creator."""
        return self.rates[self.main] if self.main >= 0 else None


def outline_of(document: CreatorDocument) -> Outline:
    """The outline of a creator."""
    rates = [(account, rate) for account in document.accounts if (rate := rate_at(account)) is not None]
    main = main_rated(document.accounts)
    bio = fold(document.bio)
    return Outline(
        kind=document.kind,
        followers=document.followers,
        bio=bio,
        repetition=repetition(document.bio),
        may_deny=may_deny(bio),
        signs=" ".join(signs_of(document)),
        account_lines="\n".join([f"{account.platform} {account.handle}" for account in document.accounts]),
        rates=[rate for _, rate in rates],
        main=next((at for at, (account, _) in enumerate(rates) if account is main), -1),
        places=_json(
            [
                (place.key, place.kind, place.lat, place.lon, place.population, role, confidence)
                for place, role, confidence, _ in document.places
            ]
        ),
        is_marked=bool(document.marks),
    )


def pack_outline(outline: Outline) -> bytes:
    """An outline with a comma behind it, so that several side by side are a list."""
    return _json(outline).encode() + b","


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def unpack_outlines(content: bytes) -> list[Outline]:
    """The inverse of ``pack_outline``, of several side by side. Raises ValueError or TypeError for anything else."""
    rows: Iterable[list[Any]] = _DECODER.raw_decode(f"[{content[:-1].decode()}]")[0]
    return [
        Outline(kind, followers, bio, repeated, denying, signs, lines, [Rate(*rate) for rate in rates], *rest)
        for kind, followers, bio, repeated, denying, signs, lines, rates, *rest in rows
    ]


def unpack_places(outlines: Iterable[Outline]) -> list[list[list[Any]]]:
    """The places of several creators, read in one go: lists as they stand in ``Outline.places``."""
    found: list[list[list[Any]]] = _DECODER.raw_decode(f"[{','.join([outline.places for outline in outlines])}]")[0]
    return found
