"""Home page, article and feed of one site arrive in every order: the catalog must end the same."""

import asyncio
from collections.abc import Callable
from itertools import permutations
from pathlib import Path

import pytest

from crawler.reading import Body, read_body
from tests.catalog.builders import World as CatalogWorld
from tests.world.blog_view import BlogView, blog_views
from tests.world.server import Web
from tests.world.writing import load_world

WORLD = load_world()
VIEWS = blog_views(WORLD)
WEB = Web(WORLD)
MAGAZINE = WORLD.sites.publication["host"]
BLOGS = sorted(host for host, view in VIEWS.items() if host != MAGAZINE and view.posts)

PageCommit = Callable[[CatalogWorld], None]


def page(url: str, source: str) -> PageCommit:
    """What commits one page of the invented web."""
    answer = WEB.get(url)
    assert answer.status == 200, url
    headers = tuple((name.lower(), value) for name, value in answer.headers)
    kind = {"page": "page", "feed": "feed"}[source]
    body = Body(source=source, page=kind, url=url, status=200, headers=headers, body=answer.body)
    items = asyncio.run(read_body(body))

    def commit(catalog: CatalogWorld) -> None:
        catalog.page(*items.accounts, *items.posts, url=url)

    return commit


def ends(folder: Path, pages: list[PageCommit]) -> set[str]:
    """The catalogs that all orders of these pages end in."""
    dumps = set()
    for number, order in enumerate(permutations(pages)):
        catalog = CatalogWorld(folder / str(number))
        for commit in order:
            commit(catalog)
            catalog.clock.later(minutes=1)
        dumps.add(catalog.facts())
        catalog.catalog.close()
    return dumps


def people(dump: str) -> list[str]:
    return [line for line in dump.splitlines() if line.startswith("creator")]


def pages_of(view: BlogView, *, articles: int) -> list[PageCommit]:
    by_author = {view.author(post).id: post for post in reversed(view.posts)}
    told = [page(view.url(post), "page") for post in list(by_author.values())[:articles]]
    return [page(f"{view.base}/", "page"), page(f"{view.base}{view.feed_path}", "feed"), *told]


@pytest.mark.parametrize("host", BLOGS[:4])
def test_a_blog_of_one_author(tmp_path: Path, host: str) -> None:
    [dump] = ends(tmp_path, pages_of(VIEWS[host], articles=1))
    assert len(people(dump)) == 1


def test_a_site_of_several_authors(tmp_path: Path) -> None:
    view = VIEWS[MAGAZINE]
    authors = {view.author(post).id for post in view.posts}
    [dump] = ends(tmp_path, pages_of(view, articles=2))
    assert len(people(dump)) == len(authors) + 1
