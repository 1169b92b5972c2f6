"""What one text of a creator says about where that creator lives: each naming of a place with role and tie.

What the sayings are worth, and how they add up, is in ``read.py``.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Final, Literal, NamedTuple

from places.cues import cue_after, cue_before
from places.gazetteer import Gazetteer, NamedPlace
from places.joined import in_joined_word
from places.location import as_state, flags, from_postal_codes, names_a_county, of_location
from places.mentions import Mention, find_mentions
from places.model import PlaceReason, PlaceText, Role
from places.words import WORD, is_person_name, jokes, name_key

Kind = Literal["location", "bio", "name", "handle", "link", "tag", "post_place", "post"]
Tie = Literal["new", "said", "local", "exact", "located", "bare"]
"""How a name is tied to its writer: "I moved to" (or away from), "I live in", a quarter or team of the town, with its
state or as a nickname, after a word of place ("in"), or only named."""

_TIES_OF_FORMER: Final[dict[str, Tie]] = {"gone": "new", "left": "said", "former": "located"}
_LIST_FROM: Final = 4  # as many towns in one text are a list ("NYC | LA | Miami | Paris | ...")
_LIST_SHARE: Final = 1.5  # of one naming, that all towns of a list have together
_MOST_CHARACTERS: Final = 700  # of a post
_VERY_BIG: Final = 400_000
_MOVE: Final = re.compile(r"[→➡⟶]|->|>>")
_INSIDE: Final = re.compile(r"\b(?:in|near|around|downtown|en|à) $", re.IGNORECASE)
_GOES_ON: Final = re.compile(r" [A-Z][a-z]|-?\w*\.[a-z]")
_LATER_FACTOR: Final = 0.5  # of the second place of a location ("Boston / Berlin", "BOS ✈ BER")
_CHANGED_FOR: Final = re.compile(
    r" (?:to|for|nach|a|por|à|pour)(?: the| sunny| rainy)? "
    r"|,? (?:and |und )?(?:now|jetzt|ahora|maintenant)(?: in| en| à)? ",
    re.IGNORECASE,
)
_CAME: Final = re.compile(
    r"\w+(?: \w+)?(?:an|er|ite|ese|eñ[oa]|ense|[ao]is)s? (?:living |based |exiled |lost )?(?:in|en|à) \w", re.IGNORECASE
)
"""A demonym that goes on with another place: "Bostonian in Berlin"."""
_QUOTED: Final = 60  # characters before and after a name
_JOINED: Final = frozenset({"handle", "tag", "link"})
_WITH_FLAGS: Final = ("location", "bio", "name")
_ROLE_WORDS: Final[dict[Role, str]] = {"home": "named", "visits": "visited", "former": "named as a former home"}
_KIND_WORDS: Final[dict[Kind, str]] = {
    "location": "the profile's location", "bio": "the bio", "name": "the name", "handle": "the handle",
    "link": "a link", "tag": "a hashtag", "post_place": "a post's place", "post": "a post",
}  # fmt: skip


class Evidence(NamedTuple):
    """One naming at ``[start, end)`` of ``source``. ``share`` in (0, 1]: the part of a full naming that it counts."""

    source: PlaceText
    tie: Tie
    role: Role
    readings: tuple[NamedPlace, ...]
    start: int
    end: int
    share: float = 1.0

    def reason(self) -> PlaceReason:
        """The naming in words, with what stands around it."""
        kind, text = self.source.kind, self.source.text
        if kind in _JOINED:
            return PlaceReason(f"{_KIND_WORDS[kind]} holds “{text[self.start : self.end]}”", text, self.source.url)
        quote = _around(text, self.start, self.end)
        named = f"“{text[self.start : self.end]}” {_ROLE_WORDS[self.role]} in {_KIND_WORDS[kind]}"
        return PlaceReason(named, quote, self.source.url)


def _around(text: str, start: int, end: int) -> str:
    """What stands about ``[start, end)``, in whole words on one line; a cut is marked with "…"."""
    first, last = max(0, start - _QUOTED), min(len(text), end + _QUOTED)
    if first:
        first = text.find(" ", first, start) + 1 or start
    if last < len(text):
        last = max(text.rfind(" ", end, last), end)
    return ("…" if first else "") + " ".join(text[first:last].split()) + ("…" if last < len(text) else "")


def evidence_of(text: PlaceText, gazetteer: Gazetteer) -> Iterable[Evidence]:
    """What one text says about places."""
    if text.kind not in _JOINED:
        return _said(text, gazetteer)
    found = in_joined_word(text.text, gazetteer)
    return [_inside(text, reading, written) for reading, written in found] if found else ()


def _inside(text: PlaceText, reading: NamedPlace, written: str) -> Evidence:
    """A place that is named inside a word."""
    start = max(0, text.text.lower().find(written))
    return Evidence(text, "bare", "home", (reading,), start, start + len(written))


def _said(text: PlaceText, gazetteer: Gazetteer) -> Iterator[Evidence]:
    """What the words of a text say."""
    body = text.text[:_MOST_CHARACTERS]
    if text.kind == "location" and name_key(body) in jokes():
        return
    mentions = _mentions(text.kind, body, gazetteer)
    if text.kind == "location":
        mentions = of_location(body, mentions) or list(from_postal_codes(body, gazetteer))
    if text.kind in _WITH_FLAGS:
        mentions += flags(body, gazetteer)
    share = 1.0 if text.kind == "post" else _share_of_each(mentions)
    role: Role = "home"
    tie: Tie = "bare"
    for at, mention in enumerate(mentions):
        weighed = _moved(body, mention) if text.kind == "location" else None
        weighed = weighed or _came_from(body, mentions[at - 1], mention, role, tie) or _weigh(text.kind, body, mention)
        if weighed is None:
            role, tie = "home", "bare"
            continue
        role, tie = weighed
        later = text.kind == "location" and at and role == "home" and not _MOVE.search(body, 0, mention.start)
        yield Evidence(
            text, tie, role, mention.readings, mention.start, mention.end, share * (_LATER_FACTOR if later else 1)
        )


def _mentions(kind: Kind, body: str, gazetteer: Gazetteer) -> list[Mention]:
    if kind in ("location", "post_place"):
        found = find_mentions(body, gazetteer, cased=False, codes=True)
    else:
        found = find_mentions(body, gazetteer, cased=True, small_towns=False)
    return found and [as_state(body, mention) for mention in found if not names_a_county(body, mention)]


def _share_of_each(mentions: list[Mention]) -> float:
    towns = {mention.readings[0].place.key for mention in mentions if mention.readings[0].place.kind == "city"}
    return 1.0 if len(towns) < _LIST_FROM else _LIST_SHARE / len(towns)


def _moved(body: str, mention: Mention) -> tuple[Role, Tie] | None:
    """What stands before an arrow is a former home: "Boston → Austin"."""
    return ("former", "said") if _MOVE.search(body, mention.end) else None


def _came_from(body: str, before: Mention, mention: Mention, role: Role, tie: Tie) -> tuple[Role, Tie] | None:
    """The second of two places where the first was given up for it: "moved from Boston to Lisbon"."""
    is_given_up = role == "former" and tie in ("said", "new") and before.end < mention.start
    return ("home", "new") if is_given_up and _CHANGED_FOR.fullmatch(body, before.end, mention.start) else None


def _weigh(kind: Kind, body: str, mention: Mention) -> tuple[Role, Tie] | None:
    """Role and tie of one naming, None where it is no evidence."""
    cue = cue_before(body, mention.start)
    if cue in _TIES_OF_FORMER:
        return "former", _TIES_OF_FORMER[cue]
    if cue == "visit":
        return "visits", "said"
    best = mention.readings[0]
    tie: Tie = "bare"
    if best.source == "local":
        tie = "local"
    elif mention.qualified or best.source == "nick":
        tie = "exact"
    if kind == "location" and cue_after(body, mention.end) == "former":  # "Boston born, Lisbon based"
        return "former", "located"
    if kind in ("location", "bio") and best.source == "nick" and _CAME.match(body, mention.start):
        return "former", "located"
    if kind in ("location", "post_place"):
        return ("home", tie) if mention.sure or tie != "bare" or _is_one_word(body) else None
    written = body[mention.start : mention.end]
    if kind == "name":
        is_place = tie != "bare" or _is_well_known(best)
        return ("home", tie) if is_place and mention.sure and not is_person_name(written) else None
    return _in_sentence(cue, tie, body, mention)


def _in_sentence(cue: str, tie: Tie, body: str, mention: Mention) -> tuple[Role, Tie] | None:
    """Role and tie in a bio or post, whose place the words after the name may settle."""
    after = cue_after(body, mention.end)
    if after == "visit":
        return "visits", "said"
    if after == "former" and cue not in ("home", "new"):
        return "former", "located"
    if "new" in (cue, after):
        return "home", "new"
    if cue == "home" or after == "home":
        return "home", "said"
    if tie != "bare":
        return "home", tie
    if not mention.sure or _begins_a_name(body, mention):
        return None
    is_person = is_person_name(body[mention.start : mention.end])
    if cue == "located":  # "from Clinton", "to Tyler" are people, "in Tyler" is a town
        return ("home", "located") if not is_person or _INSIDE.search(body[: mention.start]) else None
    return ("home", "bare") if _is_well_known(mention.readings[0]) and not is_person else None


def _is_one_word(body: str) -> bool:
    return len(WORD.findall(body)) == 1


def _is_well_known(reading: NamedPlace) -> bool:
    """Whether a word in a person's name is more likely a place than one more family name."""
    return reading.source in ("name", "script") and (
        reading.place.kind != "city" or reading.place.population >= _VERY_BIG
    )


def _begins_a_name(body: str, mention: Mention) -> bool:
    """Whether a bare name goes on in capitals ("Paris Hilton", "Arizona Cardinals") or as an address."""
    best = mention.readings[0]
    bare = best.place.kind in ("city", "state") and best.source == "name" and not mention.qualified
    return bare and _GOES_ON.match(body, mention.end) is not None
