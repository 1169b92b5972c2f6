"""``nichescout discover``: query → plan → crawl → index → answer, each step a call into one room."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Protocol

from app.asking import build_configured, open_configured
from app.config import Config
from app.followers import add_to_discovery, asked_in_a_discovery
from app.indexing import BuildProgress, BuildSummary
from app.keeping import expire_texts
from base.clock import fixed_clock, system_clock
from base.errors import UsageError
from catalog.harvest import Harvest
from catalog.store import open_catalog
from crawler.allowances import read_allowances
from crawler.archive import archive_clock
from crawler.errors import NoContact
from crawler.hosts import Hosts, load_hosts
from crawler.keys import KeyRing, load_keys
from crawler.plan import Plan, make_plan
from crawler.run import CrawlReport, CrawlSettings, Progress, run_crawl
from crawler.sources import all_sources
from niche.understand import Overrides, understand
from places.gazetteer import Gazetteer, open_gazetteer
from search.results import Answer


class Listener(Protocol):
    """Told how a discovery goes; the command line draws it."""

    def planned(self, plan: Plan) -> None:
        """The plan is made, nothing is fetched yet."""

    def crawling(self, progress: Progress) -> None:
        """Some pages later."""

    def crawled(self, report: CrawlReport) -> None:
        """The crawl has ended."""

    def harvested(self, harvest: Harvest) -> None:
        """What the crawl brought in."""

    def building(self, progress: BuildProgress) -> None:
        """Some documents later."""

    def built(self, summary: BuildSummary) -> None:
        """The index is up to date."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DiscoverOptions:
    """What a person may ask of one discovery; None: as configured."""

    overrides: Overrides = field(default_factory=Overrides)
    sources: tuple[str, ...] = ()
    hosts: Path | None = None
    pages: int | None = None
    minutes: float | None = None
    archive: Path | None = None
    replay: Path | None = None
    limit: int = 10
    now: datetime | None = None
    explain: bool = False


def plan_discovery(config: Config, query: str, options: DiscoverOptions) -> Plan:
    """The plan of a query; nothing is fetched. Raises QueryError, HostsError, KeysError."""
    with open_gazetteer() as gazetteer:
        return _plan(config, query, options, gazetteer)


def discover(config: Config, query: str, options: DiscoverOptions, listener: Listener) -> tuple[Answer, Plan]:
    """Do the whole job. A second call goes on where an interrupted one stopped.

    Raises NoContact before anything is fetched when a live crawl has nobody to answer for it.
    """
    if options.replay is None:
        check_contact(config)
    clock = fixed_clock(archive_clock(options.replay)) if options.replay else system_clock
    plan = plan_discovery(config, query, options)
    listener.planned(plan)
    if not plan.seeds:
        raise UsageError("the plan has no starting address; name hosts in hosts.toml, or allow more with --source")
    with open_catalog(config.place, clock=clock) as catalog:
        expire_texts(catalog, clock())
        job = catalog.start_job(query, plan.seeds)
        if _takes_leads(options):
            add_to_discovery(catalog, job, plan.niche)
        listener.crawled(_crawl(config, options, job, plan, listener))
        listener.harvested(catalog.harvest(job))
    listener.built(build_configured(config, on_progress=listener.building))
    with open_configured(config) as engine:
        answer = engine.search(plan.niche, limit=options.limit, now=options.now or clock(), explain=options.explain)
    return answer, plan


def leads_of_plan(config: Config, plan: Plan, options: DiscoverOptions) -> Counter[str]:
    """How many of your followers' pages a discovery asks for besides its plan, by host. Changes nothing."""
    return asked_in_a_discovery(config, plan.niche) if _takes_leads(options) else Counter()


def _takes_leads(options: DiscoverOptions) -> bool:
    """A recording and a chosen source hold none of them."""
    return options.replay is None and not options.sources


def check_contact(config: Config) -> None:
    """Raise NoContact when a live crawl would have nobody to answer for it."""
    if not config.contact and config.loopback is None:
        raise NoContact(
            "a live crawl needs an address at which site owners can reach you; set it with: nichescout init"
        )


def _plan(config: Config, query: str, options: DiscoverOptions, gazetteer: Gazetteer) -> Plan:
    niche = understand(query, gazetteer, overrides=options.overrides)
    keys = KeyRing() if options.replay else load_keys(config.keys)
    read_allowances(config.quotas)  # what is written wrongly is told before anything is fetched
    return make_plan(niche, gazetteer, _hosts(config, options), only_sources=options.sources or None, keys=keys)


def _hosts(config: Config, options: DiscoverOptions) -> Hosts:
    """The option, else the hosts that were recorded beside a replayed archive, else the operator's own file."""
    if options.hosts:
        return load_hosts(options.hosts)
    if options.replay:
        beside = options.replay.with_name(options.replay.name.removesuffix(".gz").removesuffix(".warc") + ".hosts.toml")
        if beside.is_file():
            return load_hosts(beside)
    return load_hosts(config.hosts)


def _crawl(config: Config, options: DiscoverOptions, job: str, plan: Plan, listener: Listener) -> CrawlReport:
    settings = replace(
        crawl_settings(config, job, minutes=options.minutes, pages=options.pages, plan=plan),
        archive=options.archive,
        off=_off(_hosts(config, options), options.sources),
    )
    if options.replay:  # a recording costs nobody anything, and nobody is asked with a key
        settings = replace(
            settings, replay=options.replay, loopback=None, minutes=options.minutes, pages=options.pages, keys=None
        )
    return run_crawl(settings, on_progress=listener.crawling)


def crawl_settings(
    config: Config, job: str, *, minutes: float | None = None, pages: int | None = None, plan: Plan | None = None
) -> CrawlSettings:
    """A crawl as configured; bounds that are given weigh more. ``plan`` gives the words that it keeps to."""
    return CrawlSettings(
        data_dir=config.data,
        catalog=config.catalog,
        job_id=job,
        contact=config.contact or "",
        minutes=minutes or config.minutes,
        pages=pages or config.pages,
        delay=config.delay,
        loopback=config.loopback,
        archive_days=config.archive_days,
        min_free=config.min_free,
        terms=(plan.terms.theme, *plan.terms.hashtags) if plan else (),
        own_search=plan.own_search if plan else (),
        keys=config.keys,
        quotas=config.quotas,
        off=_off(load_hosts(config.hosts)),
    )


def _off(hosts: Hosts, only: Collection[str] = ()) -> tuple[str, ...]:
    """Sources with a key that links must not lead to either: switched off, or not among those asked for."""
    keyed = (name for name, source in sorted(all_sources().items()) if source.key is not None)
    return tuple(name for name in keyed if not hosts.is_enabled(name) or (only and name not in only))
