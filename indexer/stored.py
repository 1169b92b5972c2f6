"""Stored documents whose fields are read when somebody looks.

Who makes an outline looks at a third of a creator's fields, a quotation at half of a post's.
"""

import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, ClassVar, Final, TypeVar, overload

from indexer.bundles import CreatorDocument, PostDocument
from indexer.editions import damaged
from places.model import PlaceReason

READ_ERRORS: Final = (ValueError, TypeError, KeyError, IndexError, zlib.error)
Reader = Callable[[Any], object]
_set: Final = object.__setattr__  # frozen: as a dataclass does it


class Fields:
    """The packed values of a document, by field; ``more`` gives those that are packed apart."""

    __slots__ = ("_more", "_readers", "values")

    def __init__(
        self,
        values: dict[str, Any],
        readers: Mapping[str, Reader],
        more: Callable[[], Mapping[str, Any]] | None = None,
    ) -> None:
        self.values = values
        self._readers = readers
        self._more = more

    def read(self, name: str) -> Any:
        """One field. Raises AttributeError when there is none of this name, IndexDamaged."""
        try:
            if name not in self.values and self._more is not None:
                self.values.update(self._more())
                self._more = None
            if name not in self.values:
                raise AttributeError(name)
            reader = self._readers.get(name)
            return self.values[name] if reader is None else reader(self.values[name])
        except READ_ERRORS as error:
            raise damaged(f"a stored document: {name}: {error}") from error


class Reasons(Sequence[PlaceReason]):
    """Why a place is believed, read when somebody looks; equal to the tuple that was stored."""

    __slots__ = ("_fields", "_number", "_read")

    def __init__(self, fields: Fields, number: int) -> None:
        """``number``: of the guess among those of its creator."""
        self._fields = fields
        self._number = number
        self._read: tuple[PlaceReason, ...] | None = None

    @overload
    def __getitem__(self, index: int) -> PlaceReason: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[PlaceReason]: ...
    def __getitem__(self, index: int | slice) -> PlaceReason | Sequence[PlaceReason]:
        return self._all()[index]

    def __len__(self) -> int:
        return len(self._all())

    def __iter__(self) -> Iterator[PlaceReason]:
        return iter(self._all())

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and self._all() == tuple(other)

    def __hash__(self) -> int:
        return hash(self._all())

    def __repr__(self) -> str:
        return repr(self._all())

    def _all(self) -> tuple[PlaceReason, ...]:
        if self._read is None:
            try:
                packed = self._fields.read("place_reasons")[self._number]
                self._read = tuple([PlaceReason(*reason) for reason in packed])
            except READ_ERRORS as error:
                raise damaged(f"the reasons of a place: {error}") from error
        return self._read


def _field(document: Any, name: str) -> Any:
    """Read a field that nobody looked at yet, and keep it."""
    value = document.stored.read(name)
    _set(document, name, value)
    return value


def _kept(name: str) -> Any:
    """A property that was worked out before the document was stored."""
    return property(lambda document: document.stored.values[name])


class StoredCreator(CreatorDocument):
    """A creator as stored; equal to the document that was stored."""

    always: ClassVar = ("id", "name", "kind", "bio", "bio_url", "followers", "busiest_day", "clockwork")

    __slots__ = ("stored",)
    stored: Fields
    __getattr__ = _field
    bio_sentences = _kept("bio_sentences")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, CreatorDocument) and _same(CreatorDocument.__slots__, self, other)

    def __hash__(self) -> int:
        return hash((self.id, self.revision))


class StoredPost(PostDocument):
    """A post as stored; equal to the document that was stored."""

    always: ClassVar = ("id", "url", "title", "text", "tags", "published_at", "fetched_at", "passages")

    __slots__ = ("stored",)
    stored: Fields
    __getattr__ = _field

    repetition = _kept("repetition")
    may_deny = _kept("may_deny")
    sentences = _kept("sentences")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, PostDocument) and _same(PostDocument.__slots__, self, other)

    def __hash__(self) -> int:
        return hash(self.id)


Stored = TypeVar("Stored", StoredCreator, StoredPost)


def stored(kind: type[Stored], fields: Fields) -> Stored:
    """A document of these fields."""
    document = kind.__new__(kind)
    _set(document, "stored", fields)
    for name in kind.always:
        _set(document, name, fields.values[name])
    return document


def _same(names: tuple[str, ...], one: object, other: object) -> bool:
    return all(getattr(one, name) == getattr(other, name) for name in names)
