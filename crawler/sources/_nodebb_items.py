"""People and posts of NodeBB forums as items. Lists of topics and addresses are in ``nodebb.py``.

Times are milliseconds since 1970; flags are 0 and 1, in old versions strings of them. Consent (docs/consent.md) is that
of every public forum; a ban, opt-out words and a hidden profile are heard. People of other servers (their id is an
address) are asked at home.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from html import unescape
from typing import Final

from catalog.identity import handle_alias, host_of, native_alias, try_canonical, url_alias
from catalog.items import (
    AccountItem,
    Alias,
    Consent,
    ConsentSignal,
    Counts,
    Interaction,
    Moment,
    PostItem,
    ProfileLink,
    TimeOrigin,
)
from crawler.sources._consent import opt_out_in
from crawler.sources._dates import parse_moment, unix_moment
from crawler.sources._html import html_to_text, one_line
from crawler.sources._json import JsonObject
from crawler.sources._leads import anchors, segment
from crawler.sources._names import display_name
from crawler.sources._plaintext import hashtags_in, links_in

PUBLIC_FORUM: Final = "public forum, page allowed by robots"
_SLUG: Final = re.compile(r"[^\s/?#@]{1,255}")


@dataclass(frozen=True, slots=True)
class Writer:
    """Somebody on a forum at ``base``: the slug of the profile's address, and the id that survives a renaming."""

    base: str
    slug: str
    uid: str

    @property
    def url(self) -> str:
        """The address of the profile for people."""
        return f"{self.base}/user/{segment(self.slug)}"

    @property
    def aliases(self) -> tuple[Alias, ...]:
        """Native id, handle and address; the strongest first."""
        host = host_of(self.base)
        native = (native_alias(host, self.uid),) if self.uid else ()
        return (*native, handle_alias(self.slug, host), url_alias(self.url))


def flag(row: JsonObject, key: str) -> bool:
    """Whether a flag is set, however the version writes it."""
    return row.values.get(key) in (True, 1, "1", "true")


def writer_of(user: JsonObject, base: str) -> Writer | None:
    """Who somebody is; None for guests, deleted users, the forum's own robots and people of other servers."""
    uid, slug = user.id("uid"), user.text("userslug")
    if not uid.isdecimal() or uid == "0" or not _SLUG.fullmatch(slug):
        return None
    writer = Writer(base, slug, uid)
    return writer if try_canonical(writer.url) else None


def home_of(user: JsonObject) -> str:
    """The address of somebody who lives on another server; "" for the forum's own."""
    return try_canonical(user.text("uid")) or ""


def read_topic(topic: JsonObject, base: str) -> Iterator[tuple[AccountItem, PostItem]]:
    """The visible posts of a topic, each with its author."""
    if flag(topic, "deleted") or flag(topic, "scheduled"):
        return
    for row in topic.objects("posts"):
        writer = writer_of(row.object("user"), base)
        if writer is None or flag(row, "deleted"):
            continue
        account = read_user(row.object("user"), base, whole=False)
        post = _read_post(row, topic, writer)
        if account is not None and post is not None:
            yield account, post


def read_user(user: JsonObject, base: str, *, whole: bool = True) -> AccountItem | None:
    """The account as a profile (``whole``) or a post shows it; None when there is none."""
    writer = writer_of(user, base)
    if writer is None:
        return None
    item = AccountItem(
        platform="nodebb",
        host=host_of(base),
        aliases=writer.aliases,
        url=try_canonical(writer.url) or writer.url,
        consent=_consent(user, writer.url),
        provenance="api",
        handle=writer.slug,
        native_id=writer.uid,
        text_complete=whole,
    )
    if item.consent.state is Consent.DENIED:
        return item
    name = display_name(unescape(user.text("fullname") or user.text("displayname") or user.text("username")))
    return _with_profile(replace(item, name=name), user) if whole else replace(item, name=name)


def moment_of(row: JsonObject, key: str) -> Moment | None:
    """A time in milliseconds, else its ISO twin; 0 stands for never."""
    milliseconds = row.count(key)
    if milliseconds:
        return unix_moment(milliseconds / 1000, TimeOrigin.PLATFORM)
    return parse_moment(row.text(f"{key}ISO"), TimeOrigin.PLATFORM)


def _consent(user: JsonObject, url: str) -> ConsentSignal:
    if flag(user, "banned"):
        return ConsentSignal(Consent.DENIED, "banned by the forum", url)
    opt_out = opt_out_in(f"{user.text('fullname')} {user.text('aboutme')} {user.text('signature')}")
    if opt_out:
        return ConsentSignal(Consent.DENIED, f"opted out in the profile ({opt_out})", url)
    return ConsentSignal(Consent.FULL, PUBLIC_FORUM, url, "default")


def _with_profile(item: AccountItem, user: JsonObject) -> AccountItem:
    bio = html_to_text(user.text("aboutmeParsed") or unescape(user.text("aboutme")))
    return replace(
        item,
        bio=bio,
        location=display_name(unescape(user.text("location"))),
        tags=hashtags_in(bio),
        links=_links(user, bio),
        counts=Counts(
            followers=user.count("followerCount"),
            following=user.count("followingCount"),
            posts=user.count("postcount"),
        ),
        created=moment_of(user, "joindate"),
    )


def _links(user: JsonObject, bio: str) -> tuple[ProfileLink, ...]:
    """The website, then what the bio points to; mentions of others are none."""
    website = unescape(user.text("website") or user.text("websiteLink"))
    found = [ProfileLink(url, text="website") for url in links_in(website)]
    in_bio = [one.url for one in anchors(user.text("aboutmeParsed")) if not one.text.startswith("@")]
    found += [ProfileLink(url) for url in (*in_bio, *links_in(bio))]
    return tuple({link.url: link for link in reversed(found)}.values())[::-1]


def _read_post(row: JsonObject, topic: JsonObject, writer: Writer) -> PostItem | None:
    native_id, text = row.id("pid"), html_to_text(row.text("content"))
    if not native_id.isdecimal() or not text:
        return None
    first = row.id("pid") == topic.id("mainPid") or flag(row, "isMainPost") or row.count("index") == 0
    total = topic.count("postcount")
    answers = total - 1 if first and total else row.object("replies").count("count")
    return PostItem(
        account=writer.aliases[0],
        native_id=native_id,
        url=try_canonical(f"{writer.base}/post/{native_id}") or "",
        provenance="api",
        text=text,
        title=one_line(unescape(topic.text("titleRaw") or topic.text("title"))) if first else "",
        kind="forum" if first else "reply",
        tags=_tags(topic.objects("tags")) if first else (),
        published=moment_of(row, "timestamp"),
        edited=moment_of(row, "edited"),
        interaction=Interaction(likes=_likes(row), comments=answers),
    )


def _tags(rows: Iterable[JsonObject]) -> tuple[str, ...]:
    tags = (one_line(unescape(row.text("value"))).lower() for row in rows)
    return tuple(dict.fromkeys(tag for tag in tags if tag))


def _likes(row: JsonObject) -> int | None:
    """Votes for a post; where only the balance is told, it stands in unless it is negative."""
    up = row.count("upvotes")
    return row.count("votes") if up is None else up
