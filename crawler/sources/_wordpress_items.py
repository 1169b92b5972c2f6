"""Posts, users and sites of WordPress's REST API as items. Addresses and paging are in ``wordpress.py``.

Names are those of ``_site.py``, so that what the API, the feed and the page say of one author becomes one account; the
number that WordPress gives a user is one name more. What an SEO plugin repeats of the page's head (``yoast_head``) is
the permalink's own robots meta: a post or author page that is noindex there is not kept.
"""

import re
from dataclasses import dataclass
from itertools import chain
from typing import Final

from catalog.identity import try_canonical, url_alias
from catalog.items import (
    AccountItem,
    Alias,
    Consent,
    ConsentSignal,
    Moment,
    PostItem,
    Precision,
    ProfileLink,
    TimeOrigin,
)
from crawler.errors import UnreadablePage
from crawler.sources._boilerplate import without_boilerplate
from crawler.sources._dates import parse_moment
from crawler.sources._html import html_to_text, one_line, parse_html
from crawler.sources._json import JsonObject
from crawler.sources._leads import anchors
from crawler.sources._meta import Head, read_head
from crawler.sources._site import Author, author_aliases, clean_name, same_host, site_host, without_email

_NO_TERM: Final = ("uncategorized", "allgemein", "uncategorised", "sin categoría", "non classé")
_OPEN: Final = "a public post that the site hands out to everybody"


@dataclass(frozen=True, slots=True)
class WordPressUser:
    """An author. ``number`` is "" and ``name`` is "" where a site hides them; ``email`` tells that the name was one."""

    number: str = ""
    name: str = ""
    slug: str = ""
    page: str = ""
    bio: str = ""
    links: tuple[ProfileLink, ...] = ()
    email: bool = False

    def __bool__(self) -> bool:
        return bool(self.number or self.name)


def is_public(row: JsonObject) -> bool:
    """Published, without a password, and not asked to be left out by its own page."""
    shut = any(row.object(part).flag("protected") for part in ("content", "excerpt"))
    return row.text("status") in ("", "publish") and not shut and not row.text("password") and not is_noindex(row)


def is_noindex(row: JsonObject) -> bool:
    """Whether the page that a row is about carries a robots meta against being kept, as an SEO plugin repeats it."""
    if row.object("yoast_head_json").object("robots").text("index") == "noindex":
        return True
    head = _head(row)
    return head is not None and head.directives.noindex


def user_of(row: JsonObject) -> WordPressUser:
    """A row of ``/users``, or the author that came embedded in a post."""
    written = row.text("name")
    name = clean_name(html_to_text(written))
    hidden = "@" in written and without_email(written) != written
    website = try_canonical(row.text("url"))
    about = row.text("description")
    links = [ProfileLink(website)] if website else []
    links += [ProfileLink(anchor.url) for anchor in anchors(about)]
    return WordPressUser(
        number=row.id("id") if row.id("id").isdecimal() else "",
        name=name,
        slug="" if hidden else row.text("slug"),
        page=try_canonical(row.text("link")) or "",
        bio=html_to_text(about),
        links=tuple({link.url: link for link in links}.values()),
        email=hidden,
    )


def author_of(row: JsonObject) -> WordPressUser:
    """The author of a post: as embedded, else the number with the name that an SEO plugin repeats."""
    embedded = next(iter(row.object("_embedded").objects("author")), JsonObject())
    if embedded.id("id") and embedded.text("name"):
        return user_of(embedded)
    number, told = row.id("author"), _told_in_head(row, "author", "author", "article:author")
    return WordPressUser(number=number if number.isdecimal() and number != "0" else "", name=clean_name(told))


def user_aliases(user: WordPressUser, home: str) -> tuple[Alias, ...]:
    """An author's names on the site at ``home``: byline, page, and the address that WordPress gives each number."""
    numbered = url_alias(f"{home}?author={user.number}") if user.number else None
    return (*author_aliases(Author(user.name, user.page), home), *((numbered,) if numbered else ()))


def read_user(user: WordPressUser, home: str, asked: str) -> AccountItem | None:
    """The author's account; None when nothing names them."""
    aliases = user_aliases(user, home)
    if not aliases:
        return None
    return AccountItem(
        platform="web",
        host=site_host(home),
        aliases=aliases,
        url=_page_of(user, home),
        consent=ConsentSignal(Consent.FULL, _OPEN, asked, "default"),
        provenance="api",
        handle=user.slug or None,
        kind="person" if user.name else "unknown",
        name=user.name,
        bio=user.bio,
        links=tuple(link for link in user.links if not same_host(link.url, home)),
        text_complete=bool(user.bio),
    )


def site_account(
    home: str, asked: str, *, name: str = "", bio: str = "", user: WordPressUser = WordPressUser()
) -> AccountItem:
    """The site itself; with ``user`` where everything on it is one person's."""
    return AccountItem(
        platform="web",
        host=site_host(home),
        aliases=(url_alias(home), *user_aliases(user, home)),
        url=_page_of(user, home),
        consent=ConsentSignal(Consent.FULL, _OPEN, asked, "default"),
        provenance="api",
        kind="person" if user.name else "unknown",
        name=user.name or name,
        bio=bio or user.bio,
        links=tuple(link for link in user.links if not same_host(link.url, home)),
        text_complete=False,  # the site's own pages tell more
    )


def _page_of(user: WordPressUser, home: str) -> str:
    """The author's page, the same whichever answer shows the author; the front page where it is not told."""
    return user.page if user.page and same_host(user.page, home) else home


def read_post(row: JsonObject, account: Alias) -> PostItem | None:
    """A public post; None without an address, or when it says nothing."""
    url = try_canonical(row.text("link"))
    whole = without_boilerplate(html_to_text(row.object("content").text("rendered")))
    text = whole or html_to_text(row.object("excerpt").text("rendered"))
    title = one_line(html_to_text(row.object("title").text("rendered")))
    if url is None or not row.id("id") or not (text or title):
        return None
    guid = row.object("guid").text("rendered").strip()
    published, edited = _time(row, "date"), _time(row, "modified")
    return PostItem(
        account=account,
        native_id=guid[:500] if guid else url,  # what the feed calls it, too
        url=url,
        provenance="api",
        text=text,
        title=title,
        kind="article",
        language=_language(row),
        tags=_terms(row),
        published=published,
        edited=edited if edited and published and edited.at > published.at else None,
        complete=bool(whole),
    )


def _time(row: JsonObject, key: str) -> Moment | None:
    """``date_gmt`` is UTC without saying so; ``date`` is the site's own time, so that only its day is known."""
    gmt = row.text(f"{key}_gmt")
    if gmt and not re.search(r"Z$|[+-]\d\d:?\d\d$", gmt):
        gmt += "Z"
    found = parse_moment(gmt, TimeOrigin.AUTHOR) if not gmt.startswith("0000") else None
    if found is not None:
        return found
    local = parse_moment(row.text(key), TimeOrigin.AUTHOR)
    return Moment(local.at, Precision.DAY, local.origin) if local else None


def _terms(row: JsonObject) -> tuple[str, ...]:
    """Names of tags and categories, where they came embedded in lists of lists; a post names them by number only."""
    groups = row.object("_embedded").values.get("wp:term")
    terms = (
        chain.from_iterable(group for group in groups if isinstance(group, list)) if isinstance(groups, list) else ()
    )
    named = (one_line(html_to_text(JsonObject(term).text("name")), 80) for term in terms if isinstance(term, dict))
    return tuple(dict.fromkeys(name for name in named if name and name.casefold() not in _NO_TERM))


def _head(row: JsonObject) -> Head | None:
    """What the SEO plugin repeats of the page's head."""
    written, url = row.text("yoast_head"), try_canonical(row.text("link"))
    if "<" not in written or url is None:
        return None
    try:
        return read_head(parse_html(f"<html><head>{written}</head><body></body></html>"), url)
    except UnreadablePage:
        return None


def _told_in_head(row: JsonObject, key: str, *tags: str) -> str:
    told, head = row.object("yoast_head_json").text(key), _head(row)
    return told or (head.first(*tags) if head else "")


def _language(row: JsonObject) -> str | None:
    match = re.match(r"[a-z]{2,3}(?![A-Za-z])", _told_in_head(row, "og_locale", "og:locale"))
    return match[0] if match else None
