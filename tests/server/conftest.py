"""A real server over loopback, on a copy of the small demo; and raw sockets for what no client would send."""

import shutil
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest

from app.config import Config
from server.running import Server, server_config
from server.settings import ServerSettings
from tests.conftest import WORLD, Demo

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

HOSTS = WORLD.with_name("east-coast-sushi.hosts.toml")


@dataclass
class Served:
    """A running server."""

    address: str
    port: int
    data: Path
    client: httpx.Client
    ending: threading.Event  # it was told to end

    def raw(self, request: bytes) -> bytes:
        """What comes back on a plain socket until the server closes."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=20) as connection:
            connection.sendall(request)
            answer = b""
            while part := connection.recv(65_536):
                answer += part
        return answer


@contextmanager
def serving(data: Path, *, keyless: bool = True, **settings: object) -> Iterator[Served]:
    """Serve a data folder in a thread of this process, on a real socket."""
    listening = socket.create_server(("127.0.0.1", 0))
    port = listening.getsockname()[1]
    config = Config(data=data, hosts=HOSTS, contact="https://operator.example/")
    wanted = ServerSettings(port=port, shutdown_seconds=2, **settings)  # type: ignore[arg-type]
    server = Server(server_config(config, wanted, keyless=keyless))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    address = f"http://127.0.0.1:{port}"
    ending = threading.Event()
    transport = httpx.HTTPTransport(retries=20)
    try:
        with httpx.Client(base_url=address, timeout=60, transport=transport) as client:
            client.get("/healthz").raise_for_status()
            yield Served(address, port, data, client, ending)
    finally:
        server.should_exit = True
        ending.set()
        thread.join(timeout=20)
        listening.close()


@pytest.fixture(scope="session")
def desk_data(small_demo: Demo, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy that the tests of this process may write lists and marks into."""
    return Path(shutil.copytree(small_demo.data, tmp_path_factory.mktemp("served") / "data"))


@pytest.fixture(scope="session")
def served(desk_data: Path) -> Iterator[Served]:
    """One server for all tests that leave the creators as they are."""
    with serving(desk_data) as one:
        yield one


@pytest.fixture
def own(small_demo: Demo, tmp_path: Path) -> Iterator[Served]:
    """A server of one's own, for tests that change what is held."""
    with serving(Path(shutil.copytree(small_demo.data, tmp_path / "data"))) as one:
        yield one


@pytest.fixture(scope="module")
def browser() -> "Iterator[Browser]":
    """One browser for the tests of a file: while it runs, its event loop keeps others from running in this thread."""
    from tests.server.browser import chromium

    with chromium() as one:
        yield one


@pytest.fixture
def page(browser: "Browser", served: Served) -> "Iterator[Page]":
    """A page of the server that all share."""
    from tests.server.browser import watched_page

    with watched_page(browser, served.address) as one:
        yield one


@pytest.fixture
def own_page(browser: "Browser", own: Served) -> "Iterator[Page]":
    """A page of the server of one's own."""
    from tests.server.browser import watched_page

    with watched_page(browser, own.address) as one:
        yield one
