"""Whether somebody says to have been paid for a text, and in which words: tags and phrases in four languages.

Only what its author says counts. A text that denies it ("nobody paid for this", "unbezahlte Werbung") was not paid for,
whatever its tags. English, German, Spanish, French.
"""

import re
from collections.abc import Sequence
from functools import cache
from typing import Final, Literal, NamedTuple

from text.fold import fold

Means = Literal["paid", "gift", "affiliate"]


class Disclosure(NamedTuple):
    """What was said, as written (or as "#tag"), and what that means."""

    means: Means
    said: str


_PAID_TAGS: Final = """
ad ads sponsored sponsoredpost sponsoredby sponsoredcontent paidad paidpartner paidpartnership paidpromotion
brandpartner advertisement advertorial werbung anzeige bezahltewerbung bezahlteanzeige bezahltepartnerschaft
produktplatzierung gesponsert publicidad patrocinado contenidopatrocinado colaboracionpagada colaboracionremunerada
sponsorise postsponsorise articlesponsorise partenariatremunere collaborationcommerciale collabcommerciale publicite
"""
_GIFT_TAGS: Final = """
gifted giftedproduct prsample prgift freesample presstrip hostedstay prmuster produkttest regalodemarca produitoffert
cadeaupresse invitationpresse
"""
_AFFILIATE_TAGS: Final = "affiliate affiliatelink affiliatelinks enlaceafiliado lienaffilie lienaffiliation"
_TAGS: Final[dict[str, Means]] = {
    **dict.fromkeys(_PAID_TAGS.split(), "paid"),
    **dict.fromkeys(_GIFT_TAGS.split(), "gift"),
    **dict.fromkeys(_AFFILIATE_TAGS.split(), "affiliate"),
}
# All over folded text: without accents and capitals.
_LABEL: Final = r"(?:^|[\[(|*])\W*(?:bezahlte )?(?:werbung|anzeige|publicidad)\s*(?:[\])|*:.,!–-]|$)"
_PHRASES: Final[dict[Means, tuple[str, ...]]] = {
    "paid": (
        r"\b(?:paid|sponsored) (?:partnership|promotion|post|content|collaboration|advertisement)\b",
        r"\b(?:post|episode|video|article|review|newsletter|show) (?:is|was) sponsored\b",
        r"\bsponsored by\b|\b(?:today['’]?s|our|this week['’]?s) sponsors?\b(?! ?['’])|\bsponsors? of (?:this|today)",
        r"\bin (?:paid )?partnership with\b|\bin paid collaboration with\b|\bbrought to you by\b",
        r"\b(?:thanks|thank you) to .{1,40} for (?:sponsoring|supporting|keeping) (?:this|the|today)",
        r"\bdisclosure: .{1,60}\b(?:paid|compensated|sponsor)\w*|\bi was (?:paid|compensated) (?:for|to)\b",
        _LABEL,
        r"\b(?:enthalt|beinhaltet) (?:bezahlte )?werbung\b|\bbezahlte (?:partnerschaft|kooperation|werbung)\b",
        r"\bin (?:bezahlter )?kooperation mit\b|\bgesponsert (?:von|durch)\b|\bmit freundlicher unterstutzung\b",
        r"\b(?:post|contenido|articulo|video|episodio) patrocinado\b|\bpatrocinad[oa]s? por\b",
        r"\bcolaboracion (?:pagada|remunerada)\b|\bpartenariat (?:remunere|commercial)\b|\ben partenariat avec\b",
        r"\bcollaboration (?:commerciale|remuneree)\b|\b(?:article|post|contenu|episode|video) sponsorise",
        r"\bsponsorisee? par\b",
    ),
    "gift": (
        r"\b(?:kindly |was |were )?gifted (?:by|from|to me|me)\b|\bpr sample|\bpress (?:trip|sample)\b",
        r"\bin exchange for (?:a|an|my|this) (?:honest |fair |unbiased )*(?:review|post|opinion)\b",
        r"\bsent (?:me|us) .{1,40}\b(?:for free|free of charge|to try|to review)\b",
        r"\bhosted (?:meal|stay|dinner|visit)\b|\bas a guest of\b|\b(?:meal|stay) was (?:comped|on the house)",
        r"\bkostenlos (?:zur verfugung|bekommen|erhalten)|\bpr[- ]?muster\b|\bauf einladung (?:von|des|der)\b",
        r"\b(?:regalo|cortesia) de (?:la )?(?:marca|casa)\b|\bme (?:lo |la )?(?:regalaron|enviaron gratis)\b",
        r"\bofferte?s? par (?:la |le |les )?\w+|\bproduits? offerts?\b|\binvitation presse\b",
    ),
    "affiliate": (
        r"\baffiliate (?:links?|code)\b|\bi (?:may )?(?:earn|get) an? (?:small )?commission\b",
        r"\b(?:use|with) (?:my |the )?(?:promo |discount )?code \w{3,}\b.{0,40}(?:\boff\b|%|discount)",
        r"\brabattcode\b|\baffiliate-links?\b|\benlaces? (?:de )?afiliad|\bcodigo de descuento\b",
        r"\bliens? (?:d['’])?affili|\bcode promo\b",
    ),
}
_DENIALS: Final = (
    r"\b(?:not|never|isn['’]t|wasn['’]t|non|un) ?-?sponsored|\bnot an? (?:ad|advertisement|paid)\b",
    r"\bnot (?:affiliated|gifted)|\b(?:nobody|no one|no brand) (?:paid|sponsor\w+|sent)",
    r"\b(?:no|without) (?:sponsors?|ads|affiliate links?)\b|\bnot paid (?:for|to)\b|\bnot in (?:paid )?partnership\b",
    r"\bkeine? (?:bezahlte )?(?:werbung|anzeige|kooperation)\b|\bunbezahlte? (?:werbung|anzeige)\b",
    r"\bwerbung[,( ]+(?:unbezahlt|unbeauftragt|wegen|da )|\bnicht gesponsert|\bselbst (?:bezahlt|gekauft)\b",
    r"\b(?:no|sin) (?:es )?(?:patrocin\w+|publicidad)\b|\b(?:non|pas|ni) sponsorise",
    r"\b(?:pas|sans|aucun) (?:de |un )?partenariat",
)
_HINTS: Final = (
    "spons", "paid", "partner", "collab", "brought to", "compensat", "thank", "disclosure", "werbung", "anzeige",
    "publicidad", "bezahlt", "kooperation", "unterstutzung", "patrocin", "colaborac", "parten", "gift", "pr sample",
    "press", "exchange", "sent ", "hosted", "guest", "comped", "on the house", "kostenlos", "muster", "einladung",
    "marca", "casa", "regal", "enviaron", "offert", "affili", "commission", "code ", "rabatt", "afiliad", "codigo",
)  # fmt: skip
"""Every phrase holds one of these; a text without any, as most are, need not be searched for phrases."""


def disclosure(text: str, tags: Sequence[str] = ()) -> Disclosure | None:
    """What a text says of being paid for; None when it says nothing of the kind, or that it was not."""
    folded = fold(text)
    found = _in_tags(folded, tags) or _in_words(folded, text)
    return None if found is None or _pattern(_DENIALS).search(folded) else found


def _in_tags(folded: str, tags: Sequence[str]) -> Disclosure | None:
    named = [fold(tag.lstrip("#")) for tag in tags]
    if "#" in folded:
        named += _pattern((r"#(\w+)",)).findall(folded)
    return next((Disclosure(_TAGS[tag], f"#{tag}") for tag in named if tag in _TAGS), None)


def _in_words(folded: str, text: str) -> Disclosure | None:
    if not any(map(folded.__contains__, _HINTS)):
        return None
    for means, phrases in _PHRASES.items():
        found = _pattern(phrases).search(folded)
        if found:
            return Disclosure(means, _as_written(found, folded, text))
    return None


def _as_written(found: re.Match[str], folded: str, text: str) -> str:
    """The words as their author wrote them where folding kept the length, else as folded; one line."""
    source = text if len(text) == len(folded) else folded
    return " ".join(source[found.start() : found.end()].strip(" \t\n[](|*:.,!–-").split())


@cache
def _pattern(alternatives: tuple[str, ...]) -> re.Pattern[str]:
    """Compiled when first needed."""
    return re.compile("|".join(alternatives), re.M)
