"""Strangers' XML (sitemaps, OPML) as trees: no entity is expanded, nothing fetched, what is broken is read in part."""

import re
from typing import Final

from lxml import etree

from crawler.errors import UnreadablePage
from crawler.sources._html import decode

_DOCTYPE: Final = re.compile(r"<!DOCTYPE\s[^\[>]*(?:\[.*?\]\s*)?>", re.DOTALL | re.IGNORECASE)
_DECLARATION: Final = re.compile(r"^\s*<\?xml.*?\?>", re.DOTALL)
_CONTROL: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")
_LONGEST: Final = 12_000_000  # characters; sitemaps may have 50 MB, of which the first part is enough


def read_xml(body: bytes, what: str, *roots: str) -> etree._Element:
    """The root element, if its name (without name space, in lower case) is one of ``roots``.

    Raises UnreadablePage, naming ``what`` was expected.
    """
    text = _CONTROL.sub("", decode(body, None))[:_LONGEST]
    text = _DOCTYPE.sub("", _DECLARATION.sub("", text), count=1)
    parser = etree.XMLParser(recover=True, resolve_entities=False, no_network=True, huge_tree=False)
    try:
        root = etree.fromstring(text.encode("utf-8", "replace"), parser=parser)
    except (etree.LxmlError, ValueError) as error:
        raise UnreadablePage(f"{what} expected, but the body is no XML") from error
    if root is None or name_of(root) not in roots:
        seen = f"the root element is <{name_of(root)[:40]}>" if root is not None else "the body is no XML"
        raise UnreadablePage(f"{what} expected, but {seen}")
    return root


def name_of(element: etree._Element) -> str:
    """An element's name without its name space, in lower case; "" for comments."""
    return etree.QName(element).localname.lower() if isinstance(element.tag, str) else ""


def text_in(element: etree._Element, *names: str) -> str:
    """The text of the first descendant with one of these names; "" when there is none."""
    for child in element.iterdescendants():
        if name_of(child) in names and (child.text or "").strip():
            return (child.text or "").strip()
    return ""
