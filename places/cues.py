"""The words around a place name that say what it is to the writer: home, a visit, a former home, or just a topic."""

import re
from typing import Final, Literal

Cue = Literal["home", "visit", "former", "located", "none"]

_WINDOW: Final = 34  # characters before the name


def _after(phrases: str, fillers: str) -> re.Pattern[str]:
    """A pattern for one of ``phrases`` (regular expressions, comma-separated) right before a name."""
    listed = "|".join(phrase.strip() for phrase in phrases.split(",") if phrase.strip())
    return re.compile(rf"(?<!\w)(?:{listed})[\s:-]*(?:{fillers})?$", re.IGNORECASE)


_FORMER: Final = _after(
    """
    moved (?:away )?from, born(?: and raised)? in, raised in, grew up in, growing up in, formerly(?: of| in| from)?,
    former, previously(?: in| of)?, ex, used to live in, lived in, originally(?: from)?, left, years in, back in my,
    relocated from, via, by way of, native of, aufgewachsen in, geboren in, früher(?: in)?, nacid[oa] en, antes en,
    crecí en, née? à,
    ancien(?:nement)? à
    """,
    "the ",
)
_HOME: Final = _after(
    """
    based(?: in| out of)?, living in, live in, lives in, i live (?:in|near), (?:now|currently)(?: in| at| living in)?,
    moved to, relocated to, home is, home base, at home in, my city, resident of, residing in, here in, around here in,
    wohne in, wohnhaft in, lebe in, lebt in, zuhause in, vivo en, vive en, radicad[oa] en, basad[oa] en, habite à,
    basée? à, proudly, 📍, 🏠, 🏡
    """,
    "sunny |rainy |beautiful |downtown |the ",
)
_VISIT: Final = _after(
    """
    trip to, visit(?:ing|ed)?(?: to)?, vacation(?:ing)? in, holidays? in, weekend in, flew (?:in)?to, flying to,
    flight to, travel(?:l?ing|led)? to, days in, hours in, week in, passing through, layover in, stopover in,
    on the road (?:to|in), tourist in, honeymoon in, conference in, first time in, back from, greetings from,
    postcard from,
    drove (?:down |up |out |over )?to, road trip to, urlaub in, reise nach, zu besuch in, viaje a, de visita en,
    vacaciones en, de paso por, voyage à, vacances à, séjour à, en visite à, wish i was in, dreaming of, next stop,
    heading to, off to, miss(?:ing)?
    """,
    "the ",
)
_LOCATED: Final = _after(
    """
    in, at, around, near, across, from, of, all over, throughout, downtown, outside, through, to, im, in der, bei,
    rund um, en, por, cerca de, à, dans, près de, du, de, del, aus, nach, 📍
    """,
    "the |la |el |le |der ",
)


def cue_before(text: str, start: int) -> Cue:
    """What the words right before position ``start`` say."""
    before = text[max(0, start - _WINDOW) : start]
    if _FORMER.search(before) or before.endswith(("ex-", "Ex-")):
        return "former"
    if _VISIT.search(before):
        return "visit"
    if _HOME.search(before):
        return "home"
    return "located" if _LOCATED.search(before) else "none"
