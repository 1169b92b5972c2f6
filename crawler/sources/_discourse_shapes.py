"""Answers of Discourse forums without an address: which page reads them, and which forum they are from."""

import re
from collections.abc import Iterable
from typing import Final

from catalog.identity import try_canonical
from crawler.sources._document import Document
from crawler.sources._json import JsonObject

_PICTURE: Final = re.compile(r"(?:https?://[^/]+)?(?:/[^/]+)*?/user_avatar/([a-z0-9.-]+\.[a-z]{2,})/", re.IGNORECASE)

People = tuple[JsonObject, ...]
"""Objects of an answer that show somebody's picture."""


def page_of(document: Document) -> tuple[str, People]:
    """The page that reads an answer, told by keys that no other software uses so, and whom it pictures; "" for none."""
    answer = document.object
    stream, users, newest = answer.object("post_stream"), answer.objects("users"), answer.objects("latest_posts")
    if {"posts", "stream"} & stream.values.keys():
        return "topic", stream.objects("posts")
    if "topics" in answer.object("topic_list").values:
        return "topics", users
    if "categories" in answer.object("category_list").values:
        return "categories", answer.objects("featured_users")
    if answer.object("grouped_search_result"):
        return "search", users
    if newest and all(map(_is_post, newest)):
        return "posts", newest
    if _is_post(answer):
        return "posts", (answer,)
    return _page_of_people(answer) or ("search" if _is_old_search(document.rows) else "", ())


def home_of(people: People) -> str:
    """The address of a forum that keeps pictures of people under its own name; "" where it does not."""
    named = (_PICTURE.match(one.text("avatar_template")) for one in people)
    return next((try_canonical(f"https://{found[1]}/") or "" for found in named if found), "")


def _page_of_people(answer: JsonObject) -> tuple[str, People] | None:
    user, members = answer.object("user"), answer.objects("members")
    if user.text("username") and {"trust_level", "avatar_template"} & user.values.keys():
        return "user", (user,)
    if members and all(row.id("id").isdecimal() and row.text("username") for row in members):
        return "members", members
    return None


def _is_old_search(kinds: Iterable[JsonObject]) -> bool:
    """A list of kinds of findings, as forums answered before 2014."""
    told = [{"type", "name", "results"} <= kind.values.keys() for kind in kinds]
    return bool(told) and all(told)


def _is_post(row: JsonObject) -> bool:
    return {"cooked", "post_number", "topic_id", "username"} <= row.values.keys()
