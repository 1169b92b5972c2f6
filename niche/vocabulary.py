"""The words around a niche in English, German, Spanish and French: who is sought, how recent, where; sizes are in
``size_words``.

Only data, in the form that ``Phrases`` reads; phrases are compared folded, so that accents may be missing in a query.
"""

from typing import Final

from niche.draft import Phrases
from text.fold import fold


def folded_words(listed: str) -> frozenset[str]:
    """The words of a list, folded."""
    return frozenset(fold(listed).split())


def _words_as_written(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


VOICES: Final = Phrases("""
who: bloggers, vloggers, creators, content creators, creatives, influencers, posters,
    youtubers, tiktokers, instagrammers, redditors, podcasters, forum regulars, forum members, forum users
    lovers, enthusiasts, fans, nerds, geeks, addicts, fanatics, aficionados, hobbyists, obsessives, devotees
    liebhaber, liebhaberinnen, begeisterte, fanáticos, amantes, passionnés, passionnées, amateurs
    bloggerinnen, influencer, leute, autoren, autorinnen, menschen, influencerinnen, podcasterinnen
    creadores, creadoras, creadores de contenido, gente, personas, blogueros, blogueras, influenciadores,
    influenciadoras
    blogger in, créateurs, créatrices, créateurs de contenu, créatrices de contenu, gens, blogueurs, blogueuses,
    personnes,
    influenceurs, influenceuses, youtubeurs, youtubeuses, microinfluencers, nanoinfluencers
what: channels, channel, accounts, profiles, pages, voices, konten, kanäle, profile, stimmen, seiten, cuentas,
    perfiles, páginas, voces,
    comptes, voix, profils, blogs, vlogs, podcasts, newsletters, forums, foren, foros, pódcasts, boletines
one: people, folks, lover, enthusiast, nerd, geek, hobbyist, aficionado,
    writers, users, blogger, bloggerin, vlogger, account, creator, content creator, creative,
    newsletter, person, profile, page,
    writer,
    poster, community, communities, vlog, blog, podcast, podcaster, youtuber, tiktoker, instagrammer, forum,
    microinfluencer
    kanal, konto, profil, autor, autorin, cuenta, creador, creadora, creador de contenido, persona, bloguero, bloguera,
    perfil, comunidad, pódcast, foro, boletín, compte, créateur, créatrice, blogueur, blogueuse, personne, influenceur,
    influenceuse, communauté
""")
"""Who or what is sought. ``who`` are persons, ``what`` is what they publish, ``one`` is either, in the singular."""

FILLER: Final = Phrases("""
ask: i am looking for, i'm looking for, we are looking for, looking for, find me, find, show me, search for,
    searching for, give me, i want, we want, i need, we need, please, who is good at, who are good at, who is best at,
    who is great at, who writes about, who write about, who posts about, who post about, who blogs about,
    who blog about,
    who talks about, who talk about, who love, who loves, who are into, people into, people who love,
    people who write about,
    lovers of, fans of, enthusiasts of, devotees of,
    people who post about, people who blog about, people who talk about, people who are into, people that love,
    those who write about, that write about, that post about, that blog about, writing about, posting about,
    blogging about, talking about, and write about, and post about, and blog about, and writes about, and posts about,
    to follow, worth following, must follow
    wer schreibt über, wer bloggt über, die bloggen, die schreiben, wer postet über, wer kennt, die über, schreiben,
    bloggen über, suche,
    suche nach,
    ich suche, wir suchen, finde, zeige mir, gesucht, zum folgen, bitte, rund ums thema, zum thema
    quién escribe sobre, quienes escriben sobre, que escriben sobre, que escribe sobre, que hablan de,
    que publican sobre, que hable de, que hablen de, que hable sobre, que hablen sobre, que escriba sobre,
    que publiquen sobre,
    busco, buscamos, buscar, estoy buscando, para seguir, por favor, aficionados a, amantes de
    qui écrit sur, qui écrivent sur, qui parle de, qui parlent de, qui publient sur, je cherche, nous cherchons,
    cherche,
    on cherche, trouve moi, à suivre, s'il vous plaît, svp, passionnés de, amateurs de
here: near me, nearby, near us, in my area, in my city, in my town, around here, in meiner nähe, bei mir in der nähe,
    cerca de mí, cerca de aquí, en mi zona, en mi ciudad, près de chez moi, près d'ici, dans ma ville
praise: best, the best, top, the top, greatest, coolest, good, local, beste, besten, bester, die besten, der beste,
    lokale,
    lokalen, lokaler, mejores, los mejores, las mejores, mejor, locales, local, buenos, buenas, meilleurs,
    les meilleurs,
    meilleures, les meilleures, meilleur, locaux, bons
""")
"""Words that say only that something is sought. ``praise`` counts at the start of a query and before a voice."""

RECENCY: Final = Phrases("""
7: this week, past week, diese woche, esta semana, cette semaine
14: last week, letzte woche, vergangene woche, la semana pasada, última semana, la semaine dernière
31: this month, past month, diesen monat, in diesem monat, este mes, ce mois, ce mois ci
62: last month, letzten monat, letzter monat, el mes pasado, último mes, le mois dernier
180: die noch aktiv sind, noch aktiv sind, die aktiv sind, who are active, that are active, die aktiv sind,
    que están activos, que están activas, que estén activos,
    qui sont actifs,
    still active, still posting, still writing, still blogging, still around, currently active, currently posting,
    recently active, noch aktiv, noch aktive, immer noch aktiv, derzeit aktiv, siguen activos, siguen activas,
    sigue activo,
    sigue activa, todavía activos, todavía activas, aún activos, toujours actif, toujours actifs, toujours actives,
    encore actifs, encore actif
365: this year, past year, dieses jahr, in diesem jahr, este año, cette année
730: last year, letztes jahr, el año pasado, último año, l'année dernière, l'an dernier
""")
"""Days for phrases. "last month" may be up to two months ago, and "last year" two years."""
ACTIVE: Final = Phrases("""
active: active, posting, posted, writing, published, updated, blogging, aktiv, aktive, aktiver, aktiven, activo,
    activos, activa,
    activas, actif, actifs, actives, active in, posting in, writing in, still active in, still posting in, aktiv in,
    currently posting in, activos en, activas en, actifs en, actives en, noch aktiv in
""")
ACTIVE_ALONE: Final = folded_words(
    "active aktiv aktive aktiver aktiven activo activos activa activas actif actifs actives"
)
ACTIVE_DAYS: Final = 180
YEAR_DAYS: Final = 365

LANGUAGE: Final = Phrases("""
en: english, englisch, inglés, anglais
de: german, deutsch, alemán, allemand
es: spanish, spanisch, español, castellano, espagnol
fr: french, französisch, francés, français
it: italian, italienisch, italiano, italien
pt: portuguese, portugiesisch, portugués, portugais
nl: dutch, niederländisch, neerlandés, holandés, néerlandais
sv: swedish, schwedisch, sueco, suédois
pl: polish, polnisch, polaco, polonais
ja: japanese, japanisch, japonés, japonais
ca: catalan, katalanisch, catalán
tr: turkish, türkisch, turco, turc
""")
SPEAKING: Final = Phrases("""
en: english language, english speaking, anglophone, anglophones, angloparlantes, de habla inglesa, englischsprachig,
    englischsprachige, englischsprachigen, englischsprachiger, de langue anglaise, written in english
de: german language, german speaking, germanophone, germanophones, deutschsprachig, deutschsprachige, deutschsprachigen,
    deutschsprachiger, germanoparlantes, de habla alemana, de langue allemande, written in german
es: spanish language, spanish speaking, hispanophone, hispanophones, hispanohablante, hispanohablantes,
    de habla hispana,
    spanischsprachig, spanischsprachige, spanischsprachigen, spanischsprachiger, de langue espagnole, written in spanish
fr: french language, french speaking, francophone, francophones, francófono, francófonos, francófonas,
    de habla francesa,
    französischsprachig, französischsprachige, französischsprachigen, französischsprachiger, de langue française,
    written in french
it: italian language, italian speaking, italienischsprachige, italophones
pt: portuguese language, portuguese speaking, portugiesischsprachige, lusophones
nl: dutch language, dutch speaking, niederländischsprachige
""")
SPEAK_IN: Final = Phrases("""
in: in, auf, en, written in, posting in, writing in, who post in, who write in, who blog in, schreiben auf,
    que escriben en, que publican en, qui écrivent en, qui publient en
""")

PLATFORM: Final = Phrases("""
mastodon: mastodon
bluesky: bluesky, bsky
instagram: instagram, insta, ig
tiktok: tiktok, tik tok
youtube: youtube, yt
reddit: reddit
threads: threads
pixelfed: pixelfed
wordpress: wordpress
substack: substack
lemmy: lemmy
x: twitter, x
discourse: discourse
fediverse: fediverse, fediverso, the fediverse, im fediverse
""")
PLAIN_PLATFORMS: Final = folded_words("reddit substack bluesky instagram tiktok youtube pixelfed fediverse")
"""Platforms whose name is nothing else, so that it needs no "on" before it."""
CHANNELS: Final = Phrases("""
podcast: podcast, podcasts, podcaster, podcasters, podcasterinnen, pódcast, pódcasts
youtube: youtuber, youtubers, youtubeurs, youtubeuses
tiktok: tiktoker, tiktokers
instagram: instagrammer, instagrammers, instagrameurs, instagrammeurs, instagrameuses
reddit: redditors
newsletter: newsletter, newsletters, boletines, infolettres
forum: forum regulars, forum members, forum users, forum, forums, foren, foros, message boards
blog: only blogs, blogs only, just blogs, nur blogs, solo blogs, sólo blogs, seulement des blogs, uniquement des blogs
""")
"""Words for what is published that name a platform or a group of them."""
ON: Final = Phrases("""
not: not on, nicht auf, no en, pas sur, except on, außer auf
on: on, auf, en, sur, via, über, im, in
""")
PLATFORM_TOPICS: Final = folded_words("""marketing tips growth ads algorithm strategy captions reels filters thumbnails
    monetization analytics seo plugins
    themes development developers algorithmus werbung tipps publicidad consejos astuces publicité""")
"""What follows where the platform itself is the theme ("youtube thumbnails")."""

INCLUDE: Final = Phrases("""
organisation: including organisations, including organizations, including brands, including businesses, including shops,
    including restaurants, include organisations, include organizations, include brands, include shops,
    include restaurants, brands too, shops too, auch marken, auch läden, auch restaurants, incluidas marcas,
    también marcas, marques comprises, y compris les marques
aggregator: including aggregators, include aggregators, including collections, including curators
""")
"""Kinds that stand apart unless they are asked for."""

BUT_NOT: Final = Phrases("""
comma: not, nicht, kein, keine, no, pas
not: but not, but no, and not, aber nicht, aber kein, aber keine, pero no, pero sin, mais pas, mais pas de, mais sans
""")

NO_BRANDS: Final = Phrases("""
persons: no brands, not brands, no shops, no restaurants, no businesses, no companies, without brands, real people only,
    keine marken, keine firmen, keine läden, keine restaurants, ohne marken, nur privatpersonen
    que no sean marcas, no marcas, sin marcas, sin empresas, nada de marcas
    pas de marques, sans marques, sans entreprises, pas d'entreprises
""")
RUNNING: Final = folded_words(
    "run running runs runner runners race races racing laufen lauf correr carrera course courir"
)

RELATION: Final = Phrases("""
not: pas, not, not in, not from, not near, not around, but not, but not in, but not from, except, except for, except in,
    except from, excluding, outside, outside of, without, other than, and not, not the, but no, minus
    nicht, nicht in, nicht aus, aber nicht, aber nicht in, aber nicht aus, außer, außer in, außerhalb, außerhalb von,
    ohne
    no, no en, pero no, pero no en, pero no de, excepto, excepto en, salvo, salvo en, fuera de, menos, sin
    sauf, sauf à, sauf en, hors, hors de, hors d, en dehors de, pas à, pas de, mais pas, mais pas à, mais pas de, sans
near: within an hour of, an hour from, within driving distance of, a short drive from, eine stunde von, a una hora de,
    à une heure de, near, nearby, near to, around, round, close to, in the vicinity of, next to, not far from,
    just outside,
    on the outskirts of,
    in and around, surrounding
    rund um, in der nähe von, in der umgebung von, nahe, nahe bei, bei, um, unweit von, im umland von, im umkreis von,
    in und um
    cerca de, alrededor de, en los alrededores de, en torno a, junto a, en y alrededor de
    près de, près d, pres du, autour de, autour d, autour du, aux environs de, aux environs d, aux alentours de,
    proche de,
    à côté de, à et autour de, dans les environs de
in: in, based in, living in, located in, who live in, that live in, residing in,
    who actually live in, that actually live in, actually living in, who really live in, actually in, actually from,
    from, across, throughout, inside,
    all over,
    all around, within, out of, based out of, local to, native to, hailing from
    in the city of, city of, in the state of, state of, im, in, aus, aus dem, aus der, in ganz, in der, in den,
    aus den, großraum, im großraum, raum, im raum, aus dem raum,
    wohnhaft in, ansässig in
    en, en la, en el, desde, por, en toda, en todo, residentes en, que viven en, afincados en
    в, во, на, из, στην, στη, στο, في
    à, au, aux, dans, dans le, dans la, dans les, en, basés à, basé à, basée à, basées à, habitant à, qui vivent à,
    depuis
weakly: of, at, over, on, for, von, vom, für, de, del, du, des, d, de la, de los, de las, à la, sur, para
""")
"""Words before a place. ``weakly``: they stand before anything."""
ARTICLES: Final = folded_words("""
    the der dem den die das la el los las le les l us greater downtown central metropolitan metro city state
    region stadt ciudad ville north south east west inner outer northside southside side
""")
"""What may stand between a relation and its place."""
DIRECTIONS: Final = folded_words("north south east west inner outer northern southern eastern western")

AROUND_IT: Final = Phrases("""
area: based, coast, area, metro, metro area, metropolitan area, region, suburbs, states, state, metropolitan region,
    county,
    raum, gegend, region, city limits, based in, proper, bezirk, área, zona
near: and surroundings, and surrounding area, and surrounding areas, and around, und umgebung, und umland, umgebung,
    umland,
    and vicinity, y alrededores, y sus alrededores, y cercanías, et environs, et ses environs, et alentours, and beyond
""")
"""Words after a place."""
AND: Final = frozenset((",", "and", "or", "und", "oder", "y", "o", "e", "et", "ou", "/", "&", "+", "|", ";"))

LIKE: Final = Phrases("""
like: like, similar to, just like, such as, wie, ähnlich wie, ähnlich zu, im stil von, como, parecidos a,
    parecidas a, similares a,
    al estilo de, comme, similaires à, dans le style de, à la manière de
""")

MOSTLY_THINGS: Final = folded_words(
    """turkey jersey queens china guinea panama java cologne champagne burgundy bologna dijon madeira marsala
    limerick derby rugby cork split worms gouda edam parma modena corona essen part"""
)
"""Places whose name alone is rather a thing, unless a word of place comes before it."""

MOSTLY_PEOPLE: Final = folded_words(
    """david george mary martin taylor davis anderson ann anne lawrence clay moore barry warren nelson leo tyler logan
    brandon bryan frederick henderson rogers carson richardson gilbert garcia hayes lynn milton norton tracy chester kai
    nigel darwin castro chandler irving rodriguez brent hassan nikki alicia conway regina kendall hoover shelby
    rivera bowie
    alexandra buchanan edison newton adler moreno mandela napier jackson allen marion wilson clinton jefferson franklin
    parker grant ashley casey carmel gary norman nancy murphy kelly harris cooper miller carter wallace walker
    webster porter reed roy ray russell scott spencer stuart thomas vernon vincent marshall mason mitchell morgan
    montgomery pascal picasso gaspar tomas lopez gomez diaz cruz mercedes rosario guadalupe trinidad elizabeth victoria
    antony antonio bernardo lorena marta luisa carolina ivy amber wayne marina mao"""
)
"""Names of towns that are a person's at least as often ("david bowie"), unless a word of place comes before."""
NAMED_FOR: Final = Phrases("""
name: university of, universität, uni, universidad de, université de, université, bank of, battle of, siege of,
    treaty of,
    duke of, prince of, princess of, king of, queen of, earl of, merchant of, bishop of, archbishop of, tower of,
    history of, map of, flag of, song of, songs of, real housewives of, pirates of, gulf of,
    schlacht von, schlacht um, herzog von, universität zu, universidad autónoma de, batalla de, bataille de, duc de
""")
"""Words with which a place's name is a part of another name: it stays theme, and the place is offered."""

QUERY_LANGUAGE: Final = Phrases("""
de: aus, im, bei, rund um, für, und, über, wer, nicht, mit, der, die, das, den, dem, von, zum, suche, auf, oder,
    ohne, außer
es: cerca de, con, para, sobre, los, las, cuentas, que, quién, busco, y, del, el, en la, excepto, gente, mejores
fr: près de, près d, autour de, dans, du, des, aux, avec, sur, les, comptes, qui, et, chez, le, pour, sauf, une,
    meilleurs
""")
"""Words by which the language of a query shows; no word says English."""
LANGUAGE_COUNTRIES: Final = {
    "en": frozenset(("US", "GB", "CA", "AU", "IE", "NZ")),
    "de": frozenset(("DE", "AT", "CH")),
    "es": frozenset(("ES", "MX", "AR", "CO", "CL", "PE", "VE", "EC", "UY", "GT", "CU", "DO", "CR", "BO", "PY")),
    "fr": frozenset(("FR", "BE", "CH", "CA", "LU")),
}

DANGLING: Final = _words_as_written(
    """in near around from of at the for about on and or by with to a an who that are is based
    some any but like mais aber pero sind sont
    aus bei im um der die das und über uber für fur von mit auf zu zum den dem oder
    в во на из и στην στη στο في の で に と 的 在
    en de del sobre y la el los las con para o e à au dans et sur du des le les avec pour ou d l un une una"""
)
"""Function words that are cut from the edges of a theme; not folded, as "thé" is no "the"."""
