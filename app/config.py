"""Configuration: ``nichescout.toml``, then ``NICHESCOUT_*``, then options, in that order of rising weight.

Only this module reads either; everything below gets plain values. Keys are no part of it: they are read by the process
that sends them (``crawler/keys.py``), and only the place of their file is known here. Nothing here is imported for its
side effects, and the file is read with the standard library, because every cold ``search`` passes through here.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any, Final

from app.errors import ConfigError
from base.folders import data_dir
from base.slug import slug
from catalog.errors import CatalogUnusable
from catalog.place import CatalogPlace, check_server, has_password
from indexer.locations import Location, Server

FILE_NAME: Final = "nichescout.toml"
LOCAL: Final = "local"  # instead of an address: the index in the data folder
_PATHS: Final = ("data", "hosts", "keys", "index_access")


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """What can be set. Relative paths in a file are relative to that file."""

    data: Path
    catalog: str | None = field(default=None, repr=False)  # postgresql://...: where rows lie that one file cannot hold
    contact: str | None = None  # address at which site owners reach the operator, for the User-Agent
    hosts: Path | None = None  # an edited copy of hosts.toml; None: the one beside nichescout.toml, or the shipped one
    pages: int = 400  # pages of one discovery at most
    minutes: float = 20.0  # minutes of one discovery at most
    delay: float = 1.0  # seconds between two requests to one host
    model: str | None = None  # sentence model by name or path; None: the packaged one
    keys: Path | None = None  # file with the operator's keys; None: keys.toml beside nichescout.toml, if there is one
    quotas: tuple[str, ...] = ()  # what sources with a key may take: "brave searches 200 20" (crawler/allowances.py)
    archive_days: float = 30.0  # days after which a page leaves the archives
    keep_days: float = 365.0  # days after which somebody whom no page showed is deleted
    min_free: int = 200  # MiB of free disk below which nothing is crawled
    loopback: str | None = None  # "127.0.0.1:PORT": a local test server that answers for every host under .example
    index: str | None = None  # https://HOST:PORT/PREFIX on Elasticsearch; None or "local": in the data folder
    index_access: Path | None = None  # file with the keys to it; None: elasticsearch.toml beside nichescout.toml
    index_shards: int = 1  # parts of an index that is written anew on a cluster
    index_fallback: str | None = None  # "local": where the server does not answer, the index in the data folder does
    brands: tuple[str, ...] = ()  # names, handles or domains that ``show`` looks for: the own brand and others

    @property
    def index_place(self) -> Location:
        """Where the index is."""
        if self.index in (None, LOCAL):
            return self.data / "index"
        address = str(self.index)
        folder = self.data / "remote" / slug(address)
        return Server(address, folder, self.index_access, self.index_shards)

    @property
    def falls_back(self) -> bool:
        """Whether the local index answers where the server does not."""
        return self.index_fallback == LOCAL

    @property
    def place(self) -> CatalogPlace:
        """Where the catalog is."""
        return CatalogPlace(self.data, self.catalog)


def load_config(
    data: Path | None,
    *,
    catalog: str | None = None,
    index: str | None = None,
    environ: Mapping[str, str] = os.environ,
) -> Config:
    """Read the configuration; ``data``, ``catalog`` and ``index`` are the options of these names.

    The file is ``./nichescout.toml``, else the one in the data folder. Raises ConfigError for a file that is not
    TOML, an unknown key or a value of the wrong type, and for a password on the command line; IndexAccessInvalid for
    the address of an index.
    """
    named = data or (Path(environ["NICHESCOUT_DATA"]) if environ.get("NICHESCOUT_DATA") else None)
    here = Path(FILE_NAME)
    file = here if here.is_file() else (named or data_dir()) / FILE_NAME
    settings = _read_file(file) if file.is_file() else {}
    settings |= _read_environment(environ)
    if catalog is not None:
        settings["catalog"] = server_named(catalog, "--catalog")
    chosen = named or settings.pop("data", None) or data_dir()
    settings.pop("data", None)
    if index is not None:
        settings["index"] = index
    config = Config(data=Path(chosen), **settings)
    if config.index not in (None, LOCAL):
        from indexer.backends.elastic.address import read_address  # only who has a server needs it

        read_address(str(config.index))  # refused here, before it could stand on a child's command line
    if config.index_fallback not in (None, LOCAL):
        raise ConfigError(f'index_fallback must be "{LOCAL}" or left out, not {config.index_fallback!r}')
    if config.hosts is None and (file.parent / "hosts.toml").is_file():
        config = replace(config, hosts=file.parent / "hosts.toml")
    if config.keys is None and (file.parent / "keys.toml").is_file():
        config = replace(config, keys=file.parent / "keys.toml")
    if config.index_access is None and (file.parent / "elasticsearch.toml").is_file():
        config = replace(config, index_access=file.parent / "elasticsearch.toml")
    return config


def server_named(address: str, where: str) -> str:
    """The address of a server from the command line, which everybody on the machine can read. Raises ConfigError."""
    if has_password(address):
        raise ConfigError(
            "no password on the command line, where others can read it: put the whole address into nichescout.toml "
            "(catalog = ...) or NICHESCOUT_CATALOG, or the password into ~/.pgpass"
        )
    return str(_typed("catalog", address, where))


def _read_file(file: Path) -> dict[str, Any]:
    import tomllib  # without a file a search does without it

    try:
        raw = tomllib.loads(file.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(
            f"{file} is not valid TOML ({error}); mend it, or write a new one with: nichescout init"
        ) from None
    settings = {key: _typed(key, value, str(file)) for key, value in raw.items()}
    for key in _PATHS:
        if key in settings:
            settings[key] = file.parent / settings[key]
    return settings


def _read_environment(environ: Mapping[str, str]) -> dict[str, Any]:
    names = {f"NICHESCOUT_{field.name.upper()}": field.name for field in fields(Config) if field.name != "data"}
    return {
        key: _typed(key, _number_if_wanted(key, environ[name]), name)
        for name, key in names.items()
        if environ.get(name)
    }


_KINDS: Final[Mapping[str, tuple[type, ...]]] = {
    "data": (str,),
    "catalog": (str,),
    "contact": (str,),
    "hosts": (str,),
    "keys": (str,),
    "pages": (int,),
    "minutes": (int, float),
    "delay": (int, float),
    "model": (str,),
    "quotas": (list,),
    "archive_days": (int, float),
    "keep_days": (int, float),
    "min_free": (int,),
    "loopback": (str,),
    "index": (str,),
    "index_access": (str,),
    "index_shards": (int,),
    "index_fallback": (str,),
    "brands": (list,),
}


def _number_if_wanted(key: str, text: str) -> object:
    if str in _KINDS[key]:
        return text
    if list in _KINDS[key]:
        return [part.strip() for part in text.split(",") if part.strip()]
    try:
        return float(text) if float in _KINDS[key] else int(text)
    except ValueError:
        return text


def _typed(key: str, value: object, where: str) -> Any:
    if key not in _KINDS:
        raise ConfigError(f"{where}: unknown setting {key!r}; the settings are {', '.join(_KINDS)}")
    if key == "catalog" and isinstance(value, str):
        try:
            return check_server(value)
        except CatalogUnusable as error:
            raise ConfigError(f"{where}: {error}") from None
    if not isinstance(value, _KINDS[key]) or isinstance(value, bool):
        value = "..." if key == "catalog" else value
        wanted = "text" if str in _KINDS[key] else "a list of texts" if list in _KINDS[key] else "a number"
        raise ConfigError(f"{where}: {key} must be {wanted}, not {value!r}")
    if isinstance(value, int | float) and value < (0 if key == "delay" else 1):
        raise ConfigError(f"{where}: {key} must be {'0 or more' if key == 'delay' else '1 or more'}, not {value}")
    if isinstance(value, list):
        if not all(isinstance(entry, str) and entry.strip() for entry in value):
            raise ConfigError(f"{where}: {key} must be a list of texts, not {value!r}")
        return tuple(value)
    return Path(str(value)) if key in _PATHS else value
