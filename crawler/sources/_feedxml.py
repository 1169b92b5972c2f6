"""RSS 0.9 to 2.0, RDF and Atom, with the podcast name spaces, by feedparser; bytes in, ``Feed`` out.

Before feedparser sees a body it is decoded here, its DOCTYPE (and with it every entity declaration) is cut out
and its root element must be a feed's. Sanitising is off: text is taken from HTML by ``_html``, markup is never kept.
"""

import io
import re
from collections.abc import Iterable, Mapping
from typing import Any

import feedparser

from catalog.items import Moment, Precision, TimeOrigin
from crawler.errors import UnreadablePage
from crawler.sources._boilerplate import without_boilerplate
from crawler.sources._counts import parse_count
from crawler.sources._dates import parse_moment
from crawler.sources._feedblogger import on_own_host
from crawler.sources._feedmodel import Entry, Feed
from crawler.sources._html import decode, html_to_text, one_line, tidy
from crawler.sources._podcasthead import PodcastHead
from crawler.sources._site import Author, absolute, clean_name, without_email

_ENCODING = re.compile(rb"""^\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([\w.:-]+)""")
_PROLOG = re.compile(r"\s+|<\?.*?\?>|<!--.*?-->|<!DOCTYPE\s[^\[>]*(?:\[.*?\]\s*)?>", re.DOTALL | re.IGNORECASE)
_ROOT = re.compile(r"<([\w.:-]+)[\s/>]")
_WRAPPED = re.compile(r"""<(feed)\s[^>]*xmlns=["']http://www\.w3\.org/2005/Atom["']""")  # a feed inside a page
_ROOTS = frozenset({"rss", "feed", "rdf"})
# feedparser takes e-mail addresses for authors apart, wrongly when the top-level domain is long: they go before it.
_PERSON = re.compile(
    r"(<(?:\w+:)?(?:author|creator|name|email|managingEditor|webMaster)\b[^>]*>)((?:\s*<!\[CDATA\[)?[^<]*@[^<]*)"
)
_ALERT = re.compile(r"https?://www\.google\.[a-z.]+/url\?")  # what Google found: somebody else's words
_MEDIUM_MARK = re.compile(r"\?source=rss(?:-[\w-]*)?$")
_REBLOGGED = re.compile(r"<p>\s*<a\b[^>]{0,500}class=\"tumblr_blog\"[^>]{0,500}>[^<]{0,200}</a>\s*:?\s*</p>", re.I)
# Without a word on it a guid counts as an address, which feedparser then makes of "episode 1".
_PLAIN_GUID = re.compile(
    r"""<guid(?:\s+isPermaLink\s*=\s*["']true["'])?\s*>(?=\s*(?:<!\[CDATA\[)?\s*(?!https?:|/)\S)""", re.IGNORECASE
)
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")
_MOST_ENTRIES = 1000
_LONGEST = 1_700_000  # characters; entries after that are the oldest and wait for nobody
_NOINDEX = re.compile(r"<(?:\w+:)?meta\b[^>]{0,300}name=[\"']robots[\"'][^>]{0,300}noindex", re.IGNORECASE)


def read_xml_feed(body: bytes, url: str, declared: str | None) -> Feed:
    """The feed in ``body``; ``url`` is its own address, ``declared`` the encoding that the header named.

    Raises UnreadablePage when the root element is not that of a feed.
    """
    text = _without_prolog(body, declared)
    parsed = feedparser.parse(
        io.BytesIO(text.encode("utf-8", "replace")),
        sanitize_html=False,
        resolve_relative_uris=False,
        response_headers={"content-location": url, "content-type": "application/xml; charset=utf-8"},
    )
    channel = parsed.feed
    podcast = "podcast:" in text or "itunes" in parsed.namespaces
    extra = PodcastHead(text) if "podcast:" in text or "new-feed-url" in text else None
    return Feed(
        title=_title(channel),
        description=_text_of(channel, "subtitle") or _text_of(channel, "summary"),
        home=_address(url, _get(channel, "link")),
        authors=_authors(channel, url) or (extra.hosts(url) if extra else ()),
        owner=clean_name(_get(_get(channel, "publisher_detail") or {}, "name")),
        language=_language(_get(channel, "language")),
        location=extra.location if extra else "",
        tags=_tags(channel),
        links=extra.funding(url) if extra else (),
        entries=tuple(_entry(entry, url) for entry in parsed.entries[:_MOST_ENTRIES]),
        next_page=_next_page(channel, url),
        podcast=podcast and any(_is_episode(entry) for entry in parsed.entries),
        blocked=bool(_get(channel, "itunes_block")) or (extra is not None and extra.blocked),
        channel_id=_channel_id(channel),
        moved_to=extra.moved_to(url) if extra else None,
        recommends=extra.recommends(url) if extra else (),
        noindex=_NOINDEX.search(text[: text.find("<item") if "<item" in text else 20_000]) is not None,
    )


def _without_prolog(body: bytes, declared: str | None) -> str:
    """The document from its root element on: no XML declaration, no DOCTYPE, no characters that XML forbids."""
    named = _ENCODING.match(body[:300])
    text = _CONTROL.sub("", decode(body, named[1].decode("ascii") if named else declared))
    start = 0
    while (skipped := _PROLOG.match(text, start)) is not None:
        start = skipped.end()
    root = _ROOT.match(text, start)
    wrapped = _WRAPPED.search(text, start, start + 2000) if root and root[1].lower() == "html" else None
    if wrapped is not None:
        start, root = wrapped.start(), wrapped
    if root is None or root[1].rpartition(":")[2].lower() not in _ROOTS:
        seen = f"the root element is <{root[1]}>" if root else "it does not begin with an element"
        raise UnreadablePage(f"not a feed: {seen}")
    shortened = _shortened(text[start:], root[1])
    shortened = _PLAIN_GUID.sub('<guid isPermaLink="false">', shortened)
    return _PERSON.sub(lambda match: match[1] + without_email(match[2]), shortened)


def _shortened(text: str, root: str) -> str:
    """The first ``_LONGEST`` characters, cut after an entry and closed again."""
    if len(text) <= _LONGEST:
        return text
    ends = [(text.rfind(f"</{name}>", 0, _LONGEST), name) for name in ("item", "entry")]
    at, name = max(ends)
    if at < 0:
        return text[:_LONGEST]
    channel = "</channel>" if name == "item" and root.lower() == "rss" else ""
    return f"{text[:at]}</{name}>{channel}</{root}>"


def _entry(entry: Mapping[str, Any], base: str) -> Entry:
    bodies: tuple[Mapping[str, Any], ...] = tuple(_get(entry, "content") or ())
    episode = _is_episode(entry)
    whole = max((str(_get(one, "value") or "") for one in bodies), key=len, default="")
    summary = str(_get(entry, "summary") or "")
    own, borrowed = _without_reblogged(whole or summary)
    text = _plain(own, bodies[0] if whole.strip() else _get(entry, "summary_detail") or {})
    published, edited = _times(entry)
    alert = _ALERT.match(str(_get(entry, "link") or "")) is not None
    is_video = bool(_get(entry, "yt_videoid"))
    return Entry(
        id=str(_get(entry, "yt_videoid") or _get(entry, "id") or ""),
        url=_address(base, _get(entry, "feedburner_origlink") or _get(entry, "link")) or "",
        title=_title(entry),
        text=without_boilerplate(text),
        complete=(bool(whole.strip()) or episode or is_video) and not alert,
        authors=_authors(entry, base),
        published=published,
        edited=edited,
        language=_language(_get(bodies[0] if bodies else _get(entry, "title_detail") or {}, "language")),
        tags=_tags(entry),
        comments=_count(_get(entry, "slash_comments") or _get(entry, "thr_total")),
        likes=_likes(_get(entry, "media_starrating") or {}),
        episode=episode or is_video,
        borrowed=borrowed and not text,
    )


def _get(mapping: Mapping[str, Any], key: str) -> Any:
    """What the feed said, without feedparser's stand-ins ("updated" for "published" and the like)."""
    return dict.get(mapping, key) if isinstance(mapping, dict) else None


def _plain(markup: str, detail: Mapping[str, Any]) -> str:
    return tidy(markup) if _get(detail, "type") == "text/plain" and "</" not in markup else html_to_text(markup)


def _text_of(context: Mapping[str, Any], key: str) -> str:
    return _plain(str(_get(context, key) or ""), _get(context, f"{key}_detail") or {})


def _title(context: Mapping[str, Any]) -> str:
    return one_line(_text_of(context, "title"))


def _authors(context: Mapping[str, Any], base: str) -> tuple[Author, ...]:
    found: dict[str, Author] = {}
    for person in (*(_get(context, "authors") or ()), _get(context, "author_detail") or {}):
        name = clean_name(_get(person, "name"))
        if name and name.casefold() not in found:
            found[name.casefold()] = Author(name, absolute(base, _get(person, "href")) or "")
    if not found and (name := clean_name(_get(context, "author"))):
        found[name.casefold()] = Author(name)
    return tuple(found.values())


def _times(entry: Mapping[str, Any]) -> tuple[Moment | None, Moment | None]:
    """Published and edited; RSS 1.0 and lazy Atom feeds have only one date, which then is the first."""
    times = {key: _time(entry, key) for key in ("published", "created", "updated")}
    published = times["published"] or times["created"] or times["updated"]
    edited = times["updated"]
    return published, edited if edited and published and edited.at > published.at else None


def _time(entry: Mapping[str, Any], key: str) -> Moment | None:
    moment = parse_moment(_get(entry, key), TimeOrigin.AUTHOR)
    parsed = _get(entry, f"{key}_parsed")
    if moment is not None or parsed is None:
        return moment
    # A form that only feedparser knows (Korean, Greek, Hungarian); its zone is a guess, the day is not.
    written = f"{parsed.tm_year:04d}-{parsed.tm_mon:02d}-{parsed.tm_mday:02d}"
    again = parse_moment(written, TimeOrigin.AUTHOR)
    return Moment(again.at, Precision.DAY, again.origin) if again else None


def _tags(context: Mapping[str, Any]) -> tuple[str, ...]:
    terms = (one_line(_get(tag, "label") or _get(tag, "term"), 80) for tag in _get(context, "tags") or ())
    return tuple(dict.fromkeys(term for term in terms if term and "://" not in term))[:40]


def _language(value: object) -> str | None:
    match = re.match(r"[A-Za-z]{2,3}(?![A-Za-z])", value) if isinstance(value, str) else None
    return match[0].lower() if match else None


def _count(value: object) -> int | None:
    found = parse_count(value) if isinstance(value, str) else None
    return found.value if found else None


def _likes(rating: Mapping[str, Any]) -> int | None:
    """Thumbs up of a YouTube video: its feed gives them as stars, a thumb up as 5 and a thumb down as 1."""
    count, average = _count(_get(rating, "count")), str(_get(rating, "average") or "")
    if count is None or not re.fullmatch(r"[1-5](?:\.\d{1,4})?", average) or float(average) > 5:
        return 0 if count == 0 else None
    return round(count * (float(average) - 1) / 4)


def _without_reblogged(markup: str) -> tuple[str, bool]:
    """Markup without the line that names whom a Tumblr post repeats, and whether there was one; the quotation itself
    goes with every quotation.
    """
    own, found = _REBLOGGED.subn("", markup)
    return own, found > 0


def _address(base: str, href: object) -> str | None:
    """The canonical form of a link, without the mark that Medium's feeds put on theirs."""
    return absolute(base, _MEDIUM_MARK.sub("", href)) if isinstance(href, str) else None


def _channel_id(channel: Mapping[str, Any]) -> str:
    """YouTube's id of a channel, which some of its feeds give without the UC in front."""
    told = str(_get(channel, "yt_channelid") or "")
    told = told if told.startswith("UC") or len(told) != 22 else f"UC{told}"
    return told if re.fullmatch(r"UC[\w-]{22}", told, re.ASCII) else ""


def _is_episode(entry: Mapping[str, Any]) -> bool:
    kinds = (str(_get(one, "type") or "") for one in _get(entry, "links") or () if _get(one, "rel") == "enclosure")
    return any(kind.startswith(("audio/", "video/")) for kind in kinds)


def _next_page(channel: Mapping[str, Any], base: str) -> str | None:
    links: Iterable[Mapping[str, Any]] = _get(channel, "links") or ()
    found = next((absolute(base, _get(one, "href")) for one in links if _get(one, "rel") == "next"), None)
    return on_own_host(found, base) if found else None
