"""Words in quotation marks: only who says them just so is an answer, and only posts that say them are evidence."""

from collections.abc import Mapping, Sequence
from functools import lru_cache

from indexer.contract import CreatorDocument, CreatorScores, Index
from text.tokens import tokenize


def says_all(document: CreatorDocument, phrases: Sequence[str]) -> bool:
    """Whether every phrase stands somewhere in a profile or among its posts, word for word."""
    return all(_says(document.surface, phrase) for phrase in phrases)


def only_saying(scores: Mapping[str, CreatorScores], phrases: Sequence[str], index: Index) -> dict[str, CreatorScores]:
    """Of each creator the posts that say one of the phrases; everything where no phrase was asked for."""
    if not phrases:
        return dict(scores)
    posts = index.get_posts([post.post_id for held in scores.values() for post in held.posts])
    saying = {key for key, post in posts.items() if any(_says(post.surface, phrase) for phrase in phrases)}
    return {
        key: held._replace(posts=tuple(post for post in held.posts if post.post_id in saying))
        for key, held in scores.items()
    }


def _says(surface: str, phrase: str) -> bool:
    return f" {_words(phrase)} " in f" {surface} "


@lru_cache(maxsize=16)
def _words(phrase: str) -> str:
    return " ".join(tokenize(phrase))  # as surfaces are written; a query asks it of every post
