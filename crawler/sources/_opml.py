"""OPML, the format in which people hand on lists of the feeds that they read; bytes in, values out."""

from dataclasses import dataclass
from typing import Final

from catalog.identity import try_canonical
from crawler.sources._html import one_line
from crawler.sources._xml import name_of, read_xml

_MOST: Final = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """One subscription. Addresses are canonical or ""; ``group`` is the heading under which it stands."""

    title: str
    feed: str = ""
    site: str = ""
    list_url: str = ""  # another OPML file that is to be included
    group: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opml:
    """A whole file. ``owner`` is the owner's page, canonical or ""."""

    title: str
    owner: str
    outlines: tuple[Outline, ...]


def read_opml(body: bytes) -> Opml:
    """The list in ``body``. Raises UnreadablePage when it is no OPML."""
    root = read_xml(body, "OPML", "opml")
    head = {name_of(child): (child.text or "") for part in root if name_of(part) == "head" for child in part}
    found: list[Outline] = []
    for element in root.iter():
        if name_of(element) != "outline" or len(found) >= _MOST:
            continue
        parent = element.getparent()
        values = {str(key).lower(): str(value) for key, value in element.attrib.items()}
        outer = {str(key).lower(): str(value) for key, value in parent.attrib.items()} if parent is not None else {}
        outline = _outline(values, _title(outer) if parent is not None and name_of(parent) == "outline" else "")
        if outline.feed or outline.site or outline.list_url:
            found.append(outline)
    owner = try_canonical(head.get("ownerid", "").strip()) or ""
    return Opml(title=one_line(head.get("title")), owner=owner, outlines=tuple(found))


def _outline(values: dict[str, str], group: str) -> Outline:
    kind = values.get("type", "").lower()
    url = try_canonical(values.get("url", "")) or ""
    included = kind == "include" or (kind == "link" and url.lower().endswith(".opml"))
    return Outline(
        title=_title(values),
        feed=try_canonical(values.get("xmlurl", "")) or "",
        site=try_canonical(values.get("htmlurl", "")) or ("" if included else url),
        list_url=url if included else "",
        group=group,
    )


def _title(values: dict[str, str]) -> str:
    return one_line(values.get("text") or values.get("title"), 120)
