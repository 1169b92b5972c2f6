"""How well places are read: homes against labels, states against what the location says, speed.

python -m benchmarks.places FOLDER [--misses N] [--sample N]

FOLDER holds ``creators.jsonl`` and ``posts.jsonl`` (docs: collections) and perhaps ``labels.tsv`` with the columns
creator_id, kind, home, admin1 (as in GeoNames), country, lat, lon, moved_from. Without labels only the rule "a location
with the name of a US state or with its postal code after a comma lies in that state" is checked; ``--sample`` prints
locations with what was read, to be judged by hand.

A home is *decided* when its confidence is at least one half. *state or town* is right when the state is, or when the
town lies within 45 km or the area around it holds the home.
"""

import argparse
import csv
import json
import random
import re
import sys
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from places.gazetteer import Gazetteer, open_gazetteer
from places.geo import distance_km
from places.model import Place, PlaceGuess, PlaceText
from places.read import read_places

_POSTS = 30  # newest posts read, as indexer.documents does
_NEAR_KM = 45.0
_BINS = 10
_DECIDED = 0.5
_Texts = Mapping[str, list[PlaceText]]


@dataclass(frozen=True, slots=True)
class Home:
    """Where a creator lives, as labelled, and what kind of account it is."""

    kind: str
    moved: bool
    name: str
    state: str  # a: key
    country: str  # c: key
    lat: float
    lon: float


@dataclass(frozen=True, slots=True)
class Judged:
    """The surest home of a creator against the label; ``confidence`` 0 where nothing was read."""

    creator: str
    home: Home
    confidence: float
    country: bool
    state: bool
    town: bool  # within 45 km

    @property
    def local(self) -> bool:
        """Whether state or town is right."""
        return self.state or self.town


def main(folder: Path, misses: int, sample: int) -> int:
    texts = texts_of(folder)
    with open_gazetteer() as gazetteer:
        started = time.process_time()
        read = {creator: _homes(read_places(each, gazetteer)) for creator, each in texts.items()}
        seconds = time.process_time() - started
        print(f"{len(texts)} creators, {len(texts) / seconds:.0f} creators/s")
        _report_states(texts, read, gazetteer, misses)
        labels = folder / "labels.tsv"
        if labels.exists():
            judged = [_judge(creator, home, read, gazetteer) for creator, home in _labels_of(labels).items()]
            _report_homes(judged)
            _print_misses(judged, read, texts, misses)
        _print_sample(texts, read, sample)
    return 0


def texts_of(folder: Path) -> _Texts:
    """The texts of each creator in the order in which the index build passes them."""
    texts: dict[str, list[PlaceText]] = {}
    for row in _rows(folder / "creators.jsonl"):
        own = [PlaceText(kind=kind, text=row.get(kind) or "") for kind in ("location", "bio", "name", "handle")]
        texts[row["id"]] = own + [PlaceText(kind="link", text=link) for link in row.get("links") or ()]
    posts = defaultdict(list)
    for row in _rows(folder / "posts.jsonl"):
        posts[row["creator_id"]].append(row)
    for creator, rows in posts.items():
        rows.sort(key=lambda row: (row.get("published_at") or "", row["id"]), reverse=True)
        for row in rows[:_POSTS]:
            url = row.get("url") or row["id"]
            texts[creator].append(PlaceText(kind="post_place", text=row.get("place") or "", url=url))
            texts[creator] += [PlaceText(kind="tag", text=tag, url=url) for tag in row.get("tags") or ()]
            texts[creator].append(PlaceText(kind="post", text=f"{row['title']}\n{row['text']}".strip(), url=url))
    return {creator: [text for text in each if text.text.strip()] for creator, each in texts.items()}


def _rows(file: Path) -> Iterator[Any]:
    with file.open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def _labels_of(file: Path) -> dict[str, Home]:
    with file.open(encoding="utf-8", newline="") as lines:
        return {
            row["creator_id"]: Home(
                row["kind"], bool(row["moved_from"]), row["home"], f"a:{row['country']}.{row['admin1']}",
                f"c:{row['country']}", float(row["lat"]), float(row["lon"]),
            )
            for row in csv.DictReader(lines, delimiter="\t")
            if row["lat"]
        }  # fmt: skip


def _homes(guesses: Sequence[PlaceGuess]) -> list[PlaceGuess]:
    return [guess for guess in guesses if guess.role == "home"]


def _keys(place: Place, gazetteer: Gazetteer) -> tuple[str, ...]:
    return (place.key, *gazetteer.parents(place.key))


def _report_states(texts: _Texts, read: Mapping[str, list[PlaceGuess]], gazetteer: Gazetteer, misses: int) -> None:
    """How often the surest home lies in the state that the location names."""
    states = _us_states(gazetteer)
    right = total = 0
    for creator, each in texts.items():
        location = next((text.text for text in each if text.kind == "location"), "")
        named = _states_named(location, states)
        if not named:
            continue
        total += 1
        home = read[creator][0] if read[creator] else None
        if home is not None and named & set(_keys(home.place, gazetteer)):
            right += 1
        elif misses > 0:
            misses -= 1
            print(f"  {location!r} names {sorted(named)}, read as {home.place.label if home else None}")
    if total:
        print(f"location names a US state: {total}, best guess lies in it: {right / total:.3f}")


def _us_states(gazetteer: Gazetteer) -> dict[str, str]:
    """Postal codes and names in lower case → keys."""
    listed = """AL AK AZ AR CA CO CT DE DC FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND
    OH OK OR PA RI SC SD TN TX UT VT VA WA WV WI WY"""
    keys = {code: f"a:US.{code}" for code in listed.split()}
    names = {place.name.lower(): key for key in keys.values() if (place := gazetteer.get(key)) is not None}
    return keys | names


def _states_named(location: str, states: Mapping[str, str]) -> set[str]:
    codes = {states[code] for code in re.findall(r",\s*([A-Z]{2})\b", location) if code in states}
    lowered = location.lower()
    return codes | {
        key for name, key in states.items() if len(name) > 2 and re.search(rf"(?<!\w){name}(?!\w)", lowered)
    }


def _judge(creator: str, home: Home, read: Mapping[str, list[PlaceGuess]], gazetteer: Gazetteer) -> Judged:
    guesses = read.get(creator)
    if not guesses:
        return Judged(creator, home, 0.0, country=False, state=False, town=False)
    place = guesses[0].place
    keys = _keys(place, gazetteer)
    if place.kind == "city":
        town = distance_km(place.lat, place.lon, home.lat, home.lon) <= _NEAR_KM
    else:
        nearest = gazetteer.towns_near(home.lat, home.lon, 1.0)
        town = place.kind == "metro" and any(each.key in gazetteer.parts(place.key) for each in nearest)
    return Judged(creator, home, guesses[0].confidence, home.country in keys, home.state in keys, town)


def _report_homes(judged: Sequence[Judged]) -> None:
    """How many homes are decided, how many of those are right at each grain, and how honest the confidence is."""
    print(f"{'':>14} {'creators':>8} {'any':>5} {'decided':>7} | of the decided: country, state, town, state or town")
    groups = {"all": judged}
    groups |= {kind: [one for one in judged if one.home.kind == kind] for kind in sorted({o.home.kind for o in judged})}
    groups["US"] = [one for one in judged if one.home.country == "c:US"]
    groups["outside US"] = [one for one in judged if one.home.country != "c:US"]
    groups["moved"] = [one for one in judged if one.home.moved]
    for name, group in groups.items():
        decided = [one for one in group if one.confidence >= _DECIDED]
        if decided:
            any_share = sum(one.confidence > 0 for one in group) / len(group)
            rights = [
                sum(right) / len(decided)
                for right in zip(*((one.country, one.state, one.town, one.local) for one in decided), strict=True)
            ]
            shares = " ".join(f"{right:.3f}" for right in rights)
            print(f"{name:>14} {len(group):>8} {any_share:.3f} {len(decided) / len(group):>7.3f} | {shares}")
    bins = [(one.confidence, one.local) for one in judged if one.confidence > 0]
    print(f"calibration error of the surest home: {calibration_error(bins):.3f}")


def calibration_error(judged: Sequence[tuple[float, bool]]) -> float:
    """Expected calibration error over ten bins of confidence: Σ share · |mean confidence - share that is right|."""
    bins: dict[int, list[tuple[float, bool]]] = defaultdict(list)
    for confidence, right in judged:
        bins[min(_BINS - 1, int(confidence * _BINS))].append((confidence, right))
    return sum(
        abs(sum(confidence for confidence, _ in each) - sum(right for _, right in each)) for each in bins.values()
    ) / max(1, len(judged))


def _print_misses(judged: Sequence[Judged], read: Mapping[str, list[PlaceGuess]], texts: _Texts, misses: int) -> None:
    """Decided homes that are wrong, the surest first, with the reasons given and the short texts."""
    wrong = sorted(
        (one for one in judged if one.confidence >= _DECIDED and not one.local), key=lambda one: -one.confidence
    )
    for one in wrong[:misses]:
        print(f"  {one.creator}: {one.home.name} {one.home.state}")
        for guess in read[one.creator][:3]:
            reasons = " / ".join(f"{reason.text}: {reason.quote[:60]}" for reason in guess.reasons[:4])
            print(f"    {guess.place.label} {guess.confidence:.2f} {reasons}")
        print("    ", [text.text[:60] for text in texts[one.creator] if text.kind in ("location", "bio", "handle")])


def _print_sample(texts: _Texts, read: Mapping[str, list[PlaceGuess]], sample: int) -> None:
    """Locations drawn by chance, the same ones in every run, with the surest home."""
    located = {creator: text.text for creator, each in texts.items() for text in each if text.kind == "location"}
    for creator in random.Random(0).sample(sorted(located), min(sample, len(located))):
        best = f"{read[creator][0].place.label} {read[creator][0].confidence:.2f}" if read[creator] else "unknown"
        print(f"  {located[creator][:90]!r} → {best}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="How well places are read.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--misses", type=int, default=0, help="how many misses to print")
    parser.add_argument("--sample", type=int, default=0, help="how many locations to print with what was read")
    given = parser.parse_args()
    sys.exit(main(given.folder, given.misses, given.sample))
