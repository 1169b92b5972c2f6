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
NOT_A_DENIAL: Final = re.compile(
    r"\b(?:not (?:only|just)|no better|never (?:enough|miss|stop|tire)\w*|can(?:no|'|’)?t (?:get enough|stop|live|wait)"
    r"|(?:do|would)n['’]?t (?:miss|mind|trade)|nicht nur|pas (?:seulement|que)|no (?:s[oó]lo|one|doubt|matter))\b"
)
BEFORE_TERM: Final = re.compile(rf"\b{NEGATION}\b(?:[ '’-]+\w+){{0,3}}?[ '’-]+[#@]?$")
AFTER_TERM: Final = re.compile(
    r"^\w*(?:[ '’-]+\w+){0,3}?[ ]+(?:would hate|hate this|(?:is|are)(?: not|n['’]t) (?:for me|my)|no more\b)"
)


def may_deny(folded: str) -> bool:
    """Whether a text holds any word of denial. Where it does not, nothing is denied in it."""
    return _any().search(folded) is not None


@cache
def _any() -> re.Pattern[str]:  # of who searches nobody needs it
    return re.compile(rf"\b{NEGATION}\b|hate")
