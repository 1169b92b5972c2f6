"""What a query says by signs: quoted phrases, ``-word``, ``like @creator``."""

import re
from functools import cache
from typing import Final

from niche import vocabulary as words
from niche.draft import Draft

_QUOTES: Final = '"“”„«'
_PATTERNS: Final = {
    "phrase": r'(?<!\S)(-)?["“”„«]([^"“”„«»\0]+)["“”»]',
    "excluded": r"(?<!\S)-(?=\w)([\w-]+)",
    "tag": r"(?<![\w/])(?:[#＃]\w+|@\w[\w.-]*(?:@[\w-]+(?:\.[\w-]+)+)?|https?://\S+)",
    "creator": (r"\s+(@\w[\w.-]*(?:@[\w-]+(?:\.[\w-]+)+)?|https?://\S+|[\w.-]+@[\w-]+(?:\.[\w-]+)+|\w+(?:[._-]\w+)+)"),
    "name": r"\s+([^\W\d_a-z][\w'’]*(?:\s[^\W\d_a-z][\w'’]*){0,3}|\w{4,}(?=\s*$))",
}
_MOST_BESIDE: Final = 8  # words beside a phrase in quotation marks that is asked for
_NO_CREATOR: Final = frozenset(
    ("mine", "ours", "this", "that", "these", "those", "them", "here", "there", "home", "eso", "esto")
)


def take_tags(draft: Draft) -> None:
    """Hashtags, handles and addresses: they stay theme as typed, and nothing is read inside them."""
    if any(sign in draft.rest for sign in ("#", "＃", "@", "://")):
        for found in list(_pattern("tag").finditer(draft.rest)):
            draft.add(found.start(), found.end(), "theme", found.group())


def take_quoted(draft: Draft) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Phrases that are asked for word for word (they stay part of the theme) and what stands after a minus sign.

    Quotation marks in a sentence quote somebody; only in a short query they are a command.
    """
    if not any(sign in draft.rest for sign in (*_QUOTES, " -")) and not draft.rest.startswith("-"):
        return (), ()
    is_command = len(_pattern("phrase").sub(" ", draft.rest).split()) <= _MOST_BESIDE
    phrases: list[str] = []
    excluded: list[str] = []
    for found in list(_pattern("phrase").finditer(draft.rest)):
        phrase = " ".join(found[2].split())
        if found[1]:
            excluded.append(phrase)
            draft.add(found.start(), found.end(), "filter", f"without {phrase}", option="--exclude")
        elif phrase:
            if is_command:
                phrases.append(phrase)
            draft.add(found.start(), found.end(), "theme", phrase)
    for found in list(_pattern("excluded").finditer(draft.rest)):
        excluded.append(found[1])
        draft.add(found.start(), found.end(), "filter", f"without {found[1]}", option="--exclude")
    return tuple(phrases), tuple(excluded)


def take_like(draft: Draft) -> str:
    """The creator whose like is sought: "like @mika", "accounts like Rice Diary"; "" for none.

    A plain word is a creator's name only right after a voice and where it looks like a name.
    """
    for first, end, _ in words.LIKE.all(draft):
        found = draft.words()
        after = found[end - 1].end
        creator = _pattern("creator").match(draft.rest, after)
        if creator is None and _after_voice(draft, first):
            creator = _pattern("name").match(draft.rest, after)
        if creator is not None and creator[1].lower() not in _NO_CREATOR:
            name = creator[1].rstrip(".,;")
            draft.add(found[first].start, creator.start(1) + len(name), "filter", f"like {name}", option="--like")
            return name
    return ""


def _after_voice(draft: Draft, at: int) -> bool:
    return draft.joined(at) and words.VOICES.before(draft, at) is not None


@cache
def _pattern(name: str) -> re.Pattern[str]:
    """Compiled when first needed: most queries hold none of these signs."""
    return re.compile(_PATTERNS[name])
