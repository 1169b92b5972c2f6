"""Conformance over whole folders: recorded answers of real servers, where the folder with them is there.

A failure names the file, never its content.
"""

import json
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from web_poet import HttpResponse

from crawler.errors import UnreadablePage
from crawler.sources import get_source
from crawler.sources.base import PageItems
from tests.sources import items
from tests.sources.cases import read_page
from tests.sources.recordings import FOLDER, Recording, needs_recordings

pytestmark = [pytest.mark.recordings, needs_recordings]


@dataclass(frozen=True)
class Recorded:
    """One body, and the page that an address of ours would have it read by."""

    file: Path
    url: str
    source: str
    page: str

    def read(self) -> PageItems | None:
        """The items, checked; None when the page refuses the body."""
        context = {"tags": "sushi", "pages": "3", "select": "all"}
        return Recording(self.file).read(self.source, self.page, self.url, context)


def mastodon() -> list[Recorded]:
    """Every answer with status 200, read as what its address asks for; single statuses as a list of one."""
    found = []
    for meta_file in sorted((FOLDER / "mastodon").glob("*.meta.json")):
        meta = json.loads(meta_file.read_text("utf-8"))
        url, body = str(meta["request"]["url"]), meta_file.with_name(meta_file.name.replace(".meta.json", ".json"))
        page = _mastodon_page(urlsplit(url).path)
        if meta["status"] == 200 and page and body.exists():
            found.append(Recorded(body, url, "mastodon", page))
    return found


def _mastodon_page(path: str) -> str:
    parts = path.strip("/").split("/")[2:]
    match parts:
        case ["instance"]:
            return "instance"
        case ["accounts", "lookup" | "verify_credentials"]:
            return "lookup"
        case ["accounts", number] if number.isdecimal():
            return "account"
        case ["accounts", _, "statuses"]:
            return "statuses"
        case ["timelines", _] | ["timelines", "tag", _]:
            return "tag"
    return ""


def discourse() -> list[Recorded]:
    pages = {"latest": "topics", "top": "topics", "topics_created_by": "topics", "categories": "categories"}
    pages |= {"topic": "topic", "user": "user", "search": "search", "core_search_fixture_merged": "search"}
    found = []
    for file in sorted((FOLDER / "discourse").glob("*.json")):
        page = "topic" if file.name.startswith("urho_") else pages.get(file.stem.removeprefix("rubyapi_"))
        if page:
            found.append(Recorded(file, "https://forum.example/t/1.json", "discourse", page))
    return found


def searxng() -> list[Recorded]:
    url = "https://search.example/search?format=json&q=x"
    return [Recorded(file, url, "searxng", "results") for file in sorted((FOLDER / "searxng").glob("*.json"))]


def _read_all(recorded: list[Recorded]) -> Counter[str]:
    tally: Counter[str] = Counter()
    for one in recorded:
        try:
            found = one.read()
        except AssertionError as error:
            raise AssertionError(f"{one.file.name} as {one.page}: {str(error).splitlines()[0][:60]}") from None
        tally["read" if found else "refused"] += 1
        if found:
            tally.update(accounts=len(found.accounts), posts=len(found.posts), links=len(found.links))
    return tally


def test_mastodon() -> None:
    tally = _read_all(mastodon())
    assert tally["read"] >= 20
    assert tally["accounts"] >= 10
    assert tally["posts"] >= 20
    assert tally["links"] >= 10


def test_mastodon_statuses_and_accounts_that_came_alone_or_nested() -> None:
    """Whatever looks like a status or an account in any answer is read at its home without an exception."""
    statuses = accounts = 0
    for file in sorted((FOLDER / "mastodon").glob("*.json")):
        if file.name.endswith(".meta.json"):
            continue
        for value in _objects(json.loads(file.read_text("utf-8"))):
            home = urlsplit(str(value.get("uri") or "")).hostname
            if not home or not {"visibility", "acct"} & value.keys():
                continue
            page = "tag" if "visibility" in value else "account"
            body = json.dumps([value] if page == "tag" else value).encode()
            url = f"https://{home}/api/v1/timelines/tag/x"
            try:
                found = read_page(get_source("mastodon").pages[page], HttpResponse(url=url, body=body))
                items.check(found)
            except (UnreadablePage, AssertionError) as error:
                raise AssertionError(f"{file.name}: {type(error).__name__} {str(error)[:60]}") from None
            statuses += len(found.posts)
            accounts += len(found.accounts)
    assert statuses >= 25
    assert accounts >= 100


def _objects(value: object) -> list[dict[str, object]]:
    if isinstance(value, list):
        return [found for entry in value for found in _objects(entry)]
    if not isinstance(value, dict):
        return []
    return [value, *(found for entry in value.values() for found in _objects(entry))]


def test_discourse() -> None:
    tally = _read_all(discourse())
    assert tally["refused"] <= 1
    assert tally["read"] >= 13
    assert tally["posts"] >= 33
    assert tally["links"] >= 10


def test_searxng() -> None:
    tally = _read_all(searxng())
    assert tally["read"] == 2
    assert tally["links"] >= 3
