"""What the words around a name leave of it: in "Oracle Corporation, Belmont, CA" only Belmont is a place."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from places.cues import cue_before
from places.gazetteer import Gazetteer, NamedPlace
from places.mentions import Mention
from places.postal import postal_codes
from places.words import is_person_name

_BIG: Final = 100_000  # people; a smaller town inside a longer name is mostly a firm's or a school's
_STATE_BEFORE: Final = re.compile(
    r"\b(?:(?:u|univ|univ\.|university|state) of"
    r"|(?:north|south|east|west)(?:ern)?|central|rural|upstate|small[ -]town) $",
    re.IGNORECASE,
)
_STATE_AFTER: Final = re.compile(r" (?:state|tech)\b", re.IGNORECASE)
_BEFORE: Final = 16  # characters that may be looked at before a name
_COUNTY_AFTER: Final = re.compile(r" (?:County\b|Co\.)", re.IGNORECASE)
_OWN_COUNTY: Final = 400_000  # people of a town that is most of the county with its name
_FLAG: Final = re.compile("[\U0001f1e6-\U0001f1ff]{2}")
_FLAG_LETTERS: Final = 0x1F1E6 - ord("A")
_AREA_AFTER: Final = re.compile(r" (?:metro|area|region|suburbs?|county|city)\b", re.IGNORECASE)


def as_state(body: str, mention: Mention) -> Mention:
    """The state in "University of Washington", "rural Washington", "Washington State", not its namesakes."""
    states = tuple([reading for reading in mention.readings if reading.place.kind == "state"])
    if not states or mention.qualified:
        return mention
    is_state = _STATE_BEFORE.search(body[max(0, mention.start - _BEFORE) : mention.start]) or _STATE_AFTER.match(
        body, mention.name_end
    )
    return mention._replace(readings=states) if is_state else mention


def names_a_county(body: str, mention: Mention) -> bool:
    """Whether a town's name goes on as a county's, which mostly lies elsewhere: not Suffolk, Virginia."""
    place = mention.readings[0].place
    town = place.kind == "city" and place.population < _OWN_COUNTY and mention.readings[0].source == "name"
    return town and not mention.qualified and _COUNTY_AFTER.match(body, mention.name_end) is not None


def from_postal_codes(body: str, gazetteer: Gazetteer) -> Iterator[Mention]:
    """The places of postal codes in a location that names nothing else: "94110", "London is SE15"."""
    for code in postal_codes(body, gazetteer):
        is_district = code.weak and code.readings[0].place.country == "GB" and body[code.start : code.end].isupper()
        if code.sure or not code.weak or is_district:
            yield Mention(code.start, code.end, code.end, code.readings, True)


def flags(body: str, gazetteer: Gazetteer) -> list[Mention]:
    """The countries whose flags stand in a text; several say rather what somebody speaks or likes."""
    if body.isascii():
        return []
    found = list(_FLAG.finditer(body))
    if len({flag.group() for flag in found}) != 1:
        return []
    key = "c:" + "".join(chr(ord(letter) - _FLAG_LETTERS) for letter in found[0].group())
    country = gazetteer.get(key)
    if country is None:
        return []
    reading = NamedPlace(country, max(1.0, country.population), "nick")
    return [Mention(*found[0].span(), found[0].end(), (reading,), True)]


def of_location(body: str, mentions: Sequence[Mention]) -> list[Mention]:
    """The mentions of a profile's location that are places there, and not parts of the names of firms and schools."""
    settled = any(mention.qualified for mention in mentions)
    return [mention for mention in mentions if not _is_part_of_a_name(body, mention, settled=settled)]


def _is_part_of_a_name(body: str, mention: Mention, *, settled: bool) -> bool:
    """Whether a bare name is a part of something else; ``settled``: another one stands with its state or country."""
    best = mention.readings[0]
    if mention.qualified or best.source in ("nick", "local") or best.place.kind in ("state", "region", "metro"):
        return False
    if best.place.kind == "country":
        return settled and best.source == "code"
    if _fills_its_part(body, mention) or cue_before(body, mention.start) != "none":
        return False
    return settled or best.place.population < _BIG or is_person_name(body[mention.start : mention.end])


def _fills_its_part(body: str, mention: Mention) -> bool:
    before, after = body[: mention.start], body[mention.end :]
    return _AREA_AFTER.match(after) is not None or (_ends(before[::-1]) and _ends(after))


def _ends(around: str) -> bool:
    """Whether the text next to a name, read away from it, begins with something that parts it from other words."""
    next_to = around.lstrip()
    if not next_to or next_to[0].isdigit():  # "75011 Paris", "Paris 11e"
        return True
    return not next_to[0].isalnum() and (next_to[0] not in "-&'@" or next_to != around)
