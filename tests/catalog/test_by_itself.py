"""What runs by itself: schedules with leases, revisits by rhythm, who is gone, rules on hosts."""

from datetime import timedelta

import pytest

from catalog.errors import BadHost
from catalog.identity import url_alias
from catalog.items import Counts, Moment, Outcome
from catalog.records import Mark
from catalog.revisits import LONGEST, SHORTEST, pause_after
from catalog.tasks import Lease
from tests.catalog.builders import START, World, account, leases, link, post, result, seed

DAY, WEEK, TTL = timedelta(days=1), timedelta(days=7), timedelta(minutes=5)
FEED = "https://mikablog.example/feed"


def blog(name: str = "mikablog") -> object:
    url = f"https://{name}.example/"
    return account(name, host=f"{name}.example", aliases=(url_alias(url),), url=url, provenance="feed")


def blog_post(n: int, *, days_ago: float, name: str = "mikablog") -> object:
    return post(
        name, f"p{n}", host=f"{name}.example", account=url_alias(f"https://{name}.example/"),
        url=f"https://{name}.example/{n}", published=Moment(START - timedelta(days=days_ago)),
    )  # fmt: skip


def refreshed(world: World) -> list[str]:
    """The addresses of a refresh job, all of them leased; none when nobody is due."""
    job = world.catalog.take_refresh()
    if job is None:
        return []
    held = list(leases(world.catalog, job))
    world.held = held  # type: ignore[attr-defined]
    return sorted(task.url for lease in held for task in lease.tasks)


def answer(world: World, outcome: Outcome, **more: object) -> None:
    """Answer all that ``refreshed`` leased, and end the job."""
    held: list[Lease] = world.held  # type: ignore[attr-defined]
    for lease in held:
        for task in lease.tasks:
            world.catalog.commit_page(result(task, outcome, at=world.clock(), **more))
        world.catalog.release(lease, next_allowed_at=world.clock())
        job = task.job_id
    world.catalog.finish_job(job, "done")


# --- schedules --------------------------------------------------------------------------------------------------


def test_a_due_schedule_is_worked_on_by_one_worker(world: World) -> None:
    catalog = world.catalog
    catalog.add_schedule("east coast sushi", every=WEEK, options={"pages": 30})
    mine = catalog.take_schedule("a", ttl=TTL)
    assert mine is not None
    assert (mine.query, mine.every, mine.options) == ("east coast sushi", WEEK, {"pages": 30})
    assert catalog.take_schedule("b", ttl=TTL) is None
    assert [one.running for one in catalog.schedules()] == [True]
    catalog.give_back_schedule(mine.id, "a", outcome="done", next_at=START + WEEK)
    assert catalog.take_schedule("b", ttl=TTL) is None
    world.clock.later(days=7)
    assert catalog.take_schedule("b", ttl=TTL) is not None


def test_a_lost_lease_is_taken_over_and_its_worker_changes_nothing(world: World) -> None:
    catalog = world.catalog
    catalog.add_schedule("sushi", every=WEEK, options={})
    first = catalog.take_schedule("a", ttl=TTL)
    assert first is not None
    assert catalog.keep_schedule(first.id, "a", ttl=TTL)
    world.clock.later(minutes=6)
    assert catalog.take_schedule("b", ttl=TTL) is not None
    assert not catalog.keep_schedule(first.id, "a", ttl=TTL)
    catalog.give_back_schedule(first.id, "a", outcome="done", next_at=START + 9 * WEEK)
    assert catalog.schedules()[0].next_at == START
    catalog.reclaim("b")  # it died: nobody has to wait for the end of its lease
    assert catalog.take_schedule("c", ttl=TTL) is not None


def test_scheduling_again_changes_the_rhythm_and_removing_ends_it(world: World) -> None:
    catalog = world.catalog
    made = catalog.add_schedule("sushi", every=WEEK, options={})
    assert catalog.take_schedule("a", ttl=TTL) is not None
    catalog.give_back_schedule(made.id, "a", outcome="done", next_at=START + WEEK)
    assert catalog.add_schedule("sushi", every=DAY, options={"pages": 3}).next_at == START + DAY
    assert len(catalog.schedules()) == 1
    assert not catalog.remove_schedule("ramen")
    assert catalog.remove_schedule(str(made.id))
    assert catalog.schedules() == []


# --- revisits ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("days_ago", "pause"),
    [([], LONGEST), ([0.0, 0.1, 0.2], SHORTEST), ([1.0, 5, 9, 13], 4 * DAY), ([100, 101, 102], 10 * DAY),
     ([900], LONGEST), ([0, 200, 400], LONGEST)],
)  # fmt: skip
def test_the_pause_follows_the_rhythm_and_the_silence(days_ago: list[float], pause: timedelta) -> None:
    assert pause_after([START - timedelta(days=days) for days in days_ago], START) == pause


def test_creators_are_revisited_at_their_own_page_when_it_is_time(world: World) -> None:
    posts = [blog_post(n, days_ago=3 * n + 0.5) for n in range(5)]
    world.page(blog(), *posts, url=FEED)
    world.page(blog(), *[account(f"other{n}") for n in range(9)], url="https://pixel.example/tags/sushi")
    assert refreshed(world) == []
    assert world.catalog.next_by_itself() == (START + 3 * DAY, "creators to look at again")
    world.clock.later(days=3)
    assert refreshed(world) == [FEED]
    position = world.catalog.head()
    answer(world, Outcome.NOT_MODIFIED)
    assert world.catalog.head() == position  # nothing new: nothing to index
    assert refreshed(world) == []
    world.clock.later(days=2)
    assert refreshed(world) == []
    world.clock.later(days=2)
    assert refreshed(world) == [FEED]
    answer(world, Outcome.OK, accounts=(blog(),), posts=(blog_post(9, days_ago=-6),))
    assert len(world.texts()) == 6
    told = {line.plan for record in world.records() for line in record.discovered_by}
    assert "revisit" not in told  # it finds nobody
    assert told


def test_who_was_seen_only_among_many_is_not_revisited(world: World) -> None:
    world.page(*[account(f"n{n}") for n in range(9)], url="https://pixel.example/tags/sushi")
    world.clock.later(days=40)
    assert refreshed(world) == []


def test_gone_twice_a_day_apart_is_gone_and_an_error_never_is(world: World) -> None:
    world.page(blog(), blog_post(1, days_ago=1), url=FEED)
    world.page(blog("noorblog"), blog_post(1, days_ago=1, name="noorblog"), url="https://noorblog.example/feed")
    world.clock.later(days=31)
    assert len(refreshed(world)) == 2
    answer(world, Outcome.GONE)
    assert len(world.records()) == 2
    world.clock.later(hours=25)
    assert len(refreshed(world)) == 2  # asked again as soon as it can be believed
    [first, second] = sorted(world.held, key=lambda lease: lease.key)  # type: ignore[attr-defined]
    world.catalog.commit_page(result(first.tasks[0], Outcome.GONE, at=world.clock()))
    world.catalog.commit_page(result(second.tasks[0], Outcome.RETRY, at=world.clock()))
    assert world.people() == [["noorblog@noorblog.example"]]


def test_people_whom_nobody_shows_any_more_are_deleted(world: World) -> None:
    world.page(blog(), blog_post(1, days_ago=1), url=FEED)
    world.page(account("noor"), url="https://pixel.example/@noor")
    world.page(account("ida"))
    world.page(account("seen", text_complete=False, provenance="page"))
    world.catalog.import_items([account("mine", host="brought.example")], [], plan="import mine")
    world.catalog.add_mark("ida@pixel.example", Mark(kind="relevant"))
    world.clock.later(days=100)
    assert world.catalog.purge_stale(days=365) == 1  # known by name only
    world.clock.later(days=200)
    world.page(account("noor"), url="https://pixel.example/@noor")
    world.clock.later(days=100)
    world.catalog.purge_stale(days=365)
    assert world.people() == [["ida@pixel.example"], ["mine@brought.example"], ["noor@pixel.example"]]


# --- hosts ------------------------------------------------------------------------------------------------------


def test_a_rule_holds_from_the_next_lease_on_for_all_under_the_host(world: World) -> None:
    catalog = world.catalog
    urls = [f"https://{host}.example/" for host in ("blog", "shop.blog", "other")]
    job = catalog.start_job("sushi", [seed(url, label=url) for url in urls])
    catalog.rule_host("https://blog.example/page", "paused", "they asked us")
    [rule] = catalog.host_rules()
    assert (rule.host, rule.rule, rule.reason, rule.at) == ("blog.example", "paused", "they asked us", START)
    assert [task.url for lease in leases(catalog, job) for task in lease.tasks] == ["https://other.example/"]
    assert catalog.next_due(job) is not None
    assert catalog.allow_host("blog.example")
    assert not catalog.allow_host("blog.example")
    assert sorted(task.url for lease in leases(catalog, job) for task in lease.tasks) == sorted(urls[:2])


def test_one_of_many_under_a_shared_key_can_be_blocked(world: World) -> None:
    catalog = world.catalog
    urls = ["https://mika.substack.com/feed", "https://noor.substack.com/feed"]
    job = catalog.start_job("sushi", [seed(url, label=url) for url in urls])
    catalog.rule_host("mika.substack.com", "blocked", "a shop")
    assert [task.url for lease in leases(catalog, job) for task in lease.tasks] == urls[1:]
    with pytest.raises(BadHost, match="no host"):
        catalog.rule_host("not a host", "blocked", "x")


def test_links_to_a_blocked_host_are_set_aside(world: World) -> None:
    world.catalog.rule_host("shop.example", "blocked", "a shop")
    job = world.catalog.start_job("sushi", [seed()])
    held = world.catalog.lease(job, "w")
    assert held is not None
    world.catalog.commit_page(result(held.tasks[0], links=(link("https://shop.example/a"),)))
    world.catalog.release(held, next_allowed_at=START)
    assert world.catalog.lease(job, "w") is None
    assert world.catalog.next_due(job) is None


def test_growth_is_told_by_two_counts_that_are_a_month_apart(world: World) -> None:
    for days, followers in ((0, 1000), (10, 1010), (20, None), (21, 1030)):
        world.clock.at = START + timedelta(days=days)
        world.page(account(counts=Counts(followers=followers)))
    assert world.records()[0].accounts[0].followers_before is None
    world.clock.at = START + timedelta(days=40)
    world.page(account(counts=Counts(followers=1200)))
    [shown] = world.records()[0].accounts
    assert (shown.counts.followers, shown.followers_before) == (1200, (START, 1000))
    world.clock.at = START + timedelta(days=500)
    world.page(account(counts=Counts(followers=900)))
    assert world.records()[0].accounts[0].followers_before is None  # too long ago to be told as growth
