"""ActivityPub documents as items: actors through the reader of Mastodon's accounts, objects as posts.

An actor says itself whether it wants to be found (``discoverable``, ``indexable``); one that does not say is not
known, and its page or its server's API is asked. Nobody speaks for an address on another host than their own.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final
from urllib.parse import urlsplit

from catalog.identity import actor_alias, host_of, try_canonical, url_alias
from catalog.items import AccountItem, AccountKind, Alias, Consent, Counts, Interaction, PostItem, PostKind, TimeOrigin
from crawler.sources._dates import parse_moment
from crawler.sources._html import html_to_text, one_line, tidy
from crawler.sources._json import JsonObject
from crawler.sources._leads import base_of
from crawler.sources._mastodon_account import read_account, without_emoji
from crawler.sources._names import display_name

_ACTORS: Final[dict[str, AccountKind]] = {
    "Person": "unknown",
    "Service": "bot",
    "Application": "bot",
    "Group": "group",
    "Organization": "organisation",
}
OBJECTS: Final = frozenset({"Note", "Article", "Page", "Question", "Video", "Audio", "Event", "Image"})
COLLECTIONS: Final = frozenset({"OrderedCollection", "OrderedCollectionPage", "Collection", "CollectionPage"})
_CREATES: Final = frozenset({"Create", "Update", "Announce"})  # lemmy announces what its members create
_NOT_TOLD: Final = "does not say whether it wants to be found (discoverable): its page is asked"
_PUBLIC: Final = frozenset({"https://www.w3.org/ns/activitystreams#Public", "as:Public", "Public"})
_STATUS: Final = re.compile(r"/statuses/(\w+)$")
_LANGUAGE: Final = re.compile(r"[a-z]{2,3}\b", re.IGNORECASE)
_DEEPEST: Final = 3  # an announcement of a creation of an object


def type_of(thing: JsonObject) -> str:
    """The type; of several the first."""
    return thing.text("type") or next(iter(thing.texts("type")), "")


def is_actor(thing: JsonObject) -> bool:
    """Whether a document is somebody."""
    return type_of(thing) in _ACTORS


def address_in(thing: JsonObject, key: str) -> str:
    """A canonical address under ``key``: plain, in an object (``id``, ``href``) or the first in a list; "" if none."""
    value = thing.values.get(key)
    entries = value if isinstance(value, list) else [value]
    for entry in entries:
        inner = JsonObject(entry) if isinstance(entry, dict) else JsonObject({"id": entry})
        found = try_canonical(inner.text("id")) or try_canonical(inner.text("href"))
        if found:
            return found
    return ""


def read_actor(actor: JsonObject) -> AccountItem | None:
    """The account of an actor document; None when the document is none."""
    kind, address = _ACTORS.get(type_of(actor)), address_in(actor, "id")
    if kind is None or not address:
        return None
    item = read_account(_as_account(actor, address), base_of(address))
    if item is None:
        return None
    item = replace(item, platform="activitypub", kind=kind, native_id=None)
    if actor.flag("discoverable") is None and item.consent.state is Consent.DENIED:
        unknown = replace(item.consent, state=Consent.UNKNOWN, reason=_NOT_TOLD, url=address)
        return replace(item, consent=unknown, text_complete=False)
    item = replace(item, consent=replace(item.consent, url=address))
    return replace(item, location=item.location or _location(actor), counts=Counts())


def objects_in(document: JsonObject, depth: int = 0) -> Iterator[JsonObject]:
    """The objects of a document: itself, what an activity creates, what a collection lists."""
    if type_of(document) in OBJECTS:
        yield document
    elif type_of(document) in _CREATES and depth < _DEEPEST:
        yield from objects_in(document.object("object"), depth + 1)
    elif type_of(document) in COLLECTIONS and depth < _DEEPEST:
        for key in ("orderedItems", "items"):
            for entry in document.objects(key):
                yield from objects_in(entry, depth + 1)


def read_object(thing: JsonObject) -> PostItem | None:
    """The post of an object; None when it is not public, nobody's, without words, or not on its author's host."""
    address, author = address_in(thing, "id"), address_in(thing, "attributedTo")
    if not address or not author or host_of(address) != host_of(author) or not _is_public(thing):
        return None
    title, text = one_line(thing.text("name")), _text(thing)
    if not (title or text):
        return None
    permalink = address_in(thing, "url")
    return PostItem(
        account=actor_alias(author),
        native_id=_native_id(address),
        url=permalink if permalink and host_of(permalink) == host_of(address) else address,
        provenance="api",
        text=text,
        title=title,
        kind=_post_kind(thing, author),
        language=_language(thing),
        tags=tuple(dict.fromkeys(_tags(thing))),
        published=parse_moment(thing.text("published"), TimeOrigin.PLATFORM),
        edited=parse_moment(thing.text("updated"), TimeOrigin.PLATFORM) if _is_edited(thing) else None,
        interaction=Interaction(
            likes=thing.object("likes").count("totalItems"),
            shares=thing.object("shares").count("totalItems"),
            comments=thing.object("replies").count("totalItems"),
        ),
    )


def tombstones_in(document: JsonObject) -> tuple[Alias, ...]:
    """Under which names a deleted actor or object may be known."""
    address = address_in(document, "id")
    return (actor_alias(address), url_alias(address)) if type_of(document) == "Tombstone" and address else ()


def _as_account(actor: JsonObject, address: str) -> JsonObject:
    """An actor in the words of Mastodon's API."""
    fields = [dict(row.values) for row in actor.objects("attachment") if row.text("type") == "PropertyValue"]
    name = actor.text("preferredUsername") or urlsplit(address).path.strip("/").rpartition("/")[2]
    return JsonObject(
        {
            "uri": address,
            "url": address_in(actor, "url") or address,
            "username": name,
            "acct": name,
            "display_name": actor.text("name"),
            "note": actor.text("summary"),
            "fields": fields,
            "emojis": _emoji(actor),
            "created_at": actor.text("published"),
            "moved": {"uri": address_in(actor, "movedTo")},
            **{key: actor.flag(key) for key in ("discoverable", "indexable", "suspended", "memorial", "noindex")},
        }
    )


def _emoji(thing: JsonObject) -> list[dict[str, str]]:
    names = (tag.text("name").strip(":") for tag in thing.objects("tag") if tag.text("type") == "Emoji")
    return [{"shortcode": name} for name in names if name]


def _location(actor: JsonObject) -> str:
    """The place on a Friendica card."""
    card = actor.object("vcard:hasAddress")
    parts = (display_name(card.text(f"vcard:{part}")) for part in ("locality", "region", "country-name"))
    return ", ".join(part for part in parts if part)


def _is_public(thing: JsonObject) -> bool:
    """Whether everybody is addressed; some software leaves the addressees out of what it shows to strangers."""
    named = {key: thing.values.get(key) for key in ("to", "cc") if key in thing.values}
    addressees = {text for key in named for text in (*thing.texts(key), thing.text(key))}
    return not named or not _PUBLIC.isdisjoint(addressees)


def _text(thing: JsonObject) -> str:
    """The content warning of a note, which is often the subject, and the content."""
    warning = tidy(html_to_text(thing.text("summary"))) if type_of(thing) in ("Note", "Question") else ""
    content = html_to_text(thing.text("content") or next(iter(_in_languages(thing).values()), ""))
    shown = JsonObject({"emojis": _emoji(thing)})
    return tidy(without_emoji("\n\n".join(part for part in (warning, content) if part), shown))


def _in_languages(thing: JsonObject) -> dict[str, str]:
    content = thing.object("contentMap")
    return {code: content.text(code) for code in content.values if content.text(code)}


def _language(thing: JsonObject) -> str | None:
    named = thing.object("language").text("identifier")  # Lemmy's
    codes = [named] if named and named != "und" else list(_in_languages(thing))
    match = _LANGUAGE.match(codes[0]) if len(codes) == 1 else None
    return match[0].lower() if match else None


def _tags(thing: JsonObject) -> Iterator[str]:
    for tag in thing.objects("tag"):
        name = one_line(tag.text("name")).lower()
        if name.startswith("#") and tag.text("type") in ("", "Hashtag") and len(name) > 1:
            yield name.lstrip("#")


def _post_kind(thing: JsonObject, author: str) -> PostKind:
    answered = address_in(thing, "inReplyTo")
    if answered and not answered.startswith(f"{author}/"):
        return "reply"
    return "post" if type_of(thing) in ("Note", "Question", "Image") else "article"


def _native_id(address: str) -> str:
    """As the software's own API names it where that shows in the address (Mastodon, Lemmy), else the path."""
    parts = urlsplit(address)
    status = _STATUS.search(parts.path)
    return status[1] if status else (f"{parts.path}?{parts.query}" if parts.query else parts.path).strip("/") or "/"


def _is_edited(thing: JsonObject) -> bool:
    return thing.text("updated") != thing.text("published")
