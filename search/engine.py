"""The engine: a niche in, an answer out, from the index alone. The steps; what each does lives in its own module.

Nothing is fetched, nothing is written. An engine may be used by one thread at a time.
"""

import time
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Self

from indexer.bundles import CreatorDocument, PostDocument
from indexer.contract import Index, IndexInfo
from indexer.forgotten import Forgotten
from indexer.locations import Location
from niche.model import Niche
from niche.understand import Overrides, understand
from places.gazetteer import Gazetteer, open_gazetteer
from search import evidence, present, understood
from search.confidence import POSSIBLE, UNKNOWN, band, theme_margin
from search.copies import without_copies
from search.cursor import Cursor, digest, read_cursor
from search.errors import CreatorUnknown, ExampleUnknown, LimitInvalid
from search.explain import explanation
from search.facets import facets_of
from search.lookalikes import behind_originals
from search.naming import naming_as_asked
from search.opening import open_for_asking
from search.query import Encoder, Example, IndexFrequency, Query, prepare
from search.ranked import Ranked, documents_of
from search.ranking import rank
from search.results import NOTHING, Answer, Match, Result
from search.retrieve import candidates, everywhere, scopes_of
from search.shown import Shown
from search.weights import LIMITS, UNTOLD, WEIGHTS, Limits, Weights
from search.whole import RankedCreator, line_of, unscored

if TYPE_CHECKING:
    from search.corrections import Corrections
    from search.niche_fit import Reading
    from search.report import VettingReport
    from search.window import Window


def open_engine(
    data_dir: Path,
    location: Location | None = None,
    *,
    fallback: bool = False,
    gazetteer: Gazetteer | None = None,
    one_query: bool = False,
) -> "Engine":
    """Open an index for reading (default: that of the data folder).

    ``fallback``: where a server does not answer, the index of the data folder does, and every answer says so.
    ``one_query``: quicker to open, a little slower to answer.

    Raises IndexMissing, IndexMismatch, IndexDamaged or IndexUnavailable (each one line that says what to do).
    """
    local = data_dir / "index"
    found = open_for_asking(location or local, local if fallback else None)
    encoder = found.encoder_beside(one_query=one_query)
    opened = gazetteer or open_gazetteer()
    return Engine(
        found.index,
        encoder(),
        opened,
        owns_gazetteer=gazetteer is None,
        forgotten=Forgotten(data_dir),
        degraded=found.degraded,
    )


class Engine:
    """Answers niches from one index. Use as a context manager, or call ``close``."""

    def __init__(
        self,
        index: Index,
        encoder: Encoder,
        gazetteer: Gazetteer,
        *,
        weights: Weights = WEIGHTS,
        untold: Weights = UNTOLD,
        limits: Limits = LIMITS,
        owns_gazetteer: bool = False,
        forgotten: Forgotten | None = None,
        degraded: str | None = None,
    ) -> None:
        """``degraded``: what every answer says of where it comes from."""
        self._index = index
        self._encoder = encoder
        self._gazetteer = gazetteer
        self._weights = weights
        self._untold = untold
        self._limits = limits
        self._owns_gazetteer = owns_gazetteer
        self._shown = Shown(index, forgotten)
        self._degraded = degraded

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the index and, if this engine opened it, the gazetteer."""
        self._index.close()
        if self._owns_gazetteer:
            self._gazetteer.close()

    @property
    def degraded(self) -> str | None:
        """Why this is not the index that was asked for; None: it is."""
        return self._degraded

    def refresh(self) -> None:
        """See what was committed to the index since it was opened. Raises as opening does."""
        self._index.refresh()

    def info(self) -> IndexInfo:
        """What the index is and how much it holds."""
        return self._index.info()

    def search(
        self,
        niche: str | Niche,
        *,
        limit: int = 10,
        now: datetime | None = None,
        min_confidence: float | None = None,
        explain: bool = False,
        overrides: Overrides | None = None,
        cursor: str | None = None,
        facets: bool = False,
        window: "Window | None" = None,
    ) -> Answer:
        """Rank creators for a niche, with reasons.

        ``now`` is the day that "active" counts from. When nobody reaches ``min_confidence`` (default: "possible")
        the answer says so and lists the nearest apart. ``facets``: count how they divide. ``window``: filled by the
        first page, kept to by later ones. Raises QueryError, LimitInvalid, CursorInvalid, ExampleUnknown,
        CreatorAmbiguous.
        """
        started = time.perf_counter()
        now = now or datetime.now(UTC)
        self._check_limit(limit)
        asked = self._understand(niche, overrides)
        info = self._index.info()
        name = digest(asked, min_confidence)
        shown = read_cursor(cursor, query=name, generation=info.generation) if cursor else 0

        kept = self._shown.among(list(window.ids)) if window else []
        query = self._prepare(asked, None if kept else now)
        said = self._corrections(asked)
        limits = said.deeper(self._limits) if said else self._limits
        found = kept or self._candidates(query, now, limits)
        scored = found[: self._limits.scored]
        ranked = without_copies(self._ranked_as_said(said, found, query, now) if said else self._rank(scored, query))

        least = POSSIBLE if min_confidence is None else min_confidence
        # Who asks for a confidence means it; who asks for none is told when nobody here writes about this.
        is_unknown = min_confidence is None and bool(asked.theme) and theme_margin(one.theme for one in ranked) < 0.0
        ranked = naming_as_asked(said.kept(ranked) if said else ranked, asked.filters, self._index)
        matches = [
            entry for entry in ranked if (entry.confidence >= least and not is_unknown) or (said and said.fits(entry))
        ][: self._limits.window]
        matches = window.ordered(matches) if window else matches
        page = matches[shown : shown + limit]
        nearest = [] if matches else ranked[: self._limits.nearest]
        if is_unknown:
            nearest = [entry._replace(confidence=min(entry.confidence, UNKNOWN)) for entry in nearest]
        has_more = len(matches) > shown + len(page)
        return Answer(
            index_generation=info.generation,
            degraded=self._degraded,
            query=understood.query_result(
                asked,
                (*understood.query_notes(query, info, is_unknown), *(said.notes(found, self._index) if said else ())),
            ),
            outcome="matches" if matches else "nearest_only" if nearest else "none",
            total=len(matches),
            total_is_lower_bound=len(found) > self._limits.scored,
            has_more=has_more,
            next_cursor=str(Cursor(name, info.generation, shown + len(page))) if has_more else None,
            results=self._results(page, query, said, now, first_rank=shown + 1),
            nearest=self._results(nearest, query, said, now, first_rank=1),
            explanation=explanation(self._weights_for(query)) if explain else None,
            facets=facets_of(documents_of(matches or nearest)) if facets else NOTHING,
            took_ms=round((time.perf_counter() - started) * 1000, 3),
        )

    def rank(self, niche: str | Niche, limit: int, *, now: datetime | None = None) -> list[RankedCreator]:
        """A long ranking whatever the confidence, for measuring.

        Those that were scored, then what else the legs found by rank fusion and place, then copies.
        """
        now = now or datetime.now(UTC)
        query = self._prepare(self._understand(niche, None), now)
        found = self._candidates(query, now, self._limits)
        scored = self._rank(found[: self._limits.scored], query)
        first = without_copies(scored)
        taken = {entry.id for entry in first}
        copies = [entry for entry in scored if entry.id not in taken]
        lines = [
            *(line_of(document, entry.score) for entry, document in zip(first, documents_of(first), strict=True)),
            *unscored(found[self._limits.scored :], query, self._index, self._gazetteer, self._weights),
            *(line_of(document, 0.0) for document in documents_of(copies)),
        ]
        return lines[:limit]

    def scored(self, niche: str | Niche, *, now: datetime | None = None) -> list[Ranked]:
        """Those who are looked at closely, best first, whatever the confidence and without corrections; to measure."""
        now = now or datetime.now(UTC)
        query = self._prepare(self._understand(niche, None), now)
        found = self._candidates(query, now, self._limits)
        return without_copies(self._rank(found[: self._limits.scored], query))

    def rank_collection(
        self, niche: str | Niche, *, limit: int, now: datetime | None = None
    ) -> list[tuple[str, float]]:
        """``rank`` in the ids that an imported collection gave; creators from elsewhere keep ours."""
        return [(line.collection_id or line.creator_id, line.score) for line in self.rank(niche, limit, now=now)]

    def find(self, name: str) -> str | None:
        """The id of the creator with this id, account address, handle with or without host, or name; None for nobody.

        Raises CreatorAmbiguous where several are called so.
        """
        found = self._shown.called(name) if name.strip() else None
        return None if found is None else found.id

    def post(self, post_id: str) -> PostDocument | None:
        """A post by its id; None where it is unknown or its creator may not be shown."""
        post = self._index.get_posts([post_id]).get(post_id)
        return post if post is not None and self._shown.among([post.creator_id]) else None

    def vet(
        self, name: str, *, niche: str | Niche | None = None, brands: Sequence[str] = (), now: datetime | None = None
    ) -> "VettingReport":
        """All about one creator (named as for ``find``), beside a niche if one is given.

        ``now`` is the day that silence counts to. Raises CreatorUnknown, CreatorAmbiguous, QueryError.
        """
        from search.vetting import vetting_report

        document = self._shown.called(name)
        if document is None:
            raise CreatorUnknown(f"nobody in the index is called {name!r}; give handle@host or an address")
        posts = self._index.posts_of(document.id)
        reading = None if niche is None else self._read_niche(self._understand(niche, None), document, posts)
        return vetting_report(
            document,
            posts,
            peers=self._index.peers(),
            now=now or datetime.now(UTC),
            find=self._shown.only_called,
            niche=reading.fit if reading else None,
            on_niche=reading.on_niche if reading else (),
            brands=brands,
        )

    def _read_niche(self, niche: Niche, document: CreatorDocument, posts: Sequence[PostDocument]) -> "Reading":
        from search.niche_fit import read_niche

        query = self._prepare(niche)
        scores = self._index.best_posts(
            [document.id], query.text, query.vector, per_creator=max(1, len(posts)), vocabulary=query.vocabulary
        )
        ranked = self._rank([document.id], query)
        return read_niche(query, scores[document.id], ranked[0] if ranked else None, posts)

    def _prepare(self, asked: Niche, now: datetime | None = None) -> Query:
        """``now``: the day of a search by meaning that can begin while words are still read; None: none follows."""
        example = self._example(asked.like) if asked.like else None
        near = partial(self._index.near_ahead, creators=self._limits.leg_creators)
        ahead = None if now is None else partial(near, scopes=scopes_of(asked, now))
        return prepare(asked, self._index, self._encoder, weights=self._weights, example=example, ahead=ahead)

    def _example(self, name: str) -> Example:
        """The creator whose like is sought."""
        document = self._shown.called(name)
        centroid = None if document is None else self._index.centroid(document.id)
        if document is None:
            raise ExampleUnknown(f"nobody in the index is called {name!r}; give handle@host or an address")
        if centroid is None:
            raise ExampleUnknown(f"{document.name} has no posts in the index, so nothing can be like them")
        return Example(document.id, centroid)

    def _understand(self, niche: str | Niche, overrides: Overrides | None) -> Niche:
        if isinstance(niche, Niche):
            return niche
        return understand(
            niche, self._gazetteer, overrides=overrides or Overrides(), frequency=IndexFrequency(self._index)
        )

    def _check_limit(self, limit: int) -> None:
        if not 1 <= limit <= self._limits.window:
            raise LimitInvalid(f"the number of results must be from 1 to {self._limits.window}, not {limit}")

    def _candidates(self, query: Query, now: datetime | None, limits: Limits) -> list[str]:
        scopes = scopes_of(query.niche, now or datetime.now(UTC))
        found = candidates(self._index, query.widened, query.meaning, scopes, limits)
        return self._shown.among([key for key, _ in found if key != query.example])

    def _corrections(self, asked: Niche) -> "Corrections | None":
        """What was said of creators that matters to this query; None, as ever so often, where nothing was."""
        if not (marked := self._index.marked()):
            return None
        marked = {key: marked[key] for key in self._shown.among(list(marked))}
        from search.corrections import read_corrections

        return read_corrections(asked, marked, lambda text: self._understand(text, None))

    def _ranked_as_said(
        self, said: "Corrections", found: Sequence[str], query: Query, now: datetime | None
    ) -> list[Ranked]:
        conditions = everywhere(query.niche, now or datetime.now(UTC))
        return said.ranked(found, self._limits.scored, conditions, self._index, lambda ids: self._rank(ids, query))

    def _rank(self, ids: Sequence[str], query: Query) -> list[Ranked]:
        weights = self._weights_for(query)
        ranked = rank(ids, query, index=self._index, gazetteer=self._gazetteer, weights=weights, limits=self._limits)
        return behind_originals(ranked, weights)

    def _weights_for(self, query: Query) -> Weights:
        """Without a vocabulary of the theme its share of somebody's posts cannot be told."""
        return self._untold if query.vocabulary is None else self._weights

    def _results(
        self, page: Sequence[Ranked], query: Query, said: "Corrections | None", now: datetime, *, first_rank: int
    ) -> tuple[Result, ...]:
        posts = evidence.PostsToQuote(self._index, page)
        return tuple(
            Result(
                creator=entry.card.filled(entry.standings, present.match_warnings(entry, now)),
                match=Match(
                    rank=row,
                    score=entry.score,
                    confidence=round(entry.confidence, 4),
                    band=band(entry.confidence),
                    parts=entry.parts,
                    reasons=evidence.reasons(entry, posts, query.terms),
                    you_said=said.praise(entry) if said else None,
                ),
            )
            for row, entry in enumerate(page, first_rank)
        )
