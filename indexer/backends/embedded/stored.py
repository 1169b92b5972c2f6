"""Stored documents whose fields are read when somebody looks: of two hundred candidates an answer shows ten.

A ranking looks at a third of a creator's fields; times, topics and lineage of all candidates would cost more than it.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from indexer.contract import CreatorDocument, PostDocument
from indexer.editions import damaged

READ_ERRORS: Final = (ValueError, TypeError, KeyError, IndexError)
Reader = Callable[[Any], object]


def _field(document: Any, name: str, readers: Mapping[str, Reader]) -> Any:
    """Read a field of ``document.values`` and keep it."""
    try:
        value = document.values[name]
        reader = readers.get(name)
        if reader is not None:
            value = reader(value)
    except READ_ERRORS as error:
        raise damaged(f"a stored document: {name}: {error}") from error
    object.__setattr__(document, name, value)
    return value


class StoredCreator(CreatorDocument):
    """A creator over its values as stored; equal to the document that was stored."""

    __slots__ = ("readers", "values")
    values: Mapping[str, Any]
    readers: Mapping[str, Reader]

    def __getattr__(self, name: str) -> Any:
        if name in CreatorDocument.__slots__:
            return _field(self, name, self.readers)
        raise AttributeError(name)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, CreatorDocument) and _same(CreatorDocument.__slots__, self, other)

    def __hash__(self) -> int:
        return hash((self.id, self.revision))


class StoredPost(PostDocument):
    """A post over its values as stored; equal to the document that was stored."""

    __slots__ = ("readers", "values")
    values: Mapping[str, Any]
    readers: Mapping[str, Reader]

    def __getattr__(self, name: str) -> Any:
        if name in PostDocument.__slots__:
            return _field(self, name, self.readers)
        raise AttributeError(name)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, PostDocument) and _same(PostDocument.__slots__, self, other)

    def __hash__(self) -> int:
        return hash(self.id)


def stored_creator(values: Mapping[str, Any], readers: Mapping[str, Reader]) -> CreatorDocument:
    """A creator whose fields are those of ``values``, each through its reader where it has one."""
    document = StoredCreator.__new__(StoredCreator)
    object.__setattr__(document, "values", values)
    object.__setattr__(document, "readers", readers)
    return document


def stored_post(values: Mapping[str, Any], readers: Mapping[str, Reader]) -> PostDocument:
    """Likewise a post."""
    document = StoredPost.__new__(StoredPost)
    object.__setattr__(document, "values", values)
    object.__setattr__(document, "readers", readers)
    return document


def _same(names: tuple[str, ...], one: object, other: object) -> bool:
    return all(getattr(one, name) == getattr(other, name) for name in names)
