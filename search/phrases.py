"""Words in quotation marks: only who says them just so is an answer, and only posts that say them are evidence."""

from collections.abc import Sequence
from functools import lru_cache

from indexer.contract import Index
from indexer.score_table import ScoreTable
from text.tokens import tokenize


def only_saying(scores: ScoreTable, phrases: Sequence[str], index: Index) -> ScoreTable:
    """Those who say every phrase in their profile or in a post that counts, word for word, and of each the posts that
    say one; everything where no phrase was asked for.
    """
    if not phrases:
        return scores
    documents = index.get(list(scores))
    ids = scores.post_ids(range(len(scores)), scores.posts.shape[1])
    posts = index.get_posts([post_id for of_one in ids for post_id in of_one])
    said = {key: _said(post.written, phrases) for key, post in posts.items()}
    kept: dict[int, list[int]] = {}
    saying: list[str] = []
    for row, (key, of_one) in enumerate(zip(scores, ids, strict=True)):
        kept[row] = [at for at, post_id in enumerate(of_one) if said.get(post_id)]
        profile = _said(f"{documents[key].name}\n{documents[key].bio}", phrases)
        if profile.union(*[said[of_one[at]] for at in kept[row]]) >= set(phrases):
            saying.append(key)
    return scores.keeping(kept).of(saying)


def _said(text: str, phrases: Sequence[str]) -> frozenset[str]:
    """The phrases that a text says. Stored documents do not keep their words, so it is cut into them again."""
    words = f" {' '.join(tokenize(text))} "
    return frozenset(phrase for phrase in phrases if f" {_words(phrase)} " in words)


@lru_cache(maxsize=16)
def _words(phrase: str) -> str:
    return " ".join(tokenize(phrase))  # a query asks it of every post
