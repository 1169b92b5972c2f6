"""What must be true of everything that a page object reads, whatever stood in the body."""

import re
from datetime import timedelta

from catalog.identity import canonical_url, normal_alias
from catalog.items import AccountItem, Alias, Consent, Link, Moment, PostItem
from crawler.sources import all_sources
from crawler.sources.base import PageItems

EMAIL = re.compile(r"[\w.+%-]+@[\w-]+\.[\w.-]+")


def check(items: PageItems) -> None:
    for account in items.accounts:
        check_account(account)
    for post in items.posts:
        check_post(post)
    for link in items.links:
        check_link(link)
    for alias in items.tombstones:
        check_alias(alias)
    names = [(post.account, post.native_id) for post in items.posts]
    assert len(names) == len(set(names)), "one post twice"


def check_account(account: AccountItem) -> None:
    assert account.aliases, "an account without a name"
    for alias in account.aliases:
        check_alias(alias)
    assert account.moved_to is None or normal_alias(account.moved_to) == account.moved_to
    assert account.url == canonical_url(account.url)
    assert account.platform
    assert account.host
    assert account.host == account.host.lower()
    assert account.consent.reason
    assert account.consent.url
    assert not EMAIL.search(account.name)
    assert "\n" not in account.name
    counts = account.counts
    assert all(count is None or count >= 0 for count in (counts.followers, counts.following, counts.posts))
    check_text(account.name, account.bio, account.location, *account.tags)
    check_moment(account.created)
    for link in account.links:
        assert link.url == canonical_url(link.url)
        assert link.verified_at is None or link.verified_at.utcoffset() == timedelta(0)
        check_text(link.text)
    if account.consent.state is Consent.DENIED:
        assert (account.name, account.bio, account.location, account.links) == ("", "", "", ()), "read although denied"


def check_post(post: PostItem) -> None:
    check_alias(post.account)
    assert post.native_id
    assert post.url == "" or post.url == canonical_url(post.url)
    assert post.text.strip() or post.title.strip()
    check_text(post.text, post.title, post.native_id, post.place, *post.tags)
    check_moment(post.published)
    check_moment(post.edited)
    found = post.interaction
    counts = (found.likes, found.shares, found.comments, found.distinct_repliers)
    assert all(count is None or count >= 0 for count in counts)
    assert found.author_reply_share is None or 0 <= found.author_reply_share <= 1


def check_link(link: Link) -> None:
    assert link.url == canonical_url(link.url)
    assert link.page in all_sources()[link.source].pages
    assert 0 < link.score <= 1
    for key, value in link.context.items():
        assert isinstance(key, str)
        assert isinstance(value, str)
        check_text(value)


def check_alias(alias: Alias) -> None:
    assert normal_alias(alias) == alias


def check_moment(moment: Moment | None) -> None:
    if moment is not None:
        assert moment.at.utcoffset() == timedelta(0)
        assert moment.at.year >= 1990


def check_text(*texts: str) -> None:
    for text in texts:
        text.encode("utf-8")
        assert "\x00" not in text
        assert text == text.strip()
