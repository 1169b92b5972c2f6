"""One page for a person to look at, over real HTTP on loopback."""

from collections.abc import Iterator

import pytest

from base.errors import UserError
from crawler.errors import CrawlError, NoContact
from crawler.single import fetch_single
from tests.crawler.site import Reply
from tests.crawler.site import serve as serve_site
from tests.world.server import serve
from tests.world.writing import load_world


@pytest.fixture(scope="module")
def world() -> Iterator[str]:
    with serve(load_world()) as address:
        yield address


def test_a_page_comes_whole_and_decoded(world: str) -> None:
    page = fetch_single("https://quillandrice.example/", contact="", loopback=world)
    assert page.status == 200
    assert b"<html" in page.body.lower()


def test_robots_txt_holds_for_single_pages_too(world: str) -> None:
    with pytest.raises(CrawlError, match=r"robots\.txt"):
        fetch_single("https://table.example/u/somebody.json", contact="", loopback=world)


def test_a_page_that_is_not_there(world: str) -> None:
    with pytest.raises(CrawlError, match="404"):
        fetch_single("https://quillandrice.example/no-such-page", contact="", loopback=world)


@pytest.mark.parametrize("url", ["quillandrice", "ftp://quillandrice.example/", "https://"])
def test_not_an_address(url: str) -> None:
    with pytest.raises(UserError, match="address"):
        fetch_single(url, contact="https://operator.example/")


def test_live_it_needs_somebody_to_answer_for_it() -> None:
    with pytest.raises(NoContact, match="nichescout init"):
        fetch_single("https://quillandrice.example/", contact="")


def test_a_platform_that_needs_a_key_says_which() -> None:
    with pytest.raises(UserError, match="youtube, which needs a key: set NICHESCOUT_KEY_YOUTUBE"):
        fetch_single("https://www.youtube.com/@harborrice", contact="https://operator.example/")


def test_a_profile_is_read_at_the_address_of_its_api() -> None:
    routes = {"pixel.example/api/v1/accounts/lookup?acct=mika": Reply(b'{"acct": "mika"}')}
    with serve_site(routes) as site:
        page = fetch_single("https://pixel.example/@mika", contact="", loopback=site.address)
    assert page.url == "https://pixel.example/api/v1/accounts/lookup?acct=mika"
    assert page.body == b'{"acct": "mika"}'
