"""Collections as JSON Lines (DESIGN 8): ``creators.jsonl`` and ``posts.jsonl`` become items like a page's.

Only ``id`` (and ``creator_id`` of a post) are required; what a file lacks stays unknown. Accounts whose ``links``
name each other count as joined by rel=me in both directions, which is what the catalog makes of these items.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any, Final, TypeVar

from app.errors import CollectionError
from catalog.identity import canonical_url, host_of, try_canonical
from catalog.items import (
    AccountItem,
    Alias,
    AliasKind,
    Consent,
    ConsentSignal,
    Counts,
    Interaction,
    Moment,
    PostItem,
    ProfileLink,
    TimeOrigin,
)

BATCH: Final = 5_000
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Collection:
    """The files of one collection. ``posts`` may be absent."""

    name: str
    creators: Path
    posts: Path | None

    def accounts(self) -> Iterator[tuple[str, AccountItem]]:
        """Every creator's own id with its account."""
        for where, row in _rows(self.creators):
            yield _text(row, "id", where), _account(row, self, where)

    def post_items(self) -> Iterator[PostItem]:
        """Every post."""
        if self.posts is not None:
            for where, row in _rows(self.posts):
                yield _post(row, self, where)

    def alias(self, creator_id: str) -> Alias:
        """The name under which the catalog knows a creator of this collection."""
        return Alias(AliasKind.NATIVE, f"{self.name}.collection/{creator_id}")


def open_collection(path: Path) -> Collection:
    """A folder with ``creators.jsonl`` (and ``posts.jsonl``), or the creators file itself.

    Raises CollectionError when there is none.
    """
    creators = path / "creators.jsonl" if path.is_dir() else path
    if not creators.is_file():
        raise CollectionError(
            f"no creators.jsonl at {path}; a collection is a folder with creators.jsonl and posts.jsonl"
        )
    posts = creators.with_name("posts.jsonl")
    return Collection(creators.resolve().parent.name.lower(), creators, posts if posts.is_file() else None)


def batches(items: Iterator[T]) -> Iterator[tuple[T, ...]]:
    """Cut a stream into tuples of at most ``BATCH``."""
    while batch := tuple(islice(items, BATCH)):
        yield batch


def _rows(file: Path) -> Iterator[tuple[str, Mapping[str, Any]]]:
    with file.open("rb") as lines:
        for number, line in enumerate(lines, 1):
            where = f"{file}, line {number}"
            if not line.strip():
                continue
            try:
                row = json.loads(line)
            except ValueError as error:
                raise CollectionError(f"{where}: not JSON ({error}); one object per line is expected") from None
            if not isinstance(row, dict):
                raise CollectionError(f"{where}: a JSON object is expected, not {type(row).__name__}")
            yield where, row


def _account(row: Mapping[str, Any], collection: Collection, where: str) -> AccountItem:
    creator_id = _text(row, "id", where)
    url = _address(row, "url", where)
    aliases = (collection.alias(creator_id), *((Alias(AliasKind.URL, url),) if url else ()))
    return AccountItem(
        platform=_optional(row, "platform", where) or "import",
        host=host_of(url) if url else f"{collection.name}.collection",
        aliases=aliases,
        url=url,
        native_id=creator_id,
        handle=_optional(row, "handle", where) or None,
        name=_optional(row, "name", where),
        bio=_optional(row, "bio", where),
        location=_optional(row, "location", where),
        languages=tuple(filter(None, [_optional(row, "lang", where)])),
        links=tuple(
            ProfileLink(found, rel_me=True) for found in map(try_canonical, _texts(row, "links", where)) if found
        ),
        counts=Counts(
            followers=_count(row, "followers", where),
            following=_count(row, "following", where),
            posts=_count(row, "posts_count", where),
        ),
        created=_moment(row, "created_at", where),
        consent=ConsentSignal(Consent.FULL, f"in the collection {collection.name}, imported by you", url),
        provenance="import",
    )


def _post(row: Mapping[str, Any], collection: Collection, where: str) -> PostItem:
    return PostItem(
        account=collection.alias(_text(row, "creator_id", where)),
        native_id=_text(row, "id", where),
        url=_address(row, "url", where),
        provenance="import",
        title=_optional(row, "title", where),
        text=_optional(row, "text", where),
        language=_optional(row, "lang", where) or None,
        tags=tuple(_texts(row, "tags", where)),
        published=_moment(row, "published_at", where),
        interaction=Interaction(
            likes=_count(row, "likes", where),
            shares=_count(row, "shares", where),
            comments=_count(row, "comments", where),
        ),
        place=_optional(row, "place", where),
    )


def _address(row: Mapping[str, Any], key: str, where: str) -> str:
    """An address in its one spelling; "" for none."""
    written = _optional(row, key, where)
    try:
        return canonical_url(written) if written else ""
    except ValueError as error:
        raise CollectionError(f"{where}: {key} is {error}") from None


def _text(row: Mapping[str, Any], key: str, where: str) -> str:
    value = row.get(key)
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if not isinstance(value, str) or not value:
        raise CollectionError(f"{where}: {key} is required and must be text")
    return value


def _optional(row: Mapping[str, Any], key: str, where: str) -> str:
    value = row.get(key)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise CollectionError(f"{where}: {key} must be text, not {value!r}")
    return value


def _texts(row: Mapping[str, Any], key: str, where: str) -> list[str]:
    value = row.get(key) or []
    if not isinstance(value, list) or not all(isinstance(entry, str) for entry in value):
        raise CollectionError(f"{where}: {key} must be a list of texts")
    return [entry for entry in value if entry]


def _count(row: Mapping[str, Any], key: str, where: str) -> int | None:
    value = row.get(key)
    if value is None:
        return None
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise CollectionError(f"{where}: {key} must be a whole number or null, not {value!r}")
    return value


def _moment(row: Mapping[str, Any], key: str, where: str) -> Moment | None:
    value = _optional(row, key, where)
    if not value:
        return None
    try:
        at = datetime.fromisoformat(value)
    except ValueError:
        raise CollectionError(f"{where}: {key} must be an ISO 8601 time, not {value!r}") from None
    return Moment(at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC), origin=TimeOrigin.PLATFORM)
