"""One account in memory while a transaction changes it; filled by ``accounts.py``, written by ``account_writer.py``."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, NamedTuple, Self

from catalog.consent import Verdict
from catalog.items import Alias, Counts, Provenance
from catalog.profiles import RANK, Profile


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Where an account is; ``rank`` is the provenance that said so."""

    platform: str
    host: str
    handle: str | None
    native_id: str | None
    url: str
    rank: int

    def grown(self, other: Self, *, newer: bool) -> Self:
        """After another page: a better provenance wins, then an API's newer answer, then the plainer address.

        Pages and feeds of one site name the same author by several addresses, whichever of them is read last.
        """
        if other.rank == self.rank:
            wins = (newer and self.rank == RANK["api"]) or _plainness(other.url) < _plainness(self.url)
        else:
            wins = other.rank > self.rank
        return other.filled(self) if wins else self.filled(other)

    def filled(self, *others: Self) -> Self:
        """With handle and native id taken from others where they are not known."""
        handle, native_id = self.handle, self.native_id
        for other in others:
            handle, native_id = handle or other.handle, native_id or other.native_id
        return replace(self, handle=handle, native_id=native_id)


def _plainness(url: str) -> tuple[bool, int, str]:
    """The less the plainer: a site's front page before an author's page on it."""
    return not url.startswith("https:"), len(url), url


class Snapshot(NamedTuple):
    """What was loaded, to see what changed."""

    account: dict[str, Any]
    aliases: dict[Alias, datetime]
    verdict: Verdict
    profiles: dict[Provenance, Profile]
    counts: tuple[datetime, Counts] | None


@dataclass(slots=True, kw_only=True)
class KnownAccount:
    """An account, mutable for the length of one batch."""

    id: str
    is_new: bool
    identity: Identity
    first_seen: datetime
    last_fetched: datetime
    last_seen: datetime
    read: bool = False
    collection_id: str | None = None
    moved_to: Alias | None = None
    verdict: Verdict = field(default_factory=Verdict)
    aliases: dict[Alias, datetime] = field(default_factory=dict)
    ended: dict[Alias, datetime] = field(default_factory=dict)
    profiles: dict[Provenance, Profile] = field(default_factory=dict)
    counts: tuple[datetime, Counts] | None = None
    absorbed: list[Self] = field(default_factory=list)  # accounts that turned out to be this one
    lowered: bool = False  # consent allows less than before
    shown: bool = False  # by a page of this batch, as one that may be kept
    loaded: Snapshot | None = None

    def observe(self, counts: Counts, at: datetime) -> None:
        """A newer observation of the counts; what it does not show stays as it was."""
        if counts == Counts() or (self.counts and at < self.counts[0]):
            return
        before = self.counts[1] if self.counts else Counts()
        hidden = counts.followers is None
        seen = Counts(
            followers=before.followers if hidden else counts.followers,
            followers_step=before.followers_step if hidden else counts.followers_step,
            following=before.following if counts.following is None else counts.following,
            posts=before.posts if counts.posts is None else counts.posts,
        )
        if seen != before:
            self.counts = (at, seen)

    def lose(self, alias: Alias, at: datetime) -> None:
        """A name now belongs to somebody else."""
        self.aliases.pop(alias, None)
        self.ended[alias] = at

    def forget_content(self) -> None:
        """All but id, consent and address."""
        self.profiles.clear()
        self.ended.clear()
        self.counts, self.moved_to, self.collection_id, self.read = None, None, None, False
        self.shown = False
        self.identity = replace(self.identity, handle=None, native_id=None)

    def account_columns(self) -> dict[str, Any]:
        """A row of ``account``."""
        return {
            "id": self.id,
            "platform": self.identity.platform,
            "host": self.identity.host,
            "handle": self.identity.handle,
            "native_id": self.identity.native_id,
            "url": self.identity.url,
            "identity_rank": self.identity.rank,
            "read": self.read,
            "moved_kind": self.moved_to.kind.value if self.moved_to else None,
            "moved_value": self.moved_to.value if self.moved_to else None,
            "collection_id": self.collection_id,
            "first_seen": self.first_seen,
            "last_fetched": self.last_fetched,
        }

    def snapshot(self) -> Snapshot:
        """What there is now."""
        return Snapshot(
            self.account_columns(),
            dict(self.aliases),
            self.verdict,
            dict(self.profiles),
            self.counts,
        )
