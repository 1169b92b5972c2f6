"""What a person sees of their query as understood: theme, places, conditions and the options that change them."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from rich.text import Text

from app.terminal import clean
from niche.overrides import PLATFORM_GROUPS
from search.results import PlaceAsked, QueryResult

_NAMED: Final = 4  # platforms that are listed; of more the number is told


def understood_lines(query: QueryResult) -> list[Text]:
    """The sentence "Looking for sushi in Boston, MA, US (within 45 km)", then the conditions and the notes."""
    lines = [_looking_for(query)]
    conditions = _conditions(query.filters)
    if conditions:
        lines.append(Text(f"  only: {'; '.join(conditions)}"))
    return lines + [Text(f"  note: {clean(note)}", style="yellow") for note in query.notes]


def _looking_for(query: QueryResult) -> Text:
    line = Text("Looking for ", style="bold")
    like = query.filters.get("like")
    line.append(clean(query.theme) or ("others" if like else "anybody"), style="bold cyan")
    if like:
        line.append(" like ", style="bold")
        line.append(clean(str(like)), style="bold cyan")
    for before, place in zip(("", *query.places), query.places, strict=False):
        comma = "," if before else ""
        relation = "not in" if place.relation == "not" else place.relation
        line.append(f"{comma} {relation} ", style="bold")
        line.append(clean(place.name) + _radius(place), style="bold cyan")
    return line


def _radius(place: PlaceAsked) -> str:
    if place.radius_km is None or place.relation == "not":
        return ""
    return f" (within {place.radius_km:g} km)" if place.radius_km else " (inside its border)"


def _conditions(filters: Mapping[str, Any]) -> list[str]:
    """What must hold, in words, with the option that says it otherwise."""
    told = [_size(filters.get("min_followers"), filters.get("max_followers"))]
    told += [say(filters[name]) for name, say in _WORDS.items() if name in filters]
    return [clean(words) for words in told if words]


def _size(low: int | None, high: int | None) -> str:
    if low is None and high is None:
        return ""
    if low is None:
        return f"at most {high:,} followers, where known (--max-followers)"
    if high is None:
        return f"at least {low:,} followers, where known (--min-followers)"
    return f"{low:,} to {high:,} followers, where known (--tier, --min-followers, --max-followers)"


def _platforms(names: tuple[str, ...]) -> str:
    group = next((group for group, members in PLATFORM_GROUPS.items() if set(members) == set(names)), "")
    listed = group or (f"{len(names)} platforms" if len(names) > _NAMED else " or ".join(names))
    return f"on {listed} (--platform)"


_WORDS: Final[dict[str, Callable[[Any], str]]] = {
    "active_within_days": lambda days: f"a post within {days} days (--active-within)",
    "platforms": _platforms,
    "languages": lambda codes: f"writing in {' or '.join(codes)} (--language)",
    "kinds": lambda kinds: f"kind {' or '.join(kinds)} (--kind)",
    "include": lambda kinds: f"{' and '.join(kinds)} ranked like people (--include)",
    "min_engagement": lambda share: f"at least {share:.1%} react, where that is shown (--min-engagement)",
    "mentions": lambda brands: f"a post names {' or '.join(brands)} (--mentions)",
    "no_mentions": lambda brands: f"no post names {' or '.join(brands)} (--no-mentions)",
    "excluded": lambda words: f"no {' or '.join(f'“{word}”' for word in words)} in the profile (--exclude)",
}
