"""``nichescout serve``: refuses to be open to everybody, then listens until it is told to end."""

import asyncio
import logging
import socket
from typing import Any, Final

import click
import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from app.config import Config
from base.errors import UserError
from catalog.store import open_catalog
from server.application import make_application
from server.errors import BindRefused
from server.guard import Guard
from server.settings import ServerSettings

_LARGEST_HEAD: Final = 32_768
_WAITING: Final = 2_048  # connections that nobody has taken yet


class Server(uvicorn.Server):
    """uvicorn's, but event streams hear that it ends; else it would wait for them."""

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Tell them, then as ever."""
        guard = self.config.app
        assert isinstance(guard, Guard)
        guard.ending.set()
        await super().shutdown(sockets)


def serve(config: Config, settings: ServerSettings) -> None:
    """Serve until SIGTERM or Ctrl-C; what runs may end. Raises BindRefused, and UserError for an address in use."""
    keyless = settings.is_loopback and not settings.names  # a further name means a proxy, and others behind it
    if not keyless and not has_keys(config):
        where = settings.names[0] if settings.is_loopback else settings.host
        raise BindRefused(f"{where} can be reached by others: make a key first, with: nichescout keys add NAME")
    logging.basicConfig(format="%(message)s", level=logging.WARNING)
    logging.getLogger("nichescout.server").setLevel(logging.INFO)
    listening = _listen(settings)
    server = Server(server_config(config, settings, keyless=keyless))
    click.echo(f"Open {_address(settings, listening)} (Ctrl-C ends it)")  # the socket takes connections from now on
    server.run(sockets=[listening])


def server_config(config: Config, settings: ServerSettings, *, keyless: bool) -> uvicorn.Config:
    """How uvicorn runs the application."""
    return uvicorn.Config(
        make_application(config, settings, keyless=keyless),
        http=_protocol(settings.head_seconds),
        ws="none",
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_keep_alive=15,
        timeout_graceful_shutdown=settings.shutdown_seconds,
        h11_max_incomplete_event_size=_LARGEST_HEAD,
    )


def has_keys(config: Config) -> bool:
    """Whether some key holds."""
    if not config.place.may_exist:
        return False
    with open_catalog(config.place, create=False) as catalog:
        return any(key.revoked is None for key in catalog.api_keys())


def _address(settings: ServerSettings, listening: socket.socket) -> str:
    host, port = listening.getsockname()[:2]
    name = next(iter(settings.names), f"[{host}]" if ":" in host else host)
    return f"http://{name}:{port}"


def _listen(settings: ServerSettings) -> socket.socket:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    # Named, as asyncio sends small pieces at once (TCP_NODELAY) only where it is: else each answer waits 40 ms for the
    # other side to say that its head arrived.
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((settings.host, settings.port))
        listening.listen(_WAITING)
    except OSError as error:
        listening.close()
        raise UserError(
            f"cannot listen on {settings.host} port {settings.port} ({error.strerror}); give another --port"
        ) from None
    return listening


def _protocol(seconds: float) -> type[H11Protocol]:
    """uvicorn's, but a connection that says nothing whole for so long is closed."""

    class Patient(H11Protocol):
        """See ``_protocol``."""

        def connection_made(self, transport: Any) -> None:
            """Start the clock."""
            super().connection_made(transport)
            self._waiting = asyncio.get_running_loop().call_later(seconds, self._give_up)

        def connection_lost(self, exc: Exception | None) -> None:
            """Stop it."""
            self._waiting.cancel()
            super().connection_lost(exc)

        def _give_up(self) -> None:
            asked: object = self.cycle  # None until the first request is whole, which uvicorn's types do not say
            if asked is None and not self.transport.is_closing():
                self.transport.close()

    return Patient
