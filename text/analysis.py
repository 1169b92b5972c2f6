"""The whole token chain (DESIGN 5.7): a text or a query → two lexical fields, surface words and stems.

Both backends index the strings made here with a plain white-space analyzer, so that they rank alike. Hashtags and
handles count as the word they are written as and as the words they are made of.
"""

import re
from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

from text.letters import letters
from text.split import split_known, split_words
from text.stems import STEM_LANGUAGES, base_language, stem
from text.stopwords import is_stopword
from text.tokens import tokenize

_DEFAULT_LANGUAGE: Final = "en"  # of a text whose language is not known: a wrong stem costs little, the surface stays
# The characters that may begin one stand first, so that all others are passed over quickly.
_TAG_OR_LINK: Final = re.compile(
    r"[h#＃@](?:(?<=h)ttps?://\S+"
    r"|(?<=[#＃])(?<![\w/].)(?P<tag>\w+)"
    # "@mika@pixel.example": the host says nothing
    r"|(?<=@)(?<![\w/.].)(?P<handle>\w+(?:[.-]\w+)*)(?:@[\w-]+(?:\.[\w-]+)+)?)"
)
_Splitter = Callable[[str], list[str]]


class Analysed(NamedTuple):
    """Tokens joined by single spaces, as an index stores them. Both fields hold the same number of tokens."""

    surface: str
    stems: str


class QueryTerms(NamedTuple):
    """Distinct tokens of a query, in order; ``stems`` holds those of every language asked for."""

    surface: tuple[str, ...]
    stems: tuple[str, ...]


def analyse(text: str, *, language: str | None, split: _Splitter = split_words) -> Analysed:
    """The two fields of ``text``; ``language`` None (not known) stems as English. Web addresses are left out."""
    surface = _tokens(text, split)
    stems = stem(surface, language or _DEFAULT_LANGUAGE)
    return Analysed(" ".join(surface), " ".join(stems))


def analyse_query(text: str, *, languages: Sequence[str], is_known: Callable[[str], bool] | None = None) -> QueryTerms:
    """The terms to look for, without stop words unless nothing else is left.

    ``is_known`` says whether the index holds a surface word; words that it does not hold are split into words that
    it holds. Stems are made for ``languages`` and for English, which texts of unknown language are stemmed as.
    """
    tokens = list(dict.fromkeys(_tokens(text, lambda word: _split_query(word, is_known))))
    if is_known is not None:
        tokens = list(dict.fromkeys(piece for token in tokens for piece in _with_pieces(token, is_known)))
    codes = dict.fromkeys([*map(base_language, languages), _DEFAULT_LANGUAGE])
    telling = [token for token in tokens if not any(is_stopword(token, code) for code in codes)]
    surface = telling or tokens
    stems = [stemmed for code in codes if code in STEM_LANGUAGES for stemmed in stem(surface, code)]
    return QueryTerms(tuple(surface), tuple(dict.fromkeys(stems)))


def _tokens(text: str, split: _Splitter) -> list[str]:
    if "#" not in text and "@" not in text and "://" not in text and "＃" not in text:
        return tokenize(text)
    tokens: list[str] = []
    at = 0
    for found in _TAG_OR_LINK.finditer(text):
        tokens += tokenize(text[at : found.start()])
        at = found.end()
        word = found["tag"] or found["handle"]
        if word:
            tokens += _joined_and_parts(word, split)
    return tokens + tokenize(text[at:])


def _joined_and_parts(word: str, split: _Splitter) -> list[str]:
    joined = tokenize(letters(word))
    parts = [token for part in split(word) for token in tokenize(part)]
    return joined if parts == joined else joined + parts


def _split_query(word: str, is_known: Callable[[str], bool] | None) -> list[str]:
    return split_known(word, is_known or (lambda _: False))


def _with_pieces(token: str, is_known: Callable[[str], bool]) -> list[str]:
    pieces = split_known(token, is_known) if token.isalpha() else [token]
    return [token] if pieces == [token] else [token, *pieces]
