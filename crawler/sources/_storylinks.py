"""Whom a story links to: the addresses on other sites in a page's own texts, with the words around them.

Whoever writes about a niche names the others who do. The page's furniture (menus, blogrolls, profiles) is read by
``_pagelinks.py``.
"""

from collections.abc import Iterator
from typing import Final

from lxml.html import HtmlElement

from catalog.items import Link
from crawler.sources._html import element_text, one_line
from crawler.sources._leads import is_closed, lead
from crawler.sources._site import absolute, same_host

_STORY: Final = frozenset({"entry-content", "e-content", "post-content", "hentry-content"})
_NO_FOLLOW: Final = frozenset({"nofollow", "ugc", "sponsored"})
_MOST: Final = 15
_MOST_WORDS: Final = 200  # characters of the paragraph around a link
_SCORE: Final = 0.35


def story_links(tree: HtmlElement, url: str) -> Iterator[Link]:
    """The first links to other sites in the texts of a page; never those that the page does not vouch for."""
    found: set[str] = set()
    for element in tree.iter("a"):
        if len(found) >= _MOST:
            return
        rel = set((element.get("rel") or "").lower().split())
        address = absolute(url, element.get("href"))
        if address is None or address in found or not rel.isdisjoint(_NO_FOLLOW) or not _in_story(element):
            continue
        link = None if same_host(address, url) or is_closed(address) else lead(address, _SCORE)
        if link is not None:
            found.add(address)
            yield Link(
                url=link.url,
                source=link.source,
                page=link.page,
                score=_SCORE,
                context=link.context,
                words=_around(element),
            )


def _in_story(element: HtmlElement) -> bool:
    return any(not _STORY.isdisjoint((one.get("class") or "").split()) for one in element.iterancestors())


def _around(element: HtmlElement) -> str:
    """The link's own words, then its paragraph's."""
    block = next(element.iterancestors("p", "li", "td", "blockquote"), element)
    own, around = one_line(element_text(element), 120), one_line(element_text(block), _MOST_WORDS)
    return own if own == around else f"{own} {around}"
