"""How well places are read: homes against labels, states against what the location says, speed.

python -m benchmarks.places FOLDER [--misses N]

FOLDER holds ``creators.jsonl`` and ``posts.jsonl`` (docs: collections) and perhaps ``labels.tsv`` with the columns
creator_id, home, admin1 (as in GeoNames), country, lat, lon. Without labels only the rule "a location with the name of
a US state or with its postal code after a comma lies in that state" is checked.
"""

import argparse
import csv
import json
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
_Texts = Mapping[str, list[PlaceText]]


@dataclass(frozen=True, slots=True)
class Home:
    """Where a creator lives, as labelled."""

    name: str
    state: str  # a: key
    country: str  # c: key
    lat: float
    lon: float


def main(folder: Path, misses: int) -> int:
    texts = _texts_of(folder)
    with open_gazetteer() as gazetteer:
        started = time.process_time()
        read = {creator: _homes(read_places(each, gazetteer)) for creator, each in texts.items()}
        seconds = time.process_time() - started
        print(f"{len(texts)} creators, {len(texts) / seconds:.0f} creators/s")
        _report_states(texts, read, gazetteer, misses)
        labels = folder / "labels.tsv"
        if labels.exists():
            _report_homes(_labels_of(labels), read, texts, gazetteer, misses)
    return 0


def _texts_of(folder: Path) -> _Texts:
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
            texts[creator].append(PlaceText(kind="post_place", text=row.get("place") or ""))
            texts[creator] += [PlaceText(kind="tag", text=tag) for tag in row.get("tags") or ()]
            texts[creator].append(PlaceText(kind="post", text=f"{row['title']}\n{row['text']}".strip()))
    return {creator: [text for text in each if text.text.strip()] for creator, each in texts.items()}


def _rows(file: Path) -> Iterator[Any]:
    with file.open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def _labels_of(file: Path) -> dict[str, Home]:
    with file.open(encoding="utf-8", newline="") as lines:
        return {
            row["creator_id"]: Home(
                row["home"], f"a:{row['country']}.{row['admin1']}", f"c:{row['country']}",
                float(row["lat"]), float(row["lon"]),
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


def _report_homes(
    labels: Mapping[str, Home], read: Mapping[str, list[PlaceGuess]], texts: _Texts, gazetteer: Gazetteer, misses: int
) -> None:
    """Coverage, accuracy of the surest home at three grains, and how honest its confidence is."""
    covered = country = state = near = 0
    judged: list[tuple[float, bool]] = []
    for creator, home in labels.items():
        guesses = read.get(creator)
        if not guesses:
            continue
        best = guesses[0]
        keys = _keys(best.place, gazetteer)
        close = best.place.kind == "city" and (
            distance_km(best.place.lat, best.place.lon, home.lat, home.lon) <= _NEAR_KM
        )
        covered += 1
        country += home.country in keys
        state += home.state in keys
        near += close
        judged.append((best.confidence, close or _holds(best.place, home, gazetteer)))
        if home.state not in keys and misses > 0:
            misses -= 1
            _print_miss(creator, home, guesses, texts[creator])
    print(f"{len(labels)} labelled homes, coverage {covered / len(labels):.3f}")
    for grain, count in (("country", country), ("state", state), (f"within {_NEAR_KM:.0f} km", near)):
        print(f"{grain:>13}: {count / len(labels):.3f} of all, {count / max(1, covered):.3f} of covered")
    print(f"calibration error of the best guess: {calibration_error(judged):.3f}")


def _holds(area: Place, home: Home, gazetteer: Gazetteer) -> bool:
    """Whether an area that was guessed holds the home (a guessed town does when it is near)."""
    if area.kind == "city":
        return False
    return bool({area.key, *gazetteer.parts(area.key)} & {home.state, home.country})


def calibration_error(judged: Sequence[tuple[float, bool]]) -> float:
    """Expected calibration error over ten bins of confidence: Σ share · |mean confidence - share that is right|."""
    bins: dict[int, list[tuple[float, bool]]] = defaultdict(list)
    for confidence, right in judged:
        bins[min(_BINS - 1, int(confidence * _BINS))].append((confidence, right))
    return sum(
        abs(sum(confidence for confidence, _ in each) - sum(right for _, right in each)) for each in bins.values()
    ) / max(1, len(judged))


def _print_miss(creator: str, home: Home, guesses: Sequence[PlaceGuess], texts: Sequence[PlaceText]) -> None:
    print(f"  {creator}: {home.name} {home.state}")
    for guess in guesses[:3]:
        reasons = " / ".join(f"{reason.text}: {reason.quote[:60]}" for reason in guess.reasons[:4])
        print(f"    {guess.place.label} {guess.confidence:.2f} {reasons}")
    print("    ", [text.text[:60] for text in texts if text.kind in ("location", "bio", "handle")])


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="How well places are read.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--misses", type=int, default=0, help="how many misses to print")
    given = parser.parse_args()
    sys.exit(main(given.folder, given.misses))
