"""Adjectives that say where somebody is from ("mexican bloggers") or what is spoken ("spanish podcasts"). Only data."""

from typing import Final

from niche.draft import Phrases

NATIONS: Final = Phrases("""
c:US: american, americans, amerikanische, amerikanischen, estadounidenses, américains, américaines
c:GB: british, brit, brits, britische, britischen, británicos, británicas, britanniques
a:GB.ENG: english, englische, ingleses, inglesas, anglais, anglaises
a:GB.SCT: scottish, schottische, escoceses, escocesas, écossais, écossaises
a:GB.WLS: welsh, walisische, galeses, gallois, galloises
c:IE: irish, irische, irlandeses, irlandesas, irlandais, irlandaises
c:CA: canadian, canadians, kanadische, canadienses, canadiens, canadiennes
c:AU: australian, aussie, australische, australianos, australianas, australiens, australiennes
c:NZ: kiwi, neuseeländische, neozelandeses
c:DE: german, germans, deutsche, deutschen, deutscher, alemanes, alemanas, allemands, allemandes
c:AT: austrian, österreichische, österreichischen, austriacos, austriacas, autrichiens, autrichiennes
c:CH: swiss, schweizer, suizos, suizas, suisses
c:FR: french, französische, französischen, franceses, francesas, français, françaises
c:BE: belgian, belgische, belgas, belges
c:NL: dutch, niederländische, holländische, holandeses, holandesas, néerlandais, néerlandaises
c:ES: spanish, spaniards, spanische, spanischen, españoles, españolas, espagnols, espagnoles
c:PT: portuguese, portugiesische, portugueses, portuguesas, portugais, portugaises
c:IT: italian, italians, italienische, italienischen, italianos, italianas, italiens, italiennes
c:MX: mexican, mexikanische, mexicanos, mexicanas, mexicains, mexicaines
c:AR: argentinian, argentine, argentinische, argentinos, argentinas, argentins, argentines
c:CL: chilean, chilenische, chilenos, chilenas, chiliens
c:CO: colombian, kolumbianische, colombianos, colombianas, colombiens
c:PE: peruvian, peruanische, peruanos, peruanas, péruviens
c:BR: brazilian, brasilianische, brasileños, brasileñas, brésiliens, brésiliennes
c:SE: swedish, schwedische, suecos, suecas, suédois, suédoises
c:NO: norwegian, norwegische, noruegos, noruegas, norvégiens
c:DK: danish, dänische, daneses, danesas, danois, danoises
c:FI: finnish, finnische, finlandeses, finlandais
c:PL: polish, polnische, polacos, polacas, polonais, polonaises
c:GR: greek, griechische, griegos, griegas, grecs, grecques
c:TR: turkish, türkische, turcos, turcas, turcs, turques
c:JP: japanese, japanische, japoneses, japonesas, japonais, japonaises
c:KR: korean, koreanische, coreanos, coreanas, coréens, coréennes
c:CN: chinese, chinesische, chinos, chinas, chinois, chinoises
c:IN: indian, indische, indios, indiens, indiennes
a:DE.02: bavarian, bayerische, bayerischen, bávaros, bavarois
a:CA.10: québécois, québécoises, quebecois
a:FR.53: bretons, bretonnes, bretonische
a:ES.56: catalanes, catalanas, katalanische
""")
"""Adjectives that say where somebody is from, right beside a word for who is sought; anywhere else they are theme."""
SPOKEN_IN: Final = {
    "c:DE": "de", "c:ES": "es", "c:FR": "fr", "c:IT": "it", "c:PT": "pt", "c:NL": "nl", "c:SE": "sv", "c:PL": "pl",
    "c:JP": "ja", "c:TR": "tr", "c:GR": "el", "c:FI": "fi", "c:DK": "da", "a:GB.ENG": "en", "a:ES.56": "ca",
}  # fmt: skip
"""The language that an adjective means beside what is published ("spanish podcasts")."""
