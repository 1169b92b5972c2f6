"""The addresses of WordPress's REST API: how they are spelled, and which address a body names as its own."""

import re
from collections.abc import Mapping
from typing import Final
from urllib.parse import parse_qs, urlencode, urlsplit

from catalog.identity import canonical_url, try_canonical
from catalog.items import Link
from crawler.sources._json import JsonObject

PER_PAGE: Final = 20
FURTHER_PAGES: Final = 2
EMBED: Final = "author,wp:term"  # what a post only numbers
_API_PATH: Final = re.compile(r"(.*?)/wp-json/wp/v2/(posts|tags|categories|users)(?:/(\d+))?/?")
_ROOT_PATH: Final = re.compile(r"(.*?)/wp-json/?")
_ROUTE: Final = re.compile(r"/wp/v2/(posts|tags|categories|users)(?:/(\d+))?/?")


def asked_for(url: str) -> str:
    """``posts``, ``tags``, ``categories``, ``users`` or ``site``: what a canonical address asks for; "" for no API."""
    parts = urlsplit(url)
    found = _API_PATH.fullmatch(parts.path)
    route = _ROUTE.fullmatch(parse_qs(parts.query).get("rest_route", [""])[0])
    if found or route:
        return found[2] if found else route[1] if route else ""
    return "site" if _ROOT_PATH.fullmatch(parts.path) else ""


def home_of(url: str) -> str:
    """The front page of the site whose API was asked, its folder kept; that of the host for any other address."""
    parts = urlsplit(url)
    found = _API_PATH.fullmatch(parts.path) or _ROOT_PATH.fullmatch(parts.path)
    return canonical_url(f"{parts.scheme}://{parts.netloc}{found[1] if found else ''}/")


def api_link(
    base: str, what: str, query: Mapping[str, str], page: str, score: float, context: Mapping[str, str] | None = None
) -> Link:
    """A question to the API of the site at ``base``."""
    url = canonical_url(f"{base}/wp-json/wp/v2/{what}?{urlencode(query)}")
    return Link(url=url, source="wordpress", page=page, score=score, context=context or {})


def posts_link(home: str, score: float) -> Link:
    """The newest posts of the site at ``home``."""
    query = {"per_page": str(PER_PAGE), "_embed": EMBED}
    return api_link(home.rstrip("/"), "posts", query, "posts", score, {"pages": str(FURTHER_PAGES)})


def link_of_api(root: str) -> Link | None:
    """The newest posts, from the address of an API that a page names in its head; None for one that is none."""
    canonical = try_canonical(root)
    found = _ROOT_PATH.fullmatch(urlsplit(canonical).path) if canonical else None
    if canonical is None or found is None:
        return None
    parts = urlsplit(canonical)
    return posts_link(f"{parts.scheme}://{parts.netloc}{found[1]}/", 0.5)


def address_in(row: JsonObject, url: str, page: str) -> str:
    """Where a body that a person saved comes from, as it says itself."""
    own = next(iter(row.object("_links").objects("self")), JsonObject()).text("href")
    named = try_canonical(own)
    if named:
        return named
    home = try_canonical(row.text("home") or row.text("url")) if page == "site" else try_canonical(row.text("link"))
    if home is None:
        return url
    parts = urlsplit(home)
    what = "" if page == "site" else f"wp/v2/{'tags' if page == 'terms' else page}"
    return canonical_url(f"{parts.scheme}://{parts.netloc}/wp-json/{what}")
