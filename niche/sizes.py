"""How big a creator should be, in words: tiers ("nano"), numbers ("under 10k"), and said of somebody ("not too big").

Takes its words out of the draft and says what they ask for.
"""

from typing import Final

from niche import size_words as words
from niche.draft import TAKEN, Draft
from niche.numbers import find_sizes
from niche.overrides import TIERS
from niche.vocabulary import RUNNING, VOICES

_WORDS_BETWEEN: Final = 3  # a size word counts when what is sought follows after at most so many words
_NOT_SMALL: Final = 10_000  # followers from which on an account is not "too small"

Bounds = tuple[int | None, int | None]


def take_size(draft: Draft) -> Bounds:
    """Least and most followers."""
    bounds: Bounds = (None, None)
    for size in find_sizes(draft.rest):
        if TAKEN not in draft.rest[size.start : size.end] and not _is_distance_run(draft, size.start, size.end):
            bounds = size.low, size.high
            draft.add(size.start, size.end, "tier", _bounds(*bounds), option=_bounds_option(size.low))
    said = _take_said(draft)
    if said is not None:
        bounds = said
    for first, end, tier in reversed(words.SIZE.all(draft)):
        if _is_size(draft, first, end):
            bounds = _add_tier(draft, first, end, tier)
    return bounds


def _take_said(draft: Draft) -> Bounds | None:
    """A size said of somebody, anywhere in the query: "who are small", "that aren't too big", "with few followers"."""
    bounds: Bounds | None = None
    for first, end, tier in reversed(words.FOLLOWING.all(draft)):
        bounds = _add_tier(draft, first, end, tier)
    for first, end, tier in reversed(words.SIZE_SAID.all(draft)):
        start, is_denied = _start_of_denial(draft, first)
        lead = words.WHO_ARE.before(draft, start)
        after = draft.words()[end].text if draft.joined(end) else ""
        is_said = lead is not None and (lead[1] != "who" or is_denied or after in words.BE)
        if (
            lead is not None
            and is_said
            and _is_about_voice(draft, lead[0], anywhere=is_denied or lead[1] == "somebody")
        ):
            start, stop = lead[0], end + (after in words.BE)
        elif not (is_denied and _is_size(draft, first, end)):
            continue
        else:
            stop = end
        bounds = _add_denied(draft, start, stop, tier) if is_denied else _add_tier(draft, start, stop, tier)
    return bounds


def _is_about_voice(draft: Draft, at: int, *, anywhere: bool) -> bool:
    """Whether whoever is sought stands right before word ``at``, or anywhere before it."""
    return any(VOICES.before(draft, end) is not None for end in (range(1, at + 1) if anywhere else (at,)))


def _start_of_denial(draft: Draft, first: int) -> tuple[int, bool]:
    """The number of the word where "not too", "aren't so" before word ``first`` begins, and whether there is a not."""
    found, start = draft.words(), first
    while start > 0 and draft.joined(start) and found[start - 1].text in words.HOW_MUCH:
        start -= 1
    denial = words.NOT_SO.before(draft, start) if start > 0 and draft.joined(start) else None
    return (denial[0], True) if denial is not None else (start, False)


def _add_tier(draft: Draft, first: int, end: int, tier: str) -> Bounds:
    start, stop = draft.words()[first].start, draft.words()[end - 1].end
    others = [name for name in TIERS if name != tier]
    draft.add(start, stop, "tier", tier, option="--tier", alternatives=others)
    return TIERS[tier]


def _add_denied(draft: Draft, first: int, end: int, tier: str) -> Bounds:
    """What is left when a size is not wanted: the small ones for a big one, all others for a small one."""
    if TIERS[tier][0] >= TIERS["mid"][0]:
        return _add_tier(draft, first, end, "small")
    start, stop = draft.words()[first].start, draft.words()[end - 1].end
    draft.add(start, stop, "tier", _bounds(_NOT_SMALL, None), option="--min-followers")
    return _NOT_SMALL, None


def _is_size(draft: Draft, first: int, end: int) -> bool:
    """Whether a size word is about who is sought: a voice stands before it or soon after ("small batch" is none)."""
    found = draft.words()
    if draft.joined(first) and VOICES.before(draft, first) is not None:
        return True
    if end >= len(found) or not draft.joined(end) or found[end].text in words.NOT_A_SIZE:
        return False
    for at in range(end, min(end + _WORDS_BETWEEN + 1, len(found))):
        if not draft.joined(at):
            return False
        if VOICES.at(draft, at):
            return True
    return False


def _is_distance_run(draft: Draft, start: int, end: int) -> bool:
    """Whether a number without the word "followers" is about running ("running under 10k")."""
    if draft.text[end - 1 : end].lower() not in ("k", "+"):
        return False
    before = [word.text for word in draft.words() if word.end <= start]
    return bool(before) and before[-1] in RUNNING


def _bounds(low: int | None, high: int | None) -> str:
    if low is not None and high is not None:
        return f"{low:,} to {high:,} followers"
    return f"at least {low:,} followers" if low is not None else f"at most {high:,} followers"


def _bounds_option(low: int | None) -> str:
    return "--min-followers" if low is not None else "--max-followers"
