"""A niche → the plan of a discovery: terms, seeds from every source, what they cost, what is left to do by hand.

Pure and deterministic: no request is made. The words come from ``terms.py``, the addresses from the sources.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import chain, zip_longest
from typing import Final
from urllib.parse import quote, quote_plus, urlsplit

from base.errors import UsageError
from catalog.tasks import Seed
from crawler.hosts import Hosts
from crawler.keys import KeyRing
from crawler.sources.base import PlanTerms, Source
from crawler.terms import plan_terms
from niche.model import Niche
from places.gazetteer import Gazetteer

_MOST_SEEDS: Final = 400
_LEAST_SCORE: Final = 0.05
_LAST_TURN: Final = 0.2  # how much of its score the last seed of a source loses against the first


@dataclass(frozen=True, slots=True, kw_only=True)
class ByHand:
    """An address to open by hand on a network that does not let programs read."""

    network: str
    what: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a discovery will do. ``requests`` are the first requests per host; each answer may lead to more."""

    query: str
    niche: Niche
    terms: PlanTerms
    seeds: tuple[Seed, ...]
    requests: Mapping[str, int]
    by_hand: tuple[ByHand, ...]

    @property
    def own_search(self) -> tuple[str, ...]:
        """Addresses of the operator's own search engines that the plan asks; only the hosts file can name one."""
        from crawler.sources import all_sources

        sources = all_sources()
        asked = (seed.link for seed in self.seeds)
        return tuple(link.url for link in asked if sources[link.source].pages[link.page].robots == "own_search")


def make_plan(
    niche: Niche,
    gazetteer: Gazetteer,
    hosts: Hosts,
    *,
    only_sources: Collection[str] | None = None,
    keys: KeyRing | None = None,
) -> Plan:
    """The plan for ``niche``. ``only_sources`` limits it to these sources; those that need a key which is not among
    ``keys`` are left out.

    Raises UsageError for a source that does not exist, or is asked for by name without its key, and for a niche that
    names neither theme nor place.
    """
    if not niche.theme and not niche.wanted_places:
        raise UsageError(
            "a discovery needs a theme or a place; “like …” looks among the creators that are known already"
        )
    terms = plan_terms(niche, gazetteer)
    seeds = _seeds(terms, hosts, only_sources, keys or KeyRing())
    covered = {seed.link.source for seed in seeds} - {"instagram"}  # of whose hashtags the API shows no people
    return Plan(
        query=niche.text,
        niche=niche,
        terms=terms,
        seeds=seeds,
        requests=dict(Counter(urlsplit(seed.link.url).netloc for seed in seeds).most_common()),
        by_hand=tuple(entry for entry in _by_hand(terms) if entry.network.lower() not in covered),
    )


def _seeds(terms: PlanTerms, hosts: Hosts, only: Collection[str] | None, keys: KeyRing) -> tuple[Seed, ...]:
    """The seeds of all sources in turn, so that a crawl cut short has a bit of everything."""
    from crawler.sources import all_sources

    sources = all_sources()
    unknown = sorted(set(only or ()) - set(sources))
    if unknown:
        raise UsageError(f"no source {unknown[0]!r}; one of {', '.join(sorted(sources))}")
    for name in sorted(only or ()):
        if keys.missing(name):
            raise UsageError(f"{name} needs a key: set {', '.join(keys.missing(name))} (docs/keys.md)")
    each = [
        _in_turn(_of_source(source, terms, hosts))
        for name, source in sorted(sources.items())
        if hosts.is_enabled(name) and (not only or name in only) and keys.has(name)
    ]
    seeds = (seed for seed in chain.from_iterable(zip_longest(*each)) if seed is not None)
    distinct: dict[str, Seed] = {}
    for seed in seeds:
        distinct.setdefault(seed.link.url, seed)
    return tuple(distinct.values())[:_MOST_SEEDS]


def _of_source(source: Source, terms: PlanTerms, hosts: Hosts) -> list[Seed]:
    """The source's seeds, its hosts in turn, keeping its own order (local terms first) on each host."""
    by_host: dict[str, list[Seed]] = defaultdict(list)
    for seed in source.seeds(terms, hosts.for_source(source.name)):
        by_host[urlsplit(seed.link.url).netloc].append(seed)
    return [seed for turn in zip_longest(*by_host.values()) for seed in turn if seed is not None]


def _in_turn(seeds: list[Seed]) -> list[Seed]:
    """Later seeds of one source get lower scores, so that no source or host is worked off before the others begin."""
    last = max(1, len(seeds) - 1)
    return [
        replace(
            seed, link=replace(seed.link, score=max(_LEAST_SCORE, seed.link.score * (1 - _LAST_TURN * turn / last)))
        )
        for turn, seed in enumerate(seeds)
    ]


def _by_hand(terms: PlanTerms) -> Iterable[ByHand]:
    """Networks that close their pages to programs, with the addresses that a person would open there."""
    for tag in terms.hashtags[:4]:
        yield ByHand(network="Instagram", what=f"#{tag}", url=f"https://www.instagram.com/explore/tags/{quote(tag)}/")
    for tag in terms.hashtags[:3]:
        yield ByHand(network="TikTok", what=f"#{tag}", url=f"https://www.tiktok.com/tag/{quote(tag)}")
    query = terms.forum_queries[1] if len(terms.forum_queries) > 1 else next(iter(terms.forum_queries), terms.theme)
    asked = quote_plus(query)
    yield ByHand(network="X", what=query, url=f"https://x.com/search?q={asked}&f=user")
    yield ByHand(network="Facebook", what=f"groups: {query}", url=f"https://www.facebook.com/search/groups/?q={asked}")
    yield ByHand(network="Reddit", what=query, url=f"https://www.reddit.com/search/?q={asked}")
    yield ByHand(network="YouTube", what=query, url=f"https://www.youtube.com/results?search_query={asked}")
