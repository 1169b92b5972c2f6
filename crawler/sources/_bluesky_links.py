"""Addresses of Bluesky's AppView, and how to know its answers without one. What they say is read in ``bluesky.py``."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from catalog.identity import canonical_url, try_canonical
from catalog.items import AccountItem, Link
from crawler.sources._bluesky_actor import DID, HANDLE, did_of, profile_url
from crawler.sources._json import JsonObject

BATCH: Final = 25  # profiles that the API gives at once
_OWN_POSTS: Final = 50
_FURTHER_POSTS: Final = 1


def profiles_links(base: str, dids: Iterable[str], score: float, context: Mapping[str, str]) -> Iterator[Link]:
    """Whole profiles in batches, in the order given; a later batch scores a little less."""
    asked = list(dict.fromkeys(did for did in dids if did))
    for start in range(0, len(asked), BATCH):
        query = "&".join(f"actors={did}" for did in asked[start : start + BATCH])
        url = try_canonical(f"{base}/xrpc/app.bsky.actor.getProfiles?{query}")
        if url is not None:
            lowered = round(max(0.1, score - 0.05 * (start // BATCH)), 3)
            yield Link(url=url, source="bluesky", page="profiles", score=lowered, context=context)


def profile_link(base: str, actor: str, score: float) -> Link | None:
    """One profile, by DID or handle; None when it is neither."""
    actor = actor.removeprefix("@")
    actor = actor if DID.fullmatch(actor) else actor.lower()
    if not (DID.fullmatch(actor) or HANDLE.fullmatch(actor)) or actor.endswith(".invalid"):
        return None
    return Link(url=profile_url(base, actor), source="bluesky", page="profile", score=score)


def feed_link(base: str, account: AccountItem, score: float) -> Link:
    query = f"actor={account.native_id}&filter=posts_and_author_threads&limit={_OWN_POSTS}"
    url = canonical_url(f"{base}/xrpc/app.bsky.feed.getAuthorFeed?{query}")
    return Link(url=url, source="bluesky", page="feed", score=score, context={"pages": str(_FURTHER_POSTS)})


def page_of(answer: JsonObject) -> str:
    """The page that reads an answer, told by its shape alone; "" when it is none of Bluesky's."""
    if did_of(answer.object("subject")) and ("followers" in answer.values or "follows" in answer.values):
        return "followers"
    if did_of(answer):
        return "record" if answer.object("didDoc") else "profile" if answer.text("handle") else ""
    for key, page in (("actors", "search"), ("profiles", "profiles")):
        if any(did_of(row) for row in answer.objects(key)):
            return page
    if any(did_of(view.object("creator")) for view in answer.objects("views")):
        return "profiles"
    posts = (*answer.objects("posts"), *(row.object("post") for row in answer.objects("feed")))
    if any(post.text("uri").startswith("at://") for post in (*posts, answer.object("thread").object("post"))):
        return "feed"
    records = (answer, *answer.objects("records"))
    return "record" if any(row.text("uri").startswith("at://") and row.object("value") for row in records) else ""
