"""Floors, aims and checksums of judged collections (``floors.toml``), and the rule that a floor does not sink unsaid.

A floor is a history, oldest first; its last value holds. A value below the one before it must say why, and what was
committed may only be added to. Nothing is measured here.
"""

import subprocess
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any, Final, NamedTuple

from benchmarks.quality.judged import Checksums

FLOORS: Final = Path(__file__).with_name("floors.toml")
MAY_STAY_BELOW: Final = 1e-9


class Step(NamedTuple):
    """One value of a floor; ``because`` is the reason of a lower one."""

    value: float
    because: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """What is held of one collection. ``floors``: measure → history; ``aims``: measure → what is wanted."""

    checksums: Checksums
    floors: Mapping[str, Sequence[Step]]
    aims: Mapping[str, float]

    def floor(self, measure: str) -> float | None:
        """The value that holds now; None where nothing is held."""
        history = self.floors.get(measure)
        return history[-1].value if history else None


class Line(NamedTuple):
    """One figure against its floor and its aim; both None where nothing is held or wanted."""

    collection: str
    measure: str
    queries: int
    mean: float
    low: float
    high: float
    floor: float | None
    aim: float | None

    @property
    def fine(self) -> bool:
        """Whether the figure holds its floor."""
        return self.floor is None or self.mean >= self.floor - MAY_STAY_BELOW


def read_floors(text: str) -> dict[str, Held]:
    """Collection → what is held of it. Raises KeyError, TypeError or TOMLDecodeError for another form."""
    return {
        name: Held(
            checksums=Checksums(collection=entry["collection"], judgements=entry["judgements"]),
            floors={measure: [_step(value) for value in history] for measure, history in entry["floors"].items()},
            aims=entry.get("aims", {}),
        )
        for name, entry in tomllib.loads(text).items()
    }


def _step(value: Any) -> Step:
    return Step(float(value["value"]), str(value["because"])) if isinstance(value, dict) else Step(float(value))


def sunk_unsaid(floors: Mapping[str, Held]) -> Iterator[str]:
    """Floors that are lower than the one before without a reason, as lines for a person."""
    for name, held in floors.items():
        for measure, history in held.floors.items():
            for before, after in pairwise(history):
                if after.value < before.value and not after.because.strip():
                    yield (
                        f"{name} {measure}: the floor goes from {before.value} to {after.value} without a reason; "
                        f'write {{ value = {after.value}, because = "…" }}'
                    )


def rewritten(floors: Mapping[str, Held], committed: Mapping[str, Held]) -> Iterator[str]:
    """Floors whose committed history is no longer there."""
    for name, before in committed.items():
        for measure, history in before.floors.items():
            now = floors[name].floors.get(measure, ()) if name in floors else ()
            if list(now[: len(history)]) != list(history):
                values = ", ".join(str(step.value) for step in history)
                yield f"{name} {measure}: {values} is committed and may only be added to"


def wrong_data(name: str, held: Held, found: Checksums) -> Iterator[str]:
    """What of a collection is not what the floors were set on."""
    for what in ("collection", "judgements"):
        pinned, is_now = getattr(held.checksums, what), getattr(found, what)
        if pinned != is_now:
            yield f"{name}: the {what} are others (checksum {is_now}, floors were set on {pinned})"


def committed_versions(path: Path = FLOORS) -> list[str]:
    """The texts of the last two commits that changed the file, newest first; empty outside of a git checkout."""
    listed = _git(path, "log", "-n", "2", "--format=%H", "--", path.name)
    texts = (_git(path, "show", f"{commit}:./{path.name}") for commit in (listed or "").split())
    return [text for text in texts if text]


def _git(path: Path, *arguments: str) -> str | None:
    try:
        done = subprocess.run(
            ["git", "-C", str(path.parent), *arguments], capture_output=True, text=True, check=False, timeout=30
        )
    except OSError:
        return None
    return done.stdout if done.returncode == 0 else None
