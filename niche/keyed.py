"""Filters written as ``key:value`` or ``key>value`` in the query: known keys become options, unknown ones errors.

Only imported for a query that holds such a sign.
"""

import re
from dataclasses import replace
from typing import Any, Final

from niche import vocabulary as words
from niche.draft import Draft
from niche.errors import QueryError
from niche.model import PartKind
from niche.numbers import parse_count, parse_share
from niche.overrides import Overrides

_KEYED: Final = re.compile(
    r"""(?<!\S)(?P<minus>-)?(?P<key>[^\W\d_][\w-]*)(?P<sign>:|[<>]=?|(?<=\w)=)
    (?P<value>["“„](?P<quoted>[^"“”„\0]+)["“”]|[\w@+.][^\s"“„\0]*)""",
    re.VERBOSE,
)
_PLACES: Final = frozenset(("place", "location"))
_LISTS: Final = {
    "platform": "platforms", "lang": "languages", "language": "languages", "kind": "kinds", "include": "include",
    "exclude": "exclude", "mentions": "mentions",
}  # fmt: skip
_SINGLES: Final = {"tier": "tier", "near": "near", "like": "like"}
_NUMBERS: Final = {"active": "active_within_days", "radius": "radius_km"}
_KEYS: Final = (
    "active:DAYS", "engagement>RATE", "exclude:", "followers>N", "followers<N", "include:", "kind:", "lang:", "like:",
    "mentions:", "near:", "place:", "platform:", "radius:KM", "tier:",
)  # fmt: skip
_PART_KINDS: Final[dict[str, PartKind]] = {
    "places": "place", "not_places": "place", "near": "place", "radius_km": "place", "tier": "tier",
    "min_followers": "tier", "max_followers": "tier",
}  # fmt: skip
_OPTIONS: Final = {
    "platforms": "--platform", "languages": "--language", "places": "--place", "not_places": "--no-place",
    "kinds": "--kind", "include": "--include", "exclude": "--exclude", "tier": "--tier", "near": "--near",
    "mentions": "--mentions",
    "like": "--like", "active_within_days": "--active-within", "radius_km": "--radius",
    "min_followers": "--min-followers", "max_followers": "--max-followers", "min_engagement": "--min-engagement",
}  # fmt: skip


def take_keyed(draft: Draft, overrides: Overrides) -> Overrides:
    """``overrides`` with what the query says in this way; options given win over it. Raises QueryError."""
    said: dict[str, Any] = {}
    for found in list(_KEYED.finditer(draft.rest)):
        fields = _fields(found)
        for name, value in fields.items():
            said[name] = (*said.get(name, ()), *value) if isinstance(value, tuple) else value
        first = next(iter(fields))
        sign = "" if found["sign"] in (":", "=") else found["sign"]
        shown = f"{'not ' if found['minus'] else ''}{sign}{found['quoted'] or found['value']}"
        draft.add(found.start(), found.end(), _PART_KINDS.get(first, "filter"), shown, option=_OPTIONS[first])
    free = {name: value for name, value in said.items() if getattr(overrides, name) in (None, ())}
    return replace(overrides, **free)


def _fields(found: re.Match[str]) -> dict[str, Any]:
    """The fields of Overrides that one filter sets."""
    key, is_equal = found["key"].lower(), found["sign"] in (":", "=")
    value, written = (found["quoted"] or found["value"]).strip(), found.group()
    if found["minus"] and key in _PLACES:
        return {"not_places": (value,)}
    if found["minus"]:
        raise QueryError(f"{written!r}: only -place: can be turned round; leave out the minus sign")
    if key == "followers":
        return _followers(found["sign"], value, written)
    if key == "engagement":
        return _engagement(found["sign"], value, written)
    if is_equal and key in _PLACES:
        return {"places": (value,)}
    if is_equal and key in _LISTS:
        values = (one for one in value.lower().split(",") if one)
        return {_LISTS[key]: tuple(words.LANGUAGE.get(one, one) if key.startswith("lang") else one for one in values)}
    if is_equal and key in _SINGLES:
        return {_SINGLES[key]: value.lower() if key == "tier" else value}
    if is_equal and key in _NUMBERS:
        return _number(key, value, written)
    raise QueryError(
        f"{written!r}: no filter is called so; known are {', '.join(_KEYS)}; words to look for go in quotation marks"
    )


def _followers(sign: str, value: str, written: str) -> dict[str, Any]:
    low, dash, high = value.partition("-")
    least, most = parse_count(low), parse_count(high)
    if sign in (":", "=") and dash and least is not None and most is not None:
        return {"min_followers": least, "max_followers": most}
    if sign in (":", "=") or least is None or dash:
        raise QueryError(f"{written!r}: write followers>1k, followers<10k or followers:1k-10k")
    if sign[0] == ">":
        return {"min_followers": least if sign == ">=" else least + 1}
    return {"max_followers": least if sign == "<=" else max(0, least - 1)}


def _engagement(sign: str, value: str, written: str) -> dict[str, Any]:
    share = parse_share(value)
    if share is None or sign[0] == "<":
        raise QueryError(f"{written!r}: write the least rate, like engagement>2%")
    return {"min_engagement": share}


def _number(key: str, value: str, written: str) -> dict[str, Any]:
    digits = re.match(r"\d{1,6}", value)
    if digits is None:
        raise QueryError(f"{written!r}: write a number of {'days' if key == 'active' else 'kilometres'}, like {key}:90")
    return {_NUMBERS[key]: int(digits.group())}
