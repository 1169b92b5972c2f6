"""Facts of a creator that are counted once, when the index is built: reactions, paid posts, topics. Pure.

What they mean beside those of others (percentiles) needs the whole index and is not here.
"""

from collections.abc import Iterable, Sequence
from statistics import median
from typing import Final

from indexer.contract import PostDocument, Reactions
from text.disclosure import disclosure
from text.ordinary import ordinary_share
from text.tokens import tokenize
from text.topics import topics_of

COUNTED: Final = ("likes", "comments", "shares")
_NO_OWN_POST: Final = "reply"  # an answer to others is not what an audience was given
_FEWEST: Final = 3  # posts that a share needs


def reactions_of(posts: Sequence[PostDocument]) -> Reactions | None:
    """The median of the counts that most posts show, over the posts that show them all; None where none does."""
    own = [post for post in posts if post.kind != _NO_OWN_POST]
    shown = {name: sum(getattr(post, name) is not None for post in own) for name in COUNTED}
    counted = tuple(name for name in COUNTED if shown[name] and 2 * shown[name] >= max(shown.values()))
    sums = [
        sum(getattr(post, name) for name in counted)
        for post in own
        if all(getattr(post, name) is not None for name in counted)
    ]
    return Reactions(float(median(sums)), len(sums), counted) if counted and sums else None


def sponsored_share(posts: Sequence[PostDocument]) -> float | None:
    """The share of posts whose author says to have been paid; None below three posts."""
    if len(posts) < _FEWEST:
        return None
    return round(sum(disclosure(_written(post), post.tags) is not None for post in posts) / len(posts), 4)


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
