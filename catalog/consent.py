"""What may be kept of an account: signals weighed into one state, and what a lower state deletes.

The account's own setting counts from the moment it was read. What a page allows by default counts only while no
setting has been seen. Of either the newest word holds, at one and the same moment the stricter. A copy elsewhere may
only lower what holds, and only until a newer setting is seen. A page that does not know (UNKNOWN) says nothing. So
every order of arrival ends alike.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import delete, update

from catalog import schema
from catalog.items import AliasKind, Consent, ConsentSignal, ConsentStrength
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
    """The newest words of each strength on one account; ``state`` is what holds."""

    setting: Word | None = None
    default: Word | None = None
    copy: Word | None = None

    @property
    def own(self) -> Word | None:
        """What the account's own pages say: its setting, and only without one their default."""
        return self.setting or self.default

    @property
    def winner(self) -> Word | None:
        """The word that decides, None where nobody said anything that counts."""
        return self.copy if self.copy and self._copy_lowers(self.copy) else self.own

    @property
    def state(self) -> Consent:
        """What may be kept."""
        return self.winner.state if self.winner else Consent.UNKNOWN

    @property
    def strength(self) -> ConsentStrength | None:
        """How strong the deciding word is, None where none decides."""
        if self.winner is None:
            return None
        return "copy" if self.winner is not self.own else "setting" if self.setting else "default"

    @property
    def shown(self) -> tuple[Consent, str, str]:
        """State, reason and address as readers see them."""
        word = self.winner or self.own or self.copy
        return (self.state, word.reason, word.url) if word else (self.state, "", "")

    @property
    def says_nothing(self) -> bool:
        """Nobody has said anything yet: there is nothing to remember."""
        return self.own is None and self.copy is None

    def _copy_lowers(self, copy: Word) -> bool:
        if self.own is None:
            return copy.state is Consent.DENIED  # from "unknown", PROFILE or FULL would be a raise
        return _HEIGHT[copy.state] < _HEIGHT[self.own.state]


def weigh(verdict: Verdict, signal: ConsentSignal, at: datetime) -> Verdict:
    """The verdict after one more signal, read at ``at``."""
    says_nothing = signal.state is Consent.UNKNOWN or (signal.strength == "copy" and signal.state is Consent.FULL)
    if says_nothing:
        return verdict
    word = Word(state=signal.state, reason=signal.reason, url=signal.url, at=at)
    return combine(verdict, Verdict(**{signal.strength: word}))


def combine(first: Verdict, second: Verdict) -> Verdict:
    """Both verdicts as one: of each strength the newest word, as far as no setting outdates it."""
    setting = _newest(first.setting, second.setting)
    default, copy = _newest(first.default, second.default), _newest(first.copy, second.copy)
    outdated = setting is not None and copy is not None and copy.at < setting.at
    return Verdict(setting=setting, default=None if setting else default, copy=None if outdated else copy)


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
    of_account = (schema.profile, schema.account_link, schema.account_count, schema.account_seen)
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
