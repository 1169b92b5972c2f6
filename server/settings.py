"""How a server behaves: where it listens, what it bounds. Plain values; the command line makes them."""

from dataclasses import dataclass
from ipaddress import ip_address
from typing import Final

MIB: Final = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerSettings:
    """Seconds, bytes and counts of one server process."""

    host: str = "127.0.0.1"
    port: int = 8642
    names: tuple[str, ...] = ()  # further host names by which it is called, as behind a proxy
    origins: tuple[str, ...] = ()  # pages of other origins that may ask (CORS)
    log_queries: bool = False
    engines: int = 2  # searches at once
    engine_seconds: float = 15.0  # somebody waits for one of them; then 503
    in_flight: int = 32  # requests at once; more get 503 and Retry-After
    streams: int = 32  # event streams at once
    max_body: int = MIB // 4
    body_seconds: float = 10.0  # for the whole body to arrive
    head_seconds: float = 10.0  # for the first line and headers to arrive
    request_seconds: float = 30.0
    shutdown_seconds: int = 20  # what runs may end
    window_seconds: float = 600.0  # a query's ranking is kept so long

    @property
    def is_loopback(self) -> bool:
        """Whether only programs of this machine can reach it."""
        if self.host == "localhost":
            return True
        try:
            return ip_address(self.host).is_loopback
        except ValueError:
            return False
