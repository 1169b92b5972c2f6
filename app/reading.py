"""``nichescout read``: what is read from one page, with the consent decision shown; nothing is stored.

A file is read as it is. An address is fetched by a child crawl of one page into a throw-away catalog, so that the same
politeness, robots and safety rules hold as in a discovery.
"""

import asyncio
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, is_dataclass
from datetime import UTC, datetime
from enum import Enum
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from app.config import Config
from app.saved_page import load_page
from base.clock import system_clock
from base.errors import UsageError
from catalog.identity import canonical_url
from catalog.items import Link, Outcome, PageResult
from crawler.errors import UnreadablePage
from crawler.gate import gate
from crawler.reading import Body, read_body
from crawler.sources import ANY_SITE, get_source, recognise, recognise_body
from crawler.sources._document import Document
from crawler.sources.base import PageItems

_FEED_HEADS: Final = (b"<?xml", b"<rss", b"<feed", b"<rdf", b"{", b"[")  # what is no page; "[" is refused in words
_UNKNOWN_JSON: Final = (
    "JSON of a shape that no source knows: say where it is from (--url), or what reads it (--source and --page, see: "
    "nichescout sources); for a list of followers: nichescout import FILE"
)


def read_target(
    config: Config, target: str, *, url: str | None = None, source: str | None = None, page: str | None = None
) -> Iterator[str]:
    """JSON Lines: one per account, post, link and tombstone, then one on the decision.

    Raises UsageError for options that name nothing, CollectionError for a file that cannot be read.
    """
    path = Path(target)
    if target.startswith(("http://", "https://")):
        from crawler.single import fetch_single

        fetched = fetch_single(target, contact=config.contact or "", delay=config.delay, keys=config.keys)
        yield from read_bytes(fetched.body, fetched.url, source, page, fetched.headers)
        return
    if not path.is_file():
        raise UsageError(f"{target!r} is neither a file nor an address that begins with http:// or https://")
    saved = load_page(path)
    yield from read_bytes(saved.body, url or "", source, page, saved.headers, file_name=path.name)


def read_bytes(
    body: bytes,
    url: str,
    source: str | None,
    page: str | None,
    headers: Sequence[tuple[str, str]],
    file_name: str = "page",
) -> Iterator[str]:
    """The lines for one body, whose ``url`` may be "". An unreadable body gives one line that says why."""
    link = _reader(_document(body, url, headers, file_name), bool(url), source, page)
    if link is None:
        yield _line("unreadable", {"source": None, "page": None, "why": _UNKNOWN_JSON})
        return
    page_body = Body(source=link.source, page=link.page, url=link.url, status=200, headers=tuple(headers), body=body)
    try:
        items = asyncio.run(read_body(page_body))
    except UnreadablePage as error:
        yield _line("unreadable", {"source": link.source, "page": link.page, "why": str(error)})
        return
    kept = gate(_result(link, items))
    for kind, values in (("account", kept.accounts), ("post", kept.posts), ("link", kept.links)):
        for value in values:
            yield _line(kind, _plain(value))
    for alias in kept.tombstones:
        yield _line("tombstone", _plain(alias))
    yield _line(
        "decision",
        {
            "source": link.source,
            "page": link.page,
            "directives": _plain(items.directives),
            "kept_back": {
                "accounts": len(items.accounts) - len(kept.accounts),
                "posts": len(items.posts) - len(kept.posts),
            },
            "consent": [{"account": account.url, **_plain(account.consent)} for account in items.accounts],
        },
    )


def _document(body: bytes, url: str, headers: Sequence[tuple[str, str]], file_name: str) -> Document:
    address = canonical_url(url or f"https://file.example/{quote(file_name)}")
    return Document(body, address, dict(headers).get("content-type", ""))


def _reader(document: Document, has_address: bool, source: str | None, page: str | None) -> Link | None:
    """The source and page named by options, else those that the address or, where it says nothing, the body asks for.

    The name of a file is no address: it decides only when the body has no shape that a source knows. None: JSON that
    nobody knows.
    """
    if page and not source:
        raise UsageError("--page needs --source; see: nichescout sources")
    if source:
        pages = get_source(source).pages
        chosen = page or next(iter(pages))
        if chosen not in pages:
            raise UsageError(f"source {source} has no page {chosen!r}; it has {', '.join(pages)}")
        return Link(url=document.url, source=source, page=chosen)
    link = recognise(document.url)
    if has_address and link.source not in ANY_SITE:
        return link
    known = recognise_body(document)
    if known is not None:
        return known
    if not has_address and document.json is not None:
        return None
    if link.source == "page" and document.head.startswith(_FEED_HEADS):
        return Link(url=document.url, source="feed", page="feed")
    return link


def _result(link: Link, items: PageItems) -> PageResult:
    return PageResult(
        task_id=0,
        token="",
        url=link.url,
        source=link.source,
        page=link.page,
        outcome=Outcome.OK,
        fetched_at=system_clock(),
        accounts=items.accounts,
        posts=items.posts,
        links=items.links,
        tombstones=items.tombstones,
        directives=items.directives,
    )


def _line(kind: str, value: Any) -> str:
    return json.dumps({"item": kind, **value}, ensure_ascii=False)


def _plain(value: Any) -> Any:
    """Dataclasses, enums and times as JSON values."""
    if is_dataclass(value) and not isinstance(value, type):
        return {key: _plain(entry) for key, entry in asdict(value).items()}
    if isinstance(value, dict):
        return {str(key): _plain(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(entry) for entry in value]
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return value.value if isinstance(value, Enum) else value
