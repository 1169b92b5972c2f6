"""Snowball stems by language; the stemmers are PyStemmer's."""

import threading
from collections.abc import Sequence
from functools import cache
from typing import Final

import Stemmer

_ALGORITHMS: Final = {
    "ar": "arabic", "hy": "armenian", "eu": "basque", "ca": "catalan", "cs": "czech", "da": "danish", "nl": "dutch",
    "en": "english", "eo": "esperanto", "et": "estonian", "fi": "finnish", "fr": "french", "de": "german",
    "el": "greek", "hi": "hindi", "hu": "hungarian", "id": "indonesian", "ga": "irish", "it": "italian",
    "lt": "lithuanian", "ne": "nepali", "no": "norwegian", "nb": "norwegian", "nn": "norwegian", "fa": "persian",
    "pl": "polish", "pt": "portuguese", "ro": "romanian", "ru": "russian", "sr": "serbian", "es": "spanish",
    "sv": "swedish", "ta": "tamil", "tr": "turkish", "yi": "yiddish",
}  # fmt: skip

_known: Final = frozenset(Stemmer.algorithms())
STEM_LANGUAGES: Final[frozenset[str]] = frozenset(code for code, name in _ALGORITHMS.items() if name in _known)
"""ISO 639-1 codes of the languages that can be stemmed; which ones depends on the installed PyStemmer."""

_REMEMBERED: Final = 20_000  # words of a language
_mine: Final = threading.local()  # a stemmer must not be used by two threads at once


class _Stems(dict[str, str]):
    """The stems of one language's words, so many as are kept; read by ``map`` without a call for each word."""

    def __init__(self, code: str) -> None:
        super().__init__()
        self._stem = Stemmer.Stemmer(_ALGORITHMS[code], 0).stemWord

    def __missing__(self, word: str) -> str:
        if len(self) >= _REMEMBERED:
            self.clear()
        found: str = self._stem(word)
        self[word] = found
        return found


def stem(tokens: Sequence[str], language: str) -> list[str]:
    """The stems of ``tokens`` (folded words), one each; unchanged for a language outside ``STEM_LANGUAGES``."""
    code = base_language(language)
    if code not in STEM_LANGUAGES:
        return list(tokens)
    known: dict[str, _Stems] = _mine.__dict__.setdefault("stems", {})
    if code not in known:
        known[code] = _Stems(code)
    return [*map(known[code].__getitem__, tokens)]


@cache
def base_language(tag: str) -> str:
    """The ISO 639-1 part of a language tag: "pt-BR" → "pt"."""
    return tag.replace("_", "-").partition("-")[0].lower()
