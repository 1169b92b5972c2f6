"""Takes secrets out of bytes and texts, in every spelling in which a server or a log may repeat them.

What a secret is comes from ``keys.py`` and ``signing.py``; here nobody knows a source.
"""

import base64
import html
import io
import json
from collections.abc import Iterable
from typing import Final, TextIO
from urllib.parse import quote, quote_plus

REMOVED: Final = "[key removed]"
_SHORTEST: Final = 8  # characters of a spelling that is looked for


class Redactor:
    """Grows with each secret that it is told; longer spellings are replaced before shorter ones."""

    def __init__(self) -> None:
        self._secrets: set[str] = set()
        self._spellings: tuple[str, ...] = ()
        self._as_bytes: tuple[bytes, ...] = ()

    def add(self, secrets: Iterable[str]) -> None:
        """From now on these are removed too."""
        new = {secret for secret in secrets if secret} - self._secrets
        if not new:
            return
        self._secrets |= new
        known = {*self._spellings, *(spelling for secret in new for spelling in _spellings(secret))}
        self._spellings = tuple(sorted(known, key=lambda text: (-len(text), text)))
        self._as_bytes = tuple(spelling.encode() for spelling in self._spellings)

    def clean(self, text: str) -> str:
        """``text`` without any secret."""
        for spelling in self._spellings:
            if spelling in text:
                text = text.replace(spelling, REMOVED)
        return text

    def clean_bytes(self, data: bytes) -> bytes:
        """``data`` without any secret."""
        for spelling in self._as_bytes:
            if spelling in data:
                data = data.replace(spelling, REMOVED.encode())
        return data

    def is_clean(self, error: BaseException) -> bool:
        """Whether neither the words of an error nor those of its causes hold a secret."""
        seen: set[int] = set()
        cause: BaseException | None = error
        while cause is not None and id(cause) not in seen:
            seen.add(id(cause))
            words = f"{cause} {cause.args!r}"
            if self.clean(words) != words:
                return False
            cause = cause.__cause__ or cause.__context__
        return True


class RedactingStream(io.TextIOBase):
    """A text stream that lets no secret through: the last door before a log file or a terminal."""

    def __init__(self, stream: TextIO, redactor: Redactor) -> None:
        self._stream = stream
        self._redactor = redactor

    def write(self, text: str, /) -> int:
        """Write the text without secrets."""
        self._stream.write(self._redactor.clean(text))
        return len(text)

    def flush(self) -> None:
        """Flush the stream behind."""
        self._stream.flush()

    def fileno(self) -> int:
        """The descriptor of the stream behind."""
        return self._stream.fileno()

    def isatty(self) -> bool:
        """Whether a person looks on."""
        return self._stream.isatty()

    def writable(self) -> bool:
        """It is for writing only."""
        return True


def _spellings(secret: str) -> set[str]:
    """The secret as it is and escaped for addresses, JSON and HTML; each of these escaped once more, or in Base64."""
    once = _escaped(secret)
    found = once.union(*map(_escaped, once), *map(_in_base64, once))
    return {spelling for spelling in found if len(spelling) >= min(len(secret), _SHORTEST)}


def _escaped(text: str) -> set[str]:
    quoted = quote(text, safe="")
    return {
        text, quoted, quoted.lower(), quote(text), quote_plus(text), html.escape(text), json.dumps(text)[1:-1],
        text.replace("/", "\\/"),
    }  # fmt: skip


def _in_base64(text: str) -> set[str]:
    """What of a text can be seen in Base64, whatever stands before and after it: one form for each of three offsets."""
    found: set[str] = set()
    data = text.encode()
    for offset in range(3):
        encoded = base64.b64encode(b"\0" * offset + data).decode().rstrip("=")
        inside = encoded[(0, 2, 3)[offset] : len(encoded) - (1 if (len(data) + offset) % 3 else 0)]
        found |= {inside, inside.replace("+", "-").replace("/", "_")}
    return found
