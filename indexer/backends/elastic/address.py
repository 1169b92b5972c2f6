"""What is typed of a server (``https://HOST:PORT/PREFIX``), and the keys to it. Nothing is connected here."""

import os
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Final, NamedTuple
from urllib.parse import urlsplit

from indexer.errors import IndexAccessInvalid

FIELDS: Final = ("api_key", "ca", "fingerprint")
VARIABLES: Final = {name: f"NICHESCOUT_INDEX_{name.upper()}" for name in FIELDS}

_PREFIX = re.compile(r"[a-z0-9][a-z0-9_.-]{0,99}")
_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})
_FORM: Final = "give it as https://HOST:9200/PREFIX"


class Address(NamedTuple):
    """A cluster and the names of our indices on it."""

    url: str  # without prefix, with port
    prefix: str
    is_loopback: bool

    def __str__(self) -> str:
        return f"{self.url}/{self.prefix}"


class Access(NamedTuple):
    """How to get in. ``ca``: a PEM file; ``fingerprint``: SHA-256 of the server's certificate or its CA's, in hex."""

    api_key: str | None = None
    ca: Path | None = None
    fingerprint: str | None = None


def read_address(text: str) -> Address:
    """Raises IndexAccessInvalid for what is no address, holds a password or would send a key in the clear."""
    try:
        parts = urlsplit(text)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise IndexAccessInvalid(f"the index address {text!r} is not one ({error}); {_FORM}") from None
    if parts.username is not None or parts.password is not None:
        raise IndexAccessInvalid(
            "an index address must hold no user or password: others see them in the list of processes; "
            f"set {VARIABLES['api_key']} or write api_key into elasticsearch.toml"
        )
    if parts.scheme not in ("http", "https") or not host:
        raise IndexAccessInvalid(f"the index address {text!r} is not one; {_FORM}")
    prefix = parts.path.strip("/")
    if not _PREFIX.fullmatch(prefix) or parts.query or parts.fragment:
        raise IndexAccessInvalid(
            f"the index address must end in a prefix of small letters, digits, '-', '_' and '.', not {prefix!r}; "
            f"{_FORM}"
        )
    shown = f"[{host}]" if ":" in host else host
    return Address(f"{parts.scheme}://{shown}:{port or 9200}", prefix, host in _LOOPBACK)


def read_access(file: Path | None, address: Address, *, environ: Mapping[str, str] = os.environ) -> Access:
    """The keys of the environment, and of the file where the environment has none.

    Raises IndexAccessInvalid for a file that others can read or that is not what it should be, and for a key that
    would travel in the clear.
    """
    named = {**_read_file(file), **{name: environ[key] for name, key in VARIABLES.items() if environ.get(key)}}
    fingerprint = named.get("fingerprint", "").replace(":", "").lower() or None
    if fingerprint is not None and not re.fullmatch(r"[0-9a-f]{64}", fingerprint):
        raise IndexAccessInvalid("the fingerprint must be the SHA-256 of a certificate: 64 hex digits")
    ca = Path(named["ca"]) if "ca" in named else None
    if ca is not None and not ca.is_file():
        raise IndexAccessInvalid(f"there is no certificate file {ca}")
    access = Access(named.get("api_key"), ca, fingerprint)
    if access.api_key and address.url.startswith("http://") and not address.is_loopback:
        raise IndexAccessInvalid(f"over http:// the API key could be read on its way to {address.url}; use https://")
    return access


def _read_file(file: Path | None) -> dict[str, str]:
    if file is None:
        return {}
    try:
        if file.stat().st_mode & 0o077:
            raise IndexAccessInvalid(f"{file} can be read by others; run: chmod 600 {file}")
        raw = tomllib.loads(file.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise IndexAccessInvalid(f"{file} cannot be read ({error})") from None
    unknown = [name for name, value in raw.items() if name not in FIELDS or not isinstance(value, str)]
    if unknown:
        raise IndexAccessInvalid(f"{file}: {unknown[0]} is not known; it may hold {', '.join(FIELDS)}, each a text")
    return raw
