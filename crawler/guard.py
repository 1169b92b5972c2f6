"""The last word on connections: the interpreter itself asks here before any socket of this process connects.

An audit hook, so that it also holds for a library that would open an address by itself. It cannot be taken out again,
which is why it is set in the crawl's processes only. Names are looked up in ``resolver.py``, addresses arrive here.
"""

import errno
import socket
import sys
from contextvars import ContextVar
from typing import Any, Final

from crawler.safety import is_public

_INTERNET: Final = (socket.AF_INET, socket.AF_INET6)
_OPENING: Final = frozenset(
    {
        "socket.connect",
        "socket.bind",
        "socket.sendto",
        "socket.sendmsg",
        "socket.getaddrinfo",
        "socket.gethostbyname",
        "socket.gethostbyaddr",
    }
)

allowed: Final[set[tuple[str, int]]] = set()
"""Private addresses (ip, port) that this crawl may contact: the loopback server of a test, the operator's SearXNG."""
reading: Final[ContextVar[bool]] = ContextVar("nichescout_reading", default=False)
"""Whether a page is being read: then nothing may be opened at all."""


class ConnectionNotAllowed(OSError):
    """A connection that must not be."""


def guard_crawl() -> None:
    """From now on, this process connects to public addresses and to ``allowed`` only, and never while it reads."""
    sys.addaudithook(_in_the_crawl)


def guard_reader() -> None:
    """From now on, this process opens no internet socket at all: page objects get bytes."""
    sys.addaudithook(_in_a_reader)


def _in_the_crawl(event: str, arguments: tuple[Any, ...]) -> None:
    if event not in _OPENING:
        return
    if reading.get():
        raise ConnectionNotAllowed(errno.EACCES, f"{event} while a page is read")
    if event == "socket.connect" and arguments[0].family in _INTERNET:
        host, port = arguments[1][:2]
        if (host, port) not in allowed and not is_public(str(host).partition("%")[0]):
            raise ConnectionNotAllowed(errno.EACCES, f"{host} is an address of a private network")


def _in_a_reader(event: str, arguments: tuple[Any, ...]) -> None:
    if event not in _OPENING and event != "socket.__new__":
        return
    family = arguments[1] if event == "socket.__new__" else getattr(arguments[0], "family", socket.AF_INET)
    if family in _INTERNET:
        raise ConnectionNotAllowed(errno.EACCES, f"{event} while a page is read")
