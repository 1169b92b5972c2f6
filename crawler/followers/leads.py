"""Followers → leads: the name that the catalog knows them by, the address for a person, and the link for a crawl."""

from typing import Final

from catalog.identity import handle_alias, host_of, url_alias
from catalog.items import Alias, AliasKind, Link
from catalog.leads import Lead
from catalog.networks import NETWORKS, x_account
from crawler.followers.model import Follower
from crawler.sources import get_source
from crawler.sources._leads import lead as readable
from niche.names import fit_in_general, read_name
from places.gazetteer import Gazetteer

_LEAST, _SPAN = 0.4, 0.5  # the score of a link: what the name says orders the crawl
_SHARED_BLUESKY: Final = ".bsky.social"  # a handle on any other host is that host's owner


def lead_of(follower: Follower, gazetteer: Gazetteer) -> Lead:
    """The lead of a follower. Their page is read if a source takes it; the names of closed networks are not."""
    alias, also, url = _names(follower)
    said = read_name(name_in(follower.handle, url), gazetteer)
    score = _LEAST + _SPAN * fit_in_general(said, gazetteer).score
    return Lead(
        alias=alias,
        also=also,
        network=follower.network,
        handle=follower.handle,
        url=url,
        relation=follower.kind.relation,
        link=_link(follower, url, score),
        since=follower.since,
        words=said.words,
        places=said.places,
    )


def name_in(handle: str, url: str) -> str:
    """The part of a handle or address that its owner chose: what stands before the host, or the host's own name."""
    if handle:
        name, _, _ = handle.partition("@")
        return name.removesuffix(_SHARED_BLUESKY)
    try:
        host = host_of(url).removeprefix("www.")
    except ValueError:
        return ""
    return host.partition(".")[0]


def _names(follower: Follower) -> tuple[Alias, tuple[Alias, ...], str]:
    """The strongest name, the others, and the address to open by hand."""
    network, handle = follower.network, follower.handle
    if network == "fediverse":
        name, _, host = handle.partition("@")
        return handle_alias(handle, host), (), f"https://{host}/@{name}"
    if network in ("web", "feed"):
        home = f"https://{host_of(follower.url)}/"
        return url_alias(follower.url), (url_alias(home),), follower.url
    if network == "x" and not handle:
        alias, url = x_account(follower.native_id)
        return alias, (), url
    if network == "bluesky" and follower.native_id:
        did = Alias(AliasKind.DID, follower.native_id)
        also = (handle_alias(handle, NETWORKS["bluesky"].host),) if handle else ()
        return did, also, NETWORKS["bluesky"].url(handle or follower.native_id)
    if network in NETWORKS:
        return NETWORKS[network].alias(handle), (), NETWORKS[network].url(handle)
    return Alias(AliasKind.HANDLE, handle), (), ""


def link_to(url: str, network: str, score: float) -> Link | None:
    """The link with which a lead's page is read; None where only a person may look, or where it takes the user's key.

    A key's allowance is small and a follower base is large: the first names of a list would use up a day.
    """
    if network == "feed":
        return Link(url=url, source="feed", page="feed", score=score)
    link = readable(url, score)
    return None if link is None or get_source(link.source).key is not None else link


def _link(follower: Follower, url: str, score: float) -> Link | None:
    link = link_to(url, follower.network, score) if url else None
    if link is None and follower.network == "bluesky" and follower.handle and not _is_shared(follower.handle):
        link = readable(f"https://{follower.handle}/", score)  # the handle is a host that its owner proved to have
    return link


def _is_shared(handle: str) -> bool:
    return handle.endswith(_SHARED_BLUESKY)
