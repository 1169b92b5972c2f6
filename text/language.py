"""Which language a text is written in, by py3langid. Loading its model takes a while: only index builds come here."""

import re
from functools import cache
from typing import Any, Final

_NOISE: Final = re.compile(r"https?://\S+|[#@]\S+|\d+")
_LETTER: Final = re.compile(r"[^\W\d_]")
_FEWEST_LETTERS: Final = 16
_FEWEST_WORDS: Final = 3
_SURE: Final = 0.6
_ENOUGH: Final = 600  # characters; more do not change the answer
_UNSPACED: Final = re.compile("[\u3041-\u30ff\u3400-\u9fff\u0e00-\u0e7f]")


def detect(s: str) -> str | None:
    """ISO 639-1 code of the language of ``s``; None for a text that is too short or not clearly one language.

    Links, hashtags, handles and numbers do not count.
    """
    text = _NOISE.sub(" ", s[: 2 * _ENOUGH])[:_ENOUGH]
    if not _long_enough(text):
        return None
    code, probability = _model().classify(text.lower() if text.isupper() else text)
    return str(code) if float(probability) >= _SURE else None


def _long_enough(text: str) -> bool:
    if len(_UNSPACED.findall(text)) >= _FEWEST_LETTERS // 2:
        return True
    return len(text.split()) >= _FEWEST_WORDS and len(_LETTER.findall(text)) >= _FEWEST_LETTERS


@cache
def _model() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
