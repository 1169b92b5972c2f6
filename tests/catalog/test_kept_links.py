"""What a page led to is told to another job that need not fetch it, once, whichever job read it last."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from catalog.items import Link, Outcome
from catalog.kept_links import KeptPage
from tests.catalog.builders import World, link, result, seed

HUB = "https://hub.example/"
NEAR, FAR = "https://near.example/", "https://far.example/"


def start(world: World, query: str, *, fresh_for: timedelta = timedelta(days=1), **more: str) -> str:
    return world.catalog.start_job(query, [seed(HUB, "a page")], fresh_for=fresh_for, **more)


def waiting(world: World, job: str) -> dict[str, float]:
    """Address → score of what a job has still to fetch."""
    rows = world.sql(
        "SELECT address.url, task.score FROM task JOIN address ON address.id = task.address_id "
        f"WHERE task.state = 'waiting' AND task.job_id = '{job}'"
    )
    return {row[0]: row[1] for row in rows}


def test_links_of_an_answered_page_are_judged_once_for_each_job(world: World) -> None:
    world.page(url=HUB, links=(replace(link(NEAR, 0.9), context={"anchor": "rye"}), link(FAR, 0.1)))
    judged: list[KeptPage] = []

    def judge(page: KeptPage) -> Sequence[Link]:
        judged.append(page)
        return [replace(each, score=0.7 if each.url == FAR else 0.2) for each in page.links]

    for query in ("sushi", "ramen"):
        job = start(world, query)
        assert waiting(world, job) == {}
        world.catalog.hand_on(job, judge)
        assert waiting(world, job) == {NEAR: 0.2, FAR: 0.7}
        before = len(judged)
        world.catalog.hand_on(job, judge)
        assert len(judged) == before, "once"
    assert [(page.url, page.depth) for page in judged] == [(HUB, 0), (HUB, 0)]
    assert {each.url: (each.score, dict(each.context)) for each in judged[0].links} == {
        NEAR: (0.5, {"anchor": "rye"}),
        FAR: (0.5, {}),
    }


def test_the_newest_reading_tells_and_a_refresh_does_not(world: World) -> None:
    world.page(url=HUB, links=(link(NEAR),))
    world.clock.later(hours=1)
    world.page(url=HUB, links=(link(FAR),))
    world.clock.later(hours=1)
    again = start(world, "how they are", fresh_for=timedelta(0), kind="refresh")
    lease = world.catalog.lease(again, "w")
    assert lease is not None
    world.catalog.commit_page(result(lease.tasks[0], at=world.clock(), links=()))
    world.catalog.release(lease, next_allowed_at=world.clock())
    job = start(world, "sushi", fresh_for=timedelta(0))
    lease = world.catalog.lease(job, "w")
    assert lease is not None
    [task] = lease.tasks
    assert [each.url for each in world.catalog.links_last_found(task.id)] == [FAR]
    world.catalog.commit_page(
        result(task, Outcome.NOT_MODIFIED, at=world.clock(), links=world.catalog.links_last_found(task.id))
    )
    assert waiting(world, job) == {FAR: 0.5}


def test_a_page_that_nobody_read_has_none(world: World) -> None:
    job = start(world, "sushi")
    lease = world.catalog.lease(job, "w")
    assert lease is not None
    assert world.catalog.links_last_found(lease.tasks[0].id) == ()
