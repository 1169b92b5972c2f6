"""An invented catalog in memory, as large as asked for, for benchmarks of the index."""

import random
import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta

from catalog.items import Consent, Counts, Interaction, Moment
from catalog.records import AccountRecord, Change, CreatorRecord, Deletions, FeedPosition, PostRecord

_DAY = datetime(2026, 11, 1, tzinfo=UTC)
_TOPICS = ("sushi", "sourdough", "trail running", "film cameras", "houseplants", "ramen", "woodwork", "vinyl records")
_TOWNS = ("Boston", "Portland, Maine", "Chicago", "Munich", "Leeds", "Seattle", "Providence", "Toronto")
_WORDS = re.findall(
    r"\w+",
    """
    today the a and with of in on for we our my fresh small early long quiet market street morning evening rain table
    friend recipe tool hand cut slow heat salt water paper light colour shop corner week season harbour bridge first
    last better never always thin deep sharp smooth wood steel glass green blue old new found made tried kept lost
    """,
)


class MadeUpCatalog:
    """Satisfies ``indexer.catch_up.CatalogFeed``; the same numbers always make the same creators."""

    def __init__(self, creators: int, posts_each: int) -> None:
        """``posts_each`` posts of about 90 words for each creator."""
        self._posts_each = posts_each
        self._ids = [_name(number) for number in range(creators)]
        self._changes = [Change(name, 1, seq, gone=False) for seq, name in enumerate(self._ids, start=1)]
        self._added: dict[str, int] = {}  # posts beside the first ones

    def grow(self, posts: int) -> None:
        """So many new posts: half by as many creators that are known, half by new ones."""
        known, new = self._ids[: posts // 2], (posts - posts // 2) // self._posts_each
        self._added.update(dict.fromkeys(known, 1))
        names = [_name(len(self._ids) + number) for number in range(new)]
        self._ids += names
        for name in (*known, *names):
            revision = 2 if name in self._added else 1
            self._changes.append(Change(name, revision, len(self._changes) + 1, gone=False))

    def head(self) -> FeedPosition:
        """The newest position."""
        return FeedPosition("made-up", len(self._changes))

    def changes(self, after: FeedPosition | None, *, limit: int) -> list[Change]:
        """The changes after a position."""
        start = after.seq if after else 0
        return self._changes[start : start + limit]

    def pending(self, after: FeedPosition | None) -> int:
        """How many there are."""
        return len(self._changes) - (after.seq if after else 0)

    def deletions(self) -> Deletions:
        """Nothing was promised."""
        return Deletions()

    def creators(self, ids: Iterable[str]) -> dict[str, CreatorRecord]:
        """Creators by id."""
        return {name: self._creator(name) for name in ids}

    def creator_ids(self) -> Iterator[str]:
        """Every creator."""
        return iter(self._ids)

    def _creator(self, name: str) -> CreatorRecord:
        chance = random.Random(name)
        topic, town = chance.choice(_TOPICS), chance.choice(_TOWNS)
        account = AccountRecord(
            id=f"account-{name}",
            platform="blog",
            host=f"{name}.example",
            handle=name,
            url=f"https://{name}.example/",
            kind="person",
            name=name.title(),
            bio=f"I write about {topic} in {town}.",
            location=town,
            languages=("en",),
            tags=(topic.replace(" ", ""),),
            links=(),
            counts=Counts(followers=chance.randrange(100, 50_000)),
            counts_as_of=_DAY,
            created=None,
            consent=Consent.FULL,
            consent_reason="",
            consent_url="",
            read=True,
            first_seen=_DAY,
            last_fetched=_DAY,
        )
        added = self._added.get(name, 0)
        many = range(self._posts_each + added)
        posts = tuple(self._post(f"{name}-{number}", account, topic, chance) for number in many)
        return CreatorRecord(id=name, revision=1 + added, accounts=(account,), posts=posts)

    def _post(self, name: str, account: AccountRecord, topic: str, chance: random.Random) -> PostRecord:
        sentences = []
        for _ in range(chance.randrange(2, 14)):
            words = chance.choices(_WORDS, k=chance.randrange(6, 18))
            words[chance.randrange(len(words))] = topic
            sentences.append(" ".join(words).capitalize() + ".")
        return PostRecord(
            id=name,
            account_id=account.id,
            native_id=name,
            url=f"{account.url}{name}",
            kind="article",
            title=f"{topic.title()} {chance.choice(_WORDS)}",
            text=" ".join(sentences),
            language="en",
            tags=(topic.replace(" ", ""),),
            published=Moment(_DAY - timedelta(hours=chance.randrange(20_000))),
            edited=None,
            first_seen=_DAY,
            fetched_at=_DAY,
            interaction=Interaction(),
            place="",
            provenance="feed",
        )


def _name(number: int) -> str:
    return f"creator-{number:06}"
