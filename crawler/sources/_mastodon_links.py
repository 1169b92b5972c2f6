"""Addresses of the Mastodon API: which pages of ours read them, and how they are written.

What stands behind them is read in ``mastodon.py``.
"""

import re
from typing import Final

from catalog.identity import canonical_url, try_canonical
from catalog.items import AccountItem, Link
from crawler.sources._json import JsonObject
from crawler.sources._leads import base_of, segment
from crawler.sources._mastodon_account import lookup_link

_LIMIT: Final = 40  # the most that the API gives at once
_FURTHER_PAGES: Final = 2  # of one hashtag; older statuses say little about who writes today
_ACCOUNT_PATH: Final = re.compile(r"/api/v1/accounts/(?:\d+|(?=\w*\d)[0-9A-Za-z]{16,32})(/statuses)?")
"""Numbers on Mastodon, long words of letters and digits on Pleroma, Akkoma and GoToSocial."""
_TAG_PATH: Final = re.compile(r"/api/v1/timelines/tag/[^/]+")


def tag_link(base: str, tag: str, scope: str, rank: int) -> Link:
    """A hashtag's timeline; ``scope`` is "", "local" or "remote", ``rank`` its place in the plan from 0."""
    narrowed = f"&{scope}=true" if scope else ""
    return Link(
        url=canonical_url(f"{base}/api/v1/timelines/tag/{segment(tag)}?limit={_LIMIT}{narrowed}"),
        source="mastodon",
        page="tag",
        score=round(max(0.75, 0.95 - 0.01 * rank), 3),
        context={"pages": str(_FURTHER_PAGES)},
    )


def statuses_link(base: str, account: AccountItem, score: float) -> Link | None:
    """The account's own statuses, without boosts and without answers to others; on Pixelfed, which wants a token for
    them, its feed.
    """
    if account.platform == "pixelfed":
        return feed_link(base, account.handle or "", score)
    if not account.native_id:
        return None
    query = f"exclude_reblogs=true&exclude_replies=true&limit={_LIMIT}"
    url = try_canonical(f"{base}/api/v1/accounts/{segment(account.native_id)}/statuses?{query}")
    return Link(url=url, source="mastodon", page="statuses", score=score) if url else None


def feed_link(base: str, handle: str, score: float) -> Link | None:
    """A profile's feed as Pixelfed publishes it."""
    url = try_canonical(f"{base}/users/{segment(handle)}.atom") if handle else None
    return Link(url=url, source="pixelfed", page="feed", score=score) if url else None


def readable_scope(feeds: JsonObject) -> str | None:
    """Which statuses of a hashtag strangers see: "" all, "local" or "remote" ones, None nothing.

    Servers before 4.5 do not say; they answer strangers unless they refuse the timeline itself.
    """
    local, remote = (feeds.text(key) in ("", "public") for key in ("local", "remote"))
    if local and remote:
        return ""
    return "local" if local else "remote" if remote else None


def next_address(header: str) -> str | None:
    """The address marked rel="next" in a Link header."""
    for part in re.split(r",\s*(?=<)", header):
        address, _, rest = part.partition(">")
        if re.search(r'rel="?next"?', rest):
            return try_canonical(address.strip().lstrip("<"))
    return None


def api_page(path: str) -> str | None:
    if re.fullmatch(r"/api/v[12]/instance/?", path):
        return "instance"
    if path in ("/api/v1/directory", "/api/v1/accounts/search"):
        return "accounts"
    if _TAG_PATH.fullmatch(path):
        return "tag"
    account = _ACCOUNT_PATH.fullmatch(path)
    return None if account is None else "statuses" if account[1] else "account"


def profile_link(base: str, name: str, home: str) -> Link | None:
    """The profile of ``name`` at its own server."""
    address = f"https://{home}" if home else base
    if not re.fullmatch(r"[\w.-]+", name) or try_canonical(address) is None:
        return None
    return lookup_link(base_of(address), name, 0.6)
