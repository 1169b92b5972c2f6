"""Which sources there are: what ``nichescout sources`` shows, and ``docs/sources.md``.

python -m app.sources_view    writes the page again, after a source was added or changed
"""

import inspect
import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from app.config import Config
from app.host_view import host_line
from app.inspection import catalog_info
from base.clock import system_clock
from crawler.allowances import read_allowances
from crawler.hosts import load_hosts
from crawler.keys import KeyRing, load_keys
from crawler.quota import QuotaLedger
from crawler.sources import all_sources
from crawler.sources.base import Source, SourcePage

PAGE: Final = Path(__file__).parent.parent / "docs" / "sources.md"
_MOST_HOSTS: Final = 3  # named in a table; --json has all
_BY_HAND: Final = "`discover --dry-run` lists the addresses to open there by hand. How to set a key: docs/keys.md."
_ROBOTS: Final = {
    "page": "robots.txt, and noindex of page and header",
    "api": "robots.txt; X-Robots-Tag is about the document only",
    "own_search": "none: it is your own",
}


@dataclass(frozen=True, slots=True)
class NotBuilt:
    """A network that is not read, and why."""

    network: str
    why: str


NOT_BUILT: Final = (
    NotBuilt("Instagram, Facebook pages, Threads pages", "login walls, and terms that forbid programs to read pages"),
    NotBuilt("TikTok", "terms forbid reading pages; its research interface excludes commercial use"),
    NotBuilt("X", "login walls and terms; its interface is paid for by the request"),
    NotBuilt("LinkedIn", "login walls and terms"),
    NotBuilt("Reddit without approval", "pages and .json are closed to programs that Reddit has not approved"),
    NotBuilt("Yelp", "about businesses, not people; what it says may not be kept"),
    NotBuilt("Pinterest", "no public search for programs"),
    NotBuilt("Google and Bing results", "closed to new programs or retired; your own SearXNG searches instead"),
    NotBuilt("anything behind a login, a captcha or a block", "somebody decided that we are not to read it"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceRow:
    """One source as ``nichescout sources`` shows it. ``refused``: politeness key → addresses refused by robots.txt."""

    name: str
    kind: str
    on: bool
    needs: str
    hosts: tuple[str, ...]
    refused: Mapping[str, int]
    rules: str
    trouble: tuple[str, ...] = ()  # what went wrong on its hosts

    def as_json(self) -> dict[str, Any]:
        """For ``--json``."""
        return asdict(self)

    def cells(self) -> tuple[str, ...]:
        """For a table."""
        on = "yes" if self.on else "no"
        return (
            self.name,
            self.kind,
            on,
            self.needs,
            _few(self.hosts),
            _few(_told(self.refused)),
            _few(self.trouble),
            self.rules,
        )


def source_rows(config: Config) -> list[SourceRow]:
    """Every source with its hosts and what robots.txt refused it."""
    hosts, keys, info = load_hosts(config.hosts), load_keys(config.keys), catalog_info(config)
    refused = {} if info is None else info.refused_by_source
    trouble = {} if info is None else {report.key: host_line(report) for report in info.hosts}
    return [
        SourceRow(
            name=name,
            kind=source.kind,
            on=hosts.is_enabled(name) and keys.has(name) and (bool(hosts.for_source(name)) or not _needs_hosts(source)),
            needs=_needs(config, source, keys),
            hosts=hosts.for_source(name),
            refused=refused.get(name, {}),
            rules=source.rules,
            trouble=tuple(f"{host}: {trouble[host]}" for host in hosts.for_source(name) if host in trouble),
        )
        for name, source in sorted(all_sources().items())
    ]


def _needs_hosts(source: Source) -> bool:
    return source.key is None and source.needs != "nothing"


def _needs(config: Config, source: Source, keys: KeyRing) -> str:
    """What the operator has to give and, once it is there, what of the day's allowance is used."""
    missing = keys.missing(source.name)
    if missing:
        return f"{source.needs}; set {', '.join(missing)}"
    ledger, now = QuotaLedger(config.data, read_allowances(config.quotas)), system_clock()
    used = (
        f"{ledger.used(source.name, quota, now=now)} of {ledger.allowed(source.name, quota).per_day} {quota.unit} today"
        for quota in source.quotas
    )
    return "; ".join([source.needs, *used])


def not_built_lines() -> str:
    """The networks that are not read, a line each."""
    lines = (f"  {one.network}: {one.why}." for one in NOT_BUILT)
    return "\n".join(("Not read, and why:", *lines, _BY_HAND.replace("`", "")))


def sources_page() -> str:
    """``docs/sources.md``: made from what the sources say of themselves."""
    return "\n".join(_page_lines()).rstrip() + "\n"


def _page_lines() -> Iterator[str]:
    yield from (
        "# Sources",
        "",
        "Made by `python -m app.sources_view` from the sources themselves; do not edit. `nichescout sources` shows",
        "which are on and what robots.txt refused them. How consent is decided per platform:",
        "[consent.md](consent.md); how to write one: [adding-a-source.md](adding-a-source.md).",
        "",
        "| source | kind | what | needs | rules |",
        "|---|---|---|---|---|",
    )
    sources = sorted(all_sources().items())
    for name, source in sources:
        rules = f"<{source.rules}>"
        yield f"| [{name}](#{name}) | {source.kind} | {_sentence(source)} | {source.needs} | {rules} |"
    for name, source in sources:
        yield from ("", f"## {name}", "", _module_text(source), "")
        yield from ("| page | reads | asked of a server |", "|---|---|---|")
        for page, page_class in source.pages.items():
            yield f"| {page} | {_sentence(page_class)} | {_ROBOTS[page_class.robots]} |"
    yield from ("", "## Not read, and why", "", "| network | why |", "|---|---|")
    for one in NOT_BUILT:
        yield f"| {one.network} | {one.why} |"
    yield from ("", _BY_HAND)


def _sentence(of: Source | type[SourcePage]) -> str:
    first = inspect.cleandoc(of.__doc__ or "").partition("\n\n")[0]
    return first.replace("\n", " ").replace("``", "`").replace("|", "\\|")


def _module_text(source: Source) -> str:
    """The first paragraphs of the source's file, as they are written for whoever reads the code."""
    module = inspect.getmodule(source)
    text = inspect.cleandoc((module.__doc__ if module else "") or "").replace("``", "`")
    return re.sub(r"\s\(DESIGN [^)]*\)", "", text)


def _told(counts: Mapping[str, int]) -> tuple[str, ...]:
    return tuple(f"{host} {count}" for host, count in counts.items())


def _few(values: tuple[str, ...]) -> str:
    more = len(values) - _MOST_HOSTS
    return ", ".join(values[:_MOST_HOSTS]) + (f" and {more} more" if more > 0 else "")


if __name__ == "__main__":
    PAGE.write_text(sources_page(), "utf-8")
