"""The words around a niche in English, German, Spanish and French: who is sought, how big, how recent, where."""

import re
from typing import Final

_NOUNS: Final = (
    r"(?:content )?(?:blogs?|bloggers?|vlogs?|vloggers?|accounts?|creators?|creatives?|influencers?|people"
    r"|persons?|folks?"
    r"|profiles?|pages?|writers?|newsletters?|posters?|voices|community|communities|instagrammers?|tiktokers?"
    r"|youtubers?|cuentas?"
    r"|creador(?:es|as|a)?|gente|personas|bloguer[oa]s?|blogueur(?:se)?s?|leute|konten|kanäle|kanal|accounts"
    r"|créateurs?|créatrices?|comptes|gens)"
)
NOUN: Final = re.compile(rf"(?<![\w#@]){_NOUNS}(?!\w)", re.IGNORECASE)
FILLER: Final = re.compile(
    r"(?<![\w#@])(?:(?:i am |i'm |we are )?looking for|find me|find|show me|search(?:ing)? for|give me|i want|we want"
    r"|who (?:is|are) (?:good|best|great) at|who (?:writes?|posts?|blogs?|talks?) about|(?:people "
    r"|those )?(?:who|that) "
    r"(?:write|post|blog|talk|are into|love)(?: about)?|writing about|posting about|wer schreibt über|die über"
    r"|schreiben|suche(?: nach)?|finde"
    r"|quién escribe sobre|quien escribe sobre|que escriben sobre|busco|buscar|qui écrit sur|qui parle de"
    r"|je cherche|cherche"
    r"|(?:the )?(?:best|top|greatest|coolest|beste[nr]?|mejores|meilleure?s?)(?: \d+)?|to follow"
    r"|worth following|zum folgen|para seguir|à suivre"
    r"|local|please|bitte|por favor)(?!\w)",
    re.IGNORECASE,
)

_SIZE_WORD: Final = r"nano|micro|mid(?:-?tier)?|macro|mega|small|tiny|kleine[rn]?|pequeñ[oa]s?|petite?s?"
TIER: Final = re.compile(rf"(?<![\w#@])(?P<size>{_SIZE_WORD})[ -]+(?=(?:\w+ ){{0,3}}?{_NOUNS}(?!\w))", re.IGNORECASE)
TIER_LAST: Final = re.compile(
    r"(?<![\w#@])(?P<size>nano|micro|macro|mega)[ -]?(?=(?:influencers?|creators?)(?!\w))", re.IGNORECASE
)
TIER_OF: Final = {
    "nano": "nano", "micro": "micro", "mid": "mid", "macro": "macro", "mega": "mega", "small": "small", "tiny": "nano",
    "klein": "small", "peque": "small", "petit": "small",
}  # fmt: skip
_COUNT: Final = r"\d[\d.,]*\s?[km]?"
FOLLOWERS: Final = re.compile(
    rf"(?<!\w)(?:(?:between |from )?(?P<low>{_COUNT})\s?(?:-|–|to|and)\s?(?P<high>{_COUNT})|(?:under|below"
    rf"|less than|fewer than|up to|at most|<)\s?"
    rf"(?P<most>{_COUNT})|(?:over|above|more than|at least|>)\s?(?P<least>{_COUNT})"
    rf"|(?P<plus>{_COUNT})\+)\s?(?:followers?|seguidores|abonnés)(?!\w)",
    re.IGNORECASE,
)
ACTIVE: Final = re.compile(
    rf"(?<![\w#@])(?:(?:still |currently |recently )?(?:active|posting|writing) (?:in )?(?P<year>20\d\d)"
    rf"|still (?:active|posting|writing|blogging)"
    rf"|(?:currently|recently) (?:active|posting)|active(?= (?:[\w-]+ ){{0,3}}?{_NOUNS}(?!\w))|noch aktiv[e]?"
    rf"|siguen activ[oa]s|toujours actif)(?!\w)",
    re.IGNORECASE,
)
ACTIVE_DAYS: Final = 180
YEAR_DAYS: Final = 365
LANGUAGE: Final = re.compile(
    r"(?<![\w#@])(?:in|auf|en|written in)\s(?P<language>english|german|spanish|french|italian|portuguese|dutch"
    r"|deutsch|englisch|spanisch"
    r"|französisch|español|inglés|francés|alemán|anglais|français|allemand|espagnol)(?!\w)"
    r"|(?<!\w)(?P<adjective>english|german|spanish|french"
    r"|italian|portuguese|dutch)[- ](?:language|speaking)(?!\w)",
    re.IGNORECASE,
)
LANGUAGE_CODES: Final = {
    "english": "en", "englisch": "en", "inglés": "en", "anglais": "en", "german": "de", "deutsch": "de", "alemán": "de",
    "allemand": "de", "spanish": "es", "spanisch": "es", "español": "es", "espagnol": "es", "french": "fr",
    "französisch": "fr", "francés": "fr", "français": "fr", "italian": "it", "portuguese": "pt", "dutch": "nl",
}  # fmt: skip
PLATFORM: Final = re.compile(
    r"(?<![\w#@])(?:(?:on|auf|en|sur) (?P<platform>mastodon|bluesky|instagram|tiktok|youtube|reddit|threads"
    r"|pixelfed|wordpress)"
    r"|(?P<podcast>podcasts?|podcasters?|pódcasts?))(?!\w)",
    re.IGNORECASE,
)

_NOT: Final = (
    r"(?:but )?not(?: (?:in|from|near|around))?|except(?: for| in| from)?|excluding|outside(?: of)?|without"
    r"|nicht(?: in| aus)?|außer(?:halb von)?"
    r"|ohne|excepto|salvo|fuera de|menos|sauf|hors de|pas à"
)
_NEAR: Final = (
    r"near(?:by)?|around|close to|in the vicinity of|next to|rund um|in der nähe von|nahe|bei|um|cerca de"
    r"|alrededor de|près de|autour de"
    r"|aux environs de"
)
_IN: Final = (
    r"(?:based|living|located|who live|that live|residing) in|in and around|in|from|across|throughout|of|at"
    r"|over|im|aus|en|de|desde|à|au|dans|du"
    r"|großraum|raum"
)
RELATION: Final = re.compile(
    rf"(?<![\w#@])(?:within\s+(?P<distance>\d+(?:[.,]\d+)?)\s*(?P<unit>km|kms|kilometers|kilometres|kilometer"
    rf"|mi|miles?|meilen|millas)\s+(?:of|around|from|um|von|de)"
    rf"|(?P<around>in and around)|(?P<not>{_NOT})|(?P<near>{_NEAR})|(?P<in>{_IN}))\s+(?:the\s+|der\s+|dem\s+"
    rf"|den\s+|la\s+|el\s+|los\s+|le\s+|les\s+|greater\s+)?$",
    re.IGNORECASE,
)
AFTER_PLACE: Final = re.compile(
    r"^(?:[ -]based|\s+(?:area|metro(?:politan)? area|metro|region|suburbs|states|raum|gegend|umland))(?!\w)",
    re.IGNORECASE,
)
BEFORE_PLACE: Final = re.compile(r"(?<!\w)(?:the|us|u\.s\.|local|greater)\s+$", re.IGNORECASE)
AND: Final = re.compile(r"^\s*(?:,|and|or|und|oder|y|o|et|ou|/|&|\+|, and|, or)\s*$", re.IGNORECASE)
KM_PER_MILE: Final = 1.609
