"""Markdown as people write it into bios and posts, as HTML for the readers that every source uses.

Raw HTML inside is shown as text, as the platforms do.
"""

import functools
import re
from typing import TYPE_CHECKING, Final

from crawler.sources._html import html_to_text
from crawler.sources._leads import anchors
from crawler.sources._plaintext import links_in

if TYPE_CHECKING:
    from markdown_it import MarkdownIt

_LONGEST: Final = 20_000  # characters; the parser takes quadratic time for hostile ones
_MENTION: Final = ("@", "!")
_FENCE: Final = re.compile(r"^:::.*$", re.MULTILINE)  # "::: spoiler" of Lemmy and its end
_DEEPEST: Final = 40  # nested quotations and lists


def markdown_to_text(source: str) -> str:
    """The words, paragraphs as newlines; quotations of others are left out."""
    return html_to_text(to_html(source))


def markdown_links(source: str) -> tuple[str, ...]:
    """The addresses, bare ones included, each once. Names of others (``[@mika@…](…)``, ``[!rolls@…](…)``) are none."""
    linked = [anchor.url for anchor in anchors(to_html(source)) if not anchor.text.startswith(_MENTION)]
    mentioned = {anchor.url for anchor in anchors(to_html(source)) if anchor.text.startswith(_MENTION)}
    bare = [url for url in links_in(markdown_to_text(source)) if url not in mentioned]
    return tuple(dict.fromkeys([*linked, *bare]))


@functools.lru_cache(maxsize=64)
def to_html(source: str) -> str:
    """Markdown as HTML; a text too long to be one is escaped only."""
    if len(source) > _LONGEST:
        from html import escape

        return escape(source)
    return str(_parser().render(_FENCE.sub("", source)))


@functools.cache
def _parser() -> "MarkdownIt":
    from markdown_it import MarkdownIt  # 20 ms that few crawls need

    parser = MarkdownIt("commonmark", {"html": False, "maxNesting": _DEEPEST, "breaks": True})
    return parser.enable(["table", "strikethrough"])
