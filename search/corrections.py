"""What the operator's marks do to one answer: who is left out, who stands first. Never a weight, never a score.

Kinds and places that were said are already in the index (``indexer/corrections.py``).
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final, NamedTuple

from indexer.contract import Index, MarkView
from niche.errors import QueryError
from niche.model import Niche
from search.present import you_said
from search.ranking import Ranked
from search.results import YouSaid
from text.fold import fold
from text.tokens import tokenize

NAMED: Final = 5  # of those left out, in a note


class Corrections(NamedTuple):
    """``hidden`` are never shown, ``out`` do not fit this query, ``first`` do: ids, with the mark that says so."""

    hidden: Mapping[str, MarkView]
    out: Mapping[str, MarkView]
    first: Mapping[str, MarkView]

    def candidates(self, found: Sequence[str]) -> list[str]:
        """What was found without those who are left out, and before it those who were said to fit."""
        away = {*self.hidden, *self.out}
        return [*self.first, *(key for key in found if key not in away and key not in self.first)]

    def ordered(self, ranked: Iterable[Ranked]) -> list[Ranked]:
        """Those who were said to fit before the others, in the order of their scores."""
        return sorted(ranked, key=lambda entry: entry.document.id not in self.first)

    def praise(self, key: str) -> YouSaid | None:
        """The word that somebody fits."""
        return you_said(self.first[key]) if key in self.first else None

    def notes(self, found: Sequence[str], index: Index) -> tuple[str, ...]:
        """What has to be said of those left out; only whom the query found is counted."""
        notes = []
        out = [key for key in found if key in self.out]
        if out:
            named = [
                f"{document.name} ({self.out[key].at.date().isoformat()})"
                for key, document in index.get(out[:NAMED]).items()
            ]
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
    """What these marks mean for this niche; of each creator the newest that is about it."""
    asked: dict[str, bool] = {}

    def is_about(mark: MarkView) -> bool:
        if mark.query is None:
            return True
        if mark.query not in asked:
            asked[mark.query] = _is_same(mark.query, niche, understand)
        return asked[mark.query]

    hidden: dict[str, MarkView] = {}
    out: dict[str, MarkView] = {}
    first: dict[str, MarkView] = {}
    for key, marks in marked.items():
        for mark in marks:
            if mark.kind == "hide":
                hidden[key] = mark
        said = next((mark for mark in _closest_first(marks) if is_about(mark)), None)
        if said is not None and key not in hidden:
            (first if said.kind == "relevant" else out)[key] = said
    return Corrections(hidden, out, first)


def _closest_first(marks: Iterable[MarkView]) -> list[MarkView]:
    """What was said of a query says more than what was said of every query; within both the newest first."""
    return sorted((mark for mark in marks if mark.kind != "hide"), key=lambda mark: mark.query is None)


def _is_same(said: str, niche: Niche, understand: Callable[[str], Niche]) -> bool:
    """Whether a mark for one query speaks of another: the same theme, and the same places where it names any."""
    if fold(said) == fold(niche.text):
        return True
    try:
        read = understand(said)
    except QueryError:  # it names what the program no longer knows
        return False
    if sorted(tokenize(read.theme)) != sorted(tokenize(niche.theme)) or read.like != niche.like:
        return False
    return not read.places or _places(read) == _places(niche)


def _places(niche: Niche) -> set[tuple[str, str]]:
    return {(target.relation, target.place.key) for target in niche.places}
