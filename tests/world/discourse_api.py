"""Discourse forums: lists of topics, topics with their posts, and the robots.txt that Discourse ships."""

import html
from collections.abc import Sequence
from functools import cached_property
from typing import Any

from tests.world.discourse_shapes import DiscourseShapes, Json, Thread
from tests.world.model import Forum, Post, Topic
from tests.world.web import (
    Request,
    Response,
    html_answer,
    json_answer,
    moved,
    not_found,
    robots_answer,
)
from tests.world.writing import World

ROBOTS = """# See http://www.robotstxt.org/wc/norobots.html for documentation on how to use the robots.txt file
#
User-agent: *
Disallow: /admin/
Disallow: /auth/
Disallow: /assets/browser-update*.js
Disallow: /email/
Disallow: /session
Disallow: /user-api-key
Disallow: /*?api_key*
Disallow: /*?*api_key*
Disallow: /badges
Disallow: /u/
Disallow: /my
Disallow: /search
Disallow: /tag/*/l
Disallow: /g
Disallow: /t/*/*.rss
Disallow: /c/*.rss

Sitemap: https://{host}/sitemap.xml
"""

_PER_PAGE = 12


class DiscourseSite:
    """One forum."""

    def __init__(self, world: World, forum: Forum) -> None:
        self._world = world
        self._forum = forum
        self._categories = {category.slug: category for category in forum.categories}
        self._people = {
            presence.handle: creator
            for creator in world.creators
            for presence in creator.on("forum")
            if presence.host == forum.host
        }

    @cached_property
    def _threads(self) -> list[Thread]:
        """All topics, the most recently answered first."""
        desks = {
            handle: iter(reversed(self._world.posts_at(creator.on("forum")[0])))
            for handle, creator in self._people.items()
        }
        threads = []
        for number, topic in enumerate(self._world.sites.topics):
            if topic.forum != self._forum.host:
                continue
            taken = [(self._people[handle], self._next(desks[handle], topic, handle)) for handle in topic.by]
            taken.sort(key=lambda pair: pair[1].published)
            slug = "-".join("".join(c if c.isalnum() else " " for c in topic.title.lower()).split())
            threads.append(Thread(topic_id(number), topic, slug, tuple(taken)))
        return sorted(threads, key=lambda thread: thread.posts[-1][1].published, reverse=True)

    def _next(self, desk: Any, topic: Topic, handle: str) -> Post:
        """The person's next written post; hidden and private topics take none, their text is given."""
        if not topic.text:
            return next(desk)  # type: ignore[no-any-return]
        return self._world.posts_at(self._people[handle].on("forum")[0])[0]

    def respond(self, request: Request) -> Response:
        """Route one request."""
        match [part for part in request.path.split("/") if part]:
            case []:
                return html_answer(f"<!DOCTYPE html><html><title>{html.escape(self._forum.title)}</title></html>")
            case ["robots.txt"]:
                return robots_answer(ROBOTS.replace("{host}", self._forum.host))
            case ["latest.json"]:
                # A private message that slips into the list: its archetype says what it is.
                return self._list([thread for thread in self._threads if not thread.topic.hidden], request)
            case ["categories.json"]:
                return json_answer(
                    {"category_list": {"categories": [self._shapes.category(c) for c in self._forum.categories]}}
                )
            case ["site.json"]:
                return json_answer({"categories": [self._shapes.category(c) for c in self._forum.categories]})
            case ["c", slug, _] if slug in self._categories:
                return self._list([t for t in self._listed() if t.topic.category == slug], request)
            case ["tag", name] | ["tag", name, "l", "latest.json"]:
                tag = name.removesuffix(".json")
                return self._list([t for t in self._listed() if tag in t.topic.tags], request)
            case ["search.json"]:
                return self._search(request.parameter("q"))
            case ["u", name]:
                return self._user(name)
            case ["t", *rest] if rest:
                return self._topic(rest, request)
        return json_answer(
            {"errors": ["The requested URL or resource could not be found."], "error_type": "not_found"}, status=404
        )

    def _listed(self) -> list[Thread]:
        return [thread for thread in self._threads if thread.listed]

    @cached_property
    def _shapes(self) -> DiscourseShapes:
        return DiscourseShapes(self._forum, self._listed())

    def _list(self, threads: Sequence[Thread], request: Request) -> Response:
        page = int(request.parameter("page", "0") or 0)
        shown = threads[page * _PER_PAGE : (page + 1) * _PER_PAGE]
        people = {creator.id: creator for thread in shown for creator, _ in thread.posts}
        topic_list: Json = {
            "can_create_topic": False,
            "per_page": _PER_PAGE,
            "topics": [self._shapes.row(t) for t in shown],
        }
        if len(threads) > (page + 1) * _PER_PAGE:
            topic_list["more_topics_url"] = f"{request.path.removesuffix('.json')}?no_definitions=true&page={page + 1}"
        users = [self._shapes.person(creator) for creator in people.values()]
        return json_answer({"users": users, "primary_groups": [], "flair_groups": [], "topic_list": topic_list})

    def _topic(self, rest: Sequence[str], request: Request) -> Response:
        last = rest[-1]
        number = last.removesuffix(".json")
        thread = next((thread for thread in self._threads if str(thread.id) == number), None)
        if thread is None:
            return json_answer({"errors": ["That page doesn't exist."], "error_type": "not_found"}, status=404)
        if thread.topic.private:
            # What a leaked address would answer on a forum that shows it; archetype says that it is private.
            return json_answer(self._shapes.thread(thread))
        if last.endswith(".json"):
            return json_answer(self._shapes.thread(thread))
        if len(rest) == 1:
            return moved(f"https://{self._forum.host}/t/{thread.slug}/{thread.id}")
        return html_answer(self._shapes.topic_page(thread)) if thread.listed else not_found()

    def _search(self, query: str) -> Response:
        words = {word for word in query.lower().split() if len(word) > 2}
        if not words:
            return json_answer({"posts": [], "users": [], "categories": [], "grouped_search_result": {"term": query}})
        found = [
            (thread, number)
            for thread in self._listed()
            for number, (_, post) in enumerate(thread.posts)
            if words & set(f"{thread.topic.title} {post.text}".lower().split())
        ]
        posts = [
            self._shapes.post(thread, number) | {"blurb": thread.posts[number][1].text[:180] + "..."}
            for thread, number in found
        ]
        answer: Json = {"posts": posts, "users": [], "categories": [], "groups": []}
        if found:  # the real thing leaves the key out when nothing is found
            answer["topics"] = [
                self._shapes.row(thread) for thread in {thread.id: thread for thread, _ in found}.values()
            ]
        return json_answer(
            answer | {"grouped_search_result": {"term": query, "post_ids": [post["id"] for post in posts]}}
        )

    def _user(self, name: str) -> Response:
        creator = self._people.get(name.removesuffix(".json"))
        if creator is None:
            return json_answer({"errors": ["The requested URL or resource could not be found."]}, status=404)
        user = self._shapes.person(creator) | {
            "bio_cooked": f"<p>{html.escape(creator.bio, quote=False)}</p>",
            "bio_raw": creator.bio,
            "location": creator.location,
            "website": None,
            "profile_hidden": False,
            "created_at": "2023-02-11T08:00:00.000Z",
        }
        return json_answer({"user_badges": [], "user": user})


def topic_id(number: int) -> int:
    """The id of the world's n-th topic, from 0, over all forums."""
    return 100 + 7 * number
