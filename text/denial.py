"""How people say that something is not what they are about: before a word, after it, and what only looks like it.

Which word is meant, and what is made of it, is in ``search.terms``; texts are folded.
"""

import re
from functools import cache
from typing import Final

NEGATION: Final = (
    r"(?:not|never|no|hates?|hated|dislikes?|can(?:no|'|’)?t stand|(?:do|does|did|is|are|was|would|wo|ca)n['’]?t|"
    r"kein\w{0,2}|nicht|nie|pas|jamais|nunca|anti)"
)
_ANY: Final = rf"\b{NEGATION}\b|hate"
_NOT_A_DENIAL: Final = (
    r"\b(?:not (?:only|just)|no better|never (?:enough|miss|stop|tire)\w*|can(?:no|'|’)?t (?:get enough|stop|live|wait)"
    r"|(?:do|would)n['’]?t (?:miss|mind|trade)|nicht nur|pas (?:seulement|que)|no (?:s[oó]lo|one|doubt|matter))\b"
)
_BEFORE_TERM: Final = rf"\b{NEGATION}\b(?:[ '’-]+\w+){{0,3}}?[ '’-]+[#@]?$"
_AFTER_TERM: Final = (
    r"^\w*(?:[ '’-]+\w+){0,3}?[ ]+(?:would hate|hate this|(?:is|are)(?: not|n['’]t) (?:for me|my)|no more\b)"
)


def may_deny(folded: str) -> bool:
    """Whether a text holds any word of denial. Where it does not, nothing is denied in it."""
    return _pattern(_ANY).search(folded) is not None


def without_seeming_denials(folded: str) -> str:
    """The text without what only looks like a denial ("not only", "never enough")."""
    return _pattern(_NOT_A_DENIAL).sub("", folded)


def is_denied_before(folded: str) -> bool:
    """Whether the end of a text denies the word that follows it."""
    return _pattern(_BEFORE_TERM).search(folded) is not None


def is_denied_after(folded: str) -> bool:
    """Whether the beginning of a text denies the word that stands before it."""
    return _pattern(_AFTER_TERM).search(folded) is not None


@cache
def _pattern(expression: str) -> re.Pattern[str]:  # most questions meet no denial
    return re.compile(expression)
