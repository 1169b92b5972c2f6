"""The operator's keys: loaded from the environment or from a file that only its owner can read; never from options.

A source declares which parts it wants (``sources/_keys.py``); what is done with them is ``signing.py``. A ``KeyRing``
is made in the process that crawls and stays there: no setting, no catalog row and no line of progress holds it.
"""

import os
import stat
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from crawler.errors import KeysError
from crawler.sources._keys import KeyPart, KeyRule

PREFIX: Final = "NICHESCOUT_KEY_"
FILE_NAME: Final = "keys.toml"
_SHORTEST: Final = 8  # characters; a shorter secret could not be told from ordinary text when it is removed


class KeyRing:
    """Parts of keys by source. Its text never shows a value."""

    def __init__(self, values: Mapping[str, Mapping[str, str]] | None = None) -> None:
        self._values = {source: dict(parts) for source, parts in (values or {}).items()}

    def __repr__(self) -> str:
        return f"KeyRing({', '.join(sorted(self._values))})"

    def has(self, source: str) -> bool:
        """Whether every part that the source wants is here; True for one that wants none."""
        return not self.missing(source)

    def missing(self, source: str) -> tuple[str, ...]:
        """The environment variables that still have to be set for a source."""
        rule, held = _rules().get(source), self._values.get(source, {})
        return tuple(variable(source, part) for part in (rule.parts if rule else ()) if part.name not in held)

    def parts(self, source: str) -> Mapping[str, str]:
        """The values for a source, to sign with."""
        return self._values.get(source, {})

    def secrets(self) -> Iterator[str]:
        """Every value that nobody else may see."""
        for source, rule in _rules().items():
            held = self._values.get(source, {})
            yield from (held[part.name] for part in rule.parts if part.secret and part.name in held)


def variable(source: str, part: KeyPart) -> str:
    """The environment variable of one part.

    >>> variable("podcast_index", KeyPart(name="key", what="a key"))
    'NICHESCOUT_KEY_PODCAST_INDEX'
    >>> variable("podcast_index", KeyPart(name="secret", what="a secret"))
    'NICHESCOUT_KEY_PODCAST_INDEX_SECRET'
    """
    return PREFIX + source.upper() + ("" if part.name == "key" else f"_{part.name.upper()}")


def load_keys(file: Path | None, *, environ: Mapping[str, str] = os.environ) -> KeyRing:
    """The keys of ``file`` (None: no file) and of the environment, which weighs more.

    Raises KeysError with one line, without any value, for a file that others can read or that cannot be understood,
    for a name that no source has, and for a value that cannot be a key.
    """
    values: dict[str, dict[str, str]] = {}
    for source, part, value, where in (*(_of_file(file) if file else ()), *_of_environment(environ)):
        values.setdefault(source, {})[part.name] = _checked(part, value, where)
    return KeyRing(values)


def _rules() -> dict[str, KeyRule]:
    from crawler.sources import all_sources  # late: loading no key should load no source

    return {name: source.key for name, source in all_sources().items() if source.key is not None}


def _of_environment(environ: Mapping[str, str]) -> Iterator[tuple[str, KeyPart, object, str]]:
    set_here = {name for name in environ if name.startswith(PREFIX) and environ[name]}
    if not set_here:
        return
    known = {variable(source, part): (source, part) for source, rule in _rules().items() for part in rule.parts}
    for name in sorted(set_here):
        if name not in known:
            raise KeysError(f"{name} is not a key that any source takes; those are {', '.join(sorted(known))}")
        yield (*known[name], environ[name], name)


def _of_file(file: Path) -> Iterator[tuple[str, KeyPart, object, str]]:
    rules = _rules()
    for source, table in _read(file).items():
        if source not in rules or not isinstance(table, dict):
            raise KeysError(f"{file}: [{source}] is no source that takes a key; those are {', '.join(sorted(rules))}")
        parts = {part.name: part for part in rules[source].parts}
        for name, value in table.items():
            if name not in parts:
                raise KeysError(f"{file}: [{source}] takes {', '.join(parts)}, not {name}")
            yield source, parts[name], value, f"{file}: [{source}] {name}"


def _read(file: Path) -> dict[str, Any]:
    try:
        with file.open("rb") as opened:  # the file that is checked is the one that is read
            status = os.fstat(opened.fileno())
            if not stat.S_ISREG(status.st_mode):
                raise KeysError(f"{file} is not a file")
            if status.st_mode & 0o077:
                raise KeysError(f"{file} can be read by others; run: chmod 600 {file}")
            return tomllib.loads(opened.read().decode("utf-8"))
    except FileNotFoundError:
        raise KeysError(f"{file} does not exist; see docs/keys.md for what it holds") from None
    except OSError as error:
        raise KeysError(f"{file} cannot be read: {error.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError):
        # The parser's own words may quote the line, and with it a key.
        raise KeysError(f'{file} is not TOML; it holds tables such as [youtube] with lines such as key = "…"') from None


def _checked(part: KeyPart, value: object, where: str) -> str:
    if not isinstance(value, str) or not value.strip():
        raise KeysError(f"{where} must be text in quotation marks")
    text = value.strip()
    if part.must_be and text.lower() != part.must_be:
        raise KeysError(f"{where} must be {part.must_be!r}: {part.what}")
    if not text.isascii() or not text.isprintable() or (" " in text and part.secret):
        raise KeysError(f"{where} holds characters that no key has; copy it again")
    if part.secret and len(text) < _SHORTEST:
        raise KeysError(f"{where} is too short to be {part.what}; copy it again")
    return text
