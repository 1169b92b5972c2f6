"""How big somebody may be, in English, German, Spanish and French: words before whoever is sought, and said of them.

Only data, as in ``vocabulary``.
"""

from typing import Final

from niche.draft import Phrases
from niche.vocabulary import folded_words

SIZE: Final = Phrases("""
nano: nano, tiny, winzige, winzig, diminutas, minuscules
micro: micro, mikro, mikros
small: small, smaller, kleine, kleiner, kleinere, kleinen, kleines, pequeño, pequeños, pequeña, pequeñas, petit, petits,
    petite, petites, lesser known, little known, unbekannte, poco conocidos, poco conocidas, peu connus
mid: mid, mid tier, midtier, mid size, mid sized, medium sized, mittelgroße, medianos, medianas, moyens
big: big, bigger, large, larger, große, großer, größere, grandes, gros, grands
macro: macro, makro
mega: mega
""")
SIZE_SAID: Final = Phrases("""
nano: nano, tiny, winzig, winzige, winzigen, diminutos, diminutas, minuscules
micro: micro
small: small, smaller, little, klein, kleiner, kleine, kleinen, unbekannt, pequeño, pequeños, pequeña, pequeñas,
    petit, petits,
    petite, petites
big: big, bigger, large, larger, huge, massive, giant, enormous, famous, well known, popular, groß, größer, große,
    großen, riesig,
    riesige, riesigen, berühmt, berühmte, berühmten, bekannt, bekannte, bekannten, grande, grandes, famosos, famosas,
    conocidos,
    conocidas, populares, gros, grosse, grosses, grands, célèbres, connus, connues, populaires
mega: mega
""")
"""Sizes as they are said of somebody: "who are small", "not too famous"."""
HOW_MUCH: Final = folded_words("""too so very that really super overly quite rather all zu so sehr allzu ganz besonders
    richtig tan muy demasiado
    super trop si très tellement vraiment ultra""")
NOT_SO: Final = Phrases("""
not: not, isn t, aren t, is not, are not, not yet, no, never, neither, nicht, noch nicht, kein, keine, keinen,
    no sean, no son, no estén, sin
    ser, ne sont pas, ne soient pas, n est pas, pas, pas de
""")
WHO_ARE: Final = Phrases("""
somebody: who are, who is, who re, who, qui sont, qui soient, qui est
is: that are, which are, that is, are, is, que sean, que son, que sea, que es
who: that, which, die, der, que, qui, mais
""")
"""What stands between whoever is sought and a size. ``who`` alone needs a denial or a verb at the end; ``somebody`` is
said of people, so that whoever is sought need not stand right before it."""
BE: Final = folded_words("sind ist sein")
FOLLOWING: Final = Phrases("""
small: with a small following, with small followings, with a small audience, with small audiences, with few followers,
    with not many followers, without many followers, not many followers, few followers, small following, small audience,
    mit wenig followern, mit wenigen followern, mit kleiner reichweite, wenig follower, con pocos seguidores,
    con poca audiencia,
    avec peu d abonnés, peu d abonnés, avec une petite audience
big: with a big following, with a large following, with a huge following, with a large audience, with lots of followers,
    with many followers, lots of followers, large following, mit vielen followern, mit großer reichweite,
    viele follower,
    con muchos seguidores, avec beaucoup d abonnés, avec une grande audience
""")
NOT_A_SIZE: Final = folded_words("""
    batch space spaces business businesses town towns talk house houses home homes dog dogs plates boat boats
    engine engines scale press kitchen kitchens garden gardens farm farms apartment apartments breed breeds
    group groups living wonders things world animal animals pets fish cars label cap desk plants desserts reef
    tank tanks aquarium aquariums blocks technology tech particles painting brewery breweries brewing brews
    brew greens photography roasters roastery dosing mobility biology controllers controller economics camping
    adventures bakery bakeries fiction farming processors chips fotografie photographie fotografia nutrients
    counting lens lenses tracking meals wave waves city cities game sky data band bands cat cats foot screen
    horn bend sur ben island apple bear bass bus ten trees family families format hats bikes trucks sizes
    rivers century length atlantic west life range season week yachts church drone builds outdoors garten
    wohnung wohnungen hunde raume tiere brauereien kuche kuchen familien stadte kinder espacios jardines
    perros negocios huertos animales pisos empresas restaurantes familias ciudades dejeuner dejeuners pois
    four fours budget prix jardins espaces chiens restaurants commerces poids villes crus fashion style
    clothing outfits
""")
"""The word after a size word with which it makes something else ("small batch", "big wave"); folded."""
