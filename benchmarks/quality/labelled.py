"""What only a collection with ``labels.tsv`` can tell: places and themes apart, honest twins, fairness between sizes.

Labels (true homes, copies that were manipulated) and follower counts are read here for measuring; a ranker never sees
the first and never asks for the second.
"""

import csv
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import log2
from pathlib import Path
from typing import Final, NamedTuple

from app.evaluation import Run
from benchmarks.quality.judged import Opened
from benchmarks.quality.statistics import FEWEST, spearman
from indexer.creator_view import tier_of
from niche.model import Niche
from places.gazetteer import Gazetteer
from places.match import place_match
from places.model import Place, PlaceGuess, PlaceTarget

TEN: Final = 10
DEEP: Final = 20
FAIR_DEPTH: Final = 100  # ranks over which exposure is counted
NEARBY_KM: Final = 100.0  # homes so near to a town or metropolitan area asked for are judged relevant as well
LOOKED_UP_KM: Final = 30.0  # a home's name and coordinates may differ by this
FEWEST_WITH_COUNT: Final = 5  # relevant creators of known size that a rank correlation needs
INSIDE: Final = 3  # the grade of those who live where the query asks
READ_RIGHT: Final = 0.5  # share of them that the place as read must hold
SAME_NICHE: Final = 0.8  # share of a query's best creators that a query without a place must hold to ask the same niche

ByQuery = dict[str, float]


class Label(NamedTuple):
    """What was drawn for a creator."""

    home: str
    lat: float
    lon: float
    twin_of: str  # the honest creator of whom this is a manipulated copy; "" for everybody else


@dataclass(frozen=True, slots=True, kw_only=True)
class Labelled:
    """Labels and follower counts (None: not shown) by creator."""

    labels: Mapping[str, Label]
    followers: Mapping[str, int | None]


def read_labels(folder: Path) -> Labelled | None:
    """None where the collection has no labels."""
    file = folder / "labels.tsv"
    if not file.is_file():
        return None
    with file.open(encoding="utf-8", newline="") as rows:
        labels = {
            row["creator_id"]: Label(row["home"], float(row["lat"]), float(row["lon"]), row["manipulated_twin_of"])
            for row in csv.DictReader(rows, delimiter="\t", quoting=csv.QUOTE_NONE)
            if row["lat"]
        }
    with (folder / "creators.jsonl").open(encoding="utf-8") as lines:
        followers = {creator["id"]: creator.get("followers") for creator in map(json.loads, lines)}
    return Labelled(labels=labels, followers=followers)


def region_precision(opened: Opened, labelled: Labelled, run: Run) -> ByQuery:
    """Of the first min(10, relevant), the share that lives where the query asks; queries that name a place.

    The region is the place as read; where fewer than half of those judged to live inside do so, it was misread and
    the precision is 0.
    """
    homes: dict[str, Place] = {}
    found: ByQuery = {}
    for query, niche in opened.niches.items():
        relevant = opened.relevant[query]
        if not niche.places or not relevant:
            continue

        def is_inside(creator: str, niche: Niche = niche) -> bool:
            label = labelled.labels.get(creator)
            if label is None:
                return False
            home = homes.setdefault(creator, home_of(label, opened.gazetteer))
            return lives_inside(home, niche.places, opened.gazetteer)

        inside = [creator for creator in relevant if opened.judged.qrels[query][creator] == INSIDE]
        is_misread = bool(inside) and _share(inside, is_inside) < READ_RIGHT
        wanted = min(TEN, len(relevant))
        found[query] = 0.0 if is_misread else _share(_first(run, query, wanted), is_inside, wanted)
    return found


def home_of(label: Label, gazetteer: Gazetteer) -> Place:
    """The place of a label: of that name and near its coordinates, else just its coordinates."""
    guess = Place("g:0", label.home, "city", lat=label.lat, lon=label.lon)
    near = {town.key: town for town in gazetteer.towns_near(label.lat, label.lon, LOOKED_UP_KM)}
    named = [near[place.key] for place in gazetteer.lookup(label.home) if place.key in near]
    return named[0] if named else min(near.values(), key=lambda town: _square(town, guess), default=guess)


def _square(one: Place, other: Place) -> float:
    return (one.lat - other.lat) ** 2 + (one.lon - other.lon) ** 2


def lives_inside(home: Place, asked: Sequence[PlaceTarget], gazetteer: Gazetteer) -> bool:
    """Whether a home is where a query asks; around towns the judgements' 100 km count, states end at their border."""
    match = place_match((PlaceGuess(home, "home", 0.99),), asked, gazetteer)
    around = any(
        target.place.kind in ("city", "metro") or target.relation == "near"
        for target in asked
        if target.relation != "not"
    )
    nearby = around and match.distance_km is not None and match.distance_km <= NEARBY_KM
    excluded = [target for target in asked if target.relation == "not"]
    is_excluded = bool(excluded) and not place_match((PlaceGuess(home, "home", 0.99),), excluded, gazetteer).inside
    return (match.inside or nearby) and not is_excluded


def theme_precision(opened: Opened, run: Run) -> ByQuery:
    """Of the first min(10, relevant), the share that is of the niche, wherever they live.

    For queries with a place whose niche another query asks for without one: its relevant creators are the niche.
    """
    relevant = opened.relevant
    whole_niches = [
        relevant[query]
        for query, niche in opened.niches.items()
        if not niche.places and not _asks_for_a_size(niche) and relevant[query]
    ]
    found: ByQuery = {}
    for query, niche in opened.niches.items():
        best = {creator for creator in relevant[query] if opened.judged.qrels[query][creator] == INSIDE}
        if not niche.places or len(best) < FEWEST or not whole_niches:
            continue
        nearest = max(whole_niches, key=lambda people: len(best & people))
        if len(best & nearest) >= SAME_NICHE * len(best):
            wanted = min(TEN, len(relevant[query]))
            found[query] = _share(_first(run, query, wanted), (nearest | relevant[query]).__contains__, wanted)
    return found


def recall(opened: Opened, run: Run) -> ByQuery:
    """Recall among the first twenty (or as many as are relevant)."""
    return {
        query: len(people.intersection(_first(run, query, DEEP))) / min(DEEP, len(people))
        for query, people in opened.relevant.items()
        if people
    }


def honest_twin_first(labelled: Labelled, run: Run) -> ByQuery:
    """Of the manipulated accounts in the first twenty, the share whose honest twin stands above."""
    found: ByQuery = {}
    for query, ranked in run.items():
        rank = {creator: number for number, (creator, _) in enumerate(ranked)}
        twins = {
            creator: labelled.labels[creator].twin_of
            for creator in _first(run, query, DEEP)
            if creator in labelled.labels and labelled.labels[creator].twin_of
        }
        if twins:
            above = [rank.get(honest, len(rank)) < rank[fake] for fake, honest in twins.items()]
            found[query] = sum(above) / len(above)
    return found


class Exposure(NamedTuple):
    """Of one size of accounts: how many are relevant, and exposure over share, of queries with two sizes or more."""

    tier: str
    creators: int
    ratio: float


def exposure(opened: Opened, labelled: Labelled, run: Run) -> list[Exposure]:
    """How much of what relevant creators are seen (1 / log2(1 + rank), first hundred) each size gets for its share."""
    seen: dict[str, float] = {}
    owed: dict[str, float] = {}
    people: dict[str, set[str]] = {}
    for query, relevant in _without_sizes(opened):
        tiers = {creator: _tier(labelled.followers.get(creator)) for creator in relevant}
        got = {
            creator: 1 / log2(1 + rank)
            for rank, creator in enumerate(_first(run, query, FAIR_DEPTH), 1)
            if creator in relevant
        }
        if len(set(tiers.values())) < 2 or not got:
            continue
        for creator, tier in tiers.items():
            people.setdefault(tier, set()).add(creator)
            owed[tier] = owed.get(tier, 0.0) + 1 / len(relevant)
            seen[tier] = seen.get(tier, 0.0) + got.get(creator, 0.0) / sum(got.values())
    return [Exposure(tier, len(people[tier]), seen[tier] / owed[tier]) for tier in sorted(people)]


def follower_correlation(opened: Opened, labelled: Labelled, run: Run) -> ByQuery:
    """Spearman's correlation of rank and followers among the relevant; above 0: large accounts stand lower."""
    found: ByQuery = {}
    for query, relevant in _without_sizes(opened):
        ranked = [c for c in _first(run, query, None) if c in relevant and labelled.followers.get(c) is not None]
        counts = [labelled.followers[creator] or 0 for creator in ranked]
        if len(ranked) >= FEWEST_WITH_COUNT and len(set(counts)) > 1:
            found[query] = spearman(range(len(ranked)), counts)
    return found


def _without_sizes(opened: Opened) -> Iterator[tuple[str, frozenset[str]]]:
    """Queries that ask for no size, since one that does means to prefer it."""
    for query, relevant in opened.relevant.items():
        if relevant and not _asks_for_a_size(opened.niches[query]):
            yield query, relevant


def _asks_for_a_size(niche: Niche) -> bool:
    return niche.filters.min_followers is not None or niche.filters.max_followers is not None


def _tier(followers: int | None) -> str:
    tier = tier_of(followers)
    return "not shown" if tier is None else tier.name


def _first(run: Run, query: str, depth: int | None) -> list[str]:
    return [creator for creator, _ in run.get(query, [])[:depth]]


def _share(creators: Sequence[str], is_so: Callable[[str], bool], of: int | None = None) -> float:
    wanted = len(creators) if of is None else of
    return sum(map(is_so, creators)) / wanted if wanted else 0.0
