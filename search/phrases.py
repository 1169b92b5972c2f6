"""Words in quotation marks: only who says them just so is an answer, and only posts that say them are evidence."""

from collections.abc import Sequence
from functools import lru_cache

from indexer.contract import CreatorDocument, Index
from indexer.score_table import ScoreTable
from text.tokens import tokenize


def says_all(document: CreatorDocument, phrases: Sequence[str]) -> bool:
    """Whether every phrase stands somewhere in a profile or among its posts, word for word."""
    return all(_says(document.surface, phrase) for phrase in phrases)


def only_saying(scores: ScoreTable, phrases: Sequence[str], index: Index) -> ScoreTable:
    """Of each creator the posts that say one of the phrases; everything where no phrase was asked for."""
    if not phrases:
        return scores
    ids = scores.post_ids(range(len(scores)), scores.posts.shape[1])
    posts = index.get_posts([post_id for of_one in ids for post_id in of_one])
    saying = {key for key, post in posts.items() if any(_says(post.surface, phrase) for phrase in phrases)}
    return scores.keeping(
        {row: [at for at, key in enumerate(of_one) if key in saying] for row, of_one in enumerate(ids)}
    )


def _says(surface: str, phrase: str) -> bool:
    return f" {_words(phrase)} " in f" {surface} "


@lru_cache(maxsize=16)
def _words(phrase: str) -> str:
    return " ".join(tokenize(phrase))  # as surfaces are written; a query asks it of every post
