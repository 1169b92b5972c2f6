"""Hashtags on Bluesky, from the stream of all new posts (Jetstream), heard for a minute.

Searching posts is closed to strangers; the stream is open to everybody. A post comes without its author's wishes, so
that none is kept by itself: it names who writes about a tag now, and their profiles are asked. ``crawler/listening.py``
does the listening; this page object reads what was heard.
"""

import re
from collections.abc import Iterable, Mapping
from typing import ClassVar, Final
from urllib.parse import parse_qs, urlencode, urlsplit

from web_poet import cached_method, field

from catalog.identity import canonical_url, host_of, try_canonical
from catalog.items import Link, PostItem, TimeOrigin
from catalog.tasks import Seed
from crawler.sources._bluesky_actor import PUBLIC_API, did_of
from crawler.sources._bluesky_links import profiles_links
from crawler.sources._bluesky_post import POST, read_record
from crawler.sources._dates import unix_moment
from crawler.sources._document import Document
from crawler.sources._json import JsonObject, read_lines
from crawler.sources._leads import base_url
from crawler.sources._plaintext import hashtags_in
from crawler.sources.base import Listen, PlanTerms, Source, SourceKind, SourcePage

_HOST: Final = "jetstream2.us-east.bsky.network"
_SECONDS: Final = 60.0
_MOST_POSTS: Final = 200
_MOST_TAGS: Final = 12
_KEY: Final = re.compile(r"[A-Za-z0-9._:~-]{1,512}")


class StreamPage(SourcePage):
    """What was heard: one event a line, new posts that name a tag of the context (``tags``)."""

    robots = "api"

    @cached_method
    def _events(self) -> tuple[JsonObject, ...]:
        return read_lines(bytes(self.response.body), "events of the stream")

    @field
    def posts(self) -> tuple[PostItem, ...]:
        """The posts with one of the tags; whether they may be kept is decided by their authors' profiles."""
        wanted = frozenset(self.page_params.get("tags", "").split())
        found = (_read_event(event) for event in self._events())
        kept = (post for post in found if post and (not wanted or wanted & {*post.tags, *hashtags_in(post.text)}))
        return tuple({(post.account, post.native_id): post for post in kept}.values())

    @field
    def links(self) -> tuple[Link, ...]:
        """The profiles of those who wrote, in batches; who wrote most first."""
        writers = [post.account.value for post in self.posts]
        ranked = sorted(dict.fromkeys(writers), key=lambda did: -writers.count(did))
        tags = self.page_params.get("tags", "")
        return tuple(profiles_links(PUBLIC_API, ranked, 0.75, {"query": tags} if tags else {}))


class BlueskyHashtags(Source):
    """Who writes under a hashtag on Bluesky right now."""

    name = "bluesky_hashtags"
    kind: ClassVar[SourceKind] = "hashtag"
    needs = "nothing"
    rules = "https://docs.bsky.app/blog/jetstream"
    pages: ClassVar[Mapping[str, type[SourcePage]]] = {"stream": StreamPage}

    def seeds(self, terms: PlanTerms, hosts: tuple[str, ...]) -> Iterable[Seed]:
        """One listen for all tags. There is one such service in several places; a host that is named stands in."""
        tags = tuple(dict.fromkeys(tag for tag in terms.hashtags if re.fullmatch(r"\w+", tag)))[:_MOST_TAGS]
        for host in (hosts or (_HOST,)) if tags else ():
            # The server ignores the tags: they are there so that a listen for other words is another address.
            query = urlencode({"wantedCollections": POST, "tags": " ".join(tags)})
            link = Link(
                url=canonical_url(f"{base_url(host)}/subscribe?{query}"),
                source=self.name,
                page="stream",
                score=0.85,
                context={"tags": " ".join(tags)},
            )
            yield Seed(label=f"{' '.join('#' + tag for tag in tags)} on {host_of(link.url)}, for a minute", link=link)

    def recognise(self, url: str) -> Link | None:
        """The stream's address."""
        canonical = try_canonical(url)
        if canonical is None or urlsplit(canonical).path != "/subscribe":
            return None
        query = parse_qs(urlsplit(canonical).query)
        if query.get("wantedCollections") != [POST]:
            return None
        context = {"tags": " ".join(re.findall(r"\w+", query.get("tags", [""])[0]))}
        return Link(url=canonical, source=self.name, page="stream", context=context)

    def recognise_body(self, document: Document) -> Link | None:
        """Events of the stream, one a line."""
        first = Document(document.body.lstrip().partition(b"\n")[0][:1_000_000], "").object
        if not did_of(first) or first.text("kind") not in ("commit", "identity", "account"):
            return None
        return Link(url=document.url, source=self.name, page="stream")

    def listen(self, page: str, context: Mapping[str, str]) -> Listen | None:  # noqa: ARG002 - has one page
        """A minute, or until enough was heard."""
        tags = context.get("tags", "").split()
        words = tuple(word for tag in tags for word in (f'"{tag}"', f"#{tag}"))
        return Listen(seconds=_SECONDS, messages=_MOST_POSTS, wanted=words)


def _read_event(event: JsonObject) -> PostItem | None:
    commit, did = event.object("commit"), did_of(event)
    if not did or commit.text("collection") != POST or commit.text("operation") not in ("create", "update"):
        return None
    key, heard = commit.text("rkey"), event.count("time_us")
    seen = unix_moment(heard / 1_000_000, TimeOrigin.PLATFORM) if heard else None
    if not _KEY.fullmatch(key):
        return None
    return read_record(commit.object("record"), did, key, seen=seen.at.isoformat() if seen else "")
