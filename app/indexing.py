"""Bring the index up to the catalog, in a child process (``python -m app.indexing DATA``)."""

import json
import os
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

from app.children import run_child
from base.errors import UserError
from indexer.locations import Location, Server

_CATALOG: Final = "NICHESCOUT_CHILD_CATALOG"  # may hold a password, so it is no argument


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildProgress:
    """How far a build is. ``stage`` says what it does, ``total`` 0: not known yet."""

    stage: str
    done: int
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildSummary:
    """What a build did. ``others``: builds on other machines are still at work on the rest."""

    creators: int
    deleted: int
    posts: int
    passages: int
    embedded: int
    seconds: float
    nothing_new: bool
    others: bool = False


def build(
    data: Path,
    *,
    catalog: str | None = None,
    rebuild: bool = False,
    model: str | None = None,
    cache: Path | None = None,
    location: Location | None = None,
    on_progress: Callable[[BuildProgress], None] = lambda _: None,
) -> BuildSummary:
    """Run the build in a child and wait for it. Raises UserError with the child's own words.

    ``catalog``: the server of a catalog that is no file in ``data``.
    """
    arguments = [str(data), *(["--rebuild"] if rebuild else [])]
    arguments += ["--model", model] if model else []
    arguments += ["--cache", str(cache)] if cache else []
    if isinstance(location, Server):  # keys travel in a file or in the environment, never here
        arguments += ["--server", json.dumps(location, default=str)]

    def hear(line: Any) -> None:
        if "progress" in line:
            on_progress(BuildProgress(**line["progress"]))

    return BuildSummary(**run_child("app.indexing", arguments, hear, {_CATALOG: catalog})["summary"])


def main(arguments: list[str]) -> int:
    """The child: build, write progress and the summary as JSON Lines."""
    from catalog.place import CatalogPlace
    from catalog.store import open_catalog
    from indexer.build import build_index

    data = Path(arguments[0])
    options = dict(pairwise(arguments))
    cache = options.get("--cache")
    try:
        with open_catalog(CatalogPlace(data, os.environ.get(_CATALOG)), create=False) as catalog:
            report = build_index(
                catalog,
                data,
                location=_server(options["--server"]) if "--server" in options else None,
                cache_path=Path(cache) if cache else None,
                rebuild="--rebuild" in arguments,
                model=options.get("--model"),
                on_progress=lambda stage, done, total: _say(
                    progress=BuildProgress(stage=stage, done=done, total=total)
                ),
            )
    except UserError as error:
        sys.stdout.write(json.dumps({"error": str(error), "exit_code": error.exit_code}) + "\n")
        return error.exit_code
    _say(
        summary=BuildSummary(
            creators=report.creators,
            deleted=report.deleted,
            posts=report.posts,
            passages=report.passages,
            embedded=report.embedded,
            seconds=report.seconds,
            nothing_new=report.nothing_new,
            others=report.others,
        )
    )
    return 0


def _server(argument: str) -> Server:
    address, folder, access, shards = json.loads(argument)
    return Server(address, Path(folder), None if access is None else Path(access), shards)


def _say(**named: BuildProgress | BuildSummary) -> None:
    sys.stdout.write(json.dumps({name: asdict(value) for name, value in named.items()}) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
