"""Addresses of Lemmy's API, and how to know its answers without one. What they say is read in ``lemmy.py``."""

import re
from collections.abc import Iterator
from typing import Final
from urllib.parse import urlencode, urlsplit

from catalog.identity import canonical_url, host_of, try_canonical
from catalog.items import Link
from crawler.sources._json import JsonObject
from crawler.sources._leads import base_of, segment
from crawler.sources._lemmy_items import address_of, name_of
from crawler.sources._mastodon_account import home_link as ask_at_home

LIMIT: Final = 50  # the most that the API gives at once
FURTHER_PAGES: Final = 1
_PERSON_PATH: Final = re.compile(r"/u/[^/]+/?")
LISTS: Final = ("posts", "comments", "users", "persons", "communities", "items", "content", "results")


def search_link(base: str, version: int, words: str, rank: int) -> Link:
    """One search over everything that the server knows, newest first."""
    query = {"q": words, "type_": "All", "sort": "New", "listing_type": "All", "limit": str(LIMIT)}
    if version == 4:
        query = {"q": words, "search_term": words, "type_": "all", "sort": "new", "listing_type": "all"}
    return Link(
        url=canonical_url(f"{base}/api/v{version}/search?{urlencode(query)}"),
        source="lemmy",
        page="search",
        score=round(max(0.75, 0.9 - 0.03 * rank), 3),
        context={"query": words, "pages": str(FURTHER_PAGES)},
    )


def user_link(base: str, version: int, name: str, score: float) -> Link | None:
    """A profile at its own server, in version 3 with the newest posts."""
    method = "person?" if version == 4 else f"user?limit={LIMIT}&sort=New&"
    url = try_canonical(f"{base}/api/v{version}/{method}username={segment(name)}") if name else None
    return Link(url=url, source="lemmy", page="user", score=score) if url else None


def community_link(base: str, version: int, community: JsonObject, score: float) -> Link | None:
    name, address = community.text("name"), address_of(community)
    if not name or not address:
        return None
    full_name = name if host_of(address) == host_of(base) else f"{name}@{host_of(address)}"
    order = "new" if version == 4 else "New"
    query = urlencode({"community_name": full_name, "sort": order, "limit": LIMIT})
    url = try_canonical(f"{base}/api/v{version}/post/list?{query}")
    context = {"pages": str(FURTHER_PAGES)}
    return Link(url=url, source="lemmy", page="posts", score=score, context=context) if url else None


def home_link(person: JsonObject, score: float) -> Link | None:
    """Where somebody who lives on another server can be asked; which software that is shows in the address."""
    address = address_of(person)
    if _PERSON_PATH.fullmatch(urlsplit(address).path):
        return user_link(base_of(address), 3, name_of(person), score)
    actor = {"uri": address, "url": address, "username": name_of(person)}
    return ask_at_home(JsonObject(actor), score)


def page_of(answer: JsonObject) -> tuple[str, JsonObject]:
    """The page that reads an answer, told by its shape, and one thing in it that says where it comes from."""
    if answer.object("site_view").object("local_site"):
        return "site", JsonObject()
    person = answer.object("person_view").object("person")
    if name_of(person):
        return "user", person
    views = [view for key in (*LISTS, "post_view", "comment_view") for view in _views_of(answer, key)]
    creators = [
        view.object("creator") for view in views if view.object("community") and name_of(view.object("creator"))
    ]
    people = [view.object("person") for view in views if name_of(view.object("person"))]
    things = sorted((*creators, *people), key=lambda one: one.flag("local") is not True)
    rooms = [view.object("community") for view in (*views, answer.object("community_view"))]
    rooms = [room for room in rooms if "/c/" in address_of(room)]
    if not things and not rooms:
        return "", JsonObject()
    several = sum(isinstance(answer.values.get(key), list) for key in LISTS) > 1 or not creators
    return "search" if several else "posts", (things or rooms)[0]


def _views_of(answer: JsonObject, key: str) -> Iterator[JsonObject]:
    yield from answer.objects(key)
    if answer.object(key):
        yield answer.object(key)
