"""Facts of a creator that are counted once, when the index is built: reactions, paid posts, topics. Pure.

What they mean beside those of others (percentiles) needs the whole index and is not here.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import pairwise
from statistics import fmean, median, pstdev
from typing import Final

from indexer.bundles import PostDocument, Reactions
from text.disclosure import disclosure
from text.ordinary import ordinary_share
from text.tokens import tokenize
from text.topics import topics_of

COUNTED: Final = ("likes", "comments", "shares")
_NO_OWN_POST: Final = "reply"  # an answer to others is not what an audience was given
_FEWEST: Final = 3  # posts that a share needs
_SPREAD_POSTS: Final = 5  # posts that show how different reactions are
_RHYTHM_POSTS: Final = 20  # dated posts that show a rhythm
_SHORT_PAUSE: Final = 8 * 60  # minutes: what comes less often may be planned by a person, a weekly letter say


def reactions_of(posts: Sequence[PostDocument]) -> Reactions | None:
    """The median of the counts that most posts show, over the posts that show them all; None where none does."""
    own = [post for post in posts if post.kind != _NO_OWN_POST]
    shown = {name: sum(getattr(post, name) is not None for post in own) for name in COUNTED}
    counted = tuple(name for name in COUNTED if shown[name] and 2 * shown[name] >= max(shown.values()))
    shows_all = [post for post in own if all(getattr(post, name) is not None for name in counted)]
    if not counted or not shows_all:
        return None
    sums = [sum(getattr(post, name) for name in counted) for post in shows_all]
    answered = [post.comments / post.likes for post in own if post.likes and post.comments is not None]
    many = len(sums) >= _SPREAD_POSTS
    return Reactions(
        median=float(median(sums)),
        posts=len(sums),
        counted=counted,
        spread=round(pstdev(sums) / fmean(sums), 4) if many and any(sums) else None,
        comments_a_like=round(median(answered), 4) if len(answered) >= _SPREAD_POSTS else None,
    )


def sponsored_share(posts: Sequence[PostDocument]) -> float | None:
    """The share of posts whose author says to have been paid; None below three posts."""
    if len(posts) < _FEWEST:
        return None
    return round(sum(disclosure(_written(post), post.tags) is not None for post in posts) / len(posts), 4)


def busiest_day(dates: Sequence[datetime]) -> float | None:
    """The share of dated posts that stand on one day (UTC); None where they are too few to show a rhythm."""
    if len(dates) < _RHYTHM_POSTS:
        return None
    return round(max(Counter(moment.date() for moment in dates).values()) / len(dates), 4)


def clockwork(dates: Sequence[datetime]) -> float | None:
    """The share of the pauses between posts (``dates`` ascending) that have, to the minute, the commonest length.

    0 where that is a long one; None where they are too few to show a rhythm.
    """
    if len(dates) < _RHYTHM_POSTS:
        return None
    pauses = Counter(round((after - before).total_seconds() / 60) for before, after in pairwise(dates))
    length, times = pauses.most_common(1)[0]
    return round(times / (len(dates) - 1), 4) if 0 < length <= _SHORT_PAUSE else 0.0


def topics(
    posts: Sequence[PostDocument], languages: Sequence[str], *, bio: str, places: Iterable[str]
) -> tuple[tuple[str, float], ...]:
    """What the posts keep being about, in the creator's words, with the share of the posts.

    ``places`` are names of places that the creator is tied to: where somebody is is said elsewhere.
    """
    tags = " ".join(tag.lstrip("#") for post in posts for tag in post.tags)
    return topics_of(
        [post.surface.split() for post in posts],
        language=languages[0] if languages else None,
        ordinary=ordinary_share,
        own=tokenize(f"{bio} {tags}"),
        places=tokenize(" ".join(places)),
    )


def _written(post: PostDocument) -> str:
    return f"{post.title}\n{post.text}"
