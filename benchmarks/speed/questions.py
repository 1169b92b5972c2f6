"""Two hundred distinct queries of several kinds about the generated world, the same ones in every run."""

import random
from collections.abc import Sequence
from typing import Final

_MANY: Final = 200
_FORMS: Final = (
    *("{topic}",) * 6,
    *("{topic} in {town}",) * 5,
    *("{town} {topic}", "{topic} near {town}", "east coast {topic}", "{topic} germany", "{topic} blogs in {state}"),
    *("{topic} in {state} under 10k followers", "small {topic} creators in {town}", "{topic} podcasts"),
    *("{topic} on mastodon active this month", "{topic} and {other}", "{topic} -{other}"),
    *("people around {town} who write about {topic} and {other}",),
)
_STATES: Final = ("California", "Texas", "Florida", "New York", "Illinois", "Bavaria", "Catalonia")


def questions(topics: Sequence[str], towns: Sequence[str]) -> list[str]:
    """A third each: a theme alone, a theme with a place, a theme with filters or in more words."""
    chance = random.Random(3)
    asked: dict[str, None] = {}
    while len(asked) < _MANY:
        topic, other = chance.sample(topics, 2)
        form = _FORMS[len(asked) % len(_FORMS)]
        town = chance.choice(towns).partition(",")[0]
        asked[form.format(topic=topic, other=other, town=town, state=chance.choice(_STATES))] = None
    return list(asked)
