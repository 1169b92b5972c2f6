from collections.abc import Callable
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog import frontier
from catalog.backoff import MAX_ATTEMPTS
from catalog.items import Link, Outcome, Validators
from catalog.lineage import MAX_DEPTH
from catalog.tasks import Lease, RobotsRow
from tests.catalog.builders import START, World, account, leases, link, result, seed


def start(world: World, *urls: str, query: str = "sushi", **more: object) -> str:
    return world.catalog.start_job(query, [seed(url, f"seed {url}") for url in urls], **more)


def lease(world: World, job: str, worker: str = "w") -> Lease:
    held = world.catalog.lease(job, worker)
    assert held is not None
    return held


def test_a_key_is_leased_to_one_worker(world: World) -> None:
    job = start(world, "https://a.substack.com/1", "https://b.substack.com/2", "https://c.example/")
    first, second = lease(world, job), lease(world, job, "other")
    assert {first.key, second.key} == {"*.substack.com", "c.example"}
    assert sorted(len(held.tasks) for held in (first, second)) == [1, 2]
    assert world.catalog.lease(job, "third") is None


@pytest.mark.parametrize(("delay", "worth_asking"), [(0.0, 0.1), (2.0, 2.1), (3600.0, 300.0)])
def test_what_somebody_holds_is_worth_asking_for_soon(delay: float, worth_asking: float, world: World) -> None:
    job = start(world, "https://a.example/1")
    other = start(world, "https://a.example/2", query="ramen")
    world.catalog.lease(job, "w", delay=delay)
    for each in (job, other):
        assert world.catalog.next_due(each) == START + timedelta(seconds=worth_asking)


def test_what_another_job_read_meanwhile_is_not_asked_for_again(world: World) -> None:
    planned = start(world, "https://c.example/", "https://d.example/", query="ramen")
    reads = start(world, "https://c.example/")
    stale = start(world, "https://c.example/", query="udon", fresh_for=timedelta(0))
    held = lease(world, reads)
    world.catalog.commit_page(result(held.tasks[0], accounts=(account(),)))
    world.catalog.release(held, next_allowed_at=START)
    assert [task.url for task in lease(world, planned).tasks] == ["https://d.example/"]
    assert world.catalog.lease(planned, "w") is None
    assert [task.url for task in lease(world, stale).tasks] == ["https://c.example/"]
    [record] = world.records()
    assert {line.plan for line in record.discovered_by} == {"sushi", "ramen"}


def test_another_job_waits_for_a_leased_key_too(world: World) -> None:
    job = start(world, "https://c.example/1")
    other = start(world, "https://c.example/2", query="ramen")
    held = lease(world, job)
    assert world.catalog.lease(other, "w") is None
    world.catalog.release(held, next_allowed_at=START + timedelta(seconds=9))
    assert world.catalog.lease(other, "w") is None
    assert world.catalog.next_due(other) == START + timedelta(seconds=9)
    world.clock.later(seconds=9)
    assert world.catalog.lease(other, "w") is not None


def test_an_expired_lease_returns_and_its_token_is_stale(world: World) -> None:
    job = start(world, "https://c.example/")
    old = lease(world, job)
    world.clock.later(minutes=4)
    assert world.catalog.heartbeat(old)
    world.clock.later(minutes=4)
    assert world.catalog.lease(job, "other") is None
    world.clock.later(minutes=1)
    new = lease(world, job, "other")
    assert not world.catalog.heartbeat(old)
    before = world.catalog.canonical_dump()
    report = world.catalog.commit_page(result(old.tasks[0], accounts=(account(),)), before_commit=pytest.fail)
    assert report.stale
    world.catalog.release(old, next_allowed_at=START + timedelta(days=1))
    assert world.catalog.canonical_dump() == before
    assert not world.catalog.commit_page(result(new.tasks[0])).stale
    assert world.catalog.next_due(job) is None


def test_a_page_is_committed_once(world: World) -> None:
    job = start(world, "https://c.example/")
    task = lease(world, job).tasks[0]
    assert not world.catalog.commit_page(result(task)).stale
    assert world.catalog.commit_page(result(task)).stale
    assert world.catalog.progress(job).pages == 1


def test_the_leases_of_a_dead_worker_are_taken_back(world: World) -> None:
    job = start(world, "https://c.example/")
    held = lease(world, job, "dead")
    assert world.catalog.reclaim("nobody") == 0
    assert world.catalog.reclaim("dead") == 1
    assert world.catalog.commit_page(result(held.tasks[0])).stale
    assert lease(world, job).tasks[0].id == held.tasks[0].id


def test_where_very_much_waits_it_is_asked_for_again_soon(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    job = start(world, *(f"https://c{n}.example/" for n in range(4)))
    monkeypatch.setattr(frontier, "_MUCH_WAITS", frontier._MUCH_WAITS.offset(2))
    for _ in range(2):
        held = lease(world, job)
        world.catalog.release(held, next_allowed_at=START + timedelta(hours=1))
    assert world.catalog.next_due(job) == START + timedelta(seconds=1)
    for key in ("c2.example", "c3.example"):  # what is left may be asked for in an hour, or not at all
        world.catalog.pause(key, "too slow")
    assert world.catalog.next_due(job) == START + timedelta(hours=1)
    for key in ("c2.example", "c3.example"):
        world.catalog.pause(key, None)
    for _ in range(2):
        world.catalog.commit_page(result(lease(world, job).tasks[0]))
    assert world.catalog.next_due(job) == START + timedelta(hours=1)


def test_released_tasks_wait_again(world: World) -> None:
    job = start(world, "https://c.example/1", "https://c.example/2")
    held = lease(world, job)
    world.catalog.commit_page(result(held.tasks[0]))
    world.catalog.release(held, next_allowed_at=START)
    assert [task.url for task in lease(world, job).tasks] == [held.tasks[1].url]


def test_a_failing_page_backs_off_and_gives_up(world: World) -> None:
    job = start(world, "https://c.example/")
    waits = []
    for _ in range(MAX_ATTEMPTS):
        held = lease(world, job)
        world.catalog.commit_page(result(held.tasks[0], Outcome.RETRY, message="503"))
        world.catalog.release(held, next_allowed_at=world.clock())
        due = world.catalog.next_due(job)
        if due is not None:
            assert world.catalog.lease(job, "w") is None
            waits.append((due - world.clock()).total_seconds())
            world.clock.at = due
    assert waits == [60, 240]
    assert world.catalog.progress(job).failed == 1
    [failing] = world.catalog.info().failing_hosts
    assert (failing.key, failing.failures, failing.last_error) == ("c.example", 3, "503")


def test_retry_after_holds_the_whole_host(world: World) -> None:
    job = start(world, "https://c.example/1", "https://c.example/2")
    held = lease(world, job)
    world.catalog.commit_page(result(held.tasks[0], Outcome.RETRY, retry_after=900.0))
    world.catalog.release(held, next_allowed_at=START + timedelta(seconds=1))
    assert world.catalog.next_due(job) == START + timedelta(seconds=900)


def test_a_redirect_is_a_new_task_and_they_end(world: World) -> None:
    job = start(world, "https://c.example/0")
    steps = 0
    while (held := world.catalog.lease(job, "w")) is not None:
        [task] = held.tasks
        assert task.url == f"https://c.example/{steps}"
        assert task.depth == steps
        steps += 1
        world.catalog.commit_page(result(task, Outcome.REDIRECT, redirect_to=f"https://c.example/{steps}"))
        world.catalog.release(held, next_allowed_at=START)
    assert steps == MAX_DEPTH + 1


def test_depth_ends(world: World) -> None:
    job = start(world, "https://c.example/0")
    pages = 0
    for held in leases(world.catalog, job):
        pages += 1
        world.catalog.commit_page(result(held.tasks[0], links=(link(f"https://c.example/{pages}"),)))
        world.catalog.release(held, next_allowed_at=START)
    assert pages == MAX_DEPTH + 1


def test_the_page_limit(world: World) -> None:
    job = start(world, *(f"https://c{n}.example/" for n in range(9)), max_pages=3)
    held = list(leases(world.catalog, job))
    assert sum(len(one.tasks) for one in held) == 3
    for one in held:
        world.catalog.commit_page(result(one.tasks[0]))
    assert world.catalog.next_due(job) is None
    assert start(world, max_pages=4) == job
    assert len(list(leases(world.catalog, job))) == 1


def test_a_second_run_goes_on_and_a_second_job_does_not_crawl_left_overs(world: World) -> None:
    job = start(world, "https://c.example/1", "https://d.example/1")
    held = lease(world, job)
    world.catalog.commit_page(result(held.tasks[0], links=(link("https://left-over.example/"),)))
    assert world.catalog.unfinished_job("sushi") == job
    assert start(world, "https://new.example/") == job  # what the plan has learnt since joins it
    assert world.catalog.progress(job).waiting == 3
    world.catalog.finish_job(job, "stopped")
    assert world.catalog.unfinished_job("sushi") is None
    assert world.catalog.lease(job, "w") is None
    second = start(world, "https://c.example/1", "https://d.example/1")
    world.clock.later(minutes=6)
    assert [task.url for task in lease(world, second).tasks] == ["https://d.example/1"]
    assert world.catalog.lease(second, "w") is None


def test_best_score_first_weighed_by_what_the_seed_yielded(world: World) -> None:
    job = world.catalog.start_job(
        "q", [seed("https://dull.example/0", "dull", 0.9), seed("https://rich.example/0", "rich", 0.8)]
    )
    for who, items in (("dull", ()), ("rich", (account(),))):
        held = lease(world, job)
        assert held.key == f"{who}.example"
        found = tuple(link(f"https://{who}{n}.example/", 0.5) for n in range(2))
        world.catalog.commit_page(result(held.tasks[0], accounts=items, links=found))
        world.catalog.release(held, next_allowed_at=START)
    assert [held.key for held in leases(world.catalog, job)] == [
        "rich0.example", "rich1.example", "dull0.example", "dull1.example",
    ]  # fmt: skip


def test_a_paused_host(world: World) -> None:
    job = start(world, "https://c.example/")
    world.catalog.pause("c.example", "they asked us")
    assert world.catalog.lease(job, "w") is None
    assert world.catalog.next_due(job) is None
    world.catalog.pause("c.example", None)
    assert world.catalog.lease(job, "w") is not None


def test_validators_come_back_and_304_keeps_what_was_said(world: World) -> None:
    job = start(world, "https://c.example/")
    task = lease(world, job).tasks[0]
    world.catalog.commit_page(result(task, accounts=(account(),), validators=Validators(etag="e1")))
    world.clock.later(days=2)
    again = start(world, "https://c.example/", query="again")
    held = lease(world, again)
    assert held.tasks[0].validators.etag == "e1"
    world.catalog.commit_page(result(held.tasks[0], Outcome.NOT_MODIFIED, at=world.clock()))
    assert len(world.records()) == 1
    assert world.catalog.next_due(start(world, "https://c.example/", query="third")) is None


def test_robots_are_kept_a_day(world: World) -> None:
    row = RobotsRow(origin="https://c.example:443", status=200, body=b"x" * 600_000, fetched_at=START)
    world.catalog.put_robots(row)
    world.catalog.put_robots(row)
    kept = world.catalog.robots(row.origin)
    assert kept is not None
    assert len(kept.body) == 500 * 1024
    world.clock.later(hours=24)
    assert world.catalog.robots(row.origin) is None


def test_robots_refusals_are_counted(world: World) -> None:
    job = start(world, "https://c.example/1", "https://c.example/2")
    for task in lease(world, job).tasks:
        world.catalog.commit_page(result(task, Outcome.ROBOTS))
    assert world.catalog.info().refused_by_robots == {"c.example": 2}
    assert world.catalog.progress(job).pages == 0


def test_links_that_are_no_addresses(world: World) -> None:
    job = start(world, "https://c.example/")
    bad = (link("mailto:a@b.example"), link("nonsense"), Link(url="https://ok.example/#x", source="s", page="p"))
    report = world.catalog.commit_page(result(lease(world, job).tasks[0], links=bad))
    assert report.new_tasks == 1


STEPS = st.lists(
    st.tuples(st.sampled_from(["lease", "commit", "retry", "stale", "release", "expire", "beat"]), st.integers(0, 3)),
    max_size=40,
)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(STEPS)
def test_no_task_is_lost_or_done_twice(new_world: Callable[[], World], steps: list[tuple[str, int]]) -> None:
    crawl_in_any_way(new_world(), steps)


def test_no_task_is_lost_or_done_twice_on_a_server(server_world: World) -> None:
    whatever = ["lease", "commit", "lease", "beat", "retry", "stale", "expire", "commit", "lease", "release", "commit"]
    crawl_in_any_way(server_world, [(what, number % 4) for number, what in enumerate(whatever * 2)])


def crawl_in_any_way(world: World, steps: list[tuple[str, int]]) -> None:  # noqa: C901 - a branch for each thing
    """A small web of 12 pages, each linking to two more, under any sequence of what can happen to leases."""
    job = start(world, "https://h0.example/0")
    held: list[Lease] = []
    done: list[str] = []

    def commit(one: Lease, position: int, outcome: Outcome) -> None:
        task = one.tasks[position % len(one.tasks)]
        number = int(task.url.rpartition("/")[2])
        links = tuple(link(f"https://h{n % 3}.example/{n}") for n in (2 * number + 1, 2 * number + 2) if n < 12)
        report = world.catalog.commit_page(result(task, outcome, links=links if outcome is Outcome.OK else ()))
        if not report.stale and outcome is Outcome.OK:
            done.append(task.url)

    for what, which in steps:
        one = held[which % len(held)] if held else None
        if what == "lease":
            new = world.catalog.lease(job, f"worker {which}", tasks=2)
            held += [new] if new else []
        elif what == "expire":
            world.clock.later(minutes=2)
        elif one and what == "beat":
            world.catalog.heartbeat(one)
        elif one and what == "release":
            world.catalog.release(one, next_allowed_at=world.clock())
        elif one and what in ("commit", "stale"):
            commit(one, which, Outcome.OK)
        elif one and what == "retry" and all(task.attempts == 0 for task in one.tasks):
            commit(one, which, Outcome.RETRY)
    while (due := world.catalog.next_due(job)) is not None:
        world.clock.at = max(world.clock(), due)
        one = world.catalog.lease(job, "last")
        if one is None:
            world.clock.later(minutes=1)  # a lease is not asked for every tenth of a second until it ends
        else:
            for position in range(len(one.tasks)):
                commit(one, position, Outcome.OK)
            world.catalog.release(one, next_allowed_at=world.clock())
    assert sorted(done) == sorted(f"https://h{n % 3}.example/{n}" for n in range(12))


def test_an_exhausted_job_is_taken_up_while_everything_of_it_is_fresh(world: World) -> None:
    first = start(world, "https://a.example/")
    world.catalog.finish_job(first, "done")
    assert start(world, "https://a.example/") == first
    assert start(world, "https://b.example/") != first  # other seeds
    world.clock.later(days=2)
    assert start(world, "https://a.example/") != first


def test_an_unfinished_job_gets_the_seeds_that_it_lacks(world: World) -> None:
    first = start(world, "https://a.example/")
    assert start(world, "https://a.example/", "https://b.example/") == first
    assert world.catalog.progress(first).waiting == 2
