"""Addresses and hashtags in text without markup: bios and posts of platforms that mark nothing up.

``@names`` are other people, not addresses; what is no address to a browser is none here.
"""

import re
from collections.abc import Iterator
from typing import Final

from catalog.identity import try_canonical

_SCHEME: Final = re.compile(r"https?://[^\s<>\"'|\\^`{}\u200b]+", re.IGNORECASE)
_ENDINGS: Final = """app art bar biz blog cafe ca ch club co com community cooking de dev es eu fm fr fun gallery garden
    guide info ink io it jp kitchen life link live love me media net news nl nyc one online org page photo photography
    pizza place pub recipes restaurant shop show site social space store studio style substack tips today town travel
    tv uk us vegas video website wiki wine work world xyz zone example"""
_BARE: Final = re.compile(
    rf"(?<![\w@./:-])(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+(?:{'|'.join(_ENDINGS.split())})(?:/[^\s<>\"'|\\^`{{}}]*)?(?![\w@-])",
    re.IGNORECASE,
)
"""``mika.example/rolls`` as people write it; only endings that are not also common file names or ends of sentences."""
_AFTER: Final = ".,;:!?)]}’”»…'\""
_HASHTAG: Final = re.compile(r"(?<![\w/&#])[#＃](\w*[^\W\d_]\w*)")


def links_in(text: str) -> tuple[str, ...]:
    """The canonical addresses in a text, each once, in order; e-mail addresses and ``@names`` are none."""
    found = sorted((*_written(text, _SCHEME, ""), *_written(_SCHEME.sub(_blank, text), _BARE, "https://")))
    return tuple(dict.fromkeys(url for _, url in found))


def hashtags_in(text: str) -> tuple[str, ...]:
    """The hashtags in a text in lower case, without "#", each once."""
    return tuple(dict.fromkeys(tag.lower() for tag in _HASHTAG.findall(_SCHEME.sub(_blank, text))))


def _written(text: str, form: re.Pattern[str], scheme: str) -> Iterator[tuple[int, str]]:
    for match in form.finditer(text):
        url = try_canonical(scheme + _without_sentence(match[0]))
        if url is not None:
            yield match.start(), url


def _without_sentence(written: str) -> str:
    """An address without the punctuation of the sentence around it; a bracket that it opens itself stays."""
    while written and written[-1] in _AFTER and not (written[-1] == ")" and written.count("(") >= written.count(")")):
        written = written[:-1]
    return written


def _blank(match: re.Match[str]) -> str:
    return " " * len(match[0])
