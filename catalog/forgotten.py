"""The forgotten as keyed hashes, outside of the database: the key, the list that search reads, names inside addresses.

Pure functions and two small files in the data folder; no SQL, so that a cold search can ask. The rows themselves are
in ``suppression.py``.
"""

import hashlib
import hmac
import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit

from base.suppression_list import LIST_FILE
from catalog.errors import SuppressionKeyMissing
from catalog.identity import handle_alias, host_of, native_alias, normal_alias, try_canonical
from catalog.items import Alias, AliasKind

KEY_FILE: Final = "suppression.key"
ADDRESS_KINDS: Final = (AliasKind.URL, AliasKind.ACTOR_URI)
_BEFORE_A_NAME: Final = frozenset(
    {"accounts", "actor", "author", "authors", "member", "members", "people", "profile", "profiles", "u", "user"}
    | {"users"}
)
_ENDING: Final = re.compile(r"\.(?:json|rss|atom|xml)$")
_HANDLE: Final = re.compile(r"[\w.+-]+(?:@[\w.-]+)?")


def digest_of(key: bytes, alias: Alias) -> str:
    """HMAC-SHA256 of a name in its one spelling, in hex."""
    normal = normal_alias(alias) or alias
    return hmac.digest(key, f"{normal.kind}:{normal.value}".encode(), "sha256").hex()


def fingerprint_of(digests: Iterable[str]) -> str:
    """One value for a whole list: equal lists have equal ones; empty where nobody was forgotten."""
    held = sorted(digests)
    return hashlib.sha256("".join(held).encode()).hexdigest() if held else ""


def read_key(folder: Path) -> bytes:
    """The key of a data folder. Raises SuppressionKeyMissing."""
    file = folder / KEY_FILE
    try:
        return bytes.fromhex(file.read_text(encoding="ascii").strip())
    except (OSError, ValueError) as error:
        raise SuppressionKeyMissing(
            f"people asked to be forgotten, but {file} that recognises them cannot be read: restore it from a backup"
        ) from error


def write_list(folder: Path, digests: Iterable[str]) -> None:
    """Replace the list in one step; the list of nobody is no file."""
    held = sorted(digests)
    file = folder / LIST_FILE
    if not held:
        file.unlink(missing_ok=True)
        return
    beside = file.with_name(f".{file.name}.new")
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as out:
        out.write("\n".join([fingerprint_of(held), *held]) + "\n")
        out.flush()
        os.fsync(out.fileno())
    beside.replace(file)


def names_in_address(url: str) -> set[Alias]:
    """Every name that an address can speak of: itself, what it lies under, handles and ids in its path.

    Of the front page of its host only itself: that may be the name of somebody who shares the host with others.
    """
    canonical = try_canonical(url)
    if canonical is None:
        return set()
    host, path = host_of(canonical), urlsplit(canonical).path
    names = {Alias(kind, address) for address in _lies_under(canonical, path) for kind in ADDRESS_KINDS}
    before = ""
    for segment in unquote(path).split("/"):
        name = _ENDING.sub("", segment).removeprefix("~")
        if (name.startswith("@") or before in _BEFORE_A_NAME) and _HANDLE.fullmatch(name.removeprefix("@")):
            names |= {handle_alias(name, host), native_alias(host, name)}
        before = segment
    return names


def front_page_of(url: str) -> set[Alias]:
    """The front page of an address's host, as a name."""
    host = host_of(url)
    return {Alias(kind, f"{scheme}://{host}/") for kind in ADDRESS_KINDS for scheme in ("http", "https")}


def _lies_under(url: str, path: str) -> Iterator[str]:
    yield url
    start = url[: url.index("/", url.index("//") + 2)]
    under = ""
    for segment in path.strip("/").split("/"):
        under += f"/{segment}"
        if segment:
            yield start + under
            yield f"{start}{under}/"
