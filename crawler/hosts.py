"""Starting hosts per source, from ``hosts.toml`` (the shipped one or the operator's own)."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from crawler.errors import CrawlError

SHIPPED: Final = Path(__file__).with_name("hosts.toml")
_KEYS: Final = frozenset(["hosts", "enabled"])


class HostsError(CrawlError):
    """hosts.toml is missing or broken; the text says where."""


@dataclass(frozen=True, slots=True)
class Hosts:
    """Hosts by source name, and the sources that the operator switched off."""

    by_source: Mapping[str, tuple[str, ...]]
    disabled: frozenset[str] = frozenset()

    def for_source(self, name: str) -> tuple[str, ...]:
        """The hosts of a source, in the order of the file; empty where none is named or the source is off."""
        return () if name in self.disabled else self.by_source.get(name, ())

    def is_enabled(self, name: str) -> bool:
        """False only for a source with ``enabled = false``."""
        return name not in self.disabled


def load_hosts(path: Path | None) -> Hosts:
    """Read ``path`` (None: the shipped file). Raises HostsError with one line for a file that is missing or broken."""
    file = path or SHIPPED
    tables = _read(file)
    by_source: dict[str, tuple[str, ...]] = {}
    disabled: set[str] = set()
    for source, table in tables.items():
        if not isinstance(table, dict) or not table.keys() <= _KEYS:
            raise HostsError(f"{file}: [{source}] may hold only hosts = [...] and enabled = true or false")
        if not isinstance(table.get("enabled", True), bool):
            raise HostsError(f"{file}: [{source}] enabled is true or false")
        if not table.get("enabled", True):
            disabled.add(source)
        by_source[source] = _hosts(file, source, table.get("hosts", []))
    return Hosts(by_source, frozenset(disabled))


def _read(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text("utf-8"))
    except FileNotFoundError:
        raise HostsError(f"{file} does not exist; nichescout init writes one") from None
    except (OSError, UnicodeDecodeError) as error:
        raise HostsError(f"{file} cannot be read: {error}") from error
    except tomllib.TOMLDecodeError as error:
        raise HostsError(f"{file} is not TOML: {error}") from error


def _hosts(file: Path, source: str, listed: object) -> tuple[str, ...]:
    if not isinstance(listed, list) or not all(isinstance(host, str) for host in listed):
        raise HostsError(f'{file}: [{source}] hosts is a list of names in quotation marks, like ["forum.example"]')
    for host in listed:
        if not _is_host(host):
            raise HostsError(f"{file}: [{source}] {host!r} is neither a host name nor an http address")
    return tuple(dict.fromkeys(listed))


def _is_host(host: str) -> bool:
    if any(letter.isspace() for letter in host):
        return False
    try:
        parts = urlsplit(host if "://" in host else f"https://{host}")
        return parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        return False
