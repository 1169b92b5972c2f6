"""The iTunes Search interface for podcasts."""

import re

from tests.world.blogs import feed_url
from tests.world.model import Creator
from tests.world.web import Request, Response, json_answer, not_found, stable_number
from tests.world.writing import World

# The real host serves no robots.txt for its interface.
_KIND = "text/javascript; charset=utf-8"  # what the real one says, although the body is JSON


class ItunesSite:
    """The directory."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._shows = [creator for creator in world.creators if creator.on("podcast")]

    def respond(self, request: Request) -> Response:
        """Route one request."""
        if request.path != "/search":
            return not_found()
        asked = set(_words(request.parameter("term")))
        found = [creator for creator in self._shows if asked & set(self._described(creator))]
        found.sort(key=lambda creator: (-len(asked & set(self._described(creator))), creator.id))
        limit = int(request.parameter("limit", "50") or 50)
        results = [self._show(creator) for creator in found[:limit]]
        return json_answer({"resultCount": len(results), "results": results}, kind=_KIND)

    def _described(self, creator: Creator) -> list[str]:
        assert creator.blog is not None
        return _words(f"{creator.blog.title} {creator.bio} {creator.name}")

    def _show(self, creator: Creator) -> dict[str, object]:
        assert creator.blog is not None
        presence = creator.presences[0]
        number = stable_number(creator.id, digits=10)
        posts = self._world.posts_at(presence)
        return {
            "wrapperType": "track",
            "kind": "podcast",
            "collectionId": number,
            "trackId": number,
            "artistName": creator.name,
            "collectionName": creator.blog.title,
            "trackName": creator.blog.title,
            "collectionViewUrl": f"https://podcasts.castpier.example/us/podcast/id{number}",
            "feedUrl": feed_url(presence.host, presence.handle),
            "trackCount": len(posts),
            "country": "USA",
            "primaryGenreName": "Food",
            "releaseDate": f"{posts[0].published:%Y-%m-%dT%H:%M:%S}Z",
            "genres": ["Food", "Podcasts"],
        }


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())
