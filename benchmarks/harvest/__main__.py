"""``python -m benchmarks.harvest``: pages that each order needs to reach 80% of the relevant creators, ten worlds.

The worlds that the numbers of ``crawler/focus.py`` were chosen on have other seeds (``--tuning``).
"""

import argparse
import asyncio
import statistics
import sys
import time
from typing import Final

from benchmarks.harvest.orders import Fetcher, at_random, breadth_first, focused, in_memory, oracle
from benchmarks.harvest.shape import shape_of
from benchmarks.harvest.world import CREATORS, make_world

SHARE: Final = 0.8
EVERYBODY: Final = 2.0  # a share that is never reached: until nothing is left
WORLDS: Final = tuple(range(200, 210))
TUNING: Final = tuple(range(4))
WANTED: Final = 0.5
ORDERS: Final = ("focused", "breadth-first", "random", "oracle")


async def measure(seed: int, *, creators: int = CREATORS, share: float = SHARE) -> dict[str, int | None]:
    """Pages until ``share`` of the relevant of a world is found, by order; None: never."""
    fetcher = Fetcher(make_world(seed, creators=creators))
    tallies = {
        "focused": await focused(fetcher, share),
        "breadth-first": await in_memory(fetcher, share, breadth_first),
        "random": await in_memory(fetcher, share, at_random(seed)),
        "oracle": await in_memory(fetcher, share, oracle(fetcher)),
    }
    return {name: tally.pages_to(share) for name, tally in tallies.items()}


async def size(seed: int) -> str:
    """What a world is made of."""
    world = make_world(seed)
    shape, whole = shape_of(world), await in_memory(Fetcher(world), EVERYBODY, breadth_first)
    return (
        f"world {seed}: {whole.pages} pages within reach, {len(world.creators)} creators, "
        f"{len(world.relevant)} relevant, {shape.unnamed:.0%} of them without a word of the niche in address or "
        f"anchor, {shape.behind:.0%} behind an off-topic hop, {shape.decoys:.1f} decoys for each; "
        f"{len(whole.found)} of the relevant within reach"
    )


def main() -> int:
    """Print the table; 0 when the focused order needs at most half the pages of breadth-first, in the median."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.harvest")
    parser.add_argument("--tuning", action="store_true", help="the worlds on which the numbers were chosen")
    seeds = TUNING if parser.parse_args().tuning else WORLDS
    print(asyncio.run(size(seeds[0])))
    print(f"{'seed':>6}" + "".join(f"{name:>15}" for name in ORDERS) + f"{'focused/breadth':>18}{'seconds':>10}")
    rows = []
    for seed in seeds:
        began = time.monotonic()
        needed = asyncio.run(measure(seed))
        pages = [float(needed[name] or "inf") for name in ORDERS]
        rows.append((*pages, pages[0] / pages[1]))
        print(f"{seed:>6}" + "".join(f"{one:>15.0f}" for one in pages) + f"{rows[-1][-1]:>18.2f}", end="")
        print(f"{time.monotonic() - began:>10.0f}", flush=True)
    *pages, ratio = [statistics.median(column) for column in zip(*rows, strict=True)]
    print("median" + "".join(f"{one:>15.0f}" for one in pages) + f"{ratio:>18.2f}")
    print(f"80% of the relevant: focused needs {ratio:.2f} of the pages of breadth-first (wanted: at most {WANTED})")
    return 0 if ratio <= WANTED else 1


if __name__ == "__main__":
    sys.exit(main())
