"""How far a page is about the niche, so that a bounded crawl goes where the niche is. Pure.

The score of a link is fixed when it is inserted (DESIGN 5.3); this is the factor by which the page that showed the
link moves it. Nothing here drops a page: an off-topic one is only asked for later.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from catalog.items import Link
from crawler.sources.base import PageItems
from text.stopwords import is_stopword
from text.tokens import tokenize

OFF_TOPIC: Final = 0.3
"""The factor of a page none of whose texts is on topic."""
DEPTH_DECAY: Final = 0.9
"""Each step away from a seed makes an address a little less promising."""
LOWEST: Final = 1e-3


def topic_words(terms: Iterable[str]) -> frozenset[str]:
    """The words that make a text on topic, from themes and hashtags in any form."""
    return frozenset(word for term in terms for word in tokenize(term) if not is_stopword(word))


def on_topic_share(texts: Iterable[str], words: frozenset[str]) -> float | None:
    """The share of texts that name one of ``words``, drawn to one half where there are few texts.

    None when there is nothing to judge by: no words or no texts.
    """
    judged = [not words.isdisjoint(tokenize(text)) for text in texts if text.strip()]
    if not words or not judged:
        return None
    return (sum(judged) + 0.5) / (len(judged) + 1)


def focus_links(items: PageItems, words: frozenset[str], *, depth: int) -> tuple[Link, ...]:
    """The page's links with their scores moved by the page's topic and depth; always in (0, 1]."""
    share = on_topic_share(_texts(items), words)
    factor = (1.0 if share is None else OFF_TOPIC + (1 - OFF_TOPIC) * share) * DEPTH_DECAY**depth
    return tuple(replace(link, score=min(1.0, max(LOWEST, link.score * factor))) for link in items.links)


def _texts(items: PageItems) -> Iterable[str]:
    for post in items.posts:
        yield " ".join((post.title, post.text, *post.tags))
    for account in items.accounts:
        yield " ".join((account.name, account.bio, *account.tags))
