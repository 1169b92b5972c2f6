"""What all requests share: settings, engines, the catalog, who may ask."""

import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from app.config import Config
from base.suppression_list import listed_fingerprint
from catalog.api_keys import ApiKey
from catalog.follower_counts import FollowerHistory
from catalog.store import Catalog, open_catalog
from indexer.contract import IndexInfo
from niche.overrides import Overrides
from search.engine import Engine
from search.errors import CreatorUnknown
from search.pool import EnginePool
from search.report import VettingReport
from search.results import Answer
from search.window import Window
from server.access import Access
from server.metrics import Metrics
from server.recent import Recent, RecentAnswers, Windows
from server.settings import ServerSettings
from server.turns import Turns


class Service:
    """One per server process; its methods may be called by any thread."""

    def __init__(self, config: Config, settings: ServerSettings, *, keyless: bool) -> None:
        """``keyless``: whoever reaches the server may everything (only on this machine alone)."""
        self.config = config
        self.settings = settings
        self.keyless = keyless
        self._pool = EnginePool(config.data, config.index_place, fallback=config.falls_back, size=settings.engines)
        self._turns = Turns(settings.engines, settings.engine_seconds)
        self.metrics = Metrics()
        self._recent = RecentAnswers()
        self.windows = Windows(settings.window_seconds)
        self.access = Access(self._key_of, keyless=keyless)
        self._catalog: Catalog | None = None
        self._opening = threading.Lock()
        self.marking = threading.Lock()  # one index has one writer
        self.ending = threading.Event()  # the server is shutting down: streams end

    @property
    def catalog(self) -> Catalog:
        """The catalog, opened when it is first needed. Raises CatalogMissing and the like."""
        with self._opening:
            if self._catalog is None:
                self._catalog = open_catalog(self.config.place, create=False)
            return self._catalog

    @contextmanager
    def engine(self) -> Iterator[Engine]:
        """An engine for this thread alone, when it is its turn. Raises as ``EnginePool.engine``."""
        with self._turns.turn(), self._pool.engine() as engine:
            yield engine

    def info(self) -> IndexInfo:
        """What the index is now. Raises as ``engine``."""
        with self.engine() as engine:
            return engine.info()

    def close(self) -> None:
        """Let go of everything."""
        self.ending.set()
        self._pool.close()
        with self._opening:
            if self._catalog is not None:
                self._catalog.close()
                self._catalog = None

    def check_catalog(self) -> None:
        """Raise what keeps the catalog from being read."""
        self.catalog.head()

    def _key_of(self, secret: str) -> ApiKey | None:
        return self.catalog.key_of(secret)

    def search(self, query: str, overrides: Overrides, *, window: Window | None = None, **wanted: Any) -> Answer:
        """As ``Engine.search``, on an engine that is free."""
        started = time.perf_counter()
        with self.engine() as engine:
            state = (engine.info().generation, listed_fingerprint(self.config.data), datetime.now(UTC).date())
            begun = None if window is None else window.ids
            key = (query, overrides, tuple(sorted(wanted.items())), state, begun)
            known = self._recent.get(key)
            if known is None:
                answer = engine.search(query, overrides=overrides, window=window, **wanted)
                known = Recent(answer, window.ids if window else ())
                self._recent.keep(key, known)
            elif window is not None:
                window.ids = known.window
        return known.answer._replace(took_ms=round((time.perf_counter() - started) * 1000, 3))

    def creator_id(self, name: str) -> str:
        """The id of a creator of the index, whom the catalog may know by older ids. Raises CreatorUnknown."""
        with self.engine() as engine:
            found = engine.find(name)
        if found is None and self.config.place.may_exist:
            resolved = self.catalog.resolve(name)
            with self.engine() as engine:
                found = engine.find(resolved) if resolved else None
        if found is None:
            raise CreatorUnknown(f"nobody is called {name[:100]!r}; give an id, handle@host or an address")
        return found

    def creator_id_or_name(self, name: str) -> str:
        """As ``creator_id``; for whoever is in the catalog alone, as after a mark that hides them, the name itself."""
        try:
            return self.creator_id(name)
        except CreatorUnknown:
            return name

    def report(
        self, name: str, *, niche: str | None = None, brands: Sequence[str] = (), now: datetime | None = None
    ) -> VettingReport:
        """The vetting report of a creator. Raises CreatorUnknown, CreatorAmbiguous, QueryError."""
        from app.background import joined_of

        found = self.creator_id(name)
        wanted = (*self.config.brands, *(brand for brand in brands if brand not in self.config.brands))
        with self.engine() as engine:
            report = engine.vet(found, niche=niche or None, brands=wanted, now=now)
        if len(report.creator.accounts) < 2 or not self.config.place.may_exist:
            return report
        return report._replace(joined=joined_of(report, self.catalog.joins(found)))

    def follower_counts(self, creator_id: str) -> tuple[FollowerHistory, ...]:
        """How many followed a creator's accounts over time, as far as the catalog has seen."""
        return self.catalog.follower_counts(creator_id) if self.config.place.may_exist else ()
