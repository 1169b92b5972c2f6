"""The registry: every source of this package, found by its file; there is no list to edit.

A module without an underscore (but ``base``) holds exactly one ``Source``. Modules with an underscore hold what
that sources share. Nothing is imported before somebody asks for a source.
"""

import functools
import pkgutil
from collections.abc import Mapping
from importlib import import_module
from types import MappingProxyType, ModuleType
from typing import Final

from base.errors import UsageError
from catalog.items import Link
from crawler.sources._document import Document
from crawler.sources.base import Source

ANY_SITE: Final = ("feed", "page")
"""Sources that take an address of any host, the widest last; documented API addresses go before them."""


@functools.cache
def all_sources() -> Mapping[str, Source]:
    """Every source by its name, in the order in which they are asked to recognise an address."""
    found = [_source_in(import_module(f"{__name__}.{module}")) for module in _module_names()]
    found.sort(key=lambda source: (source.name in ANY_SITE and ANY_SITE.index(source.name) + 1, source.name))
    return MappingProxyType({source.name: source for source in found})


def get_source(name: str) -> Source:
    """The source of that name. Raises UsageError that lists the names."""
    try:
        return all_sources()[name]
    except KeyError:
        raise UsageError(f"there is no source {name!r}; there are: {', '.join(sorted(all_sources()))}") from None


def recognise(url: str) -> Link:
    """The link with which the most specific source would read ``url``.

    Raises ValueError when ``url`` is no absolute http(s) address.
    """
    for source in all_sources().values():
        link = source.recognise(url)
        if link is not None:
            return link
    raise ValueError(f"not an address that can be read: {url[:80]!r}")


def recognise_body(document: Document) -> Link | None:
    """The link with which the first source that knows its shape would read a body; None when none does."""
    found = (source.recognise_body(document) for source in all_sources().values())
    return next((link for link in found if link is not None), None)


def _module_names() -> list[str]:
    names = (module.name for module in pkgutil.iter_modules(__path__))
    return sorted(name for name in names if not name.startswith("_") and name != "base")


def _source_in(module: ModuleType) -> Source:
    """The one source that a module defines."""
    classes = [
        value
        for value in vars(module).values()
        if isinstance(value, type) and issubclass(value, Source) and value.__module__ == module.__name__
    ]
    if len(classes) != 1:
        raise TypeError(f"{module.__name__} must define exactly one Source, not {len(classes)}")
    return classes[0]()
