"""The query as understood, as chips: each can be taken away, said otherwise, or typed anew; each is a plain link."""

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple
from urllib.parse import urlencode

from search.results import Answer, PartAsked
from server import display_names

KINDS: Final = {"theme": "about", "place": "where", "tier": "size", "filter": "only"}
NAMES: Final = {
    "place": "where",
    "radius": "within km",
    "near": "near",
    "tier": "size",
    "min_followers": "followers from",
    "max_followers": "followers to",
    "min_engagement": "reactions from",
    "platform": "on",
    "kind": "kind",
    "include": "with",
    "exclude": "without",
    "mentions": "names",
    "no_mentions": "does not name",
    "language": "in",
    "active_within": "days since a post",
    "like": "like",
    "no_place": "anywhere",
    "min_confidence": "fit from",
}
FACETS: Final = {"platform": "platform", "tier": "tier", "kind": "kind", "language": "language", "place": "place"}
_SHOWN: Final = 6  # of a facet; the form has them all
Params = Mapping[str, Any]


class Link(NamedTuple):
    """Words and where they lead."""

    text: str
    url: str
    creators: int | None = None


class Chip(NamedTuple):
    """One condition. ``start``/``end`` are of the query where the words stand there; -1: it is a filter."""

    kind: str
    text: str
    without: str
    instead: tuple[Link, ...] = ()
    start: int = -1
    end: int = -1


def search_url(params: Params, **changes: Any) -> str:
    """The address of a search with these parameters; None takes one away."""
    merged = {**params, **changes}
    merged = {name: value for name, value in merged.items() if value not in (None, "", [], False)}
    return "/search?" + urlencode(merged, doseq=True)


def chips(answer: Answer, params: Params) -> list[Chip]:
    """What was understood, in the order typed, then the filters."""
    query = str(params.get("q", ""))
    told = [_of_query(part, query, params) for part in answer.query.parts]
    return told + [
        Chip(NAMES[name], _shown(name, value), search_url(params, **{name: None, "cursor": None}))
        for name, value in params.items()
        if name in NAMES and value not in (None, "", [], False)
    ]


def facet_links(answer: Answer, params: Params) -> list[tuple[str, list[Link]]]:
    """Filters with the number of creators that each leaves."""
    told = []
    for facet, counts in answer.facets.items():
        name = FACETS[facet]
        links = [
            Link(
                display_names.shown(name, value),
                search_url(params, **{name: value if name == "tier" else [value], "cursor": None}),
                count,
            )
            for value, count in counts.items()
            if value not in ("unknown", "starting")
        ]
        if len(links) > 1 and not params.get(name):
            told.append((NAMES[name], links[:_SHOWN]))
    return told


def replaced(query: str, start: int, end: int, text: str) -> str:
    """The query with other words in place of a stretch."""
    if not 0 <= start <= end <= len(query):
        return query
    return " ".join(f"{query[:start]} {text} {query[end:]}".split())


def _of_query(part: PartAsked, query: str, params: Params) -> Chip:
    option = part.option.removeprefix("--").replace("-", "_")
    instead: Sequence[Link] = ()
    if option in NAMES:
        instead = [
            Link(value, search_url(params, **{option: value if option == "tier" else [value], "cursor": None}))
            for value in part.alternatives[:5]
        ]
    without = search_url(params, q=replaced(query, part.start, part.end, ""), cursor=None)
    said = f"{part.text} → {part.value}" if part.value and part.value.lower() != part.text.lower() else part.text
    return Chip(KINDS.get(part.kind, part.kind), said, without, tuple(instead), part.start, part.end)


def _shown(name: str, value: Any) -> str:
    values = value if isinstance(value, list) else [value]
    return ", ".join("yes" if each is True else display_names.shown(name, str(each)) for each in values)
