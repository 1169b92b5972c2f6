"""What is left of a query when everything else is understood: the theme, without the words that only ask for it."""

import re
from functools import cache
from typing import Final

from niche import vocabulary as words
from niche.asked import stands_apart
from niche.draft import TAKEN, Draft
from niche.spelling import mend_theme
from text.frequency import Frequency

_RUN: Final = re.compile(rf"[^{TAKEN}]+")
_EDGES: Final = " \t,;:.!?¿¡/&()[]|–—\"“”„«»'’-"
_PARTICLE: Final = "[のでにと的在](?=[\u3040-\u9fff])|(?:에서|에|의)(?= )"  # left where a place was cut off before it
_EAST_ASIAN: Final = "\u3000"  # below these letters it is not even compiled, which takes a millisecond
_MOST_DENIED: Final = 2

Span = tuple[int, int]


def take_filler(draft: Draft) -> list[Span]:
    """Blank words like "looking for … to follow"; returns where, for a query that holds nothing else."""
    spans: list[Span] = []
    for first, end, meaning in words.FILLER.all(draft):
        found = draft.words()
        if meaning == "here":
            _ask_where(draft, found[first].start, found[end - 1].end)
        if meaning in ("ask", "here") or first == 0 or words.VOICES.at(draft, end) or _only_filler_before(draft, first):
            spans.append((found[first].start, found[end - 1].end))
    return _blank(draft, spans)


def _ask_where(draft: Draft, start: int, end: int) -> None:
    typed = draft.typed(start, end)
    draft.notes.append(f"where “{typed}” is cannot be known here; name the place, or use --near PLACE")


def take_voices(draft: Draft) -> list[Span]:
    """Blank words for who is sought ("bloggers", "accounts"); "blogs" is recorded, as it could be meant strictly."""
    spans: list[Span] = []
    for first, end, _ in words.VOICES.all(draft):
        if stands_apart(draft, first, end):
            found = draft.words()
            spans.append((found[first].start, found[end - 1].end))
    for start, end in spans:
        if draft.text[start:end].lower() in ("blogs", "blog"):
            draft.add(start, end, "filter", "any platform", option="--platform", alternatives=("blog",))
    return _blank(draft, spans)


def take_denied(draft: Draft) -> tuple[str, ...]:
    """What is left after "but not", up to two words at the end of a stretch: "coffee but not starbucks"."""
    denied: list[str] = []
    for first, end, meaning in reversed(words.BUT_NOT.all(draft)):
        found = draft.words()
        if meaning == "comma" and not draft.text[: found[first].start].rstrip().endswith(","):
            continue
        last = end
        while last < len(found) and draft.joined(last):
            last += 1
        if 0 < last - end <= _MOST_DENIED and draft.joined(end):
            thing = draft.typed(found[end].start, found[last - 1].end)
            denied.append(thing)
            draft.add(found[first].start, found[last - 1].end, "filter", f"without {thing}", option="--exclude")
    return tuple(reversed(denied))


def take_theme(draft: Draft, filler: list[Span], frequency: Frequency | None) -> str:
    """What is left, in order, with the quoted phrases in their places; filler only when there is nothing else."""
    pieces = [(part.start, part.value) for part in draft.parts if part.kind == "theme"]
    runs = [span for found in _RUN.finditer(draft.rest) if (span := _trimmed(draft.rest, *found.span())) is not None]
    inside = [word for word in draft.words() if any(start <= word.start < end for start, end in runs)]
    mended = mend_theme(draft, inside, frequency) if frequency is not None else {}
    for start, end in runs:
        piece = _written(draft, start, end, mended)
        alternatives, option = draft.offered(start, end)
        draft.add(start, end, "theme", piece, alternatives=alternatives, option=option)
        pieces.append((start, piece))
    if not pieces and filler and not any(part.option in ("--place", "--like") for part in draft.parts):
        start, end = filler[-1]
        draft.parts = [part for part in draft.parts if part.end <= start or end <= part.start]
        piece = draft.typed(start, end)
        draft.add(start, end, "theme", piece)
        pieces.append((start, piece))
    return " ".join(piece for _, piece in sorted(pieces))


def _only_filler_before(draft: Draft, first: int) -> bool:
    """Whether nothing stands before word ``first`` but what is blanked already and function words."""
    return all(
        word.text in words.DANGLING or words.FILLER.before(draft, at + 1)
        for at, word in enumerate(draft.words()[:first])
    )


def _blank(draft: Draft, spans: list[Span]) -> list[Span]:
    for start, end in spans:
        draft.take(start, end)
    return spans


def _written(draft: Draft, start: int, end: int, mended: dict[Span, str]) -> str:
    """The text at ``[start, end)`` with its mended words."""
    pieces, at = [], start
    for (word_start, word_end), word in sorted(mended.items()):
        if start <= word_start < end:
            pieces += [draft.text[at:word_start], word]
            at = word_end
    return " ".join("".join([*pieces, draft.text[at:end]]).split())


def _particle(text: str, start: int, end: int) -> int:
    """Letters of the particle that begins at ``start``; 0 without one, and where nothing follows."""
    if text[start : start + 1] < _EAST_ASIAN:
        return 0
    found = _particles().match(text, start, end)
    return len(found[0]) if found and found.end() < end else 0


@cache
def _particles() -> re.Pattern[str]:
    return re.compile(_PARTICLE)


def _trimmed(text: str, start: int, end: int) -> Span | None:
    """``[start, end)`` without punctuation and dangling function words at its edges; None when nothing is left."""
    while start < end:
        before = (start, end)
        while start < end and (text[start] in _EDGES or text[start] == TAKEN):
            start += 1
        while end > start and text[end - 1] in _EDGES:
            end -= 1
        start += _particle(text, start, end)
        first, last = text[start:end].split(maxsplit=1)[:1], text[start:end].rsplit(maxsplit=1)[-1:]
        if first and _dangles(first[0]):
            start += len(first[0])
        elif last and _dangles(last[0]):
            end -= len(last[0])
        if before == (start, end):
            return before
    return None


def _dangles(word: str) -> bool:
    """Whether a word at an edge says nothing; in capitals ("LA Lakers") it is a name."""
    return word.lower() in words.DANGLING and not (len(word) > 1 and word.isupper())
