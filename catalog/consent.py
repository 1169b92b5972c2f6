"""What may be kept of an account: signals weighed into one state, and what a lower state deletes.

The account's own word (a decisive signal) counts from the moment it was read; at one and the same moment the
stricter word holds. A copy elsewhere may only lower it, and only until the account itself speaks again. A page
that does not know (UNKNOWN) says nothing. So every order of arrival ends alike.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import delete, update

from catalog import schema
from catalog.items import AliasKind, Consent, ConsentSignal
from catalog.unit import Unit, chunks

_HEIGHT: Final = {Consent.DENIED: 0, Consent.UNKNOWN: 1, Consent.PROFILE: 2, Consent.FULL: 3}
VISIBLE: Final = (Consent.FULL, Consent.PROFILE)
ADDRESSES: Final = (AliasKind.URL, AliasKind.ACTOR_URI)  # the names that are kept of a denied account


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """One side's newest word."""

    state: Consent
    reason: str
    url: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The two words on one account; ``state`` is what holds."""

    own: Word | None = None
    other: Word | None = None

    @property
    def winner(self) -> Word | None:
        """The word that decides, None where nobody said anything that counts."""
        if self.other and self._other_lowers(self.other):
            return self.other
        return self.own

    @property
    def state(self) -> Consent:
        """What may be kept."""
        return self.winner.state if self.winner else Consent.UNKNOWN

    @property
    def decisive(self) -> bool:
        """Whether the account's own word decided."""
        return self.own is not None and self.winner is self.own

    @property
    def shown(self) -> tuple[Consent, str, str]:
        """State, reason and address as readers see them."""
        word = self.winner or self.own or self.other
        return (self.state, word.reason, word.url) if word else (self.state, "", "")

    @property
    def says_nothing(self) -> bool:
        """Nobody has said anything yet: there is nothing to remember."""
        return self.own is None and self.other is None

    def _other_lowers(self, other: Word) -> bool:
        if self.own is None:
            return other.state is Consent.DENIED  # from "unknown", PROFILE or FULL would be a raise
        return other.at >= self.own.at and _HEIGHT[other.state] < _HEIGHT[self.own.state]


def weigh(verdict: Verdict, signal: ConsentSignal, at: datetime) -> Verdict:
    """The verdict after one more signal, read at ``at``."""
    if signal.state is Consent.UNKNOWN:
        return verdict
    word = Word(state=signal.state, reason=signal.reason, url=signal.url, at=at)
    if signal.decisive:
        return combine(verdict, Verdict(own=word))
    return combine(verdict, Verdict(other=word))


def combine(first: Verdict, second: Verdict) -> Verdict:
    """Both verdicts as one: the newest own word, the strictest word of others that is not older."""
    own = _newest(first.own, second.own)
    others = [word for word in (first.other, second.other) if word and (own is None or word.at >= own.at)]
    other = min(others, key=lambda word: (_HEIGHT[word.state], -word.at.timestamp()), default=None)
    return Verdict(own=own, other=other)


def is_lower(new: Consent, old: Consent) -> bool:
    """Whether ``new`` allows less than ``old``."""
    return _HEIGHT[new] < _HEIGHT[old]


def delete_posts(unit: Unit, account_ids: list[str]) -> int:
    """Delete every post of these accounts with its history, counts and names; returns how many."""
    deleted = 0
    for part in chunks(account_ids):
        deleted += unit.connection.execute(delete(schema.post).where(schema.post.c.account_id.in_(part))).rowcount
    unit.purged = unit.purged or deleted > 0
    return deleted


def strip(unit: Unit, account_ids: list[str]) -> None:
    """Delete everything on these accounts but their id, consent and address."""
    delete_posts(unit, account_ids)
    of_account = (schema.profile, schema.account_link, schema.account_count, schema.lineage, schema.mark)
    for part in chunks(account_ids):
        for table in of_account:
            unit.connection.execute(delete(table).where(table.c.account_id.in_(part)))
        alias = schema.account_alias
        unit.connection.execute(
            delete(alias).where(
                alias.c.account_id.in_(part), alias.c.kind.not_in(ADDRESSES) | alias.c.until.is_not(None)
            )
        )
        unit.connection.execute(
            update(schema.account)
            .where(schema.account.c.id.in_(part))
            .values(handle=None, native_id=None, read=False, moved_kind=None, moved_value=None, collection_id=None)
        )
    unit.purged = True
    unit.dirty_accounts.update(account_ids)
    unit.relink.update(account_ids)


def _newest(first: Word | None, second: Word | None) -> Word | None:
    words = [word for word in (first, second) if word]
    return max(words, key=lambda word: (word.at, -_HEIGHT[word.state]), default=None)
