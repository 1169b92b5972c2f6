"""How hard a world is, and how far everybody in it is from the niche: what its truth table says, measured."""

from collections import deque
from dataclasses import dataclass

from benchmarks.harvest.words import names_niche
from benchmarks.harvest.world import Creator, WideWorld, anchor, reach


@dataclass(frozen=True, slots=True)
class Shape:
    """What makes a world hard, as shares of its relevant creators but for ``relevant`` and ``decoys``."""

    relevant: float  # of all creators
    decoys: float  # for each relevant creator
    unnamed: float  # no word of the niche in their address or in any link to them
    behind: float  # no way over pages of the relevant alone leads to them


def shape_of(world: WideWorld) -> Shape:
    """Measured on the links as they are."""
    relevant = [one for one in world.creators if one.relevant]
    called: dict[Creator, list[str]] = {one: [one.name, one.url] for one in relevant}
    for one in world.creators:
        for other in one.knows():
            if other.relevant:
                called[other].append(anchor(one, other))
    near = reach(world.start(), only_relevant=True)
    count = len(relevant)
    return Shape(
        relevant=count / len(world.creators),
        decoys=sum(one.decoy for one in world.creators) / count,
        unnamed=sum(not names_niche(" ".join(words)) for words in called.values()) / count,
        behind=sum(one not in near for one in relevant) / count,
    )


def steps_to_relevant(world: WideWorld) -> dict[str, int]:
    """For the oracle: how many links lie between a creator and the nearest relevant one."""
    backwards: dict[Creator, list[Creator]] = {}
    for one in world.creators:
        for other in one.knows():
            backwards.setdefault(other, []).append(one)
    steps = {one: 0 for one in world.creators if one.relevant}
    queue = deque(steps)
    while queue:
        one = queue.popleft()
        for other in backwards.get(one, ()):
            if other not in steps:
                steps[other] = steps[one] + 1
                queue.append(other)
    return {one.key: distance for one, distance in steps.items()}
