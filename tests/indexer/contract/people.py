"""The creators that an index under contract holds: of every kind that filters tell apart, of one niche, and marked."""

from dataclasses import replace
from datetime import timedelta

import numpy as np

from indexer.bundles import CreatorBundle, MarkView, Reactions
from tests.indexer.worlds import DAY, creator

WORDS = ["sushi", "boston", "ramen", "maki", "knife", "river", "harbour", "bread", "oven", "rye"]


def reactions(number: int, *, posts: int = 6) -> Reactions:
    return Reactions(float(number * number % 83), posts, ("likes", "comments"), 0.4, None)


def some_creators(count: int = 40) -> list:
    """Creators of every kind that a filter can tell apart, with one to four posts."""
    rng = np.random.default_rng(7)
    return [
        creator(
            f"c{number:03}",
            [" ".join(rng.choice(WORDS, size=int(rng.integers(2, 12)))) for _ in range(1 + number % 4)],
            bio=" ".join(rng.choice(WORDS, size=3)) if number % 3 else "",
            platforms=[("mastodon", "blog", "forum")[number % 3]] + (["podcast"] if number % 5 == 0 else []),
            languages=[("en", "es", "de")[number % 3]],
            kind=("person", "organisation")[number % 4 == 0],
            followers=None if number % 4 == 3 else number * 100,
            reactions=reactions(number) if number % 5 else None,
            place_keys=["c:US", f"a:US.{('ME', 'MA')[number % 2]}"] if number % 3 else [],
            last_post_at=None if number % 7 == 0 else DAY - timedelta(days=number),
        )
        for number in range(count)
    ]


def niche_and_others() -> list:
    """Six who keep writing about sushi, one who does it in other words, a list of everything, and many others."""
    writers = [
        creator(f"s{number}", ["sushi omakase counter", "sushi nigiri today" if number % 2 else "sushi omakase rice"])
        for number in range(6)
    ]
    listing = creator(
        "list", ["sushi crypto", "sushi crypto"], bio="sushi, crypto, yoga, paris, rome, oslo, bali, doha, lyon, bonn"
    )
    quiet = creator("quiet", ["omakase nigiri", "omakase tonight"])
    others = [creator(f"o{number}", [f"counter rice today {word}"]) for number, word in enumerate(WORDS[3:] * 8)]
    return [*writers, listing, quiet, *others]


def marked(bundle: CreatorBundle, *marks: MarkView) -> CreatorBundle:
    return replace(bundle, creator=replace(bundle.creator, marks=marks))
