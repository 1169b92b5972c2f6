"""A body without an address that explains it: what sources look at to recognise their own answers by shape.

The JSON is parsed once for all sources that look. Nothing here knows a platform.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from crawler.sources._json import JsonObject

_HEAD: Final = 1000  # bytes; enough for what a format says of itself


@dataclass(frozen=True)
class Document:
    """``url`` is where the body is said to come from, perhaps only the name of a file; ``content_type`` may be ""."""

    body: bytes
    url: str
    content_type: str = ""

    @cached_property
    def head(self) -> bytes:
        """The first bytes without leading space, in lower case."""
        return self.body[:_HEAD].removeprefix(b"\xef\xbb\xbf").lstrip().lower()

    @cached_property
    def json(self) -> object:
        """The parsed JSON; None when the body is none."""
        if self.head[:1] not in (b"{", b"[", b'"', b"\xef"):
            return None
        try:
            return json.loads(self.body.decode("utf-8-sig"))
        except (ValueError, RecursionError):
            return None

    @property
    def object(self) -> JsonObject:
        """The JSON object; an empty one when the body is none."""
        value = self.json
        return JsonObject(value) if isinstance(value, Mapping) else JsonObject()

    @property
    def text(self) -> str:
        """The JSON string; "" when the body is none."""
        value = self.json
        return value if isinstance(value, str) else ""

    @property
    def rows(self) -> tuple[JsonObject, ...]:
        """The objects of a JSON list; () when the body is none."""
        value = self.json
        return tuple(JsonObject(row) for row in value if isinstance(row, dict)) if isinstance(value, list) else ()
