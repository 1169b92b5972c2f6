"""An invented catalog in memory with its change feed, and an embedder that reads no meaning but is exact."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np

from catalog.items import Consent, Counts, Interaction, Moment, ProfileLink
from catalog.records import AccountRecord, Change, CreatorRecord, Deletions, FeedPosition, Lineage, PostRecord
from indexer.bundles import Matrix
from indexer.embedder import OnProgress
from indexer.models import SentenceModel
from tests.indexer.worlds import DIMENSION, unit

DAY = datetime(2026, 11, 1, 12, tzinfo=UTC)


def account(who: str, *, bio: str = "", **changes: object) -> AccountRecord:
    record = AccountRecord(
        id=f"account-{who}",
        platform="blog",
        host=f"{who}.example",
        handle=who,
        url=f"https://{who}.example/",
        kind="unknown",
        name=who.title(),
        bio=bio,
        location="",
        languages=(),
        tags=(),
        links=(),
        counts=Counts(),
        counts_as_of=None,
        created=None,
        consent=Consent.FULL,
        consent_reason="",
        consent_url="",
        read=True,
        first_seen=DAY - timedelta(days=30),
        last_fetched=DAY,
    )
    return replace(record, **changes)


def post(post_id: str, owner: str, text: str, *, day: int | None = 0, **changes: object) -> PostRecord:
    record = PostRecord(
        id=post_id,
        account_id=f"account-{owner}",
        native_id=post_id,
        url=f"https://{owner}.example/{post_id}",
        kind="article",
        title="",
        text=text,
        language="en",
        tags=(),
        published=None if day is None else Moment(DAY - timedelta(days=day)),
        edited=None,
        first_seen=DAY,
        fetched_at=DAY,
        interaction=Interaction(),
        place="",
        provenance="page",
    )
    return replace(record, **changes)


def record(
    creator_id: str,
    texts: Sequence[str] = (),
    *,
    accounts: Sequence[AccountRecord] = (),
    revision: int = 1,
    bio: str = "",
) -> CreatorRecord:
    accounts = accounts or (account(creator_id, bio=bio),)
    owner = accounts[0].id.removeprefix("account-")
    posts = tuple(
        post(f"{creator_id}-{n}", owner, text, day=n, interaction=Interaction(likes=len(text)))
        for n, text in enumerate(texts)
    )
    found_by = (Lineage(plan="sushi", seed="hashtag #sushi", url=f"https://{owner}.example/"),)
    return CreatorRecord(id=creator_id, revision=1, accounts=tuple(accounts), posts=posts, discovered_by=found_by)


def links(*urls: str) -> tuple[ProfileLink, ...]:
    return tuple(ProfileLink(url) for url in urls)


@dataclass
class MemoryCatalog:
    """Satisfies ``catch_up.CatalogFeed``: one feed row a creator, the newest."""

    epoch: str = "epoch-1"
    records: dict[str, CreatorRecord] = field(default_factory=dict)
    feed: dict[str, Change] = field(default_factory=dict)
    seq: int = 0
    promised: Deletions = field(default_factory=Deletions)

    def put(self, changed: CreatorRecord) -> None:
        self.seq += 1
        before = self.feed.get(changed.id)
        revision = before.revision + 1 if before else 1
        self.records[changed.id] = replace(changed, revision=revision)
        self.feed[changed.id] = Change(changed.id, revision, self.seq, gone=False)

    def drop(self, creator_id: str) -> None:
        self.seq += 1
        before = self.feed.get(creator_id)
        self.records.pop(creator_id, None)
        self.feed[creator_id] = Change(creator_id, before.revision + 1 if before else 1, self.seq, gone=True)

    def head(self) -> FeedPosition:
        return FeedPosition(self.epoch, self.seq)

    def changes(self, after: FeedPosition | None, *, limit: int) -> list[Change]:
        assert after is None or after.epoch == self.epoch
        rows = sorted(self.feed.values(), key=lambda change: change.seq)
        return [change for change in rows if after is None or change.seq > after.seq][:limit]

    def pending(self, after: FeedPosition | None) -> int:
        return len(self.changes(after, limit=len(self.feed)))

    def creators(self, ids: Iterable[str]) -> dict[str, CreatorRecord]:
        return {name: self.records[name] for name in ids if name in self.records}

    def creator_ids(self) -> Iterator[str]:
        return iter(sorted(self.records))

    def deletions(self) -> Deletions:
        return self.promised


class HashEmbedder:
    """Vectors that depend on the text alone; counts what it was asked."""

    def __init__(self, identity: str = "hash@1") -> None:
        self.model = SentenceModel(
            name="hash", folder=Path("nowhere"), identity=identity, dimension=DIMENSION, max_pieces=256
        )
        self.texts: list[str] = []

    def encode(self, texts: Sequence[str], *, on_progress: OnProgress | None = None) -> Matrix:
        self.texts += texts
        if on_progress is not None:
            on_progress(len(texts), len(texts))
        return np.array([unit(text) for text in texts], np.float32)
