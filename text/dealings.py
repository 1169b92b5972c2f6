"""What somebody bought, visited or reviewed, in their own words: cues in English, German, Spanish and French.

Only the first person counts ("I paid $38", "wir waren bei"), not plans and not what was not done. A sentence is judged
alone; whether its text was paid for by others is ``disclosure``'s matter.
"""

import re
from functools import cache
from typing import Final, Literal

from text.fold import fold

Dealing = Literal["purchase", "visit", "review"]

# All over folded text: without accents and capitals.
_DID: Final = (
    r"\b(?:i|we)(?: |(?=['’]))(?:have |just |finally |also |again |recently |already |always |usually |['’]ve )*"
)
_MEAL: Final = r"(?:breakfast|lunch|dinner|drinks)"
_AGO: Final = r"(?:ich |wir |gestern |heute |wieder |neulich |letzte \w+ )*"
_CUES: Final[dict[Dealing, tuple[str, ...]]] = {
    "purchase": (
        rf"{_DID}(?:bought|ordered|purchased|paid|picked up an?|spent \W?\d)\b",
        r"^(?:bought|ordered|purchased) (?:an?|the|my|our|some|two|three|\d+)\b|\bmy own (?:money|pocket)\b",
        r"\b(?:habe|haben|hab)\b.{1,60}\b(?:gekauft|bestellt|bezahlt)\b|\bselbst (?:gekauft|bezahlt)\b",
        r"\b(?:compre|compramos|pedi|pedimos|pague|pagamos|he comprado|hemos comprado)\b",
        r"\b(?:j['’]ai|nous avons|on a) (?:\w+ )?(?:achete|commande|paye)\b",
    ),
    "visit": (
        rf"{_DID}(?:went (?:back )?to|visited|ate (?:at|in)|had {_MEAL} (?:at|in)|stopped (?:by|at|in))\b",
        rf"{_DID}(?:walked|drove|biked|cycled) (?:over )?to\b",
        r"\b(?:my|our) (?:\w+ )?visits? (?:to|at)\b|\bafter \w+ visits\b|\bi (?:seem to be|am) a regular\b",
        rf"\b(?:war|waren) {_AGO}(?:bei|beim|im|in der|in dem|auf dem)\b|\b(?:habe|haben)\b.{{1,50}}\bbesucht\b",
        r"\b(?:fui|fuimos|he ido|hemos ido) al?\b|\b(?:visitamos|comimos en|cenamos en|almorzamos en)\b",
        r"\b(?:je suis|nous sommes|on est) (?:re)?(?:alle|tourne)e?s? (?:a|au|aux|chez)\b",
        r"\b(?:j['’]ai|nous avons|on a) (?:dejeune|dine|mange|visite)\b",
    ),
    "review": (
        r"\b(?:my|our|honest|full) review\b|^review(?:ed)?:|\b(?:i|we) (?:have )?(?:tested|reviewed|rated)\b",
        r"\b\d{1,2}(?:[.,]\d)? ?/ ?(?:5|10|20)\b(?!/)|\b\w+ out of (?:five|ten|5|10)\b|\b(?:my|the) verdict\b",
        r"\bfazit:|\b(?:habe|haben)\b.{1,50}\bgetestet\b|\bim test:",
        r"\b(?:mi|nuestra) (?:resena|opinion)\b|\bprobamos\b|\bveredicto:",
        r"\b(?:mon|notre) avis\b|\b(?:j['’]ai|nous avons|on a) teste\b|\bverdict :",
    ),
}
_NOT_DONE: Final = (
    r"\b(?:never|not|would|could|should|will|might|if|wish|almost|nearly|nie|nicht|nunca|jamais|si)\b[^.!?;,]{0,20}$",
    r"(?:n['’]t|want to|going to)\b[^.!?;,]{0,20}$",
)


def dealing(sentence: str) -> Dealing | None:
    """What the writer of a sentence did there; None when it tells of nothing of the kind."""
    folded = fold(sentence.strip())
    for kind, cues in _CUES.items():
        found = _pattern(cues).search(folded)
        if found and not _pattern(_NOT_DONE).search(folded[: found.start()]):
            return kind
    return None


@cache
def _pattern(alternatives: tuple[str, ...]) -> re.Pattern[str]:
    """Compiled when first needed."""
    return re.compile("|".join(alternatives))
