"""Documents as bytes and back: compact JSON, deflated. The token strings are packed apart, only a purge reads them."""

import json
import zlib
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from indexer.backends.embedded.stored import READ_ERRORS, Reader, StoredCreator, StoredPost, stored
from indexer.backends.embedded.tables import NO_TIME
from indexer.contract import AccountView, Before, CreatorDocument, MarkView, Passage, PostDocument, Reactions
from indexer.editions import damaged
from places.model import Place, PlaceGuess, PlaceReason

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)
_READ_ERRORS: Final = (*READ_ERRORS, zlib.error)
_DECODER: Final = json.JSONDecoder()
_POST_FIELDS: Final = (
    "id", "account_id", "url", "kind", "title", "text", "tags", "language", "published_at", "fetched_at", "passages",
    "likes", "comments", "shares",
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
    except _READ_ERRORS as error:
        raise damaged(f"tokens: {error}") from error
    return str(surface), str(stems)


def pack_post(post: PostDocument) -> bytes:
    """A post without its token strings and its creator's id."""
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
        ]
    )


def unpack_post(content: bytes, creator_id: str) -> PostDocument:
    """The inverse of ``pack_post``; ``surface`` and ``stems`` stay empty."""
    try:
        values = dict(zip(_POST_FIELDS, _unpack(content), strict=True))
        values["creator_id"] = creator_id
        values["surface"] = values["stems"] = ""
        return stored(StoredPost, values, _POST_READERS)
    except _READ_ERRORS as error:
        raise damaged(f"a stored post: {error}") from error


def pack_creator(creator: CreatorDocument, languages: Mapping[str, int]) -> bytes:
    """A creator without its token strings; ``languages`` counts its posts by language."""
    return _pack(
        {
            "id": creator.id,
            "revision": creator.revision,
            "name": creator.name,
            "kind": creator.kind,
            "bio": creator.bio,
            "languages": creator.languages,
            "accounts": [_pack_account(account) for account in creator.accounts],
            "places": [_pack_guess(guess) for guess in creator.places],
            "place_keys": sorted(creator.place_keys),
            "platforms": sorted(creator.platforms),
            "followers": creator.followers,
            "post_count": creator.post_count,
            "posts_per_month": creator.posts_per_month,
            "last_post_at": _write_time(creator.last_post_at),
            "first_seen": _write_time(creator.first_seen),
            "last_fetched": _write_time(creator.last_fetched),
            "links": creator.links,
            "discovered_by": creator.discovered_by,
            "bio_url": creator.bio_url,
            "bio_fetched_at": _write_time(creator.bio_fetched_at),
            "topics": creator.topics,
            "sponsored_share": creator.sponsored_share,
            "busiest_day": creator.busiest_day,
            "clockwork": creator.clockwork,
            "marks": pack_marks(creator.marks),
            "post_languages": dict(languages),
        }
    )


def unpack_creator(content: bytes) -> tuple[CreatorDocument, dict[str, int]]:
    """The inverse of ``pack_creator``; ``surface`` and ``stems`` stay empty."""
    try:
        values: dict[str, Any] = _unpack(content)
        languages: dict[str, int] = values.pop("post_languages")
        values["surface"] = values["stems"] = ""
        return stored(StoredCreator, values, _CREATOR_READERS), languages
    except _READ_ERRORS as error:
        raise damaged(f"a stored creator: {error}") from error


def pack_marks(marks: Iterable[MarkView]) -> list[list[object]]:
    """Marks as JSON holds them."""
    return [[*mark[:4], _write_time(mark.at), mark.words] for mark in marks]


def unpack_marks(rows: Iterable[Any]) -> tuple[MarkView, ...]:
    """The inverse of ``pack_marks``."""
    return tuple(
        MarkView(kind, value, query, reason, datetime.fromisoformat(at), words)
        for kind, value, query, reason, at, words in rows
    )


def _pack(value: object) -> bytes:
    return zlib.compress(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode(), 1)


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
    platform, host, handle, url, read, followers, as_of, collection_id, account_id, reactions, following, *later = (
        values
    )
    before = later[0] if later else None  # an older index tells no growth
    return AccountView(
        platform=platform,
        host=host,
        handle=handle,
        url=url,
        read=read,
        followers=followers,
        followers_as_of=_read_time(as_of),
        collection_id=collection_id,
        id=account_id,
        reactions=None if reactions is None else Reactions(*reactions)._replace(counted=tuple(reactions[2])),
        following=following,
        before=None if before is None else Before(datetime.fromisoformat(before[0]), before[1]),
    )


def _pack_guess(guess: PlaceGuess) -> list[object]:
    place = guess.place
    return [
        [place.key, place.name, place.kind, place.country, place.admin1, place.lat, place.lon, place.population],
        guess.role,
        guess.confidence,
        [(reason.text, reason.quote, reason.url) for reason in guess.reasons],
    ]


def _unpack_guess(values: list[Any]) -> PlaceGuess:
    (key, name, kind, country, admin1, lat, lon, population), role, confidence, reasons = values
    place = Place(
        key=key, name=name, kind=kind, country=country, admin1=admin1, lat=lat, lon=lon, population=population
    )
    return PlaceGuess(
        place=place,
        role=role,
        confidence=confidence,
        reasons=tuple(PlaceReason(text, quote, url) for text, quote, url in reasons),
    )


def _each(reader: Callable[[Any], object]) -> Callable[[Any], tuple[object, ...]]:
    return lambda values: tuple(map(reader, values))


_POST_READERS: Final[Mapping[str, Reader]] = {
    "tags": tuple,
    "published_at": _read_time,
    "fetched_at": _read_time,
    "passages": _each(lambda passage: Passage(*passage)),
}
_CREATOR_READERS: Final[Mapping[str, Reader]] = {
    "languages": tuple,
    "accounts": _each(_unpack_account),
    "places": _each(_unpack_guess),
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
