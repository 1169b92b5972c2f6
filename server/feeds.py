"""A watch as an Atom feed (RFC 4287)."""

from xml.etree import ElementTree as ET

from app.watching import news
from catalog.store import Catalog
from catalog.watches import Shown, Watch
from search.engine import Engine
from search.results import iso_time

_ATOM = "http://www.w3.org/2005/Atom"
_MOST = 50


def atom_feed(catalog: Catalog, engine: Engine, watch: Watch, base: str) -> bytes:
    """Those whom the watch has shown or shows now, and who may still be shown; the newest first.

    ``base``: the server's address.
    """
    ET.register_namespace("", _ATOM)
    feed = ET.Element(f"{{{_ATOM}}}feed")
    page = f"{base}watches/{watch.id}"
    shown = _shown(catalog, engine, watch)
    _add(feed, "id", page)
    _add(feed, "title", f"{watch.name}: {watch.query}")
    _add(feed, "updated", iso_time(max((one.first_at for one in shown), default=watch.created)))
    _add(feed, "link", "", rel="alternate", href=page)
    _add(_add(feed, "author", ""), "name", "nichescout")
    for one in shown:
        if engine.find(one.creator_id) is None:
            continue
        report = engine.vet(one.creator_id, niche=watch.query)
        entry = _add(feed, "entry", "")
        _add(entry, "id", f"{page}#{one.creator_id}")
        _add(entry, "title", report.creator.name or "without a name")
        _add(entry, "updated", iso_time(one.first_at))
        _add(entry, "link", "", rel="alternate", href=f"{base}creators/{one.creator_id}")
        quotes = report.niche.best if report.niche else ()
        _add(entry, "summary", quotes[0].quote if quotes else report.creator.bio)
    text: bytes = ET.tostring(feed, encoding="utf-8", xml_declaration=True)
    return text


def _shown(catalog: Catalog, engine: Engine, watch: Watch) -> list[Shown]:
    fresh = [
        Shown(creator_id=one.result.creator.id, first_at=one.result.creator.last_fetched)
        for one in news(catalog, engine, watch)
        if one.first_at is None  # no worker has looked since
    ]
    return sorted([*catalog.shown(watch.id), *fresh], key=lambda one: one.first_at, reverse=True)[:_MOST]


def _add(parent: ET.Element, name: str, text: str, **attributes: str) -> ET.Element:
    child = ET.SubElement(parent, f"{{{_ATOM}}}{name}", attributes)
    child.text = "".join(letter for letter in text if letter.isprintable() or letter in "\n\t") or None
    return child
