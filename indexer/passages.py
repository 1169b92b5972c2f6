"""A post's text cut into passages that the encoder reads whole (DESIGN 5.7). Pure: counting word pieces is handed in.

Sentence-bounded, at most 200 word pieces with the title in front, at most 8 a post: the first 6 and the last 2.
"""

import hashlib
from bisect import bisect_left
from collections.abc import Callable, Sequence
from typing import Final

from indexer.bundles import Passage
from text.sentences import sentences

PIECES: Final = 200  # in one passage, title included
FIRST: Final = 6
LAST: Final = 2
_TITLE_PIECES: Final = 64  # a longer title is cut for the encoder: the text must have room

PieceStarts = Callable[[str], Sequence[int]]
"""Where in a text each word piece starts, in characters, ascending."""

Span = tuple[int, int]


def split_passages(title: str, text: str, piece_starts: PieceStarts) -> tuple[Passage, ...]:
    """The passages of a post. A post with only a title has one empty passage; one without any text has none."""
    if not text.strip():
        return (_passage(title, text, (0, 0), piece_starts),) if title.strip() else ()
    heading = _heading(title, text, piece_starts)
    spans = _spans(text, heading, piece_starts)
    if len(spans) > FIRST + LAST:
        spans = spans[:FIRST] + spans[-LAST:]
    return tuple(_passage(title, text, span, piece_starts) for span in spans)


def embedded_text(title: str, text: str, passage: Passage, piece_starts: PieceStarts) -> str:
    """What the encoder gets for a passage."""
    return _with_heading(_heading(title, text, piece_starts), text[passage.start : passage.end])


def text_key(embedded: str) -> str:
    """The key of an embedded text in the vector cache."""
    return hashlib.blake2b(embedded.encode(), digest_size=16).hexdigest()


def _passage(title: str, text: str, span: Span, piece_starts: PieceStarts) -> Passage:
    start, end = span
    heading = _heading(title, text, piece_starts)
    return Passage(start=start, end=end, key=text_key(_with_heading(heading, text[start:end])))


def _with_heading(heading: str, text: str) -> str:
    return f"{heading}\n{text}" if heading and text else heading or text


def _heading(title: str, text: str, piece_starts: PieceStarts) -> str:
    """The title as the encoder gets it; nothing when the text begins with it anyway."""
    heading = title.strip()
    if heading and text.lstrip().startswith(heading):
        return ""
    if len(heading) > _TITLE_PIECES:
        starts = piece_starts(heading)
        if len(starts) > _TITLE_PIECES:
            heading = heading[: starts[_TITLE_PIECES]].rstrip()
    return heading


def _spans(text: str, heading: str, piece_starts: PieceStarts) -> list[Span]:
    # A piece is at least one character, so that a short post needs no counting.
    if len(heading) + len(text) <= PIECES:
        return [_trimmed(text)]
    starts, budget = piece_starts(text), PIECES - len(piece_starts(heading)) if heading else PIECES
    if len(starts) <= budget:  # all sentences fit, and they begin and end where the text does
        return [_trimmed(text)]
    return _pack(text, [*starts], budget)


def _trimmed(text: str) -> Span:
    start = len(text) - len(text.lstrip())
    return start, len(text.rstrip())


def _pack(text: str, starts: Sequence[int], budget: int) -> list[Span]:
    """Whole sentences together as long as they fit; a sentence that is too long alone is cut between words."""
    packed: list[Span] = []
    for sentence in sentences(text):
        for start, end in _cut(text, sentence, starts, budget):
            if packed and _pieces(starts, (packed[-1][0], end)) <= budget:
                packed[-1] = (packed[-1][0], end)
            else:
                packed.append((start, end))
    return packed


def _cut(text: str, span: Span, starts: Sequence[int], budget: int) -> list[Span]:
    parts: list[Span] = []
    start, end = span
    while _pieces(starts, (start, end)) > budget:
        limit = starts[bisect_left(starts, start) + budget]
        # Back to the last white space, if there is one: words stay whole.
        space = next((at for at in range(limit, start, -1) if text[at - 1].isspace()), limit)
        parts.append((start, start + len(text[start:space].rstrip())))
        start = space
    parts.append((start, end))
    return parts


def _pieces(starts: Sequence[int], span: Span) -> int:
    return bisect_left(starts, span[1]) - bisect_left(starts, span[0])
