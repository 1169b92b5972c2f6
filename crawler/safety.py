"""Which addresses may be contacted at all. Pure; the resolver that enforces it at connect time is ``resolver.py``.

Hosts and politeness are decided elsewhere (``politeness.py``, ``robots.py``); this is about addresses that lead
into somebody's private network or into an endless site.
"""

import ipaddress
import socket
from collections import Counter
from typing import Final
from urllib.parse import SplitResult, urlsplit

from crawler.errors import UnsafeAddress

MAX_URL: Final = 2083  # characters; longer ones are traps or sessions
MAX_SEGMENTS: Final = 20
MAX_SAME_SEGMENT: Final = 3  # /a/b/a/b/a/b/a is a relative link that bites its tail
_PORTS: Final = {"http": 80, "https": 443}
_PRIVATE_SUFFIXES: Final = (
    ".localhost",
    ".local",
    ".internal",
    ".intranet",
    ".lan",
    ".home",
    ".corp",
    ".onion",
    ".arpa",
)


def check_url(url: str, *, invented_only: bool = False) -> None:
    """Raise ``UnsafeAddress`` with one line unless ``url`` is a plain public web address.

    ``invented_only`` is for loopback crawls: every host must end in ``.example``, so that a test never reaches
    a stranger.
    """
    if len(url) > MAX_URL:
        raise UnsafeAddress(f"the address has {len(url)} characters, more than {MAX_URL}")
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError as error:
        raise UnsafeAddress(f"not an address: {error}") from error
    _check_shape(parts, host, port)
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
    mapped = getattr(address, "ipv4_mapped", None) or getattr(address, "sixtofour", None)
    return address.is_global and not address.is_multicast and (mapped is None or is_public(str(mapped)))


def _check_shape(parts: SplitResult, host: str, port: int | None) -> None:
    if parts.scheme not in _PORTS:
        raise UnsafeAddress(f"{parts.scheme or 'no scheme'}: only http and https are fetched")
    if parts.username is not None or parts.password is not None:
        raise UnsafeAddress("the address carries a user name")
    if not host:
        raise UnsafeAddress("the address has no host")
    if port not in (None, *_PORTS.values()):
        raise UnsafeAddress(f"port {port}: only 80 and 443 are contacted")
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
    if ":" in host:
        return host.partition("%")[0]
    try:
        # The C library's reading decides, since it is what a connection would use.
        return socket.inet_ntoa(socket.inet_aton(host))
    except (OSError, UnicodeError):
        return None
