"""Words that carry no theme, per language (``stopwords.txt``: a line is ``language: words``, folded)."""

from functools import cache
from pathlib import Path
from typing import Final

from text.stems import base_language

_FILE: Final = Path(__file__).with_name("stopwords.txt")


def is_stopword(token: str, language: str | None = None) -> bool:
    """Whether the folded ``token`` is a stop word of ``language``; None asks English only.

    English is the default because "die", "was" or "son" are stop words in one language and words in another.
    """
    return token in stopwords(language)


def stopwords(language: str | None = None) -> frozenset[str]:
    """All stop words of ``language``; None: of English."""
    return _lists().get(base_language(language or "en"), frozenset())


@cache
def _lists() -> dict[str, frozenset[str]]:
    lines = (line.partition(":") for line in _FILE.read_text("utf-8").splitlines() if line and line[0] != "#")
    return {language.strip(): frozenset(words.split()) for language, _, words in lines}
