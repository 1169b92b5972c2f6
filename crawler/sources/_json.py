"""JSON answers as typed, tolerant readers: a missing or wrong value is "not known", never an exception.

Only the outermost shape is required: ``read_object`` and ``read_array`` raise ``UnreadablePage`` when a body is
not JSON or not the shape that the address promises. Nothing here knows a platform.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from crawler.errors import UnreadablePage

_SURROGATE: Final = re.compile("[\ud800-\udfff]")  # half a character: cannot be written as UTF-8
_IDENTIFIER: Final = re.compile(r"[\w.:~-]{1,200}", re.ASCII)
_DIGITS: Final = re.compile(r"[0-9]{1,15}", re.ASCII)
_BIGGEST: Final = 2**53  # what JSON numbers hold exactly; larger counts are nonsense


@dataclass(frozen=True, slots=True)
class JsonObject:
    """A JSON object. Readers give a neutral value ("", None, empty) for what is absent or of another type."""

    values: Mapping[str, object] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.values)

    def text(self, key: str) -> str:
        """A string, without what cannot be stored."""
        return _text(self.values.get(key))

    def id(self, key: str) -> str:
        """An identifier, which platforms write as a string or as a number; "" when it is none."""
        value = self.values.get(key)
        if isinstance(value, int) and not isinstance(value, bool):
            return str(value) if abs(value) <= 2**64 else ""
        text = _text(value).strip()
        return text if _IDENTIFIER.fullmatch(text) else ""

    def count(self, key: str) -> int | None:
        """A count of zero or more; None when it is hidden (-1), missing or no whole number.

        Some servers write numbers as strings of digits.
        """
        value = self.values.get(key)
        if isinstance(value, str) and _DIGITS.fullmatch(value):
            return int(value)
        if isinstance(value, bool) or not isinstance(value, int | float) or value != value // 1:
            return None
        return int(value) if 0 <= value <= _BIGGEST else None

    def flag(self, key: str) -> bool | None:
        """True, False or not known."""
        value = self.values.get(key)
        return value if isinstance(value, bool) else None

    def object(self, key: str) -> "JsonObject":
        """A nested object, an empty one when there is none."""
        return _object(self.values.get(key))

    def objects(self, key: str) -> tuple["JsonObject", ...]:
        """The objects of a list; whatever else stands in it is left out."""
        return _objects(self.values.get(key))

    def texts(self, key: str) -> tuple[str, ...]:
        """The non-empty strings of a list."""
        value = self.values.get(key)
        return tuple(_text(entry) for entry in value if _text(entry)) if isinstance(value, list) else ()


def read_object(body: bytes, what: str) -> JsonObject:
    """The object in a body. Raises UnreadablePage, naming ``what`` was expected."""
    value = _load(body, what)
    if not isinstance(value, dict):
        raise UnreadablePage(f"{what} expected, but the JSON is not an object")
    return JsonObject(value)


def read_array(body: bytes, what: str) -> tuple[JsonObject, ...]:
    """The objects of the list in a body. Raises UnreadablePage, naming ``what`` was expected."""
    value = _load(body, what)
    if not isinstance(value, list):
        said = _object(value).text("error")[:100]
        raise UnreadablePage(f"{what} expected, but the server says: {said}" if said else f"{what} is not a JSON list")
    return _objects(value)


def read_lines(body: bytes, what: str) -> tuple[JsonObject, ...]:
    """The objects of JSON Lines; broken lines are left out, an empty body has none.

    Raises UnreadablePage, naming ``what`` was expected, when there are lines but no object among them.
    """
    found = [_line(line) for line in body.splitlines() if line.strip()]
    objects = tuple(one for one in found if one)
    if found and not objects:
        raise UnreadablePage(f"{what} expected, but no line is a JSON object")
    return objects


def _line(line: bytes) -> JsonObject:
    try:
        return _object(json.loads(line.decode("utf-8-sig")))
    except (ValueError, RecursionError):
        return JsonObject()


def read_numbers(body: bytes, what: str) -> tuple[int, ...]:
    """The whole numbers of the list in a body. Raises UnreadablePage, naming ``what`` was expected."""
    value = _load(body, what)
    if not isinstance(value, list):
        raise UnreadablePage(f"{what} expected, but the JSON is not a list")
    return tuple(
        entry for entry in value if isinstance(entry, int) and not isinstance(entry, bool) and entry < _BIGGEST
    )


def _load(body: bytes, what: str) -> object:
    try:
        text = body.decode("utf-8-sig")
        value: object = json.loads(text)
    except (ValueError, RecursionError) as error:
        kind = "an HTML page" if body.lstrip()[:1] == b"<" else "not JSON"
        raise UnreadablePage(f"{what} expected, but the body is {kind if body.strip() else 'empty'}") from error
    return value


def _text(value: object) -> str:
    return _SURROGATE.sub("\ufffd", value.replace("\x00", "")) if isinstance(value, str) else ""


def _object(value: object) -> JsonObject:
    return JsonObject(value) if isinstance(value, dict) else JsonObject()


def _objects(value: object) -> tuple[JsonObject, ...]:
    return tuple(JsonObject(entry) for entry in value if isinstance(entry, dict)) if isinstance(value, list) else ()
