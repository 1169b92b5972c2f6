"""Heavy pages are read in worker processes, which may crash or hang without harm."""

import asyncio

import pytest

from crawler.errors import UnreadablePage
from crawler.reading import Body, Readers, page_class
from tests.crawler.hostile_readers import read


def body(what: str) -> Body:
    url = f"https://pixel.example/{what}"
    return Body(source="page", page="page", url=url, status=200, headers=(), body=what.encode())


def test_one_bad_page_costs_one_page() -> None:
    async def run() -> list[str]:
        readers = Readers(workers=1, timeout=20.0, read_heavy=read)
        said: list[str] = []
        try:
            for what in ("fine", "crash", "fine", "broken", "hang", "fine"):
                readers._timeout = 0.3 if what == "hang" else 20.0
                try:
                    said.append((await readers.read_apart(body(what))).posts[0].text)
                except UnreadablePage as error:
                    said.append(str(error))
        finally:
            readers.close()
        return said

    assert asyncio.run(run()) == [
        "fine",
        "reading ended its worker process",
        "fine",
        "not what it claims to be",
        "reading took longer than 0.3 seconds",
        "fine",
    ]


def test_an_unknown_kind_of_page_is_unreadable() -> None:
    with pytest.raises(UnreadablePage, match="no source reads"):
        page_class("nobody", "page")
