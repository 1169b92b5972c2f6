"""People, posts and comments of Lemmy as items, in both shapes that servers answer with.

Version 3 of the API keeps counts beside an object (``counts``) and says ``published`` and ``actor_id``; version 4 puts
them into it and says ``published_at`` and ``ap_id``. Each value is looked for under both names, so that servers in
between are read too. Consent (docs/consent.md): what somebody writes in a public community is public writing; the
software has no switch of its own, so bans, deletion and opt-out words are heard. An account speaks on its own server.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import urlsplit

from catalog.identity import actor_alias, handle_alias, host_of, native_alias, try_canonical, url_alias
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
from crawler.sources._dates import parse_moment
from crawler.sources._html import one_line
from crawler.sources._json import JsonObject
from crawler.sources._leads import segment
from crawler.sources._markdown import markdown_links, markdown_to_text
from crawler.sources._names import display_name
from crawler.sources._plaintext import hashtags_in

PUBLIC: Final = "writes in public communities of this server; page allowed by robots"
_PERSON_LISTS: Final = ("users", "persons", "admins", "person_view")
_CONTENT_LISTS: Final = ("posts", "comments", "items", "content", "results", "post_view", "comment_view", "cross_posts")
_OPEN: Final = ("", "public")
_NAME_LETTERS: Final = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-")


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What an answer shows: accounts that live on its server, their posts, people who live elsewhere, rooms.

    ``shared`` are the addresses that posts in open rooms share.
    """

    accounts: tuple[AccountItem, ...]
    posts: tuple[PostItem, ...]
    remote: tuple[JsonObject, ...]
    communities: tuple[JsonObject, ...]
    shared: tuple[str, ...]


def read_answer(answer: JsonObject, base: str) -> Found:
    """Everything that an answer of the server at ``base`` shows."""
    people: dict[Alias, AccountItem] = {}
    remote: dict[str, JsonObject] = {}
    posts: dict[tuple[Alias, str], PostItem] = {}
    content, profiles = list(_views(answer, _CONTENT_LISTS)), list(_views(answer, _PERSON_LISTS))
    shown = [(view, view.object("creator"), False) for view in content]
    shown += [(view, view.object("person") or view, True) for view in (*profiles, *content)]
    for view, person, whole in shown:
        account = read_person(person, view, base, counted=whole)
        if account is not None:
            _keep(people, account)
        elif name_of(person) and address_of(person):
            remote.setdefault(address_of(person), person)
    for view in content:
        author = read_person(view.object("creator"), view, base, counted=False)
        post = _read_content(view, people[author.aliases[0]]) if author else None
        if post is not None:
            posts.setdefault((post.account, post.native_id), post)
    communities = (view.object("community") for view in (*_views(answer, ("communities", "community_view")), *content))
    return Found(
        accounts=tuple(people.values()),
        posts=tuple(posts.values()),
        remote=tuple(remote.values()),
        communities=tuple(one for one in communities if one),
        shared=tuple(view.object("post").text("url") for view in content if is_open(view.object("community"))),
    )


def address_of(thing: JsonObject) -> str:
    """The ActivityPub address of a person, post, comment or community: the same on every server; "" if not told."""
    return try_canonical(thing.text("actor_id")) or try_canonical(thing.text("ap_id")) or ""


def name_of(person: JsonObject) -> str:
    """The user name without a host; "" when the object is no person."""
    name = person.text("name")
    is_person = "bot_account" in person.values or "/u/" in address_of(person) or "actor_id" in person.values
    return name if is_person and name and _NAME_LETTERS.issuperset(name) and len(name) < 256 else ""


def read_person(person: JsonObject, view: JsonObject, base: str, *, counted: bool) -> AccountItem | None:
    """The account as its own server shows it; None when it is none or lives elsewhere.

    ``counted``: the view is about this person, so that its counts are theirs.
    """
    name, host = name_of(person), host_of(base)
    url = address_of(person) or f"{base}/u/{segment(name)}"
    if not name or host_of(url) != host:
        return None
    native = (native_alias(host, person.id("id")),) if person.id("id") else ()
    item = AccountItem(
        platform="lemmy",
        host=host,
        aliases=(actor_alias(url), *native, handle_alias(name, host), url_alias(url)),
        url=url,
        consent=_consent(person, view, url, about_person=counted),
        provenance="api",
        handle=name,
        native_id=person.id("id") or None,
        kind="bot" if person.flag("bot_account") is True else "unknown",
    )
    return item if item.consent.state is Consent.DENIED else _with_text(item, person, view, counted=counted)


def is_gone(person: JsonObject) -> bool:
    """Whether the owner has deleted the account."""
    return person.flag("deleted") is True


def is_open(community: JsonObject) -> bool:
    """Whether anybody may read a community, and it wants to be found."""
    closed = (community.flag(flag) is True for flag in ("removed", "deleted", "hidden", "local_removed"))
    return not any(closed) and community.text("visibility").lower() in _OPEN


def when(thing: JsonObject, event: str) -> Moment | None:
    """``published`` or ``updated`` under either name; version 3 of old writes no zone but means UTC."""
    text = thing.text(f"{event}_at") or thing.text(event)
    zoned = text if not text or text[-1:] in "Zz" or "+" in text[10:] or "-" in text[10:] else f"{text}Z"
    return parse_moment(zoned, TimeOrigin.PLATFORM)


def _views(answer: JsonObject, keys: Iterable[str]) -> Iterator[JsonObject]:
    """The views under these keys, single ones and lists; a view that stands alone is the answer itself."""
    for key in keys:
        yield from answer.objects(key)
        if answer.object(key):
            yield answer.object(key)
    if "post_view" in keys and answer.object("creator"):
        yield answer


def _keep(people: dict[Alias, AccountItem], account: AccountItem) -> None:
    """The stricter of two views of one account, else the one that counts."""
    known = people.get(account.aliases[0])
    if known is None or (known.consent.state is not Consent.DENIED and _tells_more(account, known)):
        people[account.aliases[0]] = account


def _tells_more(account: AccountItem, known: AccountItem) -> bool:
    return account.consent.state is Consent.DENIED or (known.counts == Counts() and account.counts != Counts())


def _consent(person: JsonObject, view: JsonObject, url: str, *, about_person: bool) -> ConsentSignal:
    banned = person.flag("banned") is True or view.flag("banned" if about_person else "creator_banned") is True
    if banned:
        return ConsentSignal(Consent.DENIED, "banned by its server", url)
    if is_gone(person):
        return ConsentSignal(Consent.DENIED, "the owner deleted the account", url)
    opt_out = opt_out_in(f"{person.text('display_name')} {person.text('bio')}")
    if opt_out:
        return ConsentSignal(Consent.DENIED, f"opted out in the profile ({opt_out})", url)
    return ConsentSignal(Consent.FULL, PUBLIC, url, "default")


def _with_text(item: AccountItem, person: JsonObject, view: JsonObject, *, counted: bool) -> AccountItem:
    source = person.text("bio")
    bio = markdown_to_text(source)
    posts = view.object("counts").count("post_count")
    if posts is None:
        posts = person.count("post_count")
    return replace(
        item,
        name=display_name(person.text("display_name")),
        bio=bio,
        tags=hashtags_in(bio),
        links=tuple(ProfileLink(url) for url in markdown_links(source)),
        counts=Counts(posts=posts) if counted else Counts(),
        created=when(person, "published"),
    )


def _read_content(view: JsonObject, account: AccountItem) -> PostItem | None:
    comment, post, community = view.object("comment"), view.object("post"), view.object("community")
    thing = comment or post
    hidden = any(thing.flag(flag) is True for flag in ("removed", "deleted")) or post.flag("removed") is True
    if account.consent.state is not Consent.FULL or hidden or not is_open(community):
        return None
    address = address_of(thing)
    own_address = address if address and host_of(address) == account.host else ""
    kind = "comment" if comment else "post"
    native_id = urlsplit(own_address).path.strip("/") or f"{kind}/{thing.id('id')}"
    title = "" if comment else one_line(post.text("name"))
    text = markdown_to_text(thing.text("content" if comment else "body"))
    if not (title or text) or native_id.endswith("/"):
        return None
    return PostItem(
        account=account.aliases[0],
        native_id=native_id,
        url=own_address,
        provenance="api",
        text=text,
        title=title,
        kind="reply" if comment else "forum",
        tags=_tags(view, community),
        published=when(thing, "published"),
        edited=when(thing, "updated"),
        interaction=_interaction(view, thing, replies="child_count" if comment else "comments"),
    )


def _tags(view: JsonObject, community: JsonObject) -> tuple[str, ...]:
    """The room, and the tags that its moderators offer."""
    offered = (tag.text("display_name") or tag.text("name") for tag in view.objects("tags"))
    found = (one_line(tag).lower() for tag in (community.text("name"), *offered))
    return tuple(dict.fromkeys(tag for tag in found if tag))


def _interaction(view: JsonObject, thing: JsonObject, *, replies: str) -> Interaction:
    beside = view.object("counts")
    likes, answers = beside.count("upvotes"), beside.count(replies)
    return Interaction(
        likes=thing.count("upvotes") if likes is None else likes,
        comments=thing.count(replies) if answers is None else answers,
    )
