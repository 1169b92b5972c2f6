"""Where a page has shown whose site it is, further pages wait; and a host waits for the better ones in work."""

from dataclasses import replace

from catalog.items import Link
from catalog.tasks import Lease
from tests.catalog.builders import START, World, account, leases, link, result, seed, url_alias

TAG = "https://pixel.example/tags/sushi"
MIKA = "https://mika.example/"
NOOR = "https://noor.example/"


def judged(url: str, score: float) -> Link:
    return replace(link(url, score), inherited=0.5)


def begin(world: World, *links: Link) -> str:
    """A job whose first page had these links."""
    job = world.catalog.start_job("sushi", [seed(TAG)])
    held = taken(world, job)
    world.catalog.commit_page(result(held.tasks[0], judged=True, links=links))
    world.catalog.release(held, next_allowed_at=START)
    return job


def taken(world: World, job: str) -> Lease:
    held = world.catalog.lease(job, "w")
    assert held is not None
    return held


def waiting(world: World, job: str) -> dict[str, float]:
    """Address and score of everything that can be leased, in the order in which it is."""
    return {task.url: round(task.score, 4) for held in leases(world.catalog, job) for task in held.tasks}


def test_pages_of_a_site_whose_owner_was_shown_are_worth_less(world: World) -> None:
    job = begin(world, judged(MIKA, 0.9), judged(f"{MIKA}sushi", 0.8), judged(NOOR, 0.5))
    held = taken(world, job)
    assert [task.url for task in held.tasks] == [MIKA, f"{MIKA}sushi"]
    report = world.catalog.commit_page(result(held.tasks[0], accounts=(account("mika"),), judged=True, site_worth=0.2))
    assert report.worth_less  # so the visit ends
    world.catalog.release(held, next_allowed_at=START)
    assert list(waiting(world, job).items()) == [(NOOR, 0.5), (f"{MIKA}sushi", 0.2)]


def test_nobody_can_recommend_them_again(world: World) -> None:
    job = begin(world, judged(MIKA, 0.9), judged(NOOR, 0.8))
    mika, noor = taken(world, job), taken(world, job)
    report = world.catalog.commit_page(result(mika.tasks[0], judged=True, site_worth=0.2))
    assert not report.worth_less  # nothing waited there
    found = (judged(f"{MIKA}1", 0.7), judged("https://new.example/", 0.7))
    world.catalog.commit_page(result(noor.tasks[0], judged=True, links=found))
    for held in (mika, noor):
        world.catalog.release(held, next_allowed_at=START)
    assert waiting(world, job) == {"https://new.example/": 0.7, f"{MIKA}1": 0.2}


def test_a_further_page_may_say_more_of_its_owner(world: World) -> None:
    job = begin(world, judged(MIKA, 0.9), judged(f"{MIKA}2", 0.9), judged(NOOR, 0.8))
    mika, noor = taken(world, job), taken(world, job)
    for task, worth in zip(mika.tasks, (0.1, 0.3), strict=True):
        world.catalog.commit_page(result(task, judged=True, site_worth=worth))
    world.catalog.commit_page(result(noor.tasks[0], judged=True, links=(judged(f"{MIKA}3", 0.7),)))
    for held in (mika, noor):
        world.catalog.release(held, next_allowed_at=START)
    assert waiting(world, job) == {f"{MIKA}3": 0.3}


def test_other_sites_on_the_same_machines_keep_their_worth(world: World) -> None:
    mine, other = "https://mika.wordpress.com/", "https://noor.wordpress.com/"
    job = begin(world, judged(mine, 0.9), judged(f"{mine}2", 0.6), judged(other, 0.6))
    held = taken(world, job)
    world.catalog.commit_page(result(held.tasks[0], judged=True, site_worth=0.1))
    world.catalog.release(held, next_allowed_at=START)
    held = taken(world, job)
    assert [task.url for task in held.tasks] == [other]
    world.catalog.commit_page(result(held.tasks[0], judged=True))
    world.catalog.release(held, next_allowed_at=START)
    assert waiting(world, job) == {f"{mine}2": 0.1}


def test_what_a_site_is_worth_goes_with_its_page(world: World) -> None:
    job = begin(world, judged(MIKA, 0.9))
    mika = account("mika", host="mika.example", url=MIKA, aliases=(url_alias(MIKA),))
    world.catalog.commit_page(result(taken(world, job).tasks[0], accounts=(mika,), site_worth=0.2))
    assert world.sql("SELECT count(*) FROM task WHERE site_worth IS NOT NULL") == [(1,)]
    world.catalog.forget(mika.aliases[0], reference="asked by mail")
    assert world.sql("SELECT count(*) FROM task WHERE site_worth IS NOT NULL") == [(0,)]


def test_a_host_waits_while_much_better_ones_are_in_work(world: World) -> None:
    best = [judged(f"https://best.example/{letter}", 0.9) for letter in "abcdefghijklmnopqrst"]
    job = begin(world, *best, judged("https://good.example/", 0.45), judged("https://poor.example/", 0.44))
    held = taken(world, job)
    assert held.key == "best.example"
    assert taken(world, job).key == "good.example"
    assert world.catalog.lease(job, "w") is None
    assert world.catalog.next_due(job) is not None  # later
    for task in held.tasks:
        world.catalog.commit_page(result(task, judged=True))
    world.catalog.release(held, next_allowed_at=START)
    while (held := taken(world, job)).key == "best.example":
        for task in held.tasks:
            world.catalog.commit_page(result(task, judged=True))
        world.catalog.release(held, next_allowed_at=START)
    assert held.key == "poor.example"


def test_nothing_waits_for_what_is_already_handed_out(world: World) -> None:
    job = begin(world, judged(MIKA, 0.9), judged(NOOR, 0.1))
    assert [held.key for held in leases(world.catalog, job)] == ["mika.example", "noor.example"]


def test_without_a_theme_no_host_waits_for_another(world: World) -> None:
    job = world.catalog.start_job("who", [seed(TAG)])
    held = taken(world, job)
    links = [link(f"https://best.example/{letter}", 0.9) for letter in "abcdefghijklmnopqrst"]
    world.catalog.commit_page(result(held.tasks[0], links=(*links, link("https://poor.example/", 0.1))))
    assert [held.key for held in leases(world.catalog, job)] == ["best.example", "poor.example"]
