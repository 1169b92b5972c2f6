"""What of a page may be kept (DESIGN 5.5). Pure and idempotent; used by the crawl and by imports.

Only what the page itself says is judged here. What the catalog knows beside it (an opt-out seen elsewhere, a
suppressed name) is judged in the commit, in the same transaction.
"""

from collections.abc import Iterable
from dataclasses import replace

from catalog.items import AccountItem, Alias, Consent, Counts, PageResult, PostItem, ProfileLink
from text.scrub import scrub

_KEEPS_NOTHING = (Consent.DENIED, Consent.UNKNOWN)


def gate(result: PageResult) -> PageResult:
    """``result`` without what may not be kept.

    - a noindex page gives no content of its own; an opt-out on it is still heard
    - a nofollow page gives no links
    - of an account that is denied or unknown remain its names and its consent; of a profile-only one, the profile
    - posts of accounts that are not fully open are dropped
    - e-mail addresses and phone numbers are taken out of every text that is kept
    """
    accounts = tuple(_gate_account(account) for account in result.accounts)
    posts = _posts_that_may_stay(result.posts, accounts)
    if result.directives.noindex:
        accounts = tuple(account for account in accounts if account.consent.state is Consent.DENIED)
        posts = ()
    return replace(
        result,
        accounts=accounts,
        posts=tuple(_scrub_post(post) for post in posts),
        links=() if result.directives.nofollow else result.links,
    )


def changed_content(before: PageResult, after: PageResult) -> bool:
    """Whether the gate took something away: such a page is not archived (DESIGN 5.6)."""
    return before.directives.noindex or (before.accounts, before.posts) != (after.accounts, after.posts)


def _gate_account(account: AccountItem) -> AccountItem:
    if account.consent.state in _KEEPS_NOTHING:
        return replace(
            account,
            name="",
            bio="",
            location="",
            languages=(),
            tags=(),
            links=(),
            counts=Counts(),
            created=None,
            text_complete=False,
        )
    return replace(
        account,
        name=_clean(account.name),
        bio=_clean(account.bio),
        location=_clean(account.location),
        tags=_clean_all(account.tags),
        links=tuple(_scrub_link(link) for link in account.links if _is_address(link.url)),
    )


def _posts_that_may_stay(posts: Iterable[PostItem], accounts: Iterable[AccountItem]) -> tuple[PostItem, ...]:
    # One page may show an account twice; the stricter word counts, so any alias that is not open closes it.
    closed: frozenset[Alias] = frozenset(
        alias for account in accounts if account.consent.state is not Consent.FULL for alias in account.aliases
    )
    return tuple(post for post in posts if post.account not in closed)


def _scrub_post(post: PostItem) -> PostItem:
    return replace(
        post, title=_clean(post.title), text=_clean(post.text), place=_clean(post.place), tags=_clean_all(post.tags)
    )


def _scrub_link(link: ProfileLink) -> ProfileLink:
    return replace(link, text=_clean(link.text))


def _is_address(url: str) -> bool:
    # mailto: and tel: are the e-mail address and the phone number themselves.
    return url.lower().startswith(("http://", "https://"))


def _clean(text: str) -> str:
    return scrub(text).text if text else text


def _clean_all(texts: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(text for text in texts if not scrub(text).removed)
