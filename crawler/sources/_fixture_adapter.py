"""How page items look in a fixture's ``output.json``: plain JSON values, without what is empty.

web-poet names this class in each fixture's ``meta.json`` (``adapter``); 0.24 cannot write times by itself. Empty
values are left out inside items, so that a reviewer sees only what was read; the items' own fields all stay.
"""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from enum import Enum
from typing import Any

import attrs
from web_poet.testing.itemadapter import WebPoetTestItemAdapter


class FixtureAdapter(WebPoetTestItemAdapter):
    """Turns ``PageItems`` into what ``json.dumps`` can write."""

    def asdict(self) -> dict[str, Any]:
        """The fields of the item, each as JSON values."""
        return {field.name: _plain(getattr(self.item, field.name)) for field in attrs.fields(type(self.item))}


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        pairs = ((field.name, _plain(getattr(value, field.name))) for field in fields(value))
        return {name: plain for name, plain in pairs if plain not in (None, "", [], {})}
    if isinstance(value, Mapping):
        return {str(key): _plain(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(entry) for entry in value]
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return value.value if isinstance(value, Enum) else value
