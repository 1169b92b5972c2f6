"""A query while it is being read: its text with the parts that are already understood blanked out, and its words."""

from collections.abc import Iterable
from typing import Final, NamedTuple

from niche.model import PartKind, QueryPart
from places.words import WORD
from text.fold import fold

TAKEN: Final = "\0"  # stands for a character that is understood: no letter, no space, never in a query itself
_JOINED: Final = frozenset(("", " ", "  ", "-", "'", "’", "- ", ". "))  # what may stand between the words of one phrase
_ENDINGS: Final = (
    "blogs", "blog", "bloggers", "blogger", "bloggerinnen", "bloggerin", "podcasts", "podcast", "accounts", "account",
    "newsletter", "foren", "influencer", "influencerinnen", "influencers",
)  # fmt: skip
_PROSE_FROM: Final = 30  # spaces
_SHORTEST_START: Final = 3  # letters; "weblog" and "vlogger" stay whole


class Word(NamedTuple):
    """A word of the query: folded, and where it stands."""

    text: str
    start: int
    end: int


class Draft:
    """``rest`` has the length of ``text``, so that offsets into it are offsets into the query as typed."""

    __slots__ = ("_offers", "_read", "_words", "notes", "parts", "place_words", "rest", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self.rest = text
        self.parts: list[QueryPart] = []
        self.notes: list[str] = []
        self.place_words: list[str] = []
        self._offers: list[tuple[int, int, str, str]] = []
        self._read: str | None = None
        self._words: list[Word] = []

    @property
    def is_prose(self) -> bool:
        """Whether this is a description in sentences, where "today" or "forum" is no filter but part of the matter."""
        return self.text.count(" ") >= _PROSE_FROM

    def words(self) -> list[Word]:
        """The words that are not understood yet, in order."""
        if self._read != self.rest:
            words = (Word(fold(match.group()), *match.span()) for match in WORD.finditer(self.rest))
            self._words = [part for word in words for part in _parts(word)]
            self._read = self.rest
        return self._words

    def joined(self, at: int) -> bool:
        """Whether word ``at`` belongs to the phrase that the word before it belongs to."""
        words = self.words()
        return 0 < at < len(words) and self.rest[words[at - 1].end : words[at].start] in _JOINED

    def typed(self, start: int, end: int) -> str:
        """What was typed at ``[start, end)``, with single spaces."""
        return " ".join(self.text[start:end].split())

    def take(self, start: int, end: int) -> None:
        """Blank ``[start, end)``: it says nothing more."""
        self.rest = self.rest[:start] + TAKEN * (end - start) + self.rest[end:]

    def offer(self, start: int, end: int, reading: str, *, option: str = "") -> None:
        """Remember another reading of ``[start, end)``, for the part that will hold it."""
        self._offers.append((start, end, reading, option))

    def offered(self, start: int, end: int) -> tuple[tuple[str, ...], str]:
        """The other readings of what stands inside ``[start, end)``, and the option that takes the first of them."""
        inside = [(reading, option) for first, last, reading, option in self._offers if start <= first and last <= end]
        return tuple(reading for reading, _ in inside), (inside[0][1] if inside else "")

    def add(
        self, start: int, end: int, kind: PartKind, value: str, *, option: str = "", alternatives: Iterable[str] = ()
    ) -> None:
        """Record a part and take its text."""
        self.parts.append(
            QueryPart(
                text=self.text[start:end], start=start, end=end, kind=kind, value=value,
                alternatives=tuple(alternatives), option=option,
            )
        )  # fmt: skip
        self.take(start, end)


def _parts(word: Word) -> tuple[Word, ...]:
    """A compound with what is sought as its end, in two: "Reiseblogs", "foodbloggers"."""
    if word.text.endswith(_ENDINGS) and word.end - word.start == len(word.text):
        for ending in _ENDINGS:
            length = len(word.text) - len(ending)
            if word.text.endswith(ending) and length >= _SHORTEST_START:
                middle = word.start + length
                return Word(word.text[:length], word.start, middle), Word(ending, middle, word.end)
    return (word,)


class Phrases:
    """Phrases of one or more words with a meaning each, looked up at a word or before it."""

    __slots__ = ("_firsts", "_lasts", "_longest", "_meanings")

    def __init__(self, listed: str) -> None:
        """``listed``: a line is ``meaning: phrase, phrase ...``, or more phrases of the meaning above it."""
        self._meanings: dict[str, str] = {}
        meaning = ""
        for line, folded in zip(listed.splitlines(), fold(listed).splitlines(), strict=True):
            head, colon, tail = folded.partition(": ")
            if colon:
                meaning = line[: len(head)].strip()
            for phrase in (tail if colon else head).split(","):
                self._meanings[" ".join(WORD.findall(phrase))] = meaning
        self._meanings.pop("", None)
        self._firsts = frozenset(phrase.partition(" ")[0] for phrase in self._meanings)
        self._lasts = frozenset(phrase.rpartition(" ")[2] for phrase in self._meanings)
        self._longest = max(phrase.count(" ") + 1 for phrase in self._meanings)

    def __contains__(self, word: str) -> bool:
        return word in self._meanings

    def get(self, word: str, default: str) -> str:
        """The meaning of a folded phrase."""
        return self._meanings.get(word, default)

    def at(self, draft: Draft, first: int) -> tuple[int, str] | None:
        """The longest phrase that begins with word ``first``: the number of the word after it, and its meaning."""
        words = draft.words()
        if first >= len(words) or words[first].text not in self._firsts:
            return None
        for end in range(min(self._reach(draft, first), len(words)), first, -1):
            meaning = self._meanings.get(" ".join(word.text for word in words[first:end]))
            if meaning is not None:
                return end, meaning
        return None

    def before(self, draft: Draft, end: int) -> tuple[int, str] | None:
        """The longest phrase that ends right before word ``end``: the number of its first word, and its meaning."""
        words = draft.words()
        if not 0 < end <= len(words) or words[end - 1].text not in self._lasts:
            return None
        first = end - 1
        while first > max(0, end - self._longest) and draft.joined(first):
            first -= 1
        for start in range(first, end):
            meaning = self._meanings.get(" ".join(word.text for word in words[start:end]))
            if meaning is not None:
                return start, meaning
        return None

    def all(self, draft: Draft) -> list[tuple[int, int, str]]:
        """Every phrase in the draft, ``[first, end)`` in words, the longest at each point and none inside another."""
        found: list[tuple[int, int, str]] = []
        at = 0
        while at < len(draft.words()):
            match = self.at(draft, at)
            if match is not None:
                found.append((at, *match))
            at = match[0] if match is not None else at + 1
        return found

    def _reach(self, draft: Draft, first: int) -> int:
        end = first + 1
        while end < first + self._longest and draft.joined(end):
            end += 1
        return end
