"""Which addresses may be contacted at all. Pure; ``resolver.py`` and ``guard.py`` enforce it when connecting.

Hosts and politeness are decided elsewhere (``politeness.py``, ``robots.py``); this is about addresses that lead
into somebody's private network or into an endless site. Every case has its test: docs/safety.md.
"""

import ipaddress
import re
import socket
from collections import Counter
from typing import Final
from urllib.parse import SplitResult, urlsplit

from catalog.identity import host_of, origin_of
from crawler.errors import UnsafeAddress

MAX_URL: Final = 2083  # characters; longer ones are traps or sessions
MAX_SEGMENTS: Final = 20
MAX_SAME_SEGMENT: Final = 3  # /a/b/a/b/a/b/a is a relative link that bites its tail
NOBODY: Final[frozenset[str]] = frozenset()
_PORTS: Final = {"http": 80, "https": 443}
_NAMES: Final = "localhost localdomain local internal intranet lan home corp private onion arpa test invalid"
_PRIVATE_SUFFIXES: Final = tuple(f".{name}" for name in _NAMES.split())
_NO_AUTHORITY: Final = re.compile(r"[\s\\\x00-\x20\x7f]")
"""Characters that one program takes for the end of the host and another for a part of it."""
_PUBLIC_V6: Final = ipaddress.ip_network("2000::/3")
_NOT_PUBLIC: Final = tuple(
    map(
        ipaddress.ip_network,
        (
            "168.63.129.16/32",  # Azure's host, which answers for metadata
            "192.0.0.0/24",  # protocol assignments; Oracle's metadata
            "192.88.99.0/24",  # 6to4 relays
            "2001::/23",  # Teredo, ORCHID and others
            "2002::/16",  # 6to4: any IPv4 address inside
            "3fff::/20",  # documentation
        ),
    )
)


def check_url(url: str, *, invented_only: bool = False, own: frozenset[str] = NOBODY) -> None:
    """Raise ``UnsafeAddress`` with one line unless ``url`` is a plain public web address.

    ``invented_only`` is for loopback crawls: every host must end in ``.example``, so that a test never reaches
    a stranger. ``own`` are origins (``scheme://host:port``) of the operator's own machines; only a request that the
    plan itself makes may name them.
    """
    if len(url) > MAX_URL:
        raise UnsafeAddress(f"the address has {len(url)} characters, more than {MAX_URL}")
    try:
        parts = urlsplit(url)
        port = parts.port
        _check_shape(parts)
        host, origin = host_of(url), origin_of(url)
    except ValueError as error:
        raise UnsafeAddress(f"not an address: {error}") from error
    if origin in own:
        return
    if port not in (None, *_PORTS.values()):
        raise UnsafeAddress(f"port {port}: only 80 and 443 are contacted")
    if invented_only:
        if not host.endswith(".example"):
            raise UnsafeAddress(f"{host} does not end in .example: loopback crawls stay in the invented web")
        return
    _check_host(host)


def is_public(ip: str) -> bool:
    """Whether an IP address in text is one of the public internet.

    >>> is_public("93.184.216.34"), is_public("10.0.0.1"), is_public("::ffff:127.0.0.1"), is_public("224.0.0.1")
    (True, False, False, False)
    """
    try:
        address = ipaddress.ip_address(ip)
    except ValueError:
        return False
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return is_public(str(address.ipv4_mapped))
        if address not in _PUBLIC_V6 or address.scope_id:  # NAT64, ::a.b.c.d and the like lead to any IPv4 address
            return False
    refused = any(address in network for network in _NOT_PUBLIC if network.version == address.version)
    return address.is_global and not address.is_multicast and not refused


def _check_shape(parts: SplitResult) -> None:
    if parts.scheme not in _PORTS:
        raise UnsafeAddress(f"{parts.scheme or 'no scheme'}: only http and https are fetched")
    if parts.username is not None or parts.password is not None:
        raise UnsafeAddress("the address carries a user name")
    if not parts.hostname:
        raise UnsafeAddress("the address has no host")
    if _NO_AUTHORITY.search(parts.netloc):
        raise UnsafeAddress("the host holds characters that no host has")
    segments = [segment for segment in parts.path.split("/") if segment]
    if len(segments) > MAX_SEGMENTS:
        raise UnsafeAddress(f"the path has {len(segments)} parts, more than {MAX_SEGMENTS}")
    if segments and Counter(segments).most_common(1)[0][1] > MAX_SAME_SEGMENT:
        raise UnsafeAddress("the path repeats itself")


def _check_host(host: str) -> None:
    literal = _literal_ip(host)
    if literal is not None:
        if not is_public(literal):
            raise UnsafeAddress(f"{host} is an address of a private network")
        return
    if "." not in host or host.endswith(_PRIVATE_SUFFIXES):
        raise UnsafeAddress(f"{host} is a name of a private network")


def _literal_ip(host: str) -> str | None:
    """The IP address that ``host`` spells, odd forms (2130706433, 127.1, 0x7f000001) included; None: a name."""
    if host.startswith("["):
        return host.strip("[]")
    try:
        # The C library's reading decides, since it is what a connection would use.
        return socket.inet_ntoa(socket.inet_aton(host))
    except (OSError, UnicodeError):
        return None
