"""``catalog copy`` and ``catalog info``: moving a catalog from a file to a server, or back."""

import shutil
import time
from dataclasses import dataclass
from pathlib import Path

from app.config import Config, server_named
from app.facts import Fact
from catalog.errors import CatalogUnusable
from catalog.forgotten import KEY_FILE
from catalog.place import CatalogPlace
from catalog.store import open_catalog


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """What a copy holds, and what to do ``next``."""

    place: str
    creators: int
    posts: int
    rows: int
    seconds: float
    next: str


def copy_to(config: Config, target: str, *, replace: bool) -> Moved:
    """Copy the catalog to a server or into a data folder, with the key of the forgotten.

    Raises CatalogMissing, CatalogUnusable: there is one already and not ``replace``, or it is the same.
    """
    place = _target(config, target)
    if place == config.place:
        raise CatalogUnusable(f"{place} is the catalog that is to be copied; give another place")
    began = time.perf_counter()
    with open_catalog(config.place, create=False) as source:
        _bring_key(config.data, place.folder)
        with open_catalog(place) as copy:
            rows = source.copy_into(copy, replace=replace)
            info = copy.info()
    to_all = f"; copy {config.data / KEY_FILE} to every machine that works on it"
    key = to_all if info.suppressed and place.server else ""
    return Moved(
        place=str(place),
        creators=info.creators,
        posts=info.posts,
        rows=rows,
        seconds=time.perf_counter() - began,
        next=f"{_next(place)}, then: nichescout index rebuild{key}",
    )


def catalog_facts(config: Config) -> list[Fact]:
    """Where the catalog is and what it holds. Raises CatalogMissing."""
    with open_catalog(config.place, create=False) as catalog:
        info = catalog.info()
    values = {
        "place": str(config.place),
        "schema": info.schema,
        "feed": info.epoch,
        "creators": info.creators,
        "accounts": info.accounts,
        "posts": info.posts,
        "addresses": info.addresses,
        "forgotten names": info.suppressed,
    }
    return [Fact(name=name, text=str(value), value=value) for name, value in values.items()]


def _target(config: Config, target: str) -> CatalogPlace:
    if "://" in target:
        return CatalogPlace(config.data, server_named(target, "TARGET"))
    return CatalogPlace(Path(target).absolute())


def _next(place: CatalogPlace) -> str:
    if place.server is not None:
        return f'write catalog = "{place}" into nichescout.toml (or NICHESCOUT_CATALOG)'
    return f"leave catalog out of nichescout.toml and use --data {place.folder}"


def _bring_key(folder: Path, other: Path) -> None:
    """The copy recognises whom the catalog has forgotten. Raises CatalogUnusable for a key of another catalog."""
    here, there = folder / KEY_FILE, other / KEY_FILE
    if here == there or not here.is_file():
        return
    if there.is_file() and there.read_bytes() != here.read_bytes():
        raise CatalogUnusable(f"{there} is the key of another catalog; give another folder")
    other.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(here, there)
    there.chmod(0o600)
