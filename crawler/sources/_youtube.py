"""Resources of the YouTube Data API as items. Every list of the API holds resources of one or several kinds.

Channels are accounts, what somebody uploaded is a post; comments are other people's words and are not read.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from html import unescape
from typing import Final

from catalog.identity import handle_alias, native_alias, url_alias
from catalog.items import AccountItem, Alias, Consent, Counts, Interaction, PostItem, TimeOrigin
from crawler.sources._api import language_of, profile_links, public_by_default
from crawler.sources._dates import parse_moment
from crawler.sources._html import one_line, tidy
from crawler.sources._json import JsonObject
from crawler.sources._names import display_name
from crawler.sources._plaintext import hashtags_in

HOST: Final = "youtube.com"
CHANNEL: Final = re.compile(r"UC[\w-]{22}", re.ASCII)
VIDEO: Final = re.compile(r"[\w-]{11}", re.ASCII)
HANDLE: Final = re.compile(r"@?[\w.·-]{3,30}")
_THUMBNAIL: Final = re.compile(r"https://i\d*\.ytimg\.com/vi(?:_webp)?/([\w-]{11})/")
_FIGURES: Final = 3  # to which the API rounds down the number of subscribers, ...
_ROUNDED_FROM: Final = 10**_FIGURES
_REASON: Final = "publishes a public channel, which YouTube's API shows"


def channel_url(channel: str) -> str:
    """The address of a channel for people."""
    return f"https://www.youtube.com/channel/{channel}"


def read_accounts(resources: tuple[JsonObject, ...]) -> tuple[AccountItem, ...]:
    """The channels that a list shows: whole ones, those found by a search, and owners of uploads by name only."""
    found: dict[str, AccountItem] = {}
    for resource in resources:
        account = _account(resource)
        if account is not None and (account.native_id or "") not in found:
            found[account.native_id or ""] = account
    return tuple(found.values())


def read_posts(resources: tuple[JsonObject, ...]) -> tuple[PostItem, ...]:
    """The uploads that a list shows."""
    found: dict[str, PostItem] = {}
    for resource in resources:
        post = _post(resource)
        if post is not None:
            found.setdefault(post.native_id, post)
    return tuple(found.values())


def kind_of(resource: JsonObject) -> str:
    """What a resource is, such as "channel", "video" or "searchResult"."""
    return resource.text("kind").partition("#")[2]


def channel_of(resource: JsonObject) -> str:
    """The channel that a resource is or belongs to; "" when it tells none."""
    snippet = resource.object("snippet")
    named = {
        "channel": resource.id("id"),
        "playlistItem": snippet.id("videoOwnerChannelId") or _owner_of_uploads(snippet),
        "subscription": snippet.object("resourceId").id("channelId"),
        "commentThread": "",
        "comment": "",
    }
    channel = named.get(kind_of(resource), snippet.id("channelId"))
    return channel if CHANNEL.fullmatch(channel) else ""


def _owner_of_uploads(snippet: JsonObject) -> str:
    """The owner of a list, where the list is that of their own uploads."""
    channel = snippet.id("channelId")
    return channel if snippet.id("playlistId")[2:] == channel[2:] else ""


def video_of(resource: JsonObject) -> str:
    """The upload that a resource is or names; "" when it is none."""
    snippet, content = resource.object("snippet"), resource.object("contentDetails")
    video = {
        "video": resource.id("id"),
        "searchResult": resource.object("id").id("videoId"),
        "playlistItem": content.id("videoId") or snippet.object("resourceId").id("videoId"),
        "activity": content.object("upload").id("videoId") or _video_in_thumbnail(snippet),
    }.get(kind_of(resource), "")
    return video if VIDEO.fullmatch(video) else ""


def _video_in_thumbnail(snippet: JsonObject) -> str:
    if snippet.text("type") != "upload":
        return ""  # likes and additions to lists are about other people's videos
    found = _THUMBNAIL.match(snippet.object("thumbnails").object("default").text("url"))
    return found[1] if found else ""


def _account(resource: JsonObject) -> AccountItem | None:
    channel, kind, snippet = channel_of(resource), kind_of(resource), resource.object("snippet")
    if not channel:
        return None
    if kind == "channel":
        return _whole_channel(resource, channel)
    about = kind == "subscription" or bool(resource.object("id").id("channelId"))
    name = snippet.text("title") if about else snippet.text("videoOwnerChannelTitle") or snippet.text("channelTitle")
    bio = tidy(unescape(snippet.text("description"))) if about else ""
    consent = public_by_default(f"{name} {bio}", _REASON, channel_url(channel))
    open_to_us = consent.state is not Consent.DENIED
    return AccountItem(
        platform="youtube",
        host=HOST,
        aliases=_aliases(channel, ""),
        url=channel_url(channel),
        consent=consent,
        provenance="api",
        native_id=channel,
        name=display_name(unescape(name)) if open_to_us else "",
        bio=bio if open_to_us else "",
        text_complete=False,
    )


def _whole_channel(resource: JsonObject, channel: str) -> AccountItem:
    snippet, counts = resource.object("snippet"), resource.object("statistics")
    settings = resource.object("brandingSettings").object("channel")
    custom = snippet.text("customUrl").strip()
    handle = custom.lstrip("@") if HANDLE.fullmatch(custom) else ""
    bio = tidy(snippet.text("description"))
    language = language_of(snippet.text("defaultLanguage") or settings.text("defaultLanguage"))
    consent = public_by_default(f"{snippet.text('title')} {bio}", _REASON, channel_url(channel))
    account = AccountItem(
        platform="youtube",
        host=HOST,
        aliases=_aliases(channel, handle if custom.startswith("@") else ""),
        url=channel_url(channel),
        consent=consent,
        provenance="api",
        handle=handle or None,
        native_id=channel,
    )
    if consent.state is Consent.DENIED:
        return account
    followers = None if counts.flag("hiddenSubscriberCount") else counts.count("subscriberCount")
    return replace(
        account,
        name=display_name(snippet.text("title")),
        bio=bio,
        languages=(language,) if language else (),
        tags=hashtags_in(bio),
        links=profile_links(bio),
        counts=Counts(
            followers=followers,
            followers_step=10 ** (len(str(followers)) - _FIGURES) if followers and followers >= _ROUNDED_FROM else None,
            posts=counts.count("videoCount"),
        ),
        created=parse_moment(snippet.text("publishedAt"), TimeOrigin.PLATFORM),
    )


def _aliases(channel: str, handle: str) -> tuple[Alias, ...]:
    names = [native_alias(HOST, channel)]
    names += [handle_alias(handle, HOST)] if handle else []
    return (*names, url_alias(channel_url(channel)))


def _post(resource: JsonObject) -> PostItem | None:
    video, channel, snippet = video_of(resource), channel_of(resource), resource.object("snippet")
    title, text = one_line(unescape(snippet.text("title"))), tidy(unescape(snippet.text("description")))
    if not video or not channel or not (title or text):
        return None
    found = kind_of(resource) == "searchResult"
    return PostItem(
        account=native_alias(HOST, channel),
        native_id=video,
        url=f"https://www.youtube.com/watch?v={video}",
        provenance="api",
        title=title,
        text=text,
        kind="episode",
        language=language_of(snippet.text("defaultAudioLanguage") or snippet.text("defaultLanguage")),
        tags=tuple(dict.fromkeys([*_tags(snippet), *hashtags_in(f"{title} {text}")])),
        published=parse_moment(_published(resource), TimeOrigin.PLATFORM),
        interaction=_interaction(resource.object("statistics")),
        complete=not found,  # a search cuts descriptions
    )


def _published(resource: JsonObject) -> str:
    """When the video came out; a list item's own date is when it was put on the list."""
    return resource.object("contentDetails").text("videoPublishedAt") or resource.object("snippet").text("publishedAt")


def _tags(snippet: JsonObject) -> Iterator[str]:
    for tag in snippet.texts("tags"):
        name = one_line(tag, 100).lstrip("#").lower()
        if name:
            yield name


def _interaction(statistics: JsonObject) -> Interaction:
    """Likes and comments vanish where the owner has switched them off: then they are not known."""
    return Interaction(likes=statistics.count("likeCount"), comments=statistics.count("commentCount"))
