"""What must come of the demo world: ``fixtures/worlds/east-coast-sushi/expect.toml`` as frozen values.

Creators are named by their ids in the world's source form; a result of a search is recognised by its accounts'
addresses (``accounts_of``), since the catalog assigns ids of its own.

``[top10]``
    At least ``at_least`` of the first ten results are creators of ``of``; all ten are of ``of`` or ``allowed_too``.
``[[not_top10]]``
    This creator is not among the first ten results; ``why`` is for the reader of a failure.
``[[not_stored]]``
    ``text`` is in no file of the data folder after the crawl and the index build (archives decompressed, databases
    dumped, stored fields of the index read), in no letter case; ``creator`` is whose text it is, "" when
    it is nobody's. The recording of the world may hold it: a test can prove there that the text was within reach.
``[[one_result]]``
    All accounts of this creator that were read are in one result, and no other result has any of them.
``[[apart]]``
    These creators are in no result together.
"""

import tomllib
from dataclasses import dataclass
from typing import Any

from tests.world.model import ROOT, WORLD_NAME, Presence
from tests.world.writing import World


@dataclass(frozen=True, slots=True)
class NotTop10:
    """A creator that must not be among the first ten."""

    creator: str
    why: str


@dataclass(frozen=True, slots=True)
class NotStored:
    """A text that must not be in any file."""

    text: str
    why: str
    creator: str = ""


@dataclass(frozen=True, slots=True)
class OneResult:
    """A creator whose accounts belong together."""

    creator: str
    why: str


@dataclass(frozen=True, slots=True)
class Apart:
    """Creators that do not belong together."""

    creators: tuple[str, ...]
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """The whole file."""

    query: str
    at_least: int
    of: frozenset[str]
    allowed_too: frozenset[str]
    not_top10: tuple[NotTop10, ...]
    not_stored: tuple[NotStored, ...]
    one_result: tuple[OneResult, ...]
    apart: tuple[Apart, ...]

    @property
    def allowed(self) -> frozenset[str]:
        """Every creator that may be among the first ten."""
        return self.of | self.allowed_too


def load_expected() -> Expected:
    """Read the file. Raises TypeError or KeyError when it holds what no field above knows."""
    row: dict[str, Any] = tomllib.loads((ROOT / WORLD_NAME / "expect.toml").read_text("utf-8"))
    top = row["top10"]
    return Expected(
        query=row["query"],
        at_least=top["at_least"],
        of=frozenset(top["of"]),
        allowed_too=frozenset(top["allowed_too"]),
        not_top10=tuple(NotTop10(**item) for item in row["not_top10"]),
        not_stored=tuple(NotStored(**item) for item in row["not_stored"]),
        one_result=tuple(OneResult(**item) for item in row["one_result"]),
        apart=tuple(Apart(creators=tuple(item["creators"]), why=item["why"]) for item in row["apart"]),
    )


def accounts_of(world: World, creator_id: str) -> frozenset[str]:
    """The addresses of a creator's accounts for people, without a slash at the end."""
    return frozenset(presence.url.rstrip("/") for presence in world.creator(creator_id).presences)


def creator_at(world: World, url: str, name: str = "") -> str | None:
    """Whose account, feed or post an address is: by the longest account address that it begins with.

    An author of a site with several authors may be known by ``name`` and the site's address alone, for that is all
    that a feed says. The site itself is nobody.
    """
    wanted = url.rstrip("/")
    owners = {
        address: creator.id
        for creator in world.creators
        for presence in creator.presences
        for address in _addresses(presence)
    }
    fitting = [address for address in owners if wanted == address or wanted.startswith((f"{address}/", f"{address}?"))]
    if fitting:
        return owners[max(fitting, key=len)]
    if wanted == f"https://{world.sites.publication['host']}":
        return next((creator.id for creator in world.creators if creator.on("byline") and creator.name == name), None)
    return None


def _addresses(presence: Presence) -> tuple[str, ...]:
    """The account's address and what else a page may call it."""
    url = presence.url.rstrip("/")
    if presence.kind == "mastodon":
        return url, f"https://{presence.host}/users/{presence.handle}"
    return (url,)
