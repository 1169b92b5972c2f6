"""The social sources in a real crawl over loopback: each way from a first question to what is kept.

The bodies are those of the fixtures; the servers that give them are invented.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from catalog.items import Link
from catalog.tasks import Seed
from tests.conftest import ROOT
from tests.crawler.crawling import crawl, dump, loopback, outcomes, start_job
from tests.crawler.site import Reply, Site, serve

JSON = {"Content-Type": "application/json"}
ACTORS = "app.bsky.actor.getProfiles?actors=did:plc:mika23456723456723456723&actors=did:plc:priya2345672345672345672"
POSTS = "app.bsky.feed.getAuthorFeed?actor=did:plc:mika23456723456723456723&filter=posts_and_author_threads&limit=50"


def fixture(source: str, case: str) -> Reply:
    page, name = case.split("/")
    folder = ROOT / "fixtures" / source / f"crawler.sources.{source}.{page}" / name
    return Reply((folder / "inputs" / "HttpResponse-body.html").read_bytes(), headers=JSON)


ROUTES: dict[str, Reply | list[Reply]] = {
    # Bluesky: search → profiles in one batch → posts; who wants signed-in readers only is not asked again
    "sky.example/xrpc/app.bsky.actor.searchActors?limit=100&q=sushi": fixture("bluesky", "SearchPage/people"),
    f"sky.example/xrpc/{ACTORS}": fixture("bluesky", "ActorsPage/batch"),
    f"sky.example/xrpc/{POSTS}": fixture("bluesky", "FeedPage/own-posts"),
    # an old server of the Mastodon API: version 2 is not there
    "old.example/api/v1/instance": fixture("mastodon", "InstancePage/version-1-shape"),
    "old.example/api/v1/timelines/tag/sushi?limit=40": Reply(b"[]", headers=JSON),
    # Pixelfed: the API is closed, the profile's feed is open
    "pixels.example/api/v1/accounts/lookup?acct=mika": Reply(b'{"error": "Unauthenticated"}', 401, JSON),
    "pixels.example/users/mika.atom": fixture("pixelfed", "ProfileFeedPage/captions"),
    # Lemmy: the old server answers version 3 only
    "kelp.example/api/v3/site": fixture("lemmy", "SitePage/version-3"),
    "kelp.example/api/v3/search?limit=50&listing_type=All&q=sushi&sort=New&type_=All": fixture(
        "lemmy", "SearchPage/version-3"
    ),
    "kelp.example/api/v3/user?limit=50&sort=New&username=mika": fixture("lemmy", "UserPage/version-3"),
    # NodeBB: a room by number is a redirect in the body
    "rollboard.example/api/category/5": Reply(b'"/category/5/food"', headers=JSON),
    "rollboard.example/api/category/5/food": fixture("nodebb", "TopicListPage/recent"),
    "rollboard.example/api/topic/12/best-sushi": fixture("nodebb", "TopicPage/a-discussion"),
    "rollboard.example/api/user/mika": fixture("nodebb", "UserPage/a-profile"),
}

SEEDS = (
    Link(url="https://sky.example/xrpc/app.bsky.actor.searchActors?limit=100&q=sushi", source="bluesky", page="search"),
    Link(url="https://old.example/api/v2/instance", source="mastodon", page="instance", context={"tags": "sushi"}),
    Link(url="https://pixels.example/api/v1/accounts/lookup?acct=mika", source="mastodon", page="lookup"),
    Link(url="https://kelp.example/api/v3/site", source="lemmy", page="site", context={"queries": "sushi"}),
    Link(url="https://kelp.example/api/v4/site", source="lemmy", page="site", context={"queries": "sushi"}),
    Link(url="https://rollboard.example/api/category/5", source="nodebb", page="topics", context={"query": "sushi"}),
)


@dataclass(frozen=True)
class World:
    site: Site
    kept: str
    ended: dict[str, tuple[str, str]]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    data: Path = tmp_path_factory.mktemp("social")
    with serve(ROUTES) as site:
        job = start_job(data, [Seed(label=link.url, link=link) for link in SEEDS])
        report = crawl(loopback(data, job, site, delay=0.01))
        assert report.outcome == "done"
        yield World(site, dump(data), outcomes(data))


def test_every_step_was_taken(world: World) -> None:
    missing = [url for url in ROUTES if url not in world.site.urls()]
    assert not missing


@pytest.mark.parametrize(
    "words",
    [
        "Ōtoro at Ōishi",  # Bluesky
        "Omakase at Ōishi",  # Pixelfed
        "Best rolls in Boston?",  # Lemmy
        "Where do you go?",  # NodeBB
    ],
)
def test_what_is_open_is_kept(world: World, words: str) -> None:
    assert words in world.kept


@pytest.mark.parametrize(
    "words",
    [
        "Rolls, rivers, rain",  # signed-in readers only
        "Portland has the best uni",  # a repost
        "quoted words of somebody else",
        "Buy knives",  # banned on Lemmy
        "Seen from afar",  # lives on another server
        "mika@mikarolls.example",
    ],
)
def test_what_is_not_is_not(world: World, words: str) -> None:
    assert words not in world.kept


def test_requests_say_what_they_are_and_nothing_of_the_operator(world: World) -> None:
    for asked in world.site.asked:
        assert "authorization" not in asked.headers
        assert "cookie" not in asked.headers
