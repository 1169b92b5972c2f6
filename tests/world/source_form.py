"""The files of a world's folder, read into the values of ``model.py``."""

import tomllib
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, cast

from tests.world.model import (
    ROOT,
    WORLD_NAME,
    Blog,
    Category,
    Creator,
    DeadPage,
    Forum,
    HiddenPost,
    Presence,
    PresenceKind,
    Remark,
    Server,
    Sites,
    Source,
    Stay,
    Theme,
    Topic,
    Town,
)

Row = Mapping[str, Any]  # a table of a TOML file


def read_source(folder: Path | None = None) -> Source:
    """Read a world's folder. Raises TypeError or KeyError when a file holds what no field above knows."""
    folder = folder or ROOT / WORLD_NAME
    towns = {key: Town(key=key, **_tuples(row)) for key, row in _toml(folder / "places.toml").items()}
    common = _toml(folder / "texts" / "common.toml")
    themes = {path.stem: _theme(path, common) for path in sorted((folder / "texts").glob("*.toml"))}
    del themes["common"]
    creators = [
        _creator(row, towns)
        for path in sorted((folder / "creators").glob("*.toml"))
        for rows in _toml(path).values()
        for row in rows
    ]
    return Source(sites=_sites(folder), towns=towns, themes=themes, creators=tuple(creators))


def _toml(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text("utf-8"))


def _tuples(row: Row) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in row.items()}


def _theme(path: Path, common: Row) -> Theme:
    row = _toml(path)
    words = {**common["words"], **row.get("words", {})}
    return Theme(
        key=path.stem,
        tags=tuple(row.get("tags", ())),
        titles=tuple(row.get("titles", ())),
        sentences=tuple(row.get("sentences", ())),
        asides=tuple(row.get("asides") or common["asides"]),
        words={key: tuple(values) for key, values in words.items()},
    )


def _creator(row: Row, towns: Mapping[str, Town]) -> Creator:
    known = _tuples(row)
    accounts: tuple[str, ...] = known.pop("accounts")
    blog: Row | None = known.pop("blog", None)
    stays = tuple(_stay(stay) for stay in known.pop("phases", ()))
    town = known.pop("home", "") or stays[0].town
    trips = tuple(_stay(trip) for trip in known.pop("trips", ()))
    return Creator(
        theme=known.pop("niche"),
        town=town,
        location=known.pop("location", towns[town].name),
        presences=tuple(_presence(account) for account in accounts),
        blog=Blog(**_tuples(blog)) if blog else None,
        stays=stays,
        trips=trips,
        **known,
    )


def _stay(row: Row) -> Stay:
    since, until = (
        datetime.fromisoformat(f"{row[key]}T00:00:00+00:00") if key in row else None for key in ("from", "until")
    )
    town = row.get("home") or row["place"]
    return Stay(town=town, posts=row["posts"], theme=row.get("niche", ""), since=since, until=until)


def _presence(text: str) -> Presence:
    kind, _, rest = text.partition(":")
    host, _, handle = rest.partition("/")
    return Presence(cast(PresenceKind, kind), host, handle)


def _sites(folder: Path) -> Sites:
    row = _toml(folder / "sites.toml")
    forums = [
        Forum(host=forum["host"], title=forum["title"], categories=tuple(Category(**c) for c in forum["categories"]))
        for forum in row["forum"]
    ]
    return Sites(
        **{key: row[key] for key in ("seed", "clock", "oldest", "newest", "publication", "redirect")},
        servers=tuple(Server(**server) for server in row["mastodon"]),
        forums=tuple(forums),
        topics=tuple(Topic(**_tuples(topic)) for topic in row["topic"]),
        remarks=tuple(Remark(**comment) for comment in row["comment"]),
        dead=tuple(DeadPage(**dead) for dead in row["dead"]),
        hidden_posts=tuple(HiddenPost(**post) for post in row["hidden_post"]),
        searxng=row["searxng"]["host"],
        wordpress_com=row["wordpress_com"]["host"],
        wordpress_suffix=row["wordpress_com"]["suffix"],
        itunes=row["itunes"]["host"],
    )
