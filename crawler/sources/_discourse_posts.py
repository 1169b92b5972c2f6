"""Topics and people of Discourse forums as items. Lists of topics and addresses are in ``discourse.py``.

Consent (docs/consent.md): what somebody writes in a public topic of a forum whose robots.txt lets the topic be read
is public writing, and the software has no switch of its own for it. A hidden profile, or an opt-out in the bio,
is heard.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
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
from crawler.errors import UnreadablePage
from crawler.sources._consent import opt_out_in
from crawler.sources._dates import parse_moment
from crawler.sources._html import element_text, html_to_text, one_line, parse_html
from crawler.sources._json import JsonObject
from crawler.sources._leads import anchors, segment
from crawler.sources._names import display_name

PUBLIC_FORUM: Final = "public forum, page allowed by robots"
HIDDEN_PROFILE: Final = "the profile is hidden (profile_hidden)"
_NOT_OWN: Final = ".//aside | .//div[@class='meta' or @class='poll'] | .//a[@class='anchor']"
_REGULAR_POST: Final = 1  # the others are moderators' notes, notices and whispers
_LIKE: Final = 2  # the kind of action that older forums count likes under


@dataclass(frozen=True, slots=True)
class Writer:
    """Somebody on a forum: user name, and the id that survives a renaming ("" when it is not shown)."""

    base: str
    username: str
    user_id: str

    @property
    def url(self) -> str:
        """The address of the profile for people."""
        return f"{self.base}/u/{segment(self.username)}"

    @property
    def aliases(self) -> tuple[Alias, ...]:
        """Native id, handle and address; the strongest first."""
        host = host_of(self.base)
        native = (native_alias(host, self.user_id),) if self.user_id else ()
        return (*native, handle_alias(self.username, host), url_alias(self.url))

    def account(self, source: JsonObject) -> AccountItem:
        """The account as far as a post shows it: a name, no profile."""
        return AccountItem(
            platform="discourse",
            host=host_of(self.base),
            aliases=self.aliases,
            url=self.url,
            consent=ConsentSignal(Consent.FULL, PUBLIC_FORUM, self.url, "default"),
            provenance="api",
            handle=self.username,
            native_id=self.user_id or None,
            name=display_name(source.text("name")),
            text_complete=False,
        )


def is_public_topic(topic: JsonObject) -> bool:
    """Not a private message, not unlisted, not deleted."""
    return (
        topic.text("archetype") in ("", "regular")
        and topic.flag("visible") is not False
        and not topic.text("deleted_at")
    )


def writer_of(row: JsonObject, base: str, id_key: str = "user_id") -> Writer | None:
    """Who wrote a post, or who a user is; None for deleted users and for the forum's own robots (ids below 1)."""
    username, user_id = row.text("username").strip(), row.id(id_key)
    writer = Writer(base, username, user_id)
    if not username or user_id.startswith("-") or user_id == "0" or try_canonical(writer.url) is None:
        return None
    return writer


def read_posts(topic: JsonObject, base: str) -> Iterator[tuple[AccountItem, PostItem]]:
    """The visible posts of a topic, each with its author."""
    if not is_public_topic(topic):
        return
    rows = [row for row in topic.object("post_stream").objects("posts") if _is_visible(row)]
    for row in rows:
        writer = writer_of(row, base)
        post = _read_post(row, topic, writer, rows) if writer else None
        if writer is not None and post is not None:
            yield writer.account(row), post


def read_rows(rows: Iterable[JsonObject], base: str) -> Iterator[tuple[AccountItem, PostItem]]:
    """Visible posts of different topics, each of which says what it belongs to."""
    for row in filter(_is_visible, rows):
        writer = writer_of(row, base)
        topic = JsonObject({"id": row.id("topic_id"), "slug": row.text("topic_slug"), "title": row.text("topic_title")})
        post = _read_post(row, topic, writer, (row,)) if writer and row.id("topic_id") else None
        if writer is not None and post is not None:
            yield writer.account(row), post


def read_members(rows: Iterable[JsonObject], base: str) -> Iterator[AccountItem]:
    """The people of a list that shows names alone."""
    for row in rows:
        writer = writer_of(row, base, "id")
        if writer is not None:
            yield writer.account(row)


def read_user(user: JsonObject, base: str) -> AccountItem | None:
    """The profile that ``/u/NAME.json`` shows; None when there is none."""
    writer = writer_of(user, base, "id")
    if writer is None:
        return None
    consent = _profile_consent(user, writer.url)
    account = replace(writer.account(user), consent=consent)
    return replace(account, name="") if consent.state is Consent.DENIED else _with_profile(account, user)


def _is_visible(row: JsonObject) -> bool:
    hidden = row.flag("hidden") or row.flag("user_deleted") or row.text("deleted_at")
    return not hidden and row.count("post_type") in (None, _REGULAR_POST)


def _read_post(row: JsonObject, topic: JsonObject, writer: Writer, rows: Iterable[JsonObject]) -> PostItem | None:
    native_id, text = row.id("id"), own_words(row.text("cooked"))
    if not native_id or not text:
        return None
    number = row.count("post_number") or 1
    slug = segment(topic.text("slug") or "-")
    first = number == 1
    answers = Interaction(likes=_likes(row), comments=row.count("reply_count"))
    return PostItem(
        account=writer.aliases[0],
        native_id=native_id,
        url=try_canonical(f"{writer.base}/t/{slug}/{topic.id('id')}/{number}") or "",
        provenance="api",
        text=text,
        title=one_line(topic.text("title")) if first else "",
        kind="forum" if first else "reply",
        tags=_tags(topic) if first else (),
        published=parse_moment(row.text("created_at"), TimeOrigin.PLATFORM),
        edited=_edited(row),
        interaction=_interaction(row, topic, rows) if first else answers,
    )


def own_words(cooked: str) -> str:
    """A post as text, without what is not its author's: quotations, previews of linked pages, names of files."""
    if "<" not in cooked:
        return html_to_text(cooked)
    try:
        tree = parse_html(f"<div>{cooked}</div>")
    except UnreadablePage:
        return ""
    for element in tree.xpath(_NOT_OWN):
        element.drop_tree()
    return element_text(tree)


def _edited(row: JsonObject) -> Moment | None:
    """When the text changed; a post that was never edited says version 1."""
    if (row.count("version") or 1) < 2:
        return None
    return parse_moment(row.text("updated_at"), TimeOrigin.PLATFORM)


def _interaction(row: JsonObject, topic: JsonObject, rows: Iterable[JsonObject]) -> Interaction:
    """Reactions to a topic's first post: everything below it. Who answered is counted only when all are in sight."""
    total = topic.count("posts_count")
    author = row.id("user_id") or row.text("username")
    writers = [other.id("user_id") or other.text("username") for other in rows]
    complete = total is not None and len(writers) == total
    return Interaction(
        likes=_likes(row),
        comments=total - 1 if total else None,
        distinct_repliers=len(set(writers) - {author}) if complete else None,
    )


def _likes(row: JsonObject) -> int | None:
    """``like_count``, or the sum that older forums give under the posts' actions."""
    if row.count("like_count") is not None:
        return row.count("like_count")
    likes = [action.count("count") for action in row.objects("actions_summary") if action.count("id") == _LIKE]
    return likes[0] if likes else None


def _tags(topic: JsonObject) -> tuple[str, ...]:
    """Tags are strings, in newer versions objects with a name."""
    named = (tag.text("name") for tag in topic.objects("tags"))
    return tuple(dict.fromkeys(one_line(tag).lower() for tag in (*topic.texts("tags"), *named) if one_line(tag)))


def _profile_consent(user: JsonObject, url: str) -> ConsentSignal:
    opt_out = opt_out_in(html_to_text(user.text("bio_cooked") or user.text("bio_raw")))
    if opt_out:
        return ConsentSignal(Consent.DENIED, f"opted out in the profile ({opt_out})", url)
    if user.flag("profile_hidden") is True:
        return ConsentSignal(Consent.PROFILE, HIDDEN_PROFILE, url)
    return ConsentSignal(Consent.FULL, PUBLIC_FORUM, url)  # the profile says nothing against it: their setting


def _with_profile(account: AccountItem, user: JsonObject) -> AccountItem:
    if user.flag("profile_hidden") is True:
        return account
    cooked = user.text("bio_cooked")
    website = try_canonical(user.text("website"))
    links = [ProfileLink(website, text=one_line(user.text("website_name")))] if website else []
    links += [ProfileLink(anchor.url) for anchor in anchors(cooked) if not anchor.classes & {"mention", "hashtag"}]
    return replace(
        account,
        bio=html_to_text(cooked),
        location=display_name(user.text("location")),
        links=tuple({link.url: link for link in reversed(links)}.values())[::-1],
        counts=Counts(posts=user.count("post_count")),
        created=parse_moment(user.text("created_at"), TimeOrigin.PLATFORM),
        text_complete=True,
    )
