"""Sites without an end: what of them is left out of a job, when, and that it is counted."""

from collections.abc import Callable

import pytest

from catalog.backoff import GIVE_UP
from catalog.items import Link, Outcome, PageResult
from catalog.tasks import Task
from catalog.traps import HOST_BARREN, MIRRORED, REFUSAL_WEIGHT, SHAPE_BARREN, shape_of
from tests.catalog.builders import START, World, account, leases, link, post, result, seed

Page = Callable[[Task], PageResult]


@pytest.mark.parametrize(
    ("path", "shape"),
    [
        ("/about", None),
        ("/rice-and-fish", None),
        ("/2026/03/rice", "/#/#/rice"),
        ("/calendar/2026-03-01", "/calendar/#-#-#"),
        ("/shop?color=red&size=9", "/shop?"),
        ("/?p=12", "/?"),
        ("/s/0a1b2c3d4e5f60718293a4b5/view", "/s/#/view"),
        ("/page/7", "/page/#"),
    ],
)
def test_shapes(path: str, shape: str | None) -> None:
    assert shape_of(f"https://a.example{path}") == shape


def crawl(world: World, start: str, page: Page, most: int = 400) -> list[str]:
    """Work a job off; the addresses that were fetched."""
    job = world.catalog.start_job("sushi", [seed(start)])
    fetched: list[str] = []
    for held in leases(world.catalog, job):
        for task in held.tasks:
            assert len(fetched) < most, "it does not end"
            fetched.append(task.url)
            world.catalog.commit_page(page(task))
        world.catalog.release(held, next_allowed_at=START)
    return fetched


def found(*urls: str) -> tuple[Link, ...]:
    return tuple(link(url) for url in urls)


def numbered(host: str, path: str, task: Task) -> tuple[Link, ...]:
    """Always many more of the same kind, so that depth does not end it."""
    digits = "".join(letter for letter in task.url.rpartition("/")[2] if letter.isdigit())
    first = 40 * int(digits or 0)
    return found(*(f"https://{host}/{path}{first + n}" for n in range(1, 41)))


@pytest.mark.parametrize("path", ["calendar/", "shop?color=", "list?sid=00ff", "page/"])
def test_pages_of_one_kind_that_bring_nothing_end(world: World, path: str) -> None:
    fetched = crawl(world, "https://c.example/", lambda task: result(task, links=numbered("c.example", path, task)))
    assert len(fetched) <= SHAPE_BARREN + 8  # what was leased already is fetched
    [host] = world.catalog.info().hosts
    assert host.key == "c.example"
    assert host.left_out > 100
    assert "brought nothing new" in host.traps[0]


def test_pages_that_bring_something_do_not_end(world: World) -> None:
    job = world.catalog.start_job("sushi", [seed(f"https://c.example/{n}", f"s{n}") for n in range(4 * SHAPE_BARREN)])
    for held in leases(world.catalog, job):
        for task in held.tasks:
            world.catalog.commit_page(result(task, accounts=(account(f"p{task.id}"),)))
        world.catalog.release(held, next_allowed_at=START)
    assert world.catalog.progress(job).pages == 4 * SHAPE_BARREN
    assert world.catalog.info().hosts == ()


def test_a_second_visit_is_no_trap_although_all_of_it_is_known(world: World) -> None:
    urls = [f"https://c.example/{n}" for n in range(2 * SHAPE_BARREN)]
    for _ in range(2):
        job = world.catalog.start_job("sushi", [seed(url, url) for url in urls])
        for held in leases(world.catalog, job):
            for task in held.tasks:
                who = "w" + task.url.rpartition("/")[2]
                world.catalog.commit_page(
                    result(task, accounts=(account(who),), posts=(post(who, "1"),), at=world.clock())
                )
            world.catalog.release(held, next_allowed_at=world.clock())
        assert world.catalog.progress(job).pages == len(urls)
        world.catalog.finish_job(job, "stopped")
        world.clock.later(days=2)
    assert world.catalog.info().hosts == ()


def test_lists_that_lead_to_other_hosts_are_no_trap(world: World) -> None:
    def page(task: Task) -> PageResult:
        more = numbered("c.example", "page/", task) if len(task.url) < 40 else ()
        return result(task, links=(*more[:1], link(f"https://blog{task.id}.example/")))

    job = world.catalog.start_job("sushi", [seed(f"https://c.example/page/{n}", f"s{n}") for n in range(60)])
    for held in leases(world.catalog, job):
        for task in held.tasks:
            world.catalog.commit_page(page(task) if task.url.startswith("https://c.example") else result(task))
        world.catalog.release(held, next_allowed_at=START)
    assert not [host for host in world.catalog.info().hosts if host.key == "c.example"]


def test_a_host_that_says_the_same_everywhere_ends(world: World) -> None:
    """Soft 404s: good answers with the same words for every address, and somebody on each."""
    words = "abcdefghijkl"  # of two letters, many more than what ends it

    def page(task: Task) -> PageResult:
        paths = (f"https://c.example/{a}{b}-{task.url.rpartition('/')[2][:5]}" for a in words for b in words)
        return result(task, accounts=(account(),), content_hash="same", links=found(*paths))

    fetched = crawl(world, "https://c.example/", page)
    assert len(fetched) <= HOST_BARREN + 10
    [host] = world.catalog.info().hosts
    assert host.traps[0].startswith("the whole host")


def test_a_mirror_of_another_host_ends(world: World) -> None:
    names = [f"note-{letter}" for letter in "abcdefghijklmnopqrstuvwxyz"]

    def page(task: Task) -> PageResult:
        path = task.url.rpartition("/")[2]
        links = found(*(f"https://{host}/{name}" for host in ("a.example", "mirror.example") for name in names))
        items = (post("mika", path),) if path else ()
        return result(task, accounts=(account(),), posts=items, content_hash=path or None, links=links)

    fetched = crawl(world, "https://a.example/", page)
    mirrored = {url for url in fetched if url.startswith("https://mirror.example")}
    own = {url for url in fetched if url.startswith("https://a.example")}
    assert min(len(mirrored), len(own)) <= MIRRORED + 8 < max(len(mirrored), len(own))
    assert any("has the same pages as" in trap for host in world.catalog.info().hosts for trap in host.traps)


def test_a_host_that_refuses_page_after_page_is_left_alone(world: World) -> None:
    words = [f"https://c.example/{a}{b}" for a in "abcdefgh" for b in "abcdefgh"]
    fetched = crawl(
        world,
        "https://c.example/",
        lambda task: (
            result(task, links=found(*words)) if task.depth == 0 else result(task, Outcome.REFUSED, status=403)
        ),
    )
    assert len(fetched) <= HOST_BARREN // REFUSAL_WEIGHT + 10


def test_a_link_to_what_was_refused_is_not_followed_again_but_a_plan_is(world: World) -> None:
    first = world.catalog.start_job("sushi", [seed("https://c.example/closed")])
    [task] = world.catalog.lease(first, "w").tasks  # type: ignore[union-attr]
    world.catalog.commit_page(result(task, Outcome.REFUSED, status=403, message="status 403"))
    world.clock.later(days=2)
    second = world.catalog.start_job("ramen", [seed("https://d.example/")])
    [held] = leases(world.catalog, second)
    world.catalog.commit_page(result(held.tasks[0], links=found("https://c.example/closed"), at=world.clock()))
    assert world.catalog.next_due(second) is None
    assert world.catalog.next_due(world.catalog.start_job("soba", [seed("https://c.example/closed")])) is not None


def test_a_host_that_fails_is_left_alone_for_a_growing_time_and_given_up(world: World) -> None:
    job = world.catalog.start_job("sushi", [seed(f"https://c.example/{n}", f"s{n}") for n in range(20)])
    rests: list[float] = []
    while (due := world.catalog.next_due(job)) is not None:
        rests.append((due - world.clock()).total_seconds())
        world.clock.at = max(due, world.clock())
        held = world.catalog.lease(job, "w", tasks=1, delay=1.0)
        assert held is not None
        world.catalog.commit_page(result(held.tasks[0], Outcome.RETRY, message="no answer from https://c.example/"))
        world.catalog.release(held, next_allowed_at=world.clock())
    assert rests[1:] == [30.0 * 2**n for n in range(GIVE_UP - 1)]
    [host] = world.catalog.info().hosts
    assert (host.failures, host.counts) == (GIVE_UP, {"retry": GIVE_UP})
    assert host.last_error == "no answer from an address"


def test_being_told_to_come_back_later_is_no_failure(world: World) -> None:
    job = world.catalog.start_job("sushi", [seed("https://c.example/1")])
    for _ in range(5):
        [task] = world.catalog.lease(job, "w").tasks  # type: ignore[union-attr]
        world.catalog.commit_page(result(task, Outcome.RETRY, status=429, retry_after=60.0, parked=True))
        world.catalog.reclaim("w")
        assert world.catalog.lease(job, "w") is None
        world.clock.later(seconds=60)
    assert world.catalog.info().failing_hosts == ()
    assert world.catalog.progress(job).waiting == 1


def test_a_dead_worker_s_hosts_rest_for_their_delay(world: World) -> None:
    job = world.catalog.start_job("sushi", [seed("https://c.example/1")])
    held = world.catalog.lease(job, "dead", delay=1.0)
    assert held is not None
    world.catalog.keep_delay(held, 20.0)
    world.catalog.reclaim("dead")
    assert world.catalog.lease(job, "w") is None
    world.clock.later(seconds=20)
    again = world.catalog.lease(job, "w", delay=1.0)
    assert again is not None
    assert again.delay == 20.0


def test_one_key_alone_can_be_leased(world: World) -> None:
    job = world.catalog.start_job("sushi", [seed("https://c.example/1")])
    held = world.catalog.lease(job, "w")
    assert held is not None
    wait = world.catalog.lease_key("c.example", "other", delay=1.0)
    assert START < wait < START + (held.expires_at - START)  # type: ignore[operator]
    world.catalog.release(held, next_allowed_at=world.clock.later(seconds=5))
    other = world.catalog.lease_key("new.example", "other")
    assert other is not None
    assert world.catalog.lease_key("new.example", "w") is not None
    world.catalog.pause("asked.example", "they asked us")
    assert world.catalog.lease_key("asked.example", "w") is None


def test_a_host_has_a_budget_whatever_it_brings(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("catalog.budgets.PAGES_PER_HOST", 10)
    urls = [f"https://c.example/{chr(97 + n)}-note" for n in range(20)]
    job = world.catalog.start_job("sushi", [seed(url, url) for url in urls])
    for held in leases(world.catalog, job):
        for task in held.tasks:
            world.catalog.commit_page(result(task, accounts=(account(f"p{task.id}"),)))
        world.catalog.release(held, next_allowed_at=START)
    [host] = world.catalog.info().hosts
    assert host.traps == ("the whole host: 10 pages of one host are enough",)
    assert host.left_out == 20 - world.catalog.progress(job).pages > 0
