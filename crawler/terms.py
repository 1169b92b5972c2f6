"""A niche in the words that a person would search with: hashtags, phrases, forum queries, the local ones first."""

from collections.abc import Iterable, Sequence
from itertools import chain, zip_longest
from typing import Final

from crawler.sources.base import PlanTerms
from niche.model import Niche
from places.gazetteer import Gazetteer
from places.model import Place, PlaceTarget
from text.stopwords import is_stopword
from text.tokens import tokenize

_MOST_TOWNS: Final = 8
_MOST_HASHTAGS: Final = 16
_MOST_PHRASES: Final = 12
_MOST_FORUM_QUERIES: Final = 6
_MOST_COUNTRIES: Final = 3
_SHORT_NAMES: Final = {
    "New York City": ("nyc", "new york"), "Los Angeles": ("la", "los angeles"),
    "Philadelphia": ("philly", "philadelphia"),
    "Washington": ("dc", "washington dc"), "San Francisco": ("sf", "san francisco"), "Köln": ("koeln", "cologne"),
    "Mexico City": ("cdmx", "mexico city"), "Munich": ("münchen", "munich"), "Vienna": ("wien", "vienna"),
}  # fmt: skip
"""What people write in hashtags and in phrases, where it is not the town's name."""
_REGION_TAGS: Final = {
    "US East Coast": "east coast", "US West Coast": "west coast", "US Gulf Coast": "gulf coast",
    "Pacific Northwest": "pnw",
    "Southern California": "socal", "Northern California": "norcal", "San Francisco Bay Area": "bay area",
    "Washington metropolitan area (DMV)": "dmv", "New York tri-state area": "tri state",
    "New York metropolitan area": "nyc", "Northeastern US": "northeast", "Southeastern US": "southeast",
    "Southwestern US": "southwest", "Southern US": "south", "United States": "usa", "United Kingdom": "uk",
}  # fmt: skip
"""The short form of regions whose full name nobody types."""
_FORMS: Final = {
    "en": ("{place} {theme} blogs", "{theme} blog {place}"),
    "de": ("{theme} Blog {place}", "{theme} {place} Blogger"),
    "es": ("blog de {theme} {place}", "{theme} {place} blog"),
    "fr": ("blog {theme} {place}", "{theme} {place} blog"),
}
_ENGLISH: Final = "en"
_SAYS_NOTHING: Final = frozenset(["lovers", "lover", "nerds", "fans", "enthusiasts", "makers", "artists", "people"])


def plan_terms(niche: Niche, gazetteer: Gazetteer) -> PlanTerms:
    """Hashtags, phrases and forum queries: theme with region, theme with its biggest towns, theme alone.

    Names written in tags go before or after the theme as people do (#nycsushi, #sushiboston).
    """
    theme = _bare(niche.theme)
    areas = [_short(target.place) for target in niche.wanted_places]
    towns = _towns(niche.wanted_places, gazetteer)
    language = niche.filters.languages[0] if niche.filters.languages else None
    return PlanTerms(
        theme=theme,
        hashtags=_hashtags(theme, areas, towns),
        phrases=_phrases(theme, areas, towns, language),
        forum_queries=_forum_queries(theme, areas, towns),
        language=language,
        countries=_countries(niche.wanted_places, gazetteer),
    )


def _bare(theme: str) -> str:
    """The theme without "#", "@" and quotation marks."""
    return " ".join(theme.replace("#", " ").replace("@", " ").replace('"', " ").split())


def _towns(targets: Sequence[PlaceTarget], gazetteer: Gazetteer) -> list[Place]:
    """The biggest towns of each place, in turn; a town asked for is its own."""
    each = [
        (target.place,) if target.place.kind == "city" else gazetteer.biggest_towns(target.keys, _MOST_TOWNS)
        for target in targets
    ]
    taken = (town for town in chain.from_iterable(zip_longest(*each)) if town is not None)
    return list({town.key: town for town in taken}.values())[: 2 * _MOST_TOWNS]


def _short(place: Place) -> str:
    name = _REGION_TAGS.get(place.name, place.name)
    return name.removeprefix("the ").removesuffix(" metropolitan area")


def _tag_name(town: Place) -> str:
    return _SHORT_NAMES[town.name][0] if town.name in _SHORT_NAMES else town.name


def _phrase_name(town: Place) -> str:
    return _SHORT_NAMES[town.name][1] if town.name in _SHORT_NAMES else town.name


def _hashtags(theme: str, areas: Sequence[str], towns: Sequence[Place]) -> tuple[str, ...]:
    words = [word for word in tokenize(theme) if not is_stopword(word)] or tokenize(theme)
    joined = "".join(words)
    locals_ = [_join(area) for area in areas] + [_join(_tag_name(town)) for town in towns]
    if not joined:
        return _distinct(locals_, _MOST_HASHTAGS)
    before = [f"{place}{joined}" for place in locals_]
    after = [f"{joined}{place}" for place in locals_[:3]]
    single = [word for word in words if word not in _SAYS_NOTHING] if 1 < len(words) < 4 else []
    head = [*before[:1], joined, *before[1:]]
    return _distinct([*head, *after, *(word for word in single if len(word) > 4)], _MOST_HASHTAGS)


def _join(name: str) -> str:
    return "".join(tokenize(name))


def _phrases(theme: str, areas: Sequence[str], towns: Sequence[Place], language: str | None) -> tuple[str, ...]:
    names = [*areas, *(_phrase_name(town) for town in towns)] or [""]
    forms = _FORMS.get(language or _ENGLISH, _FORMS[_ENGLISH])
    asked = [form.format(place=name, theme=theme) for form in forms for name in names]
    return _distinct((" ".join(phrase.split()) for phrase in asked), _MOST_PHRASES)


def _forum_queries(theme: str, areas: Sequence[str], towns: Sequence[Place]) -> tuple[str, ...]:
    names = [*areas, *(_phrase_name(town) for town in towns)]
    queries = [theme, *(f"{theme} {name}".strip() for name in names)]
    return _distinct(queries, _MOST_FORUM_QUERIES)


def _countries(targets: Sequence[PlaceTarget], gazetteer: Gazetteer) -> tuple[str, ...]:
    """ISO codes of the countries of the wanted places, a region's taken from its parts."""
    found: list[str] = []
    for target in targets:
        if target.place.country:
            found.append(target.place.country)
            continue
        parts = (gazetteer.get(key) for key in sorted(target.keys))
        found.extend(part.country for part in parts if part is not None and part.country)
    return _distinct(found, _MOST_COUNTRIES, fold_case=False)


def _distinct(values: Iterable[str], most: int, *, fold_case: bool = True) -> tuple[str, ...]:
    kept: dict[str, str] = {}
    for value in values:
        if value and len(value) <= 120:
            kept.setdefault(value.casefold() if fold_case else value, value)
    return tuple(kept.values())[:most]
