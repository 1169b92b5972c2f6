"""Documents as bytes and back: compact JSON, deflated. The token strings are packed apart, only a purge reads them.

What the outline of a creator is made of (``outline.py``), and no more, stands in front and is not deflated: not every
backend keeps outlines.
"""

import json
import zlib
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from indexer.bundles import AccountView, Before, CreatorDocument, MarkView, Passage, PostDocument, PostTraits, Reactions
from indexer.editions import damaged
from indexer.stored import READ_ERRORS, Fields, Reader, Reasons, StoredCreator, StoredPost, stored
from places.model import Place, PlaceGuess

NO_TIME: Final = -(1 << 63)
"""Stands for an unknown time among microseconds since 1970."""

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)
_DECODER: Final = json.JSONDecoder()
_ENCODER: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
_SIZE: Final = 4  # bytes that say where the facts of a creator end
_FACTS: Final = (
    "id", "name", "kind", "bio", "bio_url", "followers", "busiest_day", "clockwork", "accounts", "places", "marks",
    "bio_sentences",
)  # fmt: skip
_POST_FIELDS: Final = (
    "id", "account_id", "url", "kind", "title", "text", "tags", "language", "published_at", "fetched_at", "passages",
    "likes", "comments", "shares", "repetition", "may_deny", "sentences",
)  # fmt: skip


def micros(moment: datetime | None) -> int:
    """Microseconds since 1970; ``NO_TIME`` for an unknown time."""
    return NO_TIME if moment is None else (moment - _EPOCH) // _MICROSECOND


def from_micros(value: int) -> datetime | None:
    """The inverse of ``micros``."""
    return None if value == NO_TIME else _EPOCH + timedelta(microseconds=value)


def pack_tokens(surface: str, stems: str) -> bytes:
    """Token strings of one document."""
    return _pack([surface, stems])


def unpack_tokens(content: bytes) -> tuple[str, str]:
    """The inverse of ``pack_tokens``."""
    try:
        surface, stems = json.loads(zlib.decompress(content))
    except READ_ERRORS as error:
        raise damaged(f"tokens: {error}") from error
    return str(surface), str(stems)


def pack_post(post: PostDocument, traits: PostTraits | None = None) -> bytes:
    """A post without its token strings and its creator's id; ``traits``: its own, where they are known already."""
    repetition, may_deny = traits or post.traits
    return _pack(
        [
            post.id,
            post.account_id,
            post.url,
            post.kind,
            post.title,
            post.text,
            post.tags,
            post.language,
            _write_time(post.published_at),
            _write_time(post.fetched_at),
            [(passage.start, passage.end, passage.key) for passage in post.passages],
            post.likes,
            post.comments,
            post.shares,
            repetition,
            may_deny,
            post.sentences,
        ]
    )


def unpack_post(content: bytes, creator_id: str) -> PostDocument:
    """The inverse of ``pack_post``; ``surface`` and ``stems`` stay empty."""
    try:
        values = dict(zip(_POST_FIELDS, _unpack(content), strict=True))
        values["creator_id"] = creator_id
        values["surface"] = values["stems"] = ""
        values["tags"] = tuple(values["tags"])  # whoever reads a post quotes it: all of these are looked at
        values["published_at"] = _read_time(values["published_at"])
        values["fetched_at"] = _read_time(values["fetched_at"])
        values["passages"] = tuple([Passage(*passage) for passage in values["passages"]])
        return stored(StoredPost, Fields(values, {}))
    except READ_ERRORS as error:
        raise damaged(f"a stored post: {error}") from error


def pack_creator(creator: CreatorDocument, languages: Mapping[str, int]) -> bytes:
    """A creator without its token strings; ``languages`` counts its posts by language."""
    facts = _json(
        [
            creator.id,
            creator.name,
            creator.kind,
            creator.bio,
            creator.bio_url,
            creator.followers,
            creator.busiest_day,
            creator.clockwork,
            [_pack_account(account) for account in creator.accounts],
            [_pack_guess(guess) for guess in creator.places],
            pack_marks(creator.marks),
            creator.bio_sentences,
        ]
    )
    rest = _pack(
        {
            "revision": creator.revision,
            "languages": creator.languages,
            "place_keys": sorted(creator.place_keys),
            "platforms": sorted(creator.platforms),
            "post_count": creator.post_count,
            "posts_per_month": creator.posts_per_month,
            "last_post_at": _write_time(creator.last_post_at),
            "first_seen": _write_time(creator.first_seen),
            "last_fetched": _write_time(creator.last_fetched),
            "links": creator.links,
            "discovered_by": creator.discovered_by,
            "bio_fetched_at": _write_time(creator.bio_fetched_at),
            "topics": creator.topics,
            "sponsored_share": creator.sponsored_share,
            "place_reasons": [[*guess.reasons] for guess in creator.places],
            "post_languages": dict(languages),
        }
    )
    return len(facts).to_bytes(_SIZE, "little") + facts + rest


def unpack_creator(content: bytes) -> StoredCreator:
    """The inverse of ``pack_creator``; ``surface`` and ``stems`` stay empty."""
    try:
        end = _SIZE + int.from_bytes(content[:_SIZE], "little")
        values = dict(zip(_FACTS, _DECODER.raw_decode(content[_SIZE:end].decode())[0], strict=True))
        values["surface"] = values["stems"] = ""
        fields = Fields(values, _CREATOR_READERS, lambda: _unpack(content[end:]))
        values["places"] = (fields, values["places"])
        return stored(StoredCreator, fields)
    except READ_ERRORS as error:
        raise damaged(f"a stored creator: {error}") from error


def unpack_languages(content: bytes) -> dict[str, int]:
    """How many posts of a packed creator have which language."""
    languages: dict[str, int] = unpack_creator(content).stored.read("post_languages")
    return languages


def pack_marks(marks: Iterable[MarkView]) -> list[list[object]]:
    """Marks as JSON holds them."""
    return [[*mark[:4], _write_time(mark.at), mark.words] for mark in marks]


def unpack_marks(rows: Iterable[Any]) -> tuple[MarkView, ...]:
    """The inverse of ``pack_marks``."""
    return tuple(
        MarkView(kind, value, query, reason, datetime.fromisoformat(at), words)
        for kind, value, query, reason, at, words in rows
    )


def _json(value: object) -> bytes:
    return _ENCODER.encode(value).encode()


def _pack(value: object) -> bytes:
    return zlib.compress(_json(value), 1)


def _unpack(content: bytes) -> Any:
    return _DECODER.raw_decode(zlib.decompress(content).decode())[0]


def _write_time(moment: datetime | None) -> str | None:
    return None if moment is None else moment.astimezone(UTC).isoformat()


def _read_time(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


def _pack_account(account: AccountView) -> list[object]:
    return [
        account.platform,
        account.host,
        account.handle,
        account.url,
        account.read,
        account.followers,
        _write_time(account.followers_as_of),
        account.collection_id,
        account.id,
        account.reactions,
        account.following,
        account.before and [_write_time(account.before.at), account.before.followers],
    ]


def _unpack_account(values: list[Any]) -> AccountView:
    platform, host, handle, url, read, followers, as_of, collection_id, account_id, reactions, following, before = (
        values
    )
    if reactions is not None:
        median, posts, counted, spread, comments_a_like = reactions
        reactions = Reactions(median, posts, tuple(counted), spread, comments_a_like)
    if before is not None:
        before = Before(datetime.fromisoformat(before[0]), before[1])
    at = _read_time(as_of)
    return AccountView(
        platform, host, handle, url, read, followers, at, collection_id, account_id, reactions, following, before
    )


def _pack_guess(guess: PlaceGuess) -> list[object]:
    return [guess.place, guess.role, guess.confidence]


def _unpack_places(packed: tuple[Fields, list[Any]]) -> tuple[PlaceGuess, ...]:
    fields, guesses = packed
    return tuple(
        [
            PlaceGuess(Place(*place), role, confidence, Reasons(fields, number))
            for number, (place, role, confidence) in enumerate(guesses)
        ]
    )


def _each(reader: Callable[[Any], object]) -> Callable[[Any], tuple[object, ...]]:
    return lambda values: tuple(map(reader, values))


_CREATOR_READERS: Final[Mapping[str, Reader]] = {
    "languages": tuple,
    "accounts": _each(_unpack_account),
    "places": _unpack_places,
    "place_keys": frozenset,
    "platforms": frozenset,
    "last_post_at": _read_time,
    "first_seen": _read_time,
    "last_fetched": _read_time,
    "links": tuple,
    "discovered_by": _each(tuple),
    "bio_fetched_at": _read_time,
    "topics": _each(tuple),
    "marks": unpack_marks,
}
