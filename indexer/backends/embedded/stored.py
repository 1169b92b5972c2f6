"""Stored documents whose fields are read when somebody looks: of two hundred candidates an answer shows ten.

A ranking looks at a third of a creator's fields; times, topics and lineage of all candidates would cost more than it.
"""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Final, TypeVar

from indexer.contract import CreatorDocument, PostDocument
from indexer.editions import damaged

READ_ERRORS: Final = (ValueError, TypeError, KeyError, IndexError)
Reader = Callable[[Any], object]
_set: Final = object.__setattr__  # frozen: as a dataclass does it


def _field(document: Any, name: str) -> Any:
    """Read a field that nobody looked at yet, and keep it."""
    values, readers = document.stored
    if name not in values:
        raise AttributeError(name)
    try:
        reader = readers.get(name)
        value = values[name] if reader is None else reader(values[name])
    except READ_ERRORS as error:
        raise damaged(f"a stored document: {name}: {error}") from error
    _set(document, name, value)
    return value


class StoredCreator(CreatorDocument):
    """A creator as stored; equal to the document that was stored."""

    always: ClassVar = ("id", "name", "kind", "bio", "bio_url", "followers", "busiest_day", "clockwork")

    __slots__ = ("stored",)
    stored: tuple[Mapping[str, Any], Mapping[str, Reader]]
    __getattr__ = _field

    def __eq__(self, other: object) -> bool:
        return isinstance(other, CreatorDocument) and _same(CreatorDocument.__slots__, self, other)

    def __hash__(self) -> int:
        return hash((self.id, self.revision))


class StoredPost(PostDocument):
    """A post as stored; equal to the document that was stored."""

    always: ClassVar = ("id", "url", "title", "text")

    __slots__ = ("stored",)
    stored: tuple[Mapping[str, Any], Mapping[str, Reader]]
    __getattr__ = _field

    def __eq__(self, other: object) -> bool:
        return isinstance(other, PostDocument) and _same(PostDocument.__slots__, self, other)

    def __hash__(self) -> int:
        return hash(self.id)


Stored = TypeVar("Stored", StoredCreator, StoredPost)


def stored(kind: type[Stored], values: Mapping[str, Any], readers: Mapping[str, Reader]) -> Stored:
    """A document of these values, each through its reader where it has one."""
    document = kind.__new__(kind)
    _set(document, "stored", (values, readers))
    for name in kind.always:
        _set(document, name, values[name])
    return document


def _same(names: tuple[str, ...], one: object, other: object) -> bool:
    return all(getattr(one, name) == getattr(other, name) for name in names)
