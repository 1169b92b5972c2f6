"""Posts of Bluesky: records with the service's counts around them. People are in ``_bluesky_actor.py``.

A record's ``createdAt`` is its author's claim, ``indexedAt`` the service's clock. ``text`` shows links cut short; the
facets, whose offsets count UTF-8 bytes, hold them whole. Reposts and quotations are other people's words.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from catalog.identity import canonical_url, try_canonical
from catalog.items import Alias, AliasKind, Interaction, Moment, PostItem, PostKind, TimeOrigin
from crawler.sources._bluesky_actor import DID, HOST, denying_label, did_of
from crawler.sources._dates import parse_moment
from crawler.sources._html import one_line, tidy
from crawler.sources._json import JsonObject

POST: Final = "app.bsky.feed.post"
_AT: Final = re.compile(rf"at://({DID.pattern})/([a-zA-Z.]+)/([A-Za-z0-9._:~-]{{1,512}})")
_LANGUAGE: Final = re.compile(r"[a-z]{2,3}\b", re.IGNORECASE)
_BACKDATED: Final = timedelta(days=1)
_CUT: Final = ("…", "...")
_DEEPEST: Final = 400  # posts of one thread that are looked at


@dataclass(frozen=True, slots=True)
class Facet:
    """A stretch of text, in UTF-8 bytes, with what it stands for; ``link``, ``tag`` and ``did`` may be ""."""

    start: int
    end: int
    link: str = ""
    tag: str = ""
    did: str = ""


def rkey_of(uri: str) -> tuple[str, str]:
    """The owner's DID and the key of a post's ``at://`` address; ("", "") when it is none."""
    found = _AT.fullmatch(uri)
    return (found[1], found[3]) if found and found[2] == POST else ("", "")


def own_posts(rows: Iterable[JsonObject]) -> Iterator[JsonObject]:
    """The post views of a feed that are not reposts."""
    for row in rows:
        if row.object("reason").text("$type") != "app.bsky.feed.defs#reasonRepost":
            yield row.object("post")


def thread_posts(thread: JsonObject) -> Iterator[JsonObject]:
    """Every post view of a thread, the asked for one first."""
    waiting, looked_at = [thread], 0
    while waiting and looked_at < _DEEPEST:
        node, looked_at = waiting.pop(0), looked_at + 1
        if node.object("post"):
            yield node.object("post")
        waiting += [node.object("parent")] if node.object("parent") else []
        waiting += node.objects("replies")


def read_post(view: JsonObject) -> PostItem | None:
    """The post of a post view; None when it is none, has no words, or is to be hidden."""
    did, key = rkey_of(view.text("uri"))
    if not did or did != did_of(view.object("author")) or denying_label(view):
        return None
    counts = Interaction(
        likes=view.count("likeCount"),
        shares=_sum(view.count("repostCount"), view.count("quoteCount")),
        comments=view.count("replyCount"),
    )
    return read_record(view.object("record"), did, key, seen=view.text("indexedAt"), interaction=counts)


def read_record(
    record: JsonObject, did: str, key: str, *, seen: str, interaction: Interaction | None = None
) -> PostItem | None:
    """The post of a bare record. ``seen``: when the service took it in, "" when that is not told."""
    if record.text("$type") not in ("", POST) or _says_hide(record):
        return None
    text, facets = whole_text(record), tuple(read_facets(record))
    if not text:
        return None
    tags = (*(facet.tag for facet in facets), *record.texts("tags"))
    return PostItem(
        account=Alias(AliasKind.DID, did),
        native_id=key,
        url=canonical_url(f"https://{HOST}/profile/{did}/post/{key}"),
        provenance="api",
        text=text,
        kind=_kind(record, did),
        language=_language(record.texts("langs")),
        tags=tuple(dict.fromkeys(one_line(tag).lower() for tag in tags if one_line(tag))),
        published=_published(record.text("createdAt"), seen),
        interaction=interaction or Interaction(),
    )


def read_facets(record: JsonObject) -> Iterator[Facet]:
    """The facets of a record that lie within its text, in order; of two that overlap, the first."""
    length, free_from = len(record.text("text").encode()), 0
    rows = [(row.object("index"), row.objects("features")) for row in record.objects("facets")]
    for index, features in sorted(rows, key=lambda row: row[0].count("byteStart") or 0):
        start, end = index.count("byteStart"), index.count("byteEnd")
        if start is None or end is None or not free_from <= start < end <= length:
            continue
        free_from = end
        for feature in features:
            link, tag, did = try_canonical(feature.text("uri")) or "", feature.text("tag"), did_of(feature)
            if link or tag or did:
                yield Facet(start, end, link, tag.lstrip("#"), did)


def whole_text(record: JsonObject) -> str:
    """The text with its shortened links written out; a link behind words of its own leaves the words."""
    body = record.text("text").encode()
    for facet in sorted(read_facets(record), key=lambda facet: -facet.start):
        if facet.link and _is_cut_short(body[facet.start : facet.end], facet.link):
            body = body[: facet.start] + facet.link.encode() + body[facet.end :]
    return tidy(body.decode("utf-8", "replace"))


def links_of(record: JsonObject) -> tuple[str, ...]:
    """The addresses that a post points to: in its text and on its card."""
    embed = record.object("embed")
    card = embed.object("external") or embed.object("media").object("external")
    found = [facet.link for facet in read_facets(record)] + [try_canonical(card.text("uri")) or ""]
    return tuple(dict.fromkeys(url for url in found if url))


def _is_cut_short(shown: bytes, link: str) -> bool:
    """Whether the text of a link is its address, shortened for display; half a character is no text."""
    try:
        words = shown.decode()
    except UnicodeDecodeError:
        return False
    return words.endswith(_CUT) or bool(_bare(words) and _bare(link).startswith(_bare(words)))


def _bare(address: str) -> str:
    return re.sub(r"^https?://(?:www\.)?", "", address.strip().lower()).rstrip("/")


def _says_hide(record: JsonObject) -> bool:
    """Whether the author's own labels inside the record ask to hide it."""
    own = record.object("labels").objects("values")
    return bool(denying_label(JsonObject({"labels": [dict(label.values) for label in own]})))


def _kind(record: JsonObject, did: str) -> PostKind:
    parent = record.object("reply").object("parent").text("uri")
    return "reply" if parent and not parent.startswith(f"at://{did}/") else "post"


def _language(langs: tuple[str, ...]) -> str | None:
    """The one language that is named; several say that the app guessed."""
    codes = {match[0].lower() for lang in langs if (match := _LANGUAGE.match(lang))}
    return codes.pop() if len(codes) == 1 else None


def _published(claimed: str, seen: str) -> Moment | None:
    """The service's time, as the author can claim any; a post that claims to be older is dated so, as its claim."""
    author, platform = parse_moment(claimed, TimeOrigin.AUTHOR), parse_moment(seen, TimeOrigin.PLATFORM)
    if platform is None or (author is not None and author.at < platform.at - _BACKDATED):
        return author
    return platform


def _sum(first: int | None, second: int | None) -> int | None:
    known = [count for count in (first, second) if count is not None]
    return sum(known) if known else None
