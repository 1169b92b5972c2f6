"""YouTube through its Data API, with the operator's key: who posts videos about something, and how they are received.

A search costs a call out of a hundred a day, everything else one unit of 10,000 for up to 50 channels or videos: the
plan searches rarely, and what it finds is asked for in batches. YouTube's policies bind what is kept: texts and counts
are read again or taken out within 30 days (``keep_for``), and answers are never archived. How resources are read is in
``_youtube.py``; a channel's public feed needs no key and is read by source "feed".
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from typing import ClassVar, Final
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

from web_poet import cached_method, field

from catalog.identity import canonical_url, host_of, try_canonical
from catalog.items import AccountItem, Consent, Link, PostItem
from catalog.tasks import Seed
from crawler.errors import UnreadablePage
from crawler.sources._api import bases, local_queries, read_answer
from crawler.sources._document import Document
from crawler.sources._json import JsonObject
from crawler.sources._keys import KeyPart, KeyRule, Quota, query_key
from crawler.sources._leads import base_of, lead, without_repeats
from crawler.sources._youtube import CHANNEL, HANDLE, VIDEO, channel_of, read_accounts, read_posts, video_of
from crawler.sources.base import PlanTerms, Source, SourceKind, SourcePage

_API_HOST: Final = "www.googleapis.com"
_PATH: Final = "/youtube/v3/"
_BATCH: Final = 50
_UPLOADS: Final = 25  # newest videos looked at per channel
_MOST_SEARCHES: Final = 4
_TOO_BIG: Final = 2_000_000  # subscribers; nobody looks for a small local voice there, so its uploads are not asked for
_PARTS: Final[Mapping[str, Mapping[str, str]]] = {
    "search": {"part": "snippet"},
    "channels": {"part": "snippet,statistics,brandingSettings"},
    "playlistItems": {"part": "snippet,contentDetails"},
    "videos": {"part": "snippet,statistics"},
}
_KEPT: Final = frozenset({"id", "forHandle", "playlistId", "q", "type", "maxResults", "pageToken", "regionCode",
                          "relevanceLanguage", "order"})  # fmt: skip
_SITE: Final = frozenset({"youtube.com", "www.youtube.com", "m.youtube.com"})


class ResourcesPage(SourcePage):
    """Any list of the API: channels and uploads, as far as they are somebody's own."""

    robots = "api"

    @cached_method
    def _resources(self) -> tuple[JsonObject, ...]:
        answer = read_answer(bytes(self.response.body), "YouTube resources")
        if not answer.text("kind").startswith("youtube#") or not isinstance(answer.values.get("items", []), list):
            raise UnreadablePage("not a list of YouTube resources")
        return answer.objects("items")

    @property
    def base(self) -> str:
        """The API's scheme and host."""
        return base_of(str(self.response.url))

    @field
    def accounts(self) -> tuple[AccountItem, ...]:
        """The channels, whole or by name."""
        return read_accounts(self._resources())

    @field
    def posts(self) -> tuple[PostItem, ...]:
        """The uploads."""
        return read_posts(self._resources())

    @field
    def links(self) -> tuple[Link, ...]:
        """The channels in batches, so that their counts and settings are known."""
        found = [channel for channel in map(channel_of, self._resources()) if channel]
        return tuple(batches(self.base, "channels", found, 0.75))


class ChannelsPage(ResourcesPage):
    """``/channels``: profiles with counts."""

    @field
    def links(self) -> tuple[Link, ...]:
        """Their newest uploads, and the addresses that they list."""
        return without_repeats(self._found())

    def _found(self) -> Iterator[Link | None]:
        for account in read_accounts(self._resources()):
            if account.consent.state is Consent.DENIED:
                continue
            if (account.counts.followers or 0) < _TOO_BIG:
                yield uploads_link(self.base, account.native_id or "")
            for link in account.links:
                yield lead(link.url, 0.45)


class UploadsPage(ResourcesPage):
    """``/playlistItems`` of a channel's uploads."""

    @field
    def links(self) -> tuple[Link, ...]:
        """The videos in a batch, for their counts and language."""
        found = [video for video in map(video_of, self._resources()) if video]
        return tuple(batches(self.base, "videos", found, 0.6))


class VideosPage(ResourcesPage):
    """``/videos``: uploads with their counts."""

    @field
    def links(self) -> tuple[Link, ...]:
        """The channels of videos that were asked for by themselves."""
        if self.page_params.get("channel"):
            return ()  # the batch of a channel that is known
        found = [channel for channel in map(channel_of, self._resources()) if channel]
        return tuple(batches(self.base, "channels", found, 0.6))


def _is_spent(status: int, body: bytes) -> bool:
    return status == 403 and (b"quotaExceeded" in body or b"dailyLimitExceeded" in body)


class YouTube(Source):
    """Channels and videos on YouTube."""

    name = "youtube"
    kind: ClassVar[SourceKind] = "search"
    needs = "an API key for the YouTube Data API (free)"
    rules = "https://developers.google.com/youtube/terms/developer-policies"
    pages: ClassVar[Mapping[str, type[SourcePage]]] = {
        "search": ResourcesPage,
        "channels": ChannelsPage,
        "uploads": UploadsPage,
        "videos": VideosPage,
    }
    key = KeyRule(
        parts=(KeyPart(name="key", what="an API key for the YouTube Data API"),),
        hosts=(_API_HOST,),
        sign=query_key("key"),
        get_at="https://console.cloud.google.com/apis/credentials",
        spent=_is_spent,
    )
    quotas = (
        Quota(unit="searches", per_day=100, per_discovery=10, cost={"search": 1}, resets="America/Los_Angeles"),
        Quota(
            unit="units",
            per_day=10_000,
            per_discovery=1_500,
            cost={"channels": 1, "uploads": 1, "videos": 1},
            resets="America/Los_Angeles",
        ),
    )
    keep_for = timedelta(days=30)

    def seeds(self, terms: PlanTerms, hosts: tuple[str, ...]) -> Iterable[Seed]:
        """A few searches for videos, the local ones first, and one for channels by name."""
        asked = local_queries(terms, _MOST_SEARCHES)
        searches = [("video", query) for query in asked] + [("channel", query) for query in asked[:1]]
        for base in bases(hosts, _API_HOST):
            for rank, (what, query) in enumerate(searches):
                more = {"regionCode": terms.countries[0]} if terms.countries else {}
                more |= {"relevanceLanguage": terms.language} if terms.language else {}
                url = api_url(base, "search", {"q": query, "type": what, "maxResults": str(_BATCH), **more})
                link = Link(url=url, source=self.name, page="search", score=round(0.9 - 0.02 * rank, 3))
                yield Seed(label=f'YouTube {what}s "{query}"', link=link)

    def recognise(self, url: str) -> Link | None:
        """The API's own addresses, and pages of channels and videos for people."""
        canonical = try_canonical(url)
        if canonical is None:
            return None
        host, parts = host_of(canonical), urlsplit(canonical)
        if host == _API_HOST and parts.path.startswith(_PATH):
            return _api_link(parts.path.removeprefix(_PATH), dict(parse_qsl(parts.query)))
        if host == "youtu.be":
            return _one_video(parts.path.strip("/"))
        if host not in _SITE:
            return None
        return _page_link([unquote(part) for part in parts.path.strip("/").split("/")], dict(parse_qsl(parts.query)))

    def recognise_body(self, document: Document) -> Link | None:
        """Any list of resources, by its kind."""
        kind = document.object.text("kind")
        if not kind.startswith("youtube#") or not isinstance(document.object.values.get("items", []), list):
            return None
        page = {"youtube#channelListResponse": "channels", "youtube#playlistItemListResponse": "uploads"}.get(kind)
        page = page or ("videos" if kind == "youtube#videoListResponse" else "search")
        return Link(url=document.url, source=self.name, page=page)


def api_url(base: str, method: str, query: Mapping[str, str]) -> str:
    """The documented address of one call, without the key."""
    return canonical_url(f"{base}{_PATH}{method}?{urlencode({**_PARTS[method], **query})}")


def batches(base: str, method: str, ids: Iterable[str], score: float) -> Iterator[Link]:
    """Calls for many channels or videos, fifty at once."""
    wanted = list(dict.fromkeys(ids))
    for start in range(0, len(wanted), _BATCH):
        batch = wanted[start : start + _BATCH]
        url = api_url(base, method, {"id": ",".join(batch), "maxResults": str(_BATCH)})
        context = {"channel": "known"} if method == "videos" else {}
        yield Link(url=url, source="youtube", page=method, score=score, context=context)


def uploads_link(base: str, channel: str) -> Link | None:
    """The newest uploads of a channel, whose list has the channel's id with another beginning."""
    if not CHANNEL.fullmatch(channel):
        return None
    url = api_url(base, "playlistItems", {"playlistId": f"UU{channel[2:]}", "maxResults": str(_UPLOADS)})
    return Link(url=url, source="youtube", page="uploads", score=0.65)


def _api_link(method: str, query: Mapping[str, str]) -> Link | None:
    """A call as we make it; somebody's key in it is left out."""
    if method not in _PARTS:
        return None
    kept = {name: value for name, value in query.items() if name in _KEPT}
    page = {"playlistItems": "uploads"}.get(method, method)
    return Link(url=api_url(f"https://{_API_HOST}", method, kept), source="youtube", page=page) if kept else None


def _page_link(path: list[str], query: Mapping[str, str]) -> Link | None:
    base = f"https://{_API_HOST}"
    match path:
        case ["channel", channel, *_] if CHANNEL.fullmatch(channel):
            return next(batches(base, "channels", [channel], 0.5))
        case ["watch"]:
            return _one_video(query.get("v", ""))
        case ["shorts" | "live" | "embed", video, *_]:
            return _one_video(video)
        case [handle, *_] if handle.startswith("@") and HANDLE.fullmatch(handle):
            url = api_url(base, "channels", {"forHandle": handle})
            return Link(url=url, source="youtube", page="channels")
    return None


def _one_video(video: str) -> Link | None:
    if not VIDEO.fullmatch(video):
        return None
    url = api_url(f"https://{_API_HOST}", "videos", {"id": video})
    return Link(url=url, source="youtube", page="videos")
