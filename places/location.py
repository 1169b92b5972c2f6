"""What the words around a name leave of it: in "Oracle Corporation, Belmont, CA" only Belmont is a place."""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from places.cues import cue_before
from places.mentions import Mention
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
_AREA_AFTER: Final = re.compile(r" (?:metro|area|region|suburbs?|county|city)\b", re.IGNORECASE)


def as_state(body: str, mention: Mention) -> Mention:
    """The state in "University of Washington", "rural Washington", "Washington State", not its namesakes."""
    if mention.qualified or not (
        _STATE_BEFORE.search(body[max(0, mention.start - _BEFORE) : mention.start])
        or _STATE_AFTER.match(body, mention.name_end)
    ):
        return mention
    states = tuple(reading for reading in mention.readings if reading.place.kind == "state")
    return replace(mention, readings=states) if states else mention


def names_a_county(body: str, mention: Mention) -> bool:
    """Whether a town's name goes on as a county's, which mostly lies elsewhere: not Suffolk, Virginia."""
    place = mention.readings[0].place
    town = place.kind == "city" and place.population < _OWN_COUNTY and mention.readings[0].source == "name"
    return town and not mention.qualified and _COUNTY_AFTER.match(body, mention.name_end) is not None


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
    if not next_to:
        return True
    return not next_to[0].isalnum() and (next_to[0] not in "-&'@" or next_to != around)
