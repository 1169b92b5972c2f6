"""Things of Reddit's API as items: accounts (t2, and t5 of people's own pages), links (t3), comments (t1).

What was deleted or removed leaves only its address, so that an older copy of it is taken out.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from html import unescape
from typing import Final

from catalog.identity import handle_alias, native_alias, try_canonical, url_alias
from catalog.items import AccountItem, Alias, Consent, ConsentSignal, Counts, Interaction, Moment, PostItem, TimeOrigin
from crawler.sources._api import profile_links, public_by_default
from crawler.sources._dates import unix_moment
from crawler.sources._html import one_line, tidy
from crawler.sources._json import JsonObject
from crawler.sources._names import display_name
from crawler.sources._plaintext import hashtags_in

HOST: Final = "reddit.com"
NAME: Final = re.compile(r"[\w-]{2,30}", re.ASCII)
_FULLNAME: Final = re.compile(r"t2_[0-9a-z]{1,13}")
_GONE: Final = frozenset({"[deleted]", "[removed]"})
_REASON: Final = "writes in public; read with credentials that Reddit approved"
_LINK: Final = re.compile(r"\[([^\]\n]{1,300})\]\((?:[^()\s]|\([^()\s]*\))+\)")


def things_in(answer: object) -> Iterator[tuple[str, JsonObject]]:
    """(kind, data) of each thing in a listing, or of the one thing that an answer is."""
    if not isinstance(answer, dict):
        return
    listing = JsonObject(answer)
    if listing.text("kind") != "Listing":
        yield listing.text("kind"), listing.object("data")
        return
    for child in listing.object("data").objects("children"):
        yield child.text("kind"), child.object("data")


def profile_url(name: str) -> str:
    """The address of somebody for people."""
    return f"https://www.reddit.com/user/{name}"


def author_of(thing: JsonObject) -> str:
    """The author of a link or comment; "" for one who has gone."""
    name = thing.text("author")
    return name if NAME.fullmatch(name) else ""


def read_author(thing: JsonObject) -> AccountItem | None:
    """Who wrote a link or comment, by name only."""
    name = author_of(thing)
    if not name:
        return None
    return AccountItem(
        platform="reddit",
        host=HOST,
        aliases=_aliases(name, thing.text("author_fullname")),
        url=profile_url(name),
        consent=public_by_default("", _REASON, profile_url(name)),
        provenance="api",
        handle=name,
        native_id=_native(thing.text("author_fullname")),
        text_complete=False,
    )


def read_user(user: JsonObject, fullname: str = "") -> AccountItem | None:
    """An account as its own page shows it (t2), or as a list of accounts by id does (``fullname``)."""
    name = user.text("name")
    if not NAME.fullmatch(name):
        return None
    page = user.object("subreddit")
    known_as = fullname or (f"t2_{user.id('id')}" if user.id("id") else "")
    return _person(name, known_as, page, user, unix_moment(user.count("created_utc"), TimeOrigin.PLATFORM))


def read_own_page(page: JsonObject) -> AccountItem | None:
    """An account as its page in a list of subreddits (t5 of type "user"); None for a subreddit of many."""
    name = page.text("display_name").removeprefix("u_")
    if page.text("subreddit_type") != "user" or not NAME.fullmatch(name):
        return None
    return _person(name, "", page, page, None)


def _person(name: str, fullname: str, page: JsonObject, flags: JsonObject, created: Moment | None) -> AccountItem:
    bio = tidy(unescape(page.text("public_description")))
    title = display_name(unescape(page.text("title")))
    consent = _consent(f"{title} {bio}", flags, profile_url(name))
    account = AccountItem(
        platform="reddit",
        host=HOST,
        aliases=_aliases(name, fullname),
        url=profile_url(name),
        consent=consent,
        provenance="api",
        handle=name,
        native_id=_native(fullname),
        text_complete=bool(page),
    )
    if consent.state is Consent.DENIED:
        return account
    return replace(
        account,
        name=title,
        bio=bio,
        links=profile_links(bio),
        # A page that hides its subscribers says 0, as does one that has none: it is not known.
        counts=Counts(followers=page.count("subscribers") or None),
        created=created,
    )


def _consent(profile: str, flags: JsonObject, url: str) -> ConsentSignal:
    if flags.flag("is_suspended"):
        return ConsentSignal(Consent.DENIED, "suspended by Reddit", url)
    if flags.flag("hide_from_robots") or flags.object("subreddit").flag("hide_from_robots"):
        return ConsentSignal(Consent.DENIED, "asks not to be found by search engines (hide_from_robots)", url)
    return public_by_default(profile, _REASON, url)


def read_writings(things: Iterable[tuple[str, JsonObject]]) -> tuple[PostItem, ...]:
    """Links and comments with their authors' own words."""
    found = (_writing(kind, thing) for kind, thing in things)
    return tuple({(post.account, post.native_id): post for post in found if post}.values())


def gone_in(things: Iterable[tuple[str, JsonObject]]) -> tuple[Alias, ...]:
    """The addresses of links and comments whose words were deleted or removed."""
    found = (_permalink(thing) for kind, thing in things if kind in ("t1", "t3") and _is_gone(thing))
    return tuple(url_alias(url) for url in dict.fromkeys(found) if url)


def with_replies(post: PostItem, comments: Iterable[JsonObject]) -> PostItem:
    """A link with how many others wrote directly below it."""
    others = {author_of(comment).lower() for comment in comments} - {"", post.account.value.partition("@")[0]}
    return replace(post, interaction=replace(post.interaction, distinct_repliers=len(others)))


def _writing(kind: str, thing: JsonObject) -> PostItem | None:
    name, native_id = author_of(thing), thing.id("id")
    if kind not in ("t1", "t3") or not name or not native_id or _is_gone(thing):
        return None
    title = one_line(unescape(thing.text("title"))) if kind == "t3" else ""
    text = _plain(thing.text("selftext" if kind == "t3" else "body"))
    if not (title or text):
        return None
    forum = thing.text("subreddit").lower()
    return PostItem(
        account=handle_alias(name, HOST),
        native_id=f"{kind}_{native_id}",
        url=_permalink(thing),
        provenance="api",
        title=title,
        text=text,
        kind="forum" if kind == "t3" else "reply",
        tags=tuple(dict.fromkeys([*([one_line(forum, 100)] if forum else []), *hashtags_in(title)])),
        published=unix_moment(thing.count("created_utc"), TimeOrigin.PLATFORM),
        edited=unix_moment(thing.count("edited"), TimeOrigin.PLATFORM),
        interaction=Interaction(
            likes=None if thing.flag("score_hidden") or thing.flag("hide_score") else thing.count("score"),
            shares=thing.count("num_crossposts"),
            comments=thing.count("num_comments"),
        ),
    )


def _is_gone(thing: JsonObject) -> bool:
    words = (thing.text(key).strip() for key in ("author", "selftext", "body", "title"))
    return any(word in _GONE for word in words) or bool(thing.text("removed_by_category"))


def _permalink(thing: JsonObject) -> str:
    """The address for people: told as a path, or of a comment of old answers as the parts that make one."""
    path = thing.text("permalink")
    if not path and thing.text("link_id").startswith("t3_") and thing.id("id"):
        path = f"/r/{thing.text('subreddit')}/comments/{thing.text('link_id')[3:]}/_/{thing.id('id')}/"
    return (try_canonical(f"https://www.reddit.com{path}") or "") if path.startswith("/") else ""


def _plain(markdown: str) -> str:
    """Reddit's Markdown as text: quotations of others left out, links as their words."""
    lines = (line for line in unescape(markdown).split("\n") if not line.lstrip().startswith(">"))
    return tidy(_LINK.sub(r"\1", "\n".join(lines)))


def _aliases(name: str, fullname: str) -> tuple[Alias, ...]:
    native = [native_alias(HOST, fullname)] if _FULLNAME.fullmatch(fullname) else []
    return (handle_alias(name, HOST), *native, url_alias(profile_url(name)))


def _native(fullname: str) -> str | None:
    return fullname if _FULLNAME.fullmatch(fullname) else None
