"""HTML as trees and as plain text, for every source: bounded in depth, never opening an address.

Finding the *main* text of a page is not done here (``page.py`` asks trafilatura); what authors and dates a page
names is read by its own helpers. All trees come from ``parse_html``: libxml2 without ``huge_tree`` stops at 256
nested elements, so that nothing that walks them can run out of stack.
"""

import re
from collections.abc import Iterator
from html import unescape

from lxml import etree, html
from lxml.html import HtmlElement

from crawler.errors import UnreadablePage

_BLOCK_NAMES = """address article aside dd details div dl dt fieldset figcaption figure footer form h1 h2 h3 h4 h5
    h6 header hr li main nav ol p pre section table td th tr ul"""
_SILENT_NAMES = "script style template noscript iframe object svg math head title textarea select button"
_BLOCKS = frozenset(_BLOCK_NAMES.split())
_SILENT = frozenset(_SILENT_NAMES.split())
_ESCAPED_MARKUP = re.compile(
    r"&(?:amp;)*lt;(?:/?(?:p|div|br|a|b|i|em|strong|ul|ol|li|h[1-6]|img|span))\b", re.IGNORECASE
)
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]+)", re.IGNORECASE)
_LONG_TAG = re.compile(r"<[a-zA-Z][^<>]{20000,}")
_MOST_ATTRIBUTES = 1000
_SPACE = re.compile(r"[^\S\n]+")
_BLANK = re.compile(r"\n\s*\n+")
_INVISIBLE = re.compile("[\u200b\u200c\u200e\u200f\u2060\ufeff\u00ad]")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")  # and halves of characters


def decode(body: bytes, declared: str | None) -> str:
    """The text of a body. Bytes that are UTF-8, but for a few broken ones, are UTF-8 whatever the header says; then
    the declared encoding; then windows-1252, which the old web was written in. Never raises.
    """
    body = body.removeprefix(b"\xef\xbb\xbf")
    if body[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return body.decode("utf-16", "replace")
    text = body.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    if not broken or (len(body) - len(text)) > 10 * broken:  # valid UTF-8 has fewer characters than bytes
        return text
    try:
        return body.decode(declared if declared and "utf-8" not in declared.lower() else "cp1252", "strict")
    except (LookupError, UnicodeDecodeError):
        return body.decode("cp1252", "replace")


def charset_of(content_type: str | None) -> str | None:
    """The encoding that a Content-Type header names."""
    match = _CHARSET.search(content_type or "")
    return match[1] if match else None


def parse_html(text: str) -> HtmlElement:
    """The tree of a page, at most 256 elements deep (what is nested deeper is lost).

    Raises UnreadablePage when there is no element in it.
    """
    text = _LONG_TAG.sub(_without_attribute_flood, _CONTROL.sub("", text))
    parser = html.HTMLParser(encoding="utf-8", huge_tree=False, remove_comments=True, remove_pis=True)
    try:
        return html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except (etree.LxmlError, ValueError) as error:
        raise UnreadablePage("no HTML in the body") from error


def html_to_text(fragment: str | None, *, quotations: bool = False) -> str:
    """A fragment as plain text, its paragraphs and line breaks as newlines; plain text passes unchanged.

    Scripts, hidden elements and, unless asked for, quotations of others are left out. Links that were shortened
    for display (as Mastodon does) are written out; markup that was escaped twice is unescaped first.
    """
    fragment = fragment or ""
    if "<" not in fragment and "&" not in fragment:
        return tidy(fragment)
    if "<" not in fragment and _ESCAPED_MARKUP.search(fragment):
        fragment = unescape(fragment)
    try:
        tree = parse_html(f"<div>{fragment}</div>")
    except UnreadablePage:
        return ""
    return element_text(tree, quotations=quotations)


def element_text(element: HtmlElement, *, quotations: bool = False) -> str:
    """The visible text under an element, as ``html_to_text`` gives it."""
    return tidy("".join(_pieces(element, quotations)))


def tidy(text: str) -> str:
    """Collapse spaces, keep single line breaks and paragraph breaks, drop control and zero-width characters."""
    text = _CONTROL.sub("", _INVISIBLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n")))
    lines = _SPACE.sub(" ", text).split("\n")
    return _BLANK.sub("\n\n", "\n".join(line.strip() for line in lines)).strip()


def one_line(text: str | None, limit: int = 300) -> str:
    """A name or title: no line breaks, at most ``limit`` characters."""
    return " ".join(tidy(text or "").split())[:limit].rstrip()


def _without_attribute_flood(tag: re.Match[str]) -> str:
    """Thousands of attributes cost libxml2 quadratic time; one long attribute, such as an inline image, does not."""
    return "" if tag[0].count("=") > _MOST_ATTRIBUTES else tag[0]


def _pieces(root: HtmlElement, quotations: bool) -> Iterator[str]:
    """Text in document order, without recursion; source line breaks are spaces except inside ``pre``."""
    walk = etree.iterwalk(root, events=("start", "end"))
    preformatted = 0
    for event, element in walk:
        tag = element.tag if isinstance(element.tag, str) else ""
        if event == "start":
            shown = _shortened_link(element) if tag == "a" else None
            if shown is not None or not tag or _is_left_out(element, tag, quotations):
                walk.skip_subtree()
                yield shown or ("\n" if tag in _BLOCKS or tag == "blockquote" else "")
                continue
            preformatted += tag == "pre"
            yield _break(tag)
            yield _inline(element.text, preformatted)
        else:
            if tag == "pre":
                preformatted = max(0, preformatted - 1)
            if tag in _BLOCKS:
                yield _break(tag)
            if element is not root:
                yield _inline(element.tail, preformatted)


def _break(tag: str) -> str:
    if tag == "br":
        return "\n"
    if tag in ("td", "th"):
        return " "
    if tag in ("li", "tr", "dt", "dd"):
        return "\n"
    return "\n\n" if tag in _BLOCKS else ""


def _inline(text: str | None, preformatted: int) -> str:
    if not text:
        return ""
    return text if preformatted else re.sub(r"\s+", " ", text)


def _is_left_out(element: HtmlElement, tag: str, quotations: bool) -> bool:
    if tag in _SILENT or "hidden" in element.attrib:
        return True
    if quotations:
        return False
    return tag == "blockquote" or (tag in ("aside", "p") and _has_class(element, "quote", "quote-inline"))


def _has_class(element: HtmlElement, *names: str) -> bool:
    return not set(names).isdisjoint((element.get("class") or "").split())


def _shortened_link(element: HtmlElement) -> str | None:
    """The address of a link whose text is cut up for display into invisible and visible spans."""
    if any(_has_class(span, "invisible", "ellipsis") for span in element.iterchildren("span")):
        return element.get("href") or None
    return None


def inside(element: HtmlElement, names: re.Pattern[str]) -> bool:
    """Whether an ancestor's class or id matches ``names`` (a comment, a side column)."""
    around = element.iterancestors("div", "section", "li", "aside", "footer", "ol", "ul")
    return any(names.search(f"{one.get('class') or ''} {one.get('id') or ''}") for one in around)
