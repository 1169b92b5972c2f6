"""The words of the invented web: names, bios and posts of the niche, of its shy members, of decoys and of others."""

from random import Random
from typing import Final

NICHE_WORDS: Final = (
    "sourdough", "sauerteig", "levain", "masamadre", "masa madre", "massa mae", "lievito", "zuurdesem", "bread", "brot",
    "pain ", "crumb", "loaf", "loaves", "dough", "baker", "baking", "starter", "ferment", "banneton", "hydration",
    "flour",
)  # fmt: skip
"""What would give a creator away in an address or anchor."""
NICHE_NAMES: Final = ("sourdough", "bread", "levain", "brot", "crumb")
DESCRIPTIONS: Final = (
    "her sourdough notes",
    "a good loaf",
    "bread worth reading",
    "on open crumb",
    "the starter story",
)
TOPICS: Final = (
    "gardening", "chess", "cycling", "tax law", "football", "knitting", "photography", "railways", "birds", "guitars",
    "old cars", "hiking", "jazz", "board games", "astronomy", "sailing",
)  # fmt: skip
FIRST: Final = (
    "north", "quiet", "amber", "little", "old", "river", "blue", "paper", "stone", "green", "late", "copper", "wild",
    "second", "winter", "harbour", "hollow", "silver", "crooked", "slow",
)  # fmt: skip
SECOND: Final = (
    "house", "lane", "kettle", "notes", "door", "table", "fox", "window", "lamp", "street", "hill", "corner", "yard",
    "ledger", "bridge", "attic", "mile", "orchard", "morning", "spoon",
)  # fmt: skip
ABOUT: Final = (
    "Long ferments, a stubborn sourdough starter, and loaves that mostly rise.",
    "Sauerteig, Geduld und ein alter Ofen.",
    "Pain au levain, farine du coin, four à bois.",
    "Masa madre en casa, harina y paciencia.",
    "Wild yeast bread from a small kitchen.",
)
SHY: Final = ("Flour, water, salt, and a lot of waiting.", "Notes from a warm kitchen.", "Sunday experiments.")
POSTS: Final = (
    "My sourdough starter doubled in four hours, so I shaped two loaves and baked at noon.",
    "An open crumb at last: eighty percent hydration and a colder proof for this sourdough.",
    "Der Sauerteig war heute langsam, das Brot dafür umso besser.",
    "Le levain est réveillé, la pâte attend au frais jusqu'à demain.",
    "La masa madre burbujea; mañana hay pan casero.",
    "Sourdough discard crackers, because throwing it away hurts.",
    "Bread baking with rye again: sticky, sour, worth it.",
)
SHY_POSTS: Final = (
    "Bulk fermentation took nine hours today; the crumb is tight but the ear is proud.",
    "Proofing overnight, scoring at dawn, an oven spring that surprised me.",
    "The levain smells of apples and the banneton needs more rice flour.",
    "Autolyse first, then folds every half hour; the crumb opened up.",
)
LIFE: Final = (
    "The neighbours painted their fence and it rained all afternoon.",
    "A train was late, so I read half a novel on the platform.",
    "We walked to the market and came home with far too many pears.",
)
DECOY: Final = (
    "The sourdough miners of the gold rush had their own songs, and we play them on Friday.",
    "Our agency is called after bread; what we do is invoices.",
)
IN_PASSING: Final = (
    "We had toast from a friend's sourdough, and then the train left.",
    "Somebody brought a loaf to the meeting; I must ask for the recipe.",
)
"""What the neighbours of the niche say of it."""
OTHER: Final = (
    "Three lessons on {topic} that I wish somebody had told me.",
    "This week in {topic}: a meeting, a quarrel, a small triumph.",
    "Why {topic} is harder than it looks, with notes from the weekend.",
    "Somebody asked how I began with {topic}; here is the long answer.",
)


def names_niche(text: str) -> bool:
    """Whether a word of the niche stands in a text, by itself or inside another."""
    return any(word in f"{text} ".lower() for word in NICHE_WORDS)


def bio_of(key: str, topic: str, *, relevant: bool, shy: bool) -> str:
    """A quarter of the relevant do not say in their bios what they are about, and none of the shy."""
    chance = Random(f"{key} bio")
    if relevant:
        return chance.choice(SHY if shy or chance.random() < 0.25 else ABOUT)
    return f"Mostly {topic}, sometimes other things."


def texts_of(key: str, topic: str, count: int, *, relevant: bool, shy: bool, decoy: bool, neighbour: bool) -> list[str]:
    """What a creator writes: three texts in ten about life, one by a decoy or a neighbour with the niche's word."""
    chance = Random(f"{key} texts")
    own = (SHY_POSTS if shy else POSTS) if relevant else tuple(text.format(topic=topic) for text in OTHER)
    written = [chance.choice(LIFE if chance.random() < 0.3 else own) for _ in range(count)]
    if relevant:
        written[0] = chance.choice(own)
    elif decoy:
        written[0] = chance.choice(DECOY)
    elif neighbour:
        written[-1] = chance.choice(IN_PASSING)
    return [f"{text} Note {at}." for at, text in enumerate(written)]
