"""Networks on which people have one name each, and whose pages programs do not read: a name, its address, and back.

Names and addresses that mean the same person there have one alias, so that who is forgotten by the one is not taken in
by the other. Which hosts are never fetched is the crawler's business.
"""

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote, urlsplit

from catalog.identity import handle_alias, host_of, native_alias
from catalog.items import Alias


@dataclass(frozen=True, slots=True)
class Network:
    """``address`` holds ``{}`` for the name; ``hosts`` are other names of its host."""

    name: str
    title: str
    host: str
    address: str
    hosts: tuple[str, ...] = ()

    def alias(self, handle: str) -> Alias:
        """The name of somebody there."""
        return handle_alias(handle, self.host)

    def url(self, handle: str) -> str:
        """Where a person looks at somebody there."""
        return self.address.format(handle)


_ALL: Final = (
    Network("instagram", "Instagram", "instagram.com", "https://www.instagram.com/{}/", ("instagr.am",)),
    Network("tiktok", "TikTok", "tiktok.com", "https://www.tiktok.com/@{}"),
    Network("x", "X", "x.com", "https://x.com/{}", ("twitter.com",)),
    Network("bluesky", "Bluesky", "bsky.app", "https://bsky.app/profile/{}"),
    Network("threads", "Threads", "threads.net", "https://www.threads.net/@{}", ("threads.com",)),
    Network("facebook", "Facebook", "facebook.com", "https://www.facebook.com/{}", ("fb.com",)),
    Network("youtube", "YouTube", "youtube.com", "https://www.youtube.com/@{}"),
    Network("pinterest", "Pinterest", "pinterest.com", "https://www.pinterest.com/{}/"),
)
NETWORKS: Final = {network.name: network for network in _ALL}
_BY_HOST: Final = {host: network for network in _ALL for host in (network.host, *network.hosts)}
_NOT_NAMES: Final = frozenset(
    """about accounts api ads business channel developers direct discover explore groups hashtag help home i intent
    legal login messages p pages pin playlist privacy profile.php reel reels results search settings share stories
    status tag terms tv video videos watch web""".split()  # noqa: SIM905
)
_NAME: Final = re.compile(r"[\w][\w.:-]{0,252}")
_ID_URL: Final = "https://x.com/i/user/{}"


def x_account(account_id: str) -> tuple[Alias, str]:
    """Somebody on X of whom an export tells only the number: the alias, and where a person looks."""
    return native_alias(NETWORKS["x"].host, account_id), _ID_URL.format(account_id)


def network_at(host: str) -> Network | None:
    """The network of a host (lower case), its ``www.`` and ``m.`` too."""
    return _BY_HOST.get(re.sub(r"^(?:www|m|mobile|old)\.", "", host))


def profile_at(url: str) -> tuple[Network, str] | None:
    """The network and the name of whose profile ``url`` is, in lower case; None for any other address."""
    try:
        network = network_at(host_of(url))
    except ValueError:
        return None
    if network is None:
        return None
    segments = [unquote(part) for part in urlsplit(url).path.split("/") if part]
    if segments and (segments[0] == "_u" or (network.name == "bluesky" and segments[0] == "profile")):
        segments = segments[1:]  # "/_u/name" is how newer exports write an address
    name = segments[0].removeprefix("@").strip().lower() if len(segments) == 1 else ""
    return (network, name) if _NAME.fullmatch(name) and name not in _NOT_NAMES else None


def profile_alias(url: str) -> Alias | None:
    """The name that a profile's address on one of these networks means."""
    found = profile_at(url)
    return found[0].alias(found[1]) if found else None
