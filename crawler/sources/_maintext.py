"""The story of a page as plain text: what the page marks as its content, else what trafilatura finds."""

import copy
import re
from collections.abc import Iterable

from lxml import etree
from lxml.html import HtmlElement

from crawler.sources._html import element_text, tidy

_LONGEST = 100_000  # characters of one post
_MOST_ELEMENTS = 25_000
_FOREIGN = ("blockquote", "script", "style", "noscript", "template", "svg")
_FURNITURE = re.compile(
    r"sharedaddy|jp-relatedposts|share-?buttons|social-?share|addtoany|wp-embed|related-?posts|post-?meta"
)


def main_text(tree: HtmlElement) -> str:
    """The text of the one story on the page; "" when there is none. Quotations of others are left out."""
    marked = _marked(tree)
    if marked is not None:
        text = element_text(_without_furniture(marked))
        if len(text) > 200:
            return text[:_LONGEST]
    return _found(tree)[:_LONGEST]


def _marked(tree: HtmlElement) -> HtmlElement | None:
    """The only ``e-content`` or ``entry-content`` of the page."""
    for name in ("e-content", "entry-content"):
        found = [element for element in tree.iter() if name in (element.get("class") or "").split()]
        if len(found) == 1:
            return found[0]
    return None


def _without_furniture(element: HtmlElement) -> HtmlElement:
    kept = copy.deepcopy(element)
    kept.tail = None
    for part in list(kept.iter()):
        if part.getparent() is not None and _FURNITURE.search(f"{part.get('class') or ''} {part.get('id') or ''}"):
            part.drop_tree()
    return kept


def _found(tree: HtmlElement) -> str:
    if sum(1 for _ in tree.iter()) > _MOST_ELEMENTS:
        return ""
    import trafilatura  # takes 0.5 s

    own = copy.deepcopy(tree)
    etree.strip_elements(own, *_FOREIGN, with_tail=False)
    text = trafilatura.extract(own, fast=True, include_comments=False, with_metadata=False, output_format="txt")
    return tidy(_paragraphs((text or "").split("\n")))


def _paragraphs(lines: Iterable[str]) -> str:
    """One paragraph a line, as trafilatura writes it, with the list dashes that it adds taken off."""
    return "\n\n".join(line.removeprefix("- ") for line in lines if line.strip())
