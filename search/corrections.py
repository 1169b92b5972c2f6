"""What the operator's marks do to one answer: who is left out, who stands first. Never a weight, never a score.

Kinds and places that were said are already in the index (``indexer/corrections.py``).
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Final, NamedTuple

from indexer.bundles import CreatorDocument, MarkView
from indexer.contract import Filters, Index
from indexer.creator_view import you_said
from niche.errors import QueryError
from niche.model import Niche
from search.ranked import Ranked
from search.results import YouSaid
from search.weights import Limits
from text.fold import fold
from text.stems import stem
from text.tokens import tokenize

NAMED: Final = 5  # of those left out, in a note
CROWDED: Final = 0.25  # share of those looked at, from which on those left out make room: to rank twice takes time
LIVES_THERE: Final = 0.5  # place part from which on somebody said to fit a theme also fits it in a place


Ranker = Callable[[Sequence[str]], list[Ranked]]
"""Scores and orders creators for the query in hand."""


class Corrections(NamedTuple):
    """``hidden`` are never shown, ``out`` do not fit this query, ``first`` do: ids, with the mark that says so.

    Of ``anywhere`` it was said without a place: whether they live where the query asks for is still read.
    """

    hidden: Mapping[str, MarkView]
    out: Mapping[str, MarkView]
    first: Mapping[str, MarkView]
    anywhere: frozenset[str]

    def ranked(
        self, found: Sequence[str], scored: int, conditions: Filters, index: Index, rank: Ranker
    ) -> list[Ranked]:
        """The first ``scored`` that were found, those who fit first; many who will be left out make room for others.

        Scores are normalised among those ranked together: nobody's changes because of what was said of another.
        """
        taken = found[:scored]
        room = sum(self.leaves_out(key) for key in taken)
        known = index.get(list(self.first))
        missed = [key for key in self.first if key not in taken and key in known and meets(known[key], conditions)]
        more = [*(found[scored : scored + room] if room > CROWDED * scored else ()), *missed]
        entries = rank(taken)
        if more:
            entries += [entry for entry in rank([*taken, *more]) if entry.id in more]
        return sorted(entries, key=lambda entry: (not self.fits(entry), -entry.score, entry.id))

    def kept(self, ranked: Iterable[Ranked]) -> list[Ranked]:
        """Without those left out. Until then they count: what the index knows, and who is whose copy, stays so."""
        return [entry for entry in ranked if not self.leaves_out(entry.id)]

    def deeper(self, limits: Limits) -> Limits:
        """Limits of the legs under which those left out crowd out nobody."""
        away = len(self.hidden) + len(self.out)
        return limits._replace(leg_creators=max(limits.leg_creators, limits.scored + away))

    def leaves_out(self, key: str) -> bool:
        """Whether a creator is hidden or does not fit."""
        return key in self.hidden or key in self.out

    def fits(self, entry: Ranked) -> bool:
        """Whether it was said that this creator fits, here too."""
        key = entry.id
        return key in self.first and (key not in self.anywhere or entry.parts.place >= LIVES_THERE)

    def praise(self, entry: Ranked) -> YouSaid | None:
        """The word that somebody fits."""
        return you_said(self.first[entry.id]) if self.fits(entry) else None

    def notes(self, found: Sequence[str], index: Index) -> tuple[str, ...]:
        """What has to be said of those left out; only whom the query found is counted."""
        notes = []
        out = [key for key in found if key in self.out]
        if out:
            documents = index.get(out[:NAMED]).items()
            named = [f"{document.name} ({self.out[key].at.date().isoformat()})" for key, document in documents]
            more = f" and {len(out) - NAMED} more" if len(out) > NAMED else ""
            notes.append(f"left out, because you said that they do not fit: {', '.join(named)}{more}")
        hidden = sum(key in self.hidden for key in found)
        if hidden:
            who = "one creator is" if hidden == 1 else f"{hidden} creators are"
            notes.append(f"{who} left out because you hid them; who: nichescout mark list")
        return tuple(notes)


def read_corrections(
    niche: Niche, marked: Mapping[str, Sequence[MarkView]], understand: Callable[[str], Niche]
) -> Corrections:
    """What these marks mean for this niche; what was said of a query goes before what was said of whatever is asked."""
    about = _About(niche, understand)
    hidden = {key: mark for key, marks in marked.items() for mark in marks if mark.kind == "hide"}
    out: dict[str, MarkView] = {}
    first: dict[str, MarkView] = {}
    for key, marks in marked.items():
        said = [mark for mark in marks if mark.kind != "hide" and about.is_said_of(mark.query)]
        said.sort(key=lambda mark: mark.query is None)
        if said and key not in hidden:
            (first if said[0].kind == "relevant" else out)[key] = said[0]
    anywhere = frozenset(
        key for key, mark in first.items() if niche.wanted_places and not about.names_place(mark.query)
    )
    return Corrections(hidden, out, first, anywhere)


def meets(document: CreatorDocument, conditions: Filters) -> bool:
    """Whether a creator meets what every leg would ask of them; places and sizes are judged later."""
    last = document.last_post_at
    return (
        (not conditions.platforms or bool(conditions.platforms & document.platforms))
        and (not conditions.languages or not conditions.languages.isdisjoint(document.languages))
        and (not conditions.kinds or document.kind in conditions.kinds)
        and (conditions.active_since is None or (last is not None and last >= conditions.active_since))
    )


class _About:
    """Whether what was said of one query speaks of another: the same theme, and the same places where it names any."""

    def __init__(self, niche: Niche, understand: Callable[[str], Niche]) -> None:
        self._niche = niche
        self._words = _words(niche.theme)
        self._understand = understand
        self._read: dict[str, Niche | None] = {}

    def is_said_of(self, query: str | None) -> bool:
        if query is None:
            return True
        read = self._reading(query)
        if read is None or _words(read.theme) != self._words or read.like != self._niche.like:
            return False
        return not read.places or _places(read) == _places(self._niche)

    def names_place(self, query: str | None) -> bool:
        read = None if query is None else self._reading(query)
        return read is not None and bool(read.places)

    def _reading(self, query: str) -> Niche | None:
        """The query as understood; None for one that cannot have the same theme, or is no query any more."""
        if query not in self._read:
            self._read[query] = None
            if fold(query) == fold(self._niche.text) or set(self._words) <= set(_words(query)):
                with suppress(QueryError):
                    self._read[query] = self._understand(query)
        return self._read[query]


def _words(theme: str) -> list[str]:
    return sorted(stem(tokenize(theme), "en"))


def _places(niche: Niche) -> set[tuple[bool, str]]:
    return {(target.relation == "not", target.place.key) for target in niche.places}
