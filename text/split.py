"""Words that are written together: ``#eastcoastsushi`` → east coast sushi.

When the index is built, ``wordsegment`` knows how often English words follow each other (1 s to load); at query
time the words of the index itself decide, so that searching loads nothing.
"""

import re
from collections.abc import Callable
from functools import cache, lru_cache
from typing import Any, Final

from text.fold import fold

_LONGEST: Final = 40  # characters; longer ones are ids or jokes
_SHORTEST: Final = 6  # below this a split does more harm ("pho", "ramen")
_LONGEST_PIECE: Final = 20
_SHORT_PIECES: Final = frozenset("a i an at by dc de el la le my nc nj no of on or pa sc tx uk us we".split())  # noqa: SIM905
_ENDINGS: Final = frozenset("ers ies ing ings ist ists ier iers ish est ness".split())  # noqa: SIM905
"""What a known word is followed by in a form of it ("crafters"), not by another word, whoever may have written it."""
_SEAMS: Final = re.compile(r"[^\W\d_]+|\d+")  # letters apart from digits and separators
_CAMEL: Final = re.compile(r"(?<=[a-zà-ÿ])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


def split_words(word: str) -> list[str]:
    """The folded words in a handle or hashtag, by its seams (capitals, dots, digits) and by English frequencies."""
    return [piece for part in seams(word) for piece in _segment(part)]


def split_known(word: str, is_known: Callable[[str], bool]) -> list[str]:
    """Like ``split_words``, but with ``is_known`` (folded word → is it in the index) in place of frequencies.

    Takes the fewest pieces, then the most even ones; a part that cannot be covered by known words stays whole.
    """
    return [piece for part in seams(word) for piece in _cover(part, is_known)]


def seams(word: str) -> list[str]:
    """Folded parts of ``word`` where its writer showed a seam: "EastCoast_Sushi24" → east, coast, sushi, 24."""
    parts: list[str] = []
    for run in _SEAMS.findall(word):
        camel = _CAMEL.split(run)
        parts.extend(camel if min(map(len, camel)) > 1 else [run])
    return [folded for part in parts if (folded := fold(part))]


def _segment(part: str) -> tuple[str, ...]:
    if not _SHORTEST <= len(part) <= _LONGEST or not part.isascii() or part.isdigit():
        return (part,)
    return _segment_ascii(part)


@lru_cache(maxsize=100_000)
def _segment_ascii(part: str) -> tuple[str, ...]:
    return tuple(_wordsegment().segment(part))


@cache
def _wordsegment() -> Any:
    import wordsegment

    wordsegment.load()
    return wordsegment


def _may_be_piece(piece: str) -> bool:
    return piece in _SHORT_PIECES if len(piece) <= 2 else piece not in _ENDINGS


def _cover(part: str, is_known: Callable[[str], bool]) -> list[str]:
    """The best cover of ``part`` by known words, by dynamic programming over its prefixes."""
    if not _SHORTEST <= len(part) <= _LONGEST or is_known(part):
        return [part]
    best: list[tuple[int, int, tuple[str, ...]] | None] = [(0, 0, ()), *[None] * len(part)]
    for end in range(1, len(part) + 1):
        for start in range(max(0, end - _LONGEST_PIECE), end):
            before, piece = best[start], part[start:end]
            if before is None or not _may_be_piece(piece) or not is_known(piece):
                continue
            candidate = (before[0] + 1, before[1] + len(piece) ** 2, (*before[2], piece))
            best[end] = min(filter(None, (best[end], candidate)))
    whole = best[-1]
    return list(whole[2]) if whole is not None else [part]
