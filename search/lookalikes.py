"""Profiles that repeat another's: the same bio under a handle made of the other's. Pure; only lowers.

Handles are unique on a server, so whoever takes over somebody's profile has to add to the handle ("mika" → "the.mika",
"mika_2"): the one that is contained is taken for the original. It may be the same person's second account as well;
then too the first one is the better to write to. Neither followers nor reactions decide, for these are what is bought.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Final

from indexer.bundles import AccountView
from search.confidence import confidence
from search.explain import recompute
from search.ranked import Ranked, in_order
from search.results import Caution
from search.weights import Weights
from text.fold import fold
from text.letters import letters

_SHORTEST: Final = 4  # letters and digits of a handle that is found inside another by more than chance
_LEAST: Final = 5  # letters and digits of a bio that says anything
_BEHIND: Final = 0.99  # of the original's score, at most
_Profile = tuple[str, Ranked, int]  # bio in letters and digits, whose, which of the accounts


def behind_originals(ranked: Sequence[Ranked], weights: Weights) -> list[Ranked]:
    """The same creators in order, each that repeats another's profile below that one, with a warning that says so."""
    found = _originals(ranked)
    if not found:
        return list(ranked)
    lowered: dict[str, Ranked] = {}
    # Originals first: whoever repeats a repeated profile stands below that one again.
    for entry in sorted(ranked, key=lambda one: len(found.get(one.id, ()))):
        originals = found.get(entry.id, ())
        for original, account in originals:
            entry = _below(entry, lowered.get(original.id, original), original.document.accounts[account], weights)  # noqa: PLW2901
        lowered[entry.id] = entry
    return in_order(lowered.values())


def _originals(ranked: Sequence[Ranked]) -> dict[str, list[tuple[Ranked, int]]]:
    """By the id of a creator, those whose profile it repeats."""
    alike: defaultdict[tuple[str, str], list[_Profile]] = defaultdict(list)
    for entry in _likely(ranked):
        bio = letters(entry.bio)
        for account, (platform, _) in enumerate(entry.accounts):
            alike[platform, bio[:_LEAST]].append((bio, entry, account))
    found: defaultdict[str, list[tuple[Ranked, int]]] = defaultdict(list)
    for profiles in alike.values():
        for at, original in sorted(_repeated(profiles)):
            found[profiles[at][1].id].append(profiles[original][1:])
    return found


def _likely(ranked: Sequence[Ranked]) -> list[Ranked]:
    """Those whose bios begin like another's, as far as their heads tell, in order."""
    heads = [entry.head for entry in ranked]
    order = sorted([row for row, head in enumerate(heads) if len(head) >= _LEAST], key=heads.__getitem__)
    rows: set[int] = set()
    begun: list[int] = []  # heads of which each begins the next: those that begin this one are among them
    for row in order:
        while begun and not heads[row].startswith(heads[begun[-1]]):
            begun.pop()
        if begun:
            rows |= {begun[-1], row}
        begun.append(row)
    return [ranked[row] for row in sorted(rows)]


def _repeated(profiles: Sequence[_Profile]) -> Iterator[tuple[int, int]]:
    """(copy, original) of profiles whose bio is the other's with something added at the end, whoever added it."""
    order = sorted(range(len(profiles)), key=lambda at: profiles[at][0])
    handles: dict[int, str] = {}
    for row, first in enumerate(order):
        bio, entry, _ = profiles[first]
        for other in order[row + 1 :]:  # in this order all that begin with a bio follow it
            longer, another, _ = profiles[other]
            if not longer.startswith(bio):
                break
            if entry.id != another.id:
                for at in (first, other):
                    if at not in handles:
                        handles[at] = _handle(profiles[at])
                if _extends(handles[first], handles[other]):
                    yield first, other
                elif _extends(handles[other], handles[first]):
                    yield other, first


def _extends(handle: str, short: str) -> bool:
    return len(short) >= _SHORTEST and len(handle) > len(short) and short in handle


def _below(entry: Ranked, original: Ranked, account: AccountView, weights: Weights) -> Ranked:
    factor = weights.doubtful
    if entry.score > 0.0:
        factor = min(factor, _BEHIND * original.score / entry.score)
    parts = entry.parts
    trust = int(parts.authenticity * factor * 1e6) / 1e6
    text = f"repeats the profile of @{account.handle}, whose handle it adds to: it may be a copy; ranked below it"
    return entry._replace(
        score=recompute(parts._replace(authenticity=trust), weights),
        confidence=confidence(entry.features, place=parts.place, authenticity=trust, denied=entry.bio_denied),
        theme=confidence(entry.features, place=1.0, authenticity=trust, denied=entry.bio_denied),
        authenticity=trust,
        repeats=(*entry.repeats, (Caution("repeats_profile", text, account.url), factor)),
    )


def _handle(profile: _Profile) -> str:
    """The letters and digits of a handle."""
    _, entry, account = profile
    return letters(fold(entry.accounts[account][1]))
