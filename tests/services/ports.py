"""Ports for servers that tests start as processes of their own, and start again where they were."""

import random
import socket
from contextlib import suppress
from typing import Final

_BELOW: Final = range(20_000, 32_000)  # those that systems give to outgoing connections begin above
_chosen = random.SystemRandom()


def free_port() -> int:
    """One on which nobody listens, and that no outgoing connection takes before the server does or while it is down."""
    while True:
        port = _chosen.choice(_BELOW)
        with socket.socket() as tried, suppress(OSError):
            tried.bind(("127.0.0.1", port))
            return port
